import { atWork, type Step } from '../store/cancellation.js';

const TERMINAL_MS = 100;
const SCRIPT_MS = 30_000;
const CLEAR = '\r\u001b[K';

/**
 * Does something that may take long for a person at the keyboard: its steps are told on stderr (one line that is written
 * anew on a terminal, a line every half minute elsewhere), and Ctrl-C stops it before its next statement with nothing half
 * stored; a second one leaves at once.
 * @throws SalientError `cancelled`
 */
export async function working<T>(doing: () => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const teller = stepReporter();
  const interrupted = () => {
    if (stop.signal.aborted) process.exit(CANCELLED);
    teller.say('stopping before the next step; Ctrl-C again leaves at once');
    stop.abort();
  };
  process.on('SIGINT', interrupted);
  try {
    return await atWork({ signal: stop.signal, progress: teller.step }, doing);
  } finally {
    process.off('SIGINT', interrupted);
    teller.end();
  }
}

/** Exit code of a command that was interrupted, as shells have it. */
export const CANCELLED = 130;

/** Tells steps to a terminal or a log; `waiting` says every second that somebody else is at work. */
export function stepReporter(stream: NodeJS.WriteStream = process.stderr, now: () => number = Date.now) {
  const began = now();
  let told = began;
  let shown = false;
  const show = (line: string) => {
    told = now();
    shown = Boolean(stream.isTTY);
    stream.write(stream.isTTY ? `${CLEAR}${line}` : `salient: ${line}\n`);
  };
  return {
    step({ what, done, of }: Step): void {
      const last = of !== null && done === of;
      if (now() - told < (stream.isTTY ? TERMINAL_MS : SCRIPT_MS) && !(last && shown)) return;
      show(of === null ? `${what}: ${done}` : `${what}: ${done} of ${of}`);
    },
    /** Of work whose steps are not seen. */
    waiting(): void {
      if (now() - told >= (stream.isTTY ? 1000 : SCRIPT_MS)) {
        show(`the service is at work (${Math.round((now() - began) / 1000)} s)`);
      }
    },
    say(line: string): void {
      stream.write(`${shown ? CLEAR : ''}salient: ${line}\n`);
      shown = false;
    },
    end(): void {
      if (shown) stream.write(CLEAR);
    },
  };
}
