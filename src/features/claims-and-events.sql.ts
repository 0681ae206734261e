import type { Instant } from '../model/dates.js';
import type { Period } from '../model/period.js';
import type { Source } from './source.sql.js';

const between = (period: Period | null) => [period?.from ?? null, period?.to ?? null] as const;

/** Posts of an edition in service on a day of the period; all when it is open on both sides. */
export function postSource(edition: number, period: Period | null): Source {
  return {
    sql: `select operator || '-' || number as id, operator::text, number, number_source, name, error_m,
        lower(established) as established_earliest, upper(established) - 1 as established_latest,
        lower(withdrawn) as withdrawn_earliest, upper(withdrawn) - 1 as withdrawn_latest, note,
        lower(established) as valid_from, upper(withdrawn) - 1 as valid_to, geom
      from post
      where edition = $1 and lower(established) <= coalesce($3::date, 'infinity')
        and (withdrawn is null or upper(withdrawn) - 1 > coalesce($2::date, '-infinity'))`,
    values: [edition, ...between(period)],
  };
}

/** Columns that claims and events have in common; `s` is the log row, `p` its place. */
const LOGGED = `s.relation, s.place::text, s.location, s.earliest, s.latest, s.dates_inferred, s.withdrawn_on, s.withdrawn_why,
        s.note, p.geom`;
/** A row stands at `$3`; with a period it has days of its own, and they touch it. */
const STANDS = `s.theatre = $1 and stands_at(s.recorded_at, s.superseded_at, $3::timestamptz)
        and (not $4::boolean
             or coalesce(s.earliest, s.latest) <= coalesce($6::date, 'infinity') and coalesce(s.latest, s.earliest) >= coalesce($5::date, '-infinity'))`;
/** Whether the place of a row has a position. */
const placed = (located: boolean) => `and p.geom is ${located ? 'not null' : 'null'}`;
const cited = (log: string) => `(select string_agg(concat_ws(', ', c.publisher, c.title, c.url), '; ' order by c.id)
              from ${log}_source cs join source c on c.no = cs.source where cs.${log} = s.no) as sources`;

const logged = (theatre: string, edition: number, period: Period | null, knownAt: Instant) => [
  theatre,
  edition,
  knownAt,
  period !== null,
  ...between(period),
];

/** Claims of a theatre as known at an instant, those with a position or those without. */
export function claimSource(
  theatre: string,
  edition: number,
  period: Period | null,
  knownAt: Instant,
  located: boolean,
): Source {
  return {
    sql: `select s.id::text, s.kind, s.party::text, s.post_operator || '/' || s.post_number as post, s.published_on, ${LOGGED},
        ${cited('claim')}
      from claim s left join place_entry p on p.edition = $2 and p.place = s.place where ${STANDS} ${placed(located)}`,
    values: logged(theatre, edition, period, knownAt),
  };
}

/** Events of a theatre as known at an instant, those with a position or those without, each count in words. */
export function eventSource(
  theatre: string,
  edition: number,
  period: Period | null,
  knownAt: Instant,
  located: boolean,
): Source {
  return {
    sql: `select s.id::text, s.kind, s.actor, s.part_of::text, ${LOGGED}, ${cited('event')},
        (select string_agg(n.measure || ': ' || concat_ws(' ', replace(n.qualifier, '_', ' '), n.value, n.wording), '; ' order by n.measure)
              from event_count n where n.event = s.no) as counts
      from event s left join place_entry p on p.edition = $2 and p.place = s.place where ${STANDS} ${placed(located)}`,
    values: logged(theatre, edition, period, knownAt),
  };
}
