import type { Mapping } from '../../formats/mapping.js';
import type { IsoDate } from '../../model/dates.js';
import { revisionsAround } from '../../series/revisions.sql.js';
import { contentHash } from '../../store/content-hash.js';
import type { Queryable } from '../../store/pool.js';
import { inputOf } from '../mappings.sql.js';
import type { CompactSnapshot } from '../packed-areas.js';
import type { ReadFile } from '../read.js';
import { type MapRules, mayRework } from '../repair/rules.js';
import { withdrawnMap } from '../withdrawal/withdrawals.sql.js';
import { reviewQueue } from './review.sql.js';

interface HowRead {
  rules: MapRules;
  mapping: Mapping | null;
}

/** The current map of a day and whether it is this one, read from this input and in no other way. */
export async function comparedWithStored(
  db: Queryable,
  series: string,
  map: CompactSnapshot,
  { rules, mapping }: HowRead,
) {
  const input = mayRework(rules, mapping)
    ? contentHash([map.sha256, rules, mapping?.ignore, mapping?.priority])
    : map.sha256;
  const { on: current } = await revisionsAround(db, series, map.date);
  // Ground of one class that overlapped itself is stored as one, whatever the rules.
  const same = current?.sha256 === input || (!!current && (await inputOf(db, current.id)) === input);
  return { current, input, same };
}

/** The current revisions of the days of a file, when every map of it is stored already; else null. */
export async function allStored(db: Queryable, series: string, file: ReadFile, how: HowRead) {
  const stored: { date: IsoDate; revision: number }[] = [];
  for (const map of file.snapshots) {
    const { current, same } = await comparedWithStored(db, series, map, how);
    if (!current || !same) return null;
    stored.push({ date: map.date, revision: current.id });
  }
  return stored;
}

/** What a person has decided, or still has to decide, about exactly this map, or what was read from the same input; null when it is new. */
export async function knownBefore(tx: Queryable, series: string, { date, sha256 }: CompactSnapshot, input: string) {
  const held = (await reviewQueue(tx, series, { sha256, input })).findLast((row) => row.date === date);
  if (held && !held.decision)
    return { result: 'held' as const, held: held.id, notes: held.problems.map((p) => p.message) };
  const withdrawn = await withdrawnMap(tx, series, date);
  if (withdrawn?.sha256 === sha256) {
    return { result: 'withdrawn' as const, notes: [`withdrawn: ${withdrawn.why}; restore it if that was wrong`] };
  }
  if (held?.decision?.decision === 'refused') {
    return { result: 'refused' as const, held: held.id, notes: [`refused: ${held.decision.why}`] };
  }
  return null;
}
