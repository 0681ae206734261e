import { claimedAreasOver, classAreasOver } from '../../change/region.sql.js';
import { resolveSeries } from '../../series/as-of.js';
import { currentRevisions } from '../../series/revisions.sql.js';
import { once } from '../../store/memo.js';
import type { Db } from '../../store/pool.js';

/** Maps measured by one statement: a person's question does not wait longer than for these. */
const AT_ONCE = 25;

/**
 * How much every class of ground had on every map of a series, km²: the chart under the slider; and what of the contested ground is only
 * claimed, by whom: the legend of a map.
 * @throws SalientError as `resolveSeries`
 */
export async function pageHistory(db: Db, series: string) {
  await resolveSeries(db, series, null);
  const revisions = await currentRevisions(db, series);
  const areas = new Map<number, Record<string, number>>();
  const claims = new Map<number, Record<string, number>>();
  for (let at = 0; at < revisions.length; at += AT_ONCE) {
    const ids = revisions.slice(at, at + AT_ONCE).map(({ id }) => id);
    const rows = await once(db, 'page-history-1', ids, () => classAreasOver(db, ids, null));
    for (const { revision, class: name, m2 } of rows) {
      areas.set(revision, { ...areas.get(revision), [name]: m2 / 1e6 });
    }
    const claimed = await once(db, 'page-claimed-1', ids, () => claimedAreasOver(db, ids));
    for (const { revision, party, m2 } of claimed) {
      claims.set(revision, { ...claims.get(revision), [party]: m2 / 1e6 });
    }
  }
  const maps = revisions.map(({ id, valid_on }) => ({
    ...{ date: valid_on, km2: areas.get(id) ?? {}, claimed: claims.get(id) ?? {} },
  }));
  return { series, maps };
}
