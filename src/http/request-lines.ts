import type { LogLevel } from '../log.js';

type Level = Exclude<LogLevel, 'silent'>;

/** What lines have in common that are counted together. */
export interface LineKind {
  status: number;
  from: string | undefined;
}

/** Of one status to one client so many lines in a period (milliseconds), and so many in all; what is more is counted. */
const LIMITS = { ofKind: 50, inAll: 1000, periodMs: 10_000 };

/**
 * Lines about strangers' requests that failed, bounded: forty clients who are refused as fast as they ask would fill a disk (2,000
 * lines a second). When the period is over, one line of each kind states how many more there were.
 */
export function openRequestLines(
  write: (level: Level, fields: object, message: string) => void,
  { ofKind, inAll, periodMs } = LIMITS,
): (level: Level, fields: LineKind, message: string) => void {
  let kinds = new Map<string, LineKind & { lines: number; more: number; level: Level }>();
  let written = 0;

  function report(): void {
    const over = kinds;
    kinds = new Map();
    written = 0;
    for (const { status, from, more, level } of over.values()) {
      if (more > 0) write(level, { status, from, more, seconds: periodMs / 1000 }, 'more requests like these');
    }
  }

  return (level, fields, message) => {
    if (kinds.size === 0) setTimeout(report, periodMs).unref();
    const { status } = fields;
    // Whoever has very many addresses is counted as one.
    const from = written < inAll ? fields.from : undefined;
    const key = `${status} ${from}`;
    const kind = kinds.get(key) ?? { status, from, lines: 0, more: 0, level };
    kinds.set(key, kind);
    if (written >= inAll || kind.lines >= ofKind) {
      kind.more++;
      return;
    }
    kind.lines++;
    written++;
    write(level, fields, message);
  };
}
