export interface ProgressBar {
  show(done: number): void;
  /** Prints a line of the result above the bar. */
  say(text: string): void;
  end(): void;
}

const WIDTH = 30;

/** Shows a bar with the remaining time on a terminal; elsewhere it prints only the lines given to `say`. */
export function progressBar(of: number, what: string): ProgressBar {
  const watched = Boolean(process.stderr.isTTY) && of > 1;
  const began = Date.now();
  let shown = 0;
  const clear = () => {
    if (watched && shown > 0) process.stderr.write('\r\u001b[2K');
  };
  return {
    show(done) {
      if (!watched || (Date.now() - shown < 100 && done < of)) return;
      shown = Date.now();
      const full = Math.floor((done / of) * WIDTH);
      const seconds = Math.round(((shown - began) / done) * ((of - done) / 1000));
      const bar = `[${'#'.repeat(full)}${' '.repeat(WIDTH - full)}]`;
      process.stderr.write(`\r\u001b[2K${bar} ${done} of ${of} ${what}, ${seconds} s left`);
    },
    say(text) {
      clear();
      process.stdout.write(`${text}\n`);
    },
    end() {
      clear();
    },
  };
}
