import type { MeasuredRegion } from '../../change/region-matrix.js';
import { reviewQueue } from '../../maps/review/review.sql.js';
import { HOLDER_UNKNOWN } from '../../model/classes.js';
import { addDays, dayNumber, type IsoDate } from '../../model/dates.js';
import { endsOfPeriod, maxAgeDays } from '../../series/coverage.js';
import { revisionsAt } from '../../series/revisions.sql.js';
import type { Db } from '../../store/pool.js';
import { reported, reportedArea, shownUnit } from '../figures.js';
import type { Period } from '../periods.js';
import type { Queries } from '../queries.js';
import type { Gap } from './content.js';
import { type Compared, stepOf } from './control.js';

/** A silence so many times as long as the usual step between two maps is reported. */
const UNUSUAL = 3;

/** What a series does not know of a period: where it begins and ends, days without a map, ground nobody reports on. */
export async function gapsOf(
  db: Db,
  { before, after }: Compared,
  period: Period,
  ground: MeasuredRegion,
  queries: Queries,
): Promise<Gap[]> {
  const { series, statement } = after;
  const query = queries.dates();
  const gap = (code: Gap['code'], figures: Gap['figures'], requested = query): Gap => ({
    code,
    series,
    figures,
    query: requested,
  });
  const gaps: Gap[] = [];
  const days = (await revisionsAt(db, series, after.knownAt)).map((row) => row.valid_on);
  const until = statement.complete_until;
  if (before.date > endsOfPeriod(statement, period).before)
    gaps.push(gap('begins_later', { first: before.date, from: period.from }));
  if (until !== null && until < addDays(period.to, -1)) {
    gaps.push(gap(until < period.from ? 'stale' : 'ends_earlier', { until, to: addDays(period.to, -1) }));
  }
  const maps = days.filter((day) => day > before.date && day <= after.date);
  if (maps.length === 0) gaps.push(gap('no_map_in_period', { last: days.findLast((day) => day <= before.date) ?? '' }));
  // Maps made from dated reports change when something is reported: a quiet day is no missing map.
  if (statement.kind === 'imported') {
    const silence = longestSilence(days, period);
    const usual = median(days.slice(1).map((day, i) => dayNumber(day) - dayNumber(days[i] as IsoDate)));
    // Where too few maps tell what is usual, days that no map stands for.
    if (silence && silence.days >= (usual === null ? maxAgeDays(statement) + 1 : UNUSUAL * usual)) {
      gaps.push(gap('missing_days', usual === null ? silence : { ...silence, usual }));
    }
  }
  // What waits is known by when it came; a map decided on since was waiting then.
  const waiting = (await reviewQueue(db, series)).filter(
    ({ date, held_at, decision }) =>
      date >= period.from &&
      date < period.to &&
      Date.parse(held_at) <= Date.parse(after.knownAt ?? held_at) &&
      (decision === null || Date.parse(decision.decided_at) > Date.parse(after.knownAt ?? decision.decided_at)),
  );
  if (waiting.length > 0) gaps.push(gap('held', { count: waiting.length }));
  const unknown = ground.figures.parties
    .filter(({ party }) => HOLDER_UNKNOWN.includes(party))
    .reduce((sum, { after_km2 }) => sum + after_km2, 0);
  const all = ground.figures.theatre_km2;
  if (unknown >= shownUnit(statement.accuracy_m, 0, 0, all)) {
    const km2 = reportedArea(unknown, stepOf(ground, statement));
    gaps.push(gap('unknown_ground', { km2, percent: reported((100 * unknown) / all) }, queries.control(after.date)));
  }
  return gaps;
}

/** The longest run of days of a period of which there is no map: its first and its last day, and how many it has. */
function longestSilence(
  maps: readonly IsoDate[],
  { from, to }: Pick<Period, 'from' | 'to'>,
): { from: IsoDate; to: IsoDate; days: number } | null {
  const edges = [addDays(from, -1), ...maps.filter((day) => day >= from && day < to), to];
  let longest: { from: IsoDate; to: IsoDate; days: number } | null = null;
  for (const [i, next] of edges.slice(1).entries()) {
    const first = addDays(edges[i] as IsoDate, 1);
    const days = dayNumber(next) - dayNumber(first);
    if (days > (longest?.days ?? 0)) longest = { from: first, to: addDays(next, -1), days };
  }
  return longest;
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length < 3 ? null : (sorted[Math.floor(sorted.length / 2)] ?? null);
}
