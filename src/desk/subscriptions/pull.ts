import { createHash } from 'node:crypto';
import { ERROR_CODES, SalientError } from '../../errors.js';
import { dayIn } from '../../formats/read-day.js';
import { log } from '../../log.js';
import type { Importer } from '../../maps/import.js';
import type { Imported, ImportRequest } from '../../maps/import-request.js';
import { readByWords } from '../../maps/import-words.js';
import type { Instant, IsoDate } from '../../model/dates.js';
import { type FetchedFile, FetchFailure, type FetchSettings, fetchFile } from '../../outbound/fetch-file.js';
import { faultOf } from '../../store/faults.js';
import type { Db } from '../../store/pool.js';
import { propose } from '../desk.js';
import type { Source } from '../proposal.js';
import {
  hasReviewRule,
  markPending,
  type Outcome,
  principalOfSubscription,
  proposedBefore,
  type SubscriptionRow,
} from './subscriptions.sql.js';

/** What a pull came to. `sha256`: of content that is dealt with, so that it need not be looked at again. */
export interface Pulled {
  outcome: Outcome;
  status: number | null;
  words: string;
  etag: string | null;
  lastModified: string | null;
  sha256: string | null;
  /** Seconds after which the publisher wants to be asked again. */
  retryAfterS: number | null;
}

/** More days are an archive, which is imported once. */
const MOST_PROPOSALS = 31;

/**
 * Fetches the file of a subscription and brings its maps in. Never rejects for what the publisher, the network or the file does
 * wrong: that is the outcome `failed`, in words. The same content is brought in once, also when the process was killed between.
 */
export async function pullFile(
  db: Db,
  importer: Importer,
  settings: FetchSettings,
  row: SubscriptionRow,
  now: Instant,
): Promise<Pulled> {
  let fetched: FetchedFile | null = null;
  try {
    fetched = await fetchFile(settings, row.address, { etag: row.etag, lastModified: row.last_modified });
    const { status, etag, lastModified, bytes } = fetched;
    const ended = { status, etag, lastModified, retryAfterS: null };
    if (bytes === null) return { ...ended, outcome: 'unchanged', sha256: null, words: 'the publisher says so (304)' };
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 === row.sha256)
      return { ...ended, outcome: 'unchanged', sha256, words: 'it came to the last byte as before' };
    return { ...ended, sha256, ...(await bringIn(db, importer, row, { ...fetched, bytes, sha256, now })) };
  } catch (error) {
    const { status = fetched?.status ?? null, retryAfterS = null } = error instanceof FetchFailure ? error : {};
    return {
      outcome: 'failed',
      status,
      words: reasonOf(error),
      etag: null,
      lastModified: null,
      sha256: null,
      retryAfterS,
    };
  }
}

/** What failed, for whoever reads the subscription: what the database or this service itself says of it stays in the log. */
function reasonOf(error: unknown): string {
  if (error instanceof FetchFailure) return error.message;
  const fault = faultOf(error);
  if (!fault) {
    log.error({ err: error }, 'defect');
    return `${ERROR_CODES.internal}: its log has more`;
  }
  const { message } = fault;
  const problems = fault.problems.slice(0, 3).map((one) => `${one.at ? `${one.at}: ` : ''}${one.message}`);
  return [message, ...problems.filter((words) => !message.includes(words))].join('; ').slice(0, 2000);
}

type ReceivedFile = FetchedFile & { bytes: Uint8Array; sha256: string; now: Instant };

async function bringIn(
  db: Db,
  importer: Importer,
  row: SubscriptionRow,
  file: ReceivedFile,
): Promise<{ outcome: Outcome; words: string }> {
  const { options, reading, rules } = readByWords(row.words, file.name);
  const date = await dayOf(db, row, file);
  const request: ImportRequest = {
    series: row.series,
    map: file.bytes,
    // The options that a subscription has are not those of an import by hand.
    options: { ...options, dayStatedBy: '--date-from fetched or modified', ...(date && { date }) },
    reading,
    rules,
    source: row.source,
    create: null,
    accept: null,
    by: principalOfSubscription(row.id),
  };
  const proposed = row.mode === 'proposal' || (row.mode === 'approved' && (await hasReviewRule(db, row.series)));
  if (proposed) return proposeDays(db, importer, row, file, request);
  const hold = row.mode === 'hold' ? `every map of subscription ${row.id} (${row.publisher}) waits for a person` : null;
  return outcomeOf(await importOrHeld(importer, { ...request, hold }));
}

/** The day of the map where it is not in the file; null: it is. @throws FetchFailure when the publisher does not state it */
async function dayOf(db: Db, row: SubscriptionRow, file: ReceivedFile): Promise<IsoDate | null> {
  const zone = row.words['time-zone'] ?? 'UTC';
  if (row.date_from === 'file') return null;
  if (row.date_from === 'modified') {
    const at = Date.parse(file.lastModified ?? '');
    if (Number.isNaN(at))
      throw new FetchFailure('the day of the map cannot be known: the answer has no Last-Modified', file.status);
    return dayIn(zone, at);
  }
  // What was begun on a day and not ended is of that day still.
  if (row.pending_sha256 === file.sha256 && row.pending_date !== null) return row.pending_date;
  const date = dayIn(zone, Date.parse(file.now));
  await markPending(db, row.id, file.sha256, date);
  return date;
}

/** An import whose every new map is out of proportion keeps them, and says so by an error: here that is a result. */
async function importOrHeld(importer: Importer, request: ImportRequest): Promise<Pick<Imported, 'date' | 'result'>[]> {
  try {
    return await importer.import(request);
  } catch (error) {
    if (!(error instanceof SalientError) || error.code !== 'held') throw error;
    return error.problems.map(({ date }) => ({ date: date as IsoDate, result: 'held' as const }));
  }
}

const VERBS: Record<Imported['result'], { outcome: Outcome; words: string }> = {
  stored: { outcome: 'stored', words: 'stored' },
  revised: { outcome: 'stored', words: 'revised' },
  held: { outcome: 'held', words: 'waiting for review' },
  refused: { outcome: 'decided', words: 'rejected by a person before' },
  withdrawn: { outcome: 'decided', words: 'withdrawn by a person before' },
  unchanged: { outcome: 'unchanged', words: 'as the series has them' },
};

function outcomeOf(maps: readonly Pick<Imported, 'date' | 'result'>[]): { outcome: Outcome; words: string } {
  const results = (Object.keys(VERBS) as Imported['result'][]).filter((one) =>
    maps.some(({ result }) => result === one),
  );
  const words = results.map((one) => {
    const days = maps.filter(({ result }) => result === one).map(({ date }) => date);
    return `${VERBS[one].words}: ${daysInWords(days)}`;
  });
  return { outcome: VERBS[results[0] ?? 'unchanged'].outcome, words: words.join('; ') };
}

const daysInWords = (days: readonly IsoDate[]) =>
  days.length <= 5 ? `the map of ${days.join(', ')}` : `${days.length} maps from ${days[0]} to ${days.at(-1)}`;

/** Proposes each day of the file that the series does not have so, and that was not proposed so before. */
async function proposeDays(
  db: Db,
  importer: Importer,
  row: SubscriptionRow,
  file: ReceivedFile,
  request: ImportRequest,
): Promise<{ outcome: Outcome; words: string }> {
  const by = principalOfSubscription(row.id);
  const days = (await importer.days(request)).filter(({ stored }) => !stored);
  const fresh: typeof days = [];
  for (const day of days) {
    if ((await proposedBefore(db, { series: row.series, by, ...day })) === null) fresh.push(day);
  }
  if (fresh.length > MOST_PROPOSALS) {
    const much = `the file has ${fresh.length} new days, more than ${MOST_PROPOSALS}`;
    throw new SalientError('invalid_snapshot', `${much}: import it once, then its later days are proposed`);
  }
  const numbers: number[] = [];
  for (const { date, sha256 } of fresh) {
    const words = { ...row.words, ...(request.options.file && { file: request.options.file }) };
    const content = { kind: 'map' as const, date, words, only: row.date_from === 'file', sha256 };
    const why = `the file of ${row.publisher} has a new map of ${date}`;
    const sources: Source[] = [{ url: row.source, publisher: row.publisher }];
    numbers.push((await propose(db, row.series, { content, why, sources, file: file.bytes }, by)).proposal);
  }
  if (numbers.length === 0) return { outcome: 'unchanged', words: 'its maps are in the series, or proposed, already' };
  return {
    outcome: 'proposed',
    words: `proposal ${numbers.join(', ')}: ${daysInWords(fresh.map(({ date }) => date))}`,
  };
}
