import type { Instant } from '../model/dates.js';
import type { Period } from '../model/period.js';
import { archiveAt, hashesAt, reliabilityAt } from '../series/cited-sources.sql.js';
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

/** Columns that claims and events have in common; `x` is the log row, `p` its place. */
const LOGGED = `x.relation, x.place::text, x.location, x.earliest, x.latest, x.dates_inferred, x.withdrawn_on, x.withdrawn_why,
        x.note, p.geom`;
/**
 * A row stands at `$3`; with a period its days touch it. A day that is not stated leaves that end open, as the schema declares them (the ends of
 * the primary interval, Part 5): a claim whose `latest` is empty, which `expected`, `held`, `denied` and `access` may be, holds on without end. What
 * has no day touches every period (OGC API – Features, Part 1, 7.15.4).
 */
const STANDS = `x.theatre = $1 and stands_at(x.recorded_at, x.superseded_at, $3::timestamptz)
        and (not $4::boolean or coalesce(x.earliest, '-infinity') <= coalesce($6::date, 'infinity')
                                and coalesce(x.latest, 'infinity') >= coalesce($5::date, '-infinity'))`;
/** Whether the place of a row has a position. */
const placed = (located: boolean) => `and p.geom is ${located ? 'not null' : 'null'}`;
/** The sources that a row cites, and what is known of them: grades of publishers, archives, hashes of copies. */
const cited = (log: 'claim' | 'event') => {
  const list = (of: string) => `(select string_agg(${of}, '; ' order by s.id)
              from ${log}_source cs join source s on s.no = cs.source where cs.${log} = x.no)`;
  const known = '$3';
  return `${list("concat_ws(', ', s.publisher, s.title, s.url)")} as sources,
        ${list(`s.publisher || ': ' || ${reliabilityAt(known)}`)} as reliability,
        ${list(archiveAt(known))} as archives,
        ${list(hashesAt(known))} as copies`;
};

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
    sql: `select x.id::text, x.kind, x.party::text, x.post_operator || '/' || x.post_number as post, x.published_on, ${LOGGED},
        ${cited('claim')}
      from claim x left join place_entry p on p.edition = $2 and p.place = x.place where ${STANDS} ${placed(located)}`,
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
    sql: `select x.id::text, x.kind, x.actor, x.part_of::text, ${LOGGED}, ${cited('event')},
        (select string_agg(n.measure || ': ' || concat_ws(' ', replace(n.qualifier, '_', ' '), n.value, n.wording), '; ' order by n.measure)
              from event_count n where n.event = x.no) as counts
      from event x left join place_entry p on p.edition = $2 and p.place = x.place where ${STANDS} ${placed(located)}`,
    values: logged(theatre, edition, period, knownAt),
  };
}
