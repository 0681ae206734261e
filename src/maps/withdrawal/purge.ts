import { SalientError } from '../../errors.js';
import type { IsoDate } from '../../model/dates.js';
import { recordingInstant } from '../../series/reference/editions.sql.js';
import { currentRevisions, supersedeRevisions } from '../../series/revisions.sql.js';
import { statementAt } from '../../series/series.sql.js';
import { forgetAll } from '../../store/memo.js';
import type { Db, Queryable } from '../../store/pool.js';
import { insertPurge, type Purgeable, purgeable, purgeMaps } from './purges.sql.js';
import { insertWithdrawal, withdrawnMap } from './withdrawals.sql.js';

/** What a purge removed, what it left and why, and where copies may be that it cannot reach. */
export interface Purged {
  series: string;
  date: IsoDate | null;
  purge: number;
  revisions: number[];
  held: number[];
  proposals: number[];
  report_editions: { report: string; period: string; edition: number; delivered: number }[];
  alerts: { rule: string; alert: number; on: IsoDate; delivered: number }[];
  /** Polygons that are gone; those that another map has as well stay. */
  shapes: number;
  /** Maps under review and proposals of the day that are not decided: refuse or reject them, then purge again. */
  left: { held: number[]; proposals: number[] };
  cannot_reach: string[];
  /** Addresses to purge at a CDN and other caches; `*` stands for anything. */
  addresses: string[];
}

/**
 * Removes the geometry of a withdrawn map for good, with all that was made of it: earlier revisions of its day, decided maps under
 * review, ended proposals, editions of reports, alerts, and every cache. The numbers, days, hashes, reasons and principals stay. Repeated,
 * it takes what has been decided since and empties the caches again.
 * @param date null: every map of a series that was withdrawn as a whole
 * @throws SalientError `unknown_series`, `not_withdrawn`
 */
export async function purge(
  db: Db,
  series: string,
  date: IsoDate | null,
  { why, by }: { why: string; by: string | null },
): Promise<Purged> {
  const done = await db.transaction(async (tx) => {
    // Nobody records meanwhile: a polygon that an import has just found among those stored is not taken from under it.
    const at = await recordingInstant(tx);
    await checkWithdrawn(tx, series, date);
    if (date === null) {
      for (const map of await currentRevisions(tx, series)) {
        await supersedeRevisions(tx, [map.id], at);
        await insertWithdrawal(tx, { series, date: map.valid_on, revision: map.id, why, by, at });
      }
    }
    const taken = await purgeable(tx, series, date);
    const shapes = await purgeMaps(tx, taken);
    return { taken, shapes, number: await insertPurge(tx, { series, date, taken, shapes, why, by, at }) };
  });
  forgetAll();
  return answerOf(series, date, done);
}

async function checkWithdrawn(tx: Queryable, series: string, date: IsoDate | null): Promise<void> {
  const statement = await statementAt(tx, series, null);
  if (!statement) throw new SalientError('unknown_series', `there is no series ${JSON.stringify(series)}`);
  if (statement.withdrawn_why !== null) return;
  if (date === null) {
    throw new SalientError(
      'not_withdrawn',
      `series ${series} counts: withdraw it first, or name the day of a withdrawn map`,
    );
  }
  if (await withdrawnMap(tx, series, date)) return;
  throw new SalientError('not_withdrawn', `no map of ${date} of series ${series} is withdrawn: withdraw it first`);
}

function answerOf(
  series: string,
  date: IsoDate | null,
  { taken, shapes, number }: { taken: Purgeable; shapes: number; number: number },
): Purged {
  const { revisions, held, proposals, waiting, open, editions, alerts } = taken;
  return {
    series,
    date,
    purge: number,
    revisions: revisions.map(({ id }) => id),
    held,
    proposals,
    report_editions: editions.map(({ no: _, ...edition }) => edition),
    alerts,
    shapes,
    left: { held: waiting, proposals: open },
    cannot_reach: [
      'backups made before: a store that is restored from one has the map again, so purge it again',
      'files of the database, its write-ahead log, archives and standbys: the bytes are free and are overwritten in time; VACUUM FULL of shape, plane_face, area, kept_answer and kept_coverage does it now',
      'copies at caches and readers, and tiles exported as PMTiles',
      ...editions
        .filter(({ delivered }) => delivered > 0)
        .map(
          (one) => `report ${one.report}, ${one.period}, edition ${one.edition}: ${one.delivered} recipients have it`,
        ),
      ...alerts
        .filter(({ delivered }) => delivered > 0)
        .map(({ rule, alert, on, delivered }) => `alert ${alert} of ${rule}, ${on}: ${delivered} recipients have it`),
    ],
    addresses: addressesOf(series, taken),
  };
}

function addressesOf(series: string, { revisions, editions, alerts }: Purgeable): string[] {
  const days = [...new Set(revisions.map(({ date }) => date))];
  return [
    ...revisions.flatMap(({ id }) => [
      `/tiles/${series}/@r${id}.*`,
      `/tiles/${series}/change/@r${id}-*`,
      `/tiles/${series}/change/@*-r${id}.*`,
    ]),
    `/tiles/${series}/span/*`,
    ...days.flatMap((day) => [`/snapshots/${series}/${day}.*`, `/maps/${series}.*?date=${day}*`]),
    `/ogc/collections/${series}_*/*`,
    ...editions.map(({ report, period }) => `/reports/${report}/${period}*`),
    ...new Set(alerts.map(({ rule }) => `/alerts/${rule}*`)),
  ];
}
