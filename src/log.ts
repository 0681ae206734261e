import pino from 'pino';

/** Levels of the log, from the quietest. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What work in the background reports to: the log of the process, or a test's. */
export interface Reporter {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/**
 * The log of the process: one JSON object a line, on stderr (stdout belongs to answers of the command line). `main` sets the
 * level. No header, body or query is ever logged: they hold tokens, sources and addresses of recipients.
 */
export const log = pino(
  {
    level: 'info',
    base: { service: 'salient' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  },
  pino.destination({ fd: 2, sync: true }),
);
