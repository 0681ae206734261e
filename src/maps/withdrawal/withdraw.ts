import { measuredChange } from '../../change/matrix.js';
import { SalientError } from '../../errors.js';
import type { IsoDate } from '../../model/dates.js';
import { standingSeries } from '../../series/as-of.js';
import { refusePurged } from '../../series/purged.js';
import { recordingInstant } from '../../series/reference/editions.sql.js';
import { currentRevisions, supersedeRevisions } from '../../series/revisions.sql.js';
import type { Db, Queryable } from '../../store/pool.js';
import { copyRevision, insertRestoration, insertWithdrawal, snapshotHistory, withdrawnMap } from './withdrawals.sql.js';

/** Every map a series has or had, with revisions, withdrawals and the stated kinds of its steps. */
export async function askSnapshots(db: Db, series: string) {
  await standingSeries(db, series);
  return { series, snapshots: await snapshotHistory(db, series) };
}

export interface WithdrawnSnapshot {
  series: string;
  date: IsoDate;
  /** The revision that no longer counts, or the one that counts again. */
  revision: number;
  withdrawn_why: string | null;
}

/**
 * Takes the map of a day out of every answer from now on, with a reason. Nothing is deleted: answers as known before
 * stay as they are, and `restoreSnapshot` takes it back.
 * @throws SalientError `no_data` when the series has no map of that day, `invalid_parameter` when it is derived
 */
export function withdrawSnapshot(
  db: Db,
  series: string,
  date: IsoDate,
  { why, by }: { why: string; by: string | null },
): Promise<WithdrawnSnapshot> {
  return db.transaction(async (tx) => {
    const at = await recordingInstant(tx, series);
    await imported(tx, series);
    const current = (await currentRevisions(tx, series)).find((row) => row.valid_on === date);
    if (!current) throw new SalientError('no_data', `series ${series} has no map of ${date} that could be withdrawn`);
    await supersedeRevisions(tx, [current.id], at);
    await insertWithdrawal(tx, { series, date, revision: current.id, why, by, at });
    await measureAround(tx, series, date);
    return { series, date, revision: current.id, withdrawn_why: why };
  });
}

/**
 * Takes the last withdrawal of a day's map back: the same polygons count again, as a new revision.
 * @throws SalientError `no_data` when no map of that day is withdrawn, `decided` when another has taken its place
 */
export function restoreSnapshot(
  db: Db,
  series: string,
  date: IsoDate,
  { why, by }: { why: string | null; by: string | null },
): Promise<WithdrawnSnapshot> {
  return db.transaction(async (tx) => {
    const at = await recordingInstant(tx, series);
    await imported(tx, series);
    const withdrawn = await withdrawnMap(tx, series, date);
    if (!withdrawn) throw new SalientError('no_data', `no map of ${date} of series ${series} is withdrawn`);
    if (withdrawn.purged) throw refusePurged(series, date);
    const current = (await currentRevisions(tx, series)).find((row) => row.valid_on === date);
    if (current) {
      const message = `another map of ${date} was stored since (revision ${current.id}): withdraw that one first`;
      throw new SalientError('decided', message);
    }
    const revision = await copyRevision(tx, withdrawn.revision, at);
    await insertRestoration(tx, { withdrawal: withdrawn.withdrawal, revision, why, by, at });
    await measureAround(tx, series, date);
    return { series, date, revision, withdrawn_why: null };
  });
}

async function imported(tx: Queryable, series: string): Promise<void> {
  const { kind } = await standingSeries(tx, series);
  if (kind === 'derived') {
    throw new SalientError(
      'invalid_parameter',
      `series ${series} is derived: withdraw the claim that its map rests on (withdrawn_on, withdrawn_why), or the series`,
    );
  }
}

/** Measures the steps that the maps around a day make now, so that nobody waits for them and new maps have a history. */
async function measureAround(tx: Queryable, series: string, date: IsoDate): Promise<void> {
  const maps = await currentRevisions(tx, series);
  const around = [
    maps.findLast((row) => row.valid_on < date),
    maps.find((row) => row.valid_on === date),
    maps.find((row) => row.valid_on > date),
  ].flatMap((row) => row ?? []);
  for (const [index, map] of around.slice(1).entries()) {
    const before = around[index] as typeof map;
    await measuredChange(tx, before.id, map.id, before.partition === map.partition);
  }
}
