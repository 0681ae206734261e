import type { Instant } from '../model/dates.js';
import type { Queryable } from './pool.js';

/**
 * The instant at which a series and its theatre last became as they are now, or had become by `knownAt`: what a question
 * is pinned to, so that its later pages see the same state. Not the clock: a transaction under way has taken its
 * recording instant already and will be visible only later. Writers take turns (`recordingInstant`), so nothing that
 * commits after this look has an earlier instant. Null: nothing was recorded by then.
 */
export async function latestRecording(
  db: Queryable,
  series: string,
  theatre: string,
  knownAt: Instant | null,
): Promise<Instant | null> {
  const [row] = await db.query<{ at: Instant | null }>(
    `select max(at) as at from (
       select unnest(array[recorded_at, superseded_at]) as at from revision where series = $1
       union all select recorded_at from series_statement where series = $1
       union all select recorded_at from edition where theatre = $2
       union all select unnest(array[recorded_at, superseded_at]) from claim where theatre = $2
       union all select unnest(array[recorded_at, superseded_at]) from event where theatre = $2
       union all select recorded_at from publisher_reliability where theatre = $2
       union all select recorded_at from source_copy where theatre = $2
       union all select greatest(c.recorded_at, o.released_at) from source_copy c join proposal p on p.id = c.proposal
                   join proposal_release o on o.proposal = p.id where p.theatre = $2
     ) recorded where at <= coalesce($3::timestamptz, 'infinity')`,
    [series, theatre, knownAt],
    'prepared',
  );
  return row?.at ?? null;
}
