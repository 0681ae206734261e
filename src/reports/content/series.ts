import { standingIn } from '../../change/region.sql.js';
import { type Scope, scopeOf } from '../../change/region-matrix.js';
import type { Instant, IsoDate } from '../../model/dates.js';
import { methodSentence, resolve, resolveSeries } from '../../series/as-of.js';
import { coverageOfPeriod, endsOfPeriod, type PeriodCoverage, type PeriodReason } from '../../series/coverage.js';
import { revisionsAt } from '../../series/revisions.sql.js';
import { partiesOf, type SeriesStatement } from '../../series/series.sql.js';
import type { Db } from '../../store/pool.js';
import type { ReportDefinition } from '../definition.js';
import { sidesShown } from '../figures.js';
import { localDate, type Period } from '../periods.js';
import { type Queries, queriesOf } from '../queries.js';
import type { Gap, SeriesPart, SilentSeries } from './content.js';
import { type Compared, type Ground, groundFigures, matrixOf, measureGround, stepOf } from './control.js';
import { changedPlaces, postFacts, routeFacts, type Standing } from './facts.js';
import { frontPart } from './front.js';
import { gapsOf } from './gaps.js';
import { areasOverTime, rateOf } from './rate.js';

/** One series measured over a period, and what its parts were made from. */
export interface MadeSeries<Beside = unknown> {
  part: SeriesPart;
  compared: Compared;
  scope: Scope;
  standing: Standing;
  ground: Ground;
  queries: Queries;
  gaps: Gap[];
  beside: Beside;
}

/** A series that knows nothing of the period. */
export interface SilencedSeries {
  silent: SilentSeries;
  gaps: Gap[];
}

/** Whether a series was measured. */
export const isMade = <T>(of: MadeSeries<T> | SilencedSeries): of is MadeSeries<T> => 'part' in of;

/**
 * Measures one series over a period, or states why nothing is known of it.
 * @param beside what else is to be found of the days compared, at the same time: a server has more than one processor
 * @throws SalientError as `makeReport`
 */
export async function makeSeries<Beside>(
  db: Db,
  series: string,
  { region, period: rule }: ReportDefinition,
  period: Period,
  knownAt: Instant,
  beside: (compared: Compared, scope: Scope) => Promise<Beside>,
): Promise<MadeSeries<Beside> | SilencedSeries> {
  const { statement: stated } = await resolveSeries(db, series, knownAt);
  const days = (await revisionsAt(db, series, knownAt)).map((row) => row.valid_on);
  const coverage = coverageOfPeriod(stated, days, period, todayAt(knownAt, rule.time_zone));
  if (coverage.reason !== null) return silenced(stated, coverage, coverage.reason, queriesOf(series, knownAt, region));
  const compared = await comparedDays(db, stated, days, period, knownAt);
  const { before, after } = compared;
  const scope = await scopeOf(db, after, region);
  const standing =
    scope && new Set((await standingIn(db, after.edition, scope.geom)).map(({ kind, id }) => `${kind} ${id}`));
  const queries = queriesOf(series, knownAt, region);
  const parties = await partiesOf(db, after.edition);
  const names = new Map(parties.map(({ id, name }) => [id, name]));
  const facts = async () => ({
    rate: await rateOf(db, compared, rule, period, scope, queries),
    places: await changedPlaces(db, compared, standing, queries),
    routes: await routeFacts(db, compared, scope, queries),
    posts: await postFacts(db, compared, standing, names, queries),
  });
  const [ground, { rate, ...standingFacts }, found] = await Promise.all([
    measureGround(db, compared, scope),
    facts(),
    beside(compared, scope),
  ]);
  const { statement } = after;
  const figures = groundFigures(ground, compared, queries);
  const matrix = matrixOf(ground, figures.changes, statement, queries.change(before.date, after.date));
  const part: SeriesPart = {
    id: series,
    title: statement.title,
    kind: statement.kind,
    publisher: statement.publisher,
    licence: statement.licence,
    method: methodSentence(statement),
    accuracy_m: statement.accuracy_m,
    accuracy_note: statement.accuracy_note,
    parties: statement.parties.map((id) => parties.find((row) => row.id === id) ?? { id, name: id, colour: '#777777' }),
    compared: { before: before.date, after: after.date },
    date_means: statement.date_means,
    coverage: {
      last_map: coverage.last_map,
      next_map: coverage.next_map,
      max_age_days: coverage.max_age_days,
      before_age_days: before.coverage.map_age_days,
      after_age_days: after.coverage.map_age_days,
    },
    matrix,
    ...figures,
    rate,
    ...standingFacts,
    front:
      sidesShown(figures.changes) < 2 ? null : await frontPart(db, compared, scope, { matrix, ...figures }, queries),
    areas: await areasOverTime(db, compared, rate.periods[0]?.from ?? period.from, scope, stepOf(ground, statement)),
  };
  const gaps = [...(await gapsOf(db, compared, period, ground, queries)), ...unknownParts(part, queries)];
  return { part, compared, scope, standing, ground, queries, gaps, beside: found };
}

/** The first day that is not over, by the calendar of the report: as known at an instant, never later than now. */
function todayAt(knownAt: Instant, timeZone: string): IsoDate {
  const now = new Date().toISOString() as Instant;
  return localDate(Date.parse(knownAt) < Date.parse(now) ? knownAt : now, timeZone);
}

function silenced(
  statement: SeriesStatement,
  { last_map, next_map, max_age_days, before_map }: PeriodCoverage,
  reason: PeriodReason,
  queries: Queries,
): SilencedSeries {
  const { series: id, title, publisher, licence, accuracy_m, accuracy_note } = statement;
  const coverage = { last_map, next_map, max_age_days, ...(before_map && { before_map }) };
  return {
    silent: {
      id,
      title,
      publisher,
      licence,
      method: methodSentence(statement),
      accuracy_m,
      accuracy_note,
      coverage,
      reason,
    },
    gaps: [{ code: 'nothing_known', series: id, figures: { reason, ...dated(coverage) }, query: queries.dates() }],
  };
}

/** What is not null of it. */
const dated = ({
  last_map,
  next_map,
  max_age_days,
  before_map,
}: SilentSeries['coverage']): Record<string, string | number> => ({
  max_age_days,
  ...(last_map && { last_map }),
  ...(next_map && { next_map }),
  ...(before_map && { before_map }),
});

/** What the series knows nothing of at all. */
function unknownParts({ id: series, places, front, changes, compared }: SeriesPart, queries: Queries): Gap[] {
  const sides = sidesShown(changes) === 0 ? 'no_sides' : 'no_front';
  const gap = (code: Gap['code']): Gap => ({ code, series, figures: {}, query: queries.dates() });
  const days = (['before', 'after'] as const).filter((side) => front?.pairs.some((pair) => pair[side] === null));
  return [
    ...(places === null ? [gap('no_places')] : []),
    ...(front === null ? [gap(sides)] : []),
    ...days.map((side) => ({ ...gap('front_unknown'), figures: { on: compared[side] }, query: queries.front(compared[side]) })), // biome-ignore format: a gap
  ];
}

/** The maps that stand for the ends of the period; where the series begins later, its first one. */
async function comparedDays(
  db: Db,
  statement: SeriesStatement,
  days: readonly IsoDate[],
  period: Period,
  knownAt: Instant,
): Promise<Compared> {
  const { series } = statement;
  const ends = endsOfPeriod(statement, period);
  const after = await resolve(db, { series, date: ends.after, knownAt });
  const [first] = days;
  const eve = ends.before;
  const date = first && first > eve ? first : eve;
  return { before: await resolve(db, { series, date, knownAt }), after };
}
