import type { Db } from '../db/pool.js';
import { eventsOf } from '../db/statements.js';
import { countedOnce, eventTotals } from '../model/event-totals.js';
import type { Period } from '../model/periods.js';
import type { EventsPart, Gap } from '../model/report-content.js';
import type { Queries } from '../model/report-queries.js';
import { cited, type Standing } from './report-facts.js';
import type { AsOf } from './resolve.js';

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
