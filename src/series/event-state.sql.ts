import type { Instant, IsoDate } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';

/** The events of a week as a state: from which day the same ones count, and when the log last changed among them. */
export interface EventState {
  on: IsoDate;
  /** Microseconds since 1970: an instant of the log, exactly. */
  known: number;
}

/** For how many days an event stays on the map after its last one. */
export const EVENT_DAYS = 7;

/**
 * The state of the located events on each of some days. An event counts from its earliest day until a week after its
 * latest; two days on which the same versions of the same events count have the same state.
 */
export async function eventStates(
  db: Queryable,
  theatre: string,
  days: readonly IsoDate[],
  knownAt: Instant | null,
): Promise<Map<IsoDate, EventState | null>> {
  const rows = await db.query<{ day: IsoDate; on: IsoDate | null; known: number | null }>(
    `select d.day, happened.since as "on", happened.known
     from unnest($2::date[]) as d(day)
       left join lateral event_state($1, d.day, $4, coalesce($3::timestamptz, 'infinity')) happened on true`,
    [theatre, days, knownAt, EVENT_DAYS],
  );
  return new Map(rows.map(({ day, on, known }) => [day, on === null || known === null ? null : { on, known }]));
}

/** The days in `(after, before)` on which an event of the theatre begins or ceases to count. */
export async function eventTurns(
  db: Queryable,
  theatre: string,
  after: IsoDate,
  before: IsoDate,
  knownAt: Instant | null,
): Promise<IsoDate[]> {
  const rows = await db.query<{ day: IsoDate }>(
    `select distinct turn.day
     from event cross join lateral (values (earliest), (latest + $5::int)) as turn(day)
     where theatre = $1 and place is not null and withdrawn_on is null and turn.day > $2::date and turn.day < $3::date
       and stands_at(recorded_at, superseded_at, $4::timestamptz)
     order by turn.day`,
    [theatre, after, before, knownAt, EVENT_DAYS],
  );
  return rows.map((row) => row.day);
}
