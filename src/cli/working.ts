import { atWork, type Step } from '../store/cancellation.js';

const TERMINAL_MS = 100;
const SCRIPT_MS = 30_000;
const CLEAR = '\r\u001b[K';

/**
 * Runs long work for a person at the keyboard. Its steps go to stderr: one line that is rewritten on a terminal, a line every
 * half minute elsewhere. Ctrl-C stops the work before its next statement, with nothing half stored; a second one exits at once.
 * @throws SalientError `cancelled`
 */
export async function working<T>(doing: () => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const reporter = stepReporter();
  const interrupted = () => {
    if (stop.signal.aborted) process.exit(CANCELLED);
    reporter.say('stopping before the next step; Ctrl-C again leaves at once');
    stop.abort();
  };
  process.on('SIGINT', interrupted);
  try {
    return await atWork({ signal: stop.signal, progress: reporter.step }, doing);
  } finally {
    process.off('SIGINT', interrupted);
    reporter.end();
  }
}

/** Exit code of a command that was interrupted, as shells have it. */
export const CANCELLED = 130;

/** Reports steps to a terminal or a log; `waiting` reports every second that the service works for this command. */
export function stepReporter(stream: NodeJS.WriteStream = process.stderr, now: () => number = Date.now) {
  const began = now();
  let reported = began;
  let shown = false;
  const show = (line: string) => {
    reported = now();
    shown = Boolean(stream.isTTY);
    stream.write(stream.isTTY ? `${CLEAR}${line}` : `salient: ${line}\n`);
  };
  return {
    step({ what, done, of }: Step): void {
      const last = of !== null && done === of;
      if (now() - reported < (stream.isTTY ? TERMINAL_MS : SCRIPT_MS) && !(last && shown)) return;
      show(of === null ? `${what}: ${done}` : `${what}: ${done} of ${of}`);
    },
    /** Reports work whose steps this process does not see. */
    waiting(): void {
      if (now() - reported >= (stream.isTTY ? 1000 : SCRIPT_MS)) {
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
