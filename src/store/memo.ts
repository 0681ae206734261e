import { LRUCache } from 'lru-cache';
import { contentHash } from './content-hash.js';
import { keepWhereWritable } from './keep.js';
import { readsAhead, underMark } from './members-record.js';
import { cachedResult, cacheResult, dropOldAnswers } from './memo.sql.js';
import type { Queryable } from './pool.js';
import { type Answers, openFlights } from './single-flight.js';

/** Values by key, bounded in bytes: the least recently used one leaves first. */
export interface Memo<V extends object> {
  /** The value if it is in memory, without a promise. */
  peek(key: string): V | undefined;
  /** The value from memory, or computed once for all callers that wait meanwhile. A failure reaches all of them and is not kept. */
  once(key: string, compute: () => Promise<V>): Promise<V>;
  set(key: string, value: V): void;
  /** Whether the value is being computed. */
  isUnderWay(key: string): boolean;
  /** Bytes held, keys and the map's own share included: never above the bound. */
  bytes(): number;
}

/** What an entry costs beside its key and value: the slots of the map and of the order of use. Measured at 200 to 300. */
const ENTRY_BYTES = 300;

/** How often everything in memory was forgotten. */
let forgotten = 0;
const others = new Set<() => void>();

/** Empties every memo of the process: what was removed for good is in none of them, and what is being computed is not kept. */
export function forgetAll(): void {
  forgotten++;
  for (const forget of others) forget();
}

/** Registers what keeps things in another way, for as long as the process lives. */
export function forgetWithAll(forget: () => void): void {
  others.add(forget);
}

/** What began before everything was forgotten is of those who waited then: whoever comes later begins anew. */
const flightOf = (key: string): string => `${forgotten} ${key}`;

/** Another number after each `forgetAll`, for what forgets when it is used next. */
export const timesForgotten = (): number => forgotten;

/** @param bytesOf bytes of a value, its objects included */
export function openMemo<V extends object>(settings: { maxBytes: number; bytesOf(value: V): number }): Memo<V> {
  const { maxBytes, bytesOf } = settings;
  const values = new LRUCache<string, V>({
    maxSize: Math.max(1, Math.floor(maxBytes)),
    sizeCalculation: (value, key) => ENTRY_BYTES + 2 * key.length + Math.ceil(bytesOf(value)),
  });
  const flights = openFlights();
  let since = forgotten;
  function current(): LRUCache<string, V> {
    if (since !== forgotten) values.clear();
    since = forgotten;
    return values;
  }
  return {
    peek: (key) => current().get(underMark(key)),
    once(given, compute) {
      const key = underMark(given);
      const known = current().get(key);
      if (known) return Promise.resolve(known);
      const begun = forgotten;
      return flights.join(flightOf(given), async () => {
        const value = await compute();
        if (begun === forgotten) current().set(key, value);
        return value;
      });
    },
    set: (key, value) => void current().set(underMark(key), value),
    isUnderWay: (key) => flights.isUnderWay(flightOf(key)),
    bytes: () => current().calculatedSize,
  };
}

/** Bytes of answers of one kind in the store, as PostgreSQL keeps them; beyond it the oldest leave. */
const KEPT = 512 << 20;
/** The same for a kind whose inputs a caller can vary at will, such as a radius or a region. */
export const AT_WILL = 32 << 20;

/**
 * Computes an answer once and keeps it in the store. `inputs` names everything it depends on by number (revisions, editions,
 * statements: rows that never change), so that what is kept is never stale; a kind whose meaning changes gets a new name.
 * Callers that request one answer at the same time share the computation (not inside a transaction, which is its caller's own).
 * The answer is passed through JSON either way, so that the first one is the same as the later ones.
 * @param maxBytes how much of the kind stays, the newest; `AT_WILL` for inputs of which there is no end
 */
export async function once<Answer>(
  db: Queryable,
  kind: string,
  inputs: unknown,
  compute: () => Promise<Answer>,
  maxBytes: number = KEPT,
): Promise<Answer> {
  const mark = readsAhead()?.mark;
  const key = contentHash(mark === undefined ? inputs : { mark, inputs });
  const found = async () => {
    const kept = await cachedResult(db, kind, key);
    if (kept.answer !== null) return kept.answer;
    const answer = JSON.stringify(await compute());
    await keepWhereWritable(async () => {
      await cacheResult(db, kind, key, answer, kept.lastPurge);
      if (isTimeToDrop(db.answers, kind, answer.length, maxBytes)) await dropOldAnswers(db, kind, maxBytes);
    });
    return answer;
  };
  // As text, so that each who shares it has an object of its own.
  const answer = await (db.answers ? db.answers.flights.join(flightOf(`${kind} ${key}`), found) : found());
  return JSON.parse(answer) as Answer;
}

/** Summing up a kind reads all of its rows: done for its first answer of a process, then once in a 32nd of the bound. */
function isTimeToDrop(answers: Answers | undefined, kind: string, bytes: number, maxBytes: number): boolean {
  if (!answers) return true;
  const written = (answers.written.get(kind) ?? maxBytes) + bytes;
  const isTime = written > maxBytes / 32;
  answers.written.set(kind, isTime ? 0 : written);
  return isTime;
}
