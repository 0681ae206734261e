import { setTimeout as pause } from 'node:timers/promises';
import { type ErrorCode, type Problem, SalientError } from '../errors.js';
import type { Access } from './access.js';

/** A map that was not stored when it was its turn. */
export interface Failed {
  file: string;
  error: SalientError;
}

/** A database that is started anew or takes no further connection just now; nothing of the file is stored then. */
const PASSES: readonly ErrorCode[] = ['unavailable', 'overloaded'];

/** Seconds before each further attempt: a server that is started anew is back within them. */
const PAUSES_S = [1, 2, 4, 8, 15];

/**
 * Does something that changes nothing when it fails again after a pause, while what fails is the connection.
 * @param failing receives the reason before each further attempt
 * @throws whatever the last attempt throws
 */
export async function persistently<T>(
  doing: () => Promise<T>,
  failing: (line: string) => Promise<void>,
  pauses: readonly number[] = PAUSES_S,
): Promise<T> {
  for (const seconds of pauses) {
    try {
      return await doing();
    } catch (error) {
      if (!(error instanceof SalientError) || !PASSES.includes(error.code)) throw error;
      await pause(seconds * 1000);
      await failing(`${error.message} (tried again after ${seconds} s)`);
    }
  }
  return doing();
}

/** The error that ends a run before its last file, with how far the run came and how to go on. */
export function brokenOff(
  file: string,
  error: unknown,
  { done, maps, failed }: { done: number; maps: number; failed: readonly Failed[] },
): unknown {
  if (maps === 1) return error;
  const known =
    error instanceof SalientError ? error : new SalientError('internal', String(error), [], { cause: error });
  const { code, message, problems } = known;
  const stored = done - failed.length;
  const further = maps - done - 1;
  const sofar = `the import ends here: of ${maps} maps ${stored} are stored${failed.length > 0 ? `, ${failed.length} were refused or wait for review` : ''}, and ${further} behind this file were not looked at`;
  const on = OF_THE_FILE.includes(code)
    ? '--keep-going goes on after such a file'
    : 'the same command again goes on where this one ended';
  return new SalientError(code, `${file}: ${message} (${sofar}; ${on})`, [...problems, ...listOf(failed)]);
}

/** What another file may well be free of; anything else ends the import. */
export const OF_THE_FILE: readonly ErrorCode[] = [
  'invalid_body',
  'invalid_snapshot',
  // A geometry that the database cannot compute with is one.
  'invalid_input',
  'invalid_date',
  'too_large',
  'held',
  'imbalance',
  'beyond_embedded',
];

/** What was not stored, as it is at the end: a map that waited may have been approved, or released by another, meanwhile. */
export async function summaryOf(
  access: Access,
  series: string,
  maps: number,
  failed: readonly Failed[],
): Promise<SalientError | null> {
  if (failed.length === 0) return null;
  const anyHeld = failed.some(({ error }) => error.code === 'held');
  const queue = anyHeld ? await access.get(`/series/${encodeURIComponent(series)}/held`, {}) : { held: [] };
  const waiting = new Set((queue as { held: { id: number }[] }).held.map(({ id }) => id));
  const refused = failed.filter(({ error }) => error.code !== 'held');
  const waits = failed.filter(({ error }) =>
    error.problems.some(({ held }) => held !== undefined && waiting.has(held)),
  );
  if (refused.length + waits.length === 0) return null;
  const counts = `of ${maps} maps ${maps - refused.length - waits.length} are stored, ${waits.length} wait for review and ${refused.length} were refused`;
  return new SalientError(refused.length > 0 ? 'invalid_snapshot' : 'held', counts, listOf([...refused, ...waits]));
}

const listOf = (failed: readonly Failed[]): Problem[] =>
  failed.flatMap(({ file, error: { code, message, problems } }) =>
    problems.length > 0 ? problems.map((one) => ({ ...one, at: `${file}${one.at}` })) : [{ code, at: file, message }],
  );
