import type { AsOf } from '../../series/as-of.js';
import { eventsOf } from '../../series/claims-and-events.sql.js';
import type { Db } from '../../store/pool.js';
import { countedOnce, eventTotals } from '../event-totals.js';
import type { Period } from '../periods.js';
import type { Queries } from '../queries.js';
import type { EventsPart, Gap } from './content.js';
import { cited, type Standing } from './facts.js';

/** What happened in the period, with sums that count nobody twice; withdrawn events are left out. */
export async function eventsPart(
  db: Db,
  on: AsOf,
  { from, to }: Period,
  standing: Standing,
  queries: Queries,
): Promise<{ events: EventsPart; gaps: Gap[] }> {
  const query = queries.events(from, to);
  const filter = { from, to, kind: null, knownAt: on.knownAt };
  const all = (await eventsOf(db, on.statement.theatre, on.edition, filter)).filter((row) => row.withdrawn_on === null);
  const rows = standing ? all.filter((row) => row.place !== null && standing.has(`place ${row.place}`)) : all;
  const counted = countedOnce(rows, from, to);
  const elsewhere = standing ? all.filter((row) => row.place === null).length : 0;
  return {
    events: {
      totals: eventTotals(rows, counted).map((total) => ({ ...total, query })),
      events: rows.map((row) => ({
        id: row.id,
        kind: row.kind,
        earliest: row.earliest,
        latest: row.latest,
        where: row.location ?? row.place,
        actor: row.actor,
        counts: row.counts.map(({ measure, value, qualifier, wording }, i) => ({
          measure,
          value,
          qualifier,
          wording,
          counted: counted.get(row.id)?.[i] ?? 'not_additive',
        })),
        sources: row.sources.map(cited),
        query,
      })),
    },
    gaps: elsewhere > 0 ? [{ code: 'not_located', series: on.series, figures: { events: elsewhere }, query }] : [],
  };
}
