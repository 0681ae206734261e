import { standingIn } from '../change/region.sql.js';
import { type MeasuredRegion, measureRegion, type Scope, scopeOf } from '../change/region-matrix.js';
import { addDays, type Instant } from '../model/dates.js';
import { methodSentence, resolve } from '../series/as-of.js';
import { revisionsAt } from '../series/revisions.sql.js';
import { partiesOf } from '../series/series.sql.js';
import type { Db } from '../store/pool.js';
import type { Gap, SeriesPart } from './content.js';
import { areasOverTime, type Compared, groundFigures, rateOf } from './content-control.js';
import { changedPlaces, postFacts, routeFacts, type Standing } from './content-facts.js';
import { frontPart } from './content-front.js';
import { gapsOf } from './content-gaps.js';
import type { ReportDefinition } from './definition.js';
import { shownMatrix, shownUnit } from './figures.js';
import type { Period } from './periods.js';
import { type Queries, queriesOf } from './queries.js';

/** One series measured over a period, and what its parts were made from. */
export interface MadeSeries {
  part: SeriesPart;
  compared: Compared;
  scope: Scope;
  standing: Standing;
  ground: MeasuredRegion;
  queries: Queries;
  gaps: Gap[];
}

/** Measures one series over a period. @throws SalientError as `makeReport` */
export async function makeSeries(
  db: Db,
  series: string,
  { region, period: rule }: ReportDefinition,
  period: Period,
  knownAt: Instant,
): Promise<MadeSeries> {
  const compared = await comparedDays(db, series, period, knownAt);
  const { before, after } = compared;
  const scope = await scopeOf(db, after, region);
  const standing =
    scope && new Set((await standingIn(db, after.edition, scope.geom)).map(({ kind, id }) => `${kind} ${id}`));
  const ground = await measureRegion(db, before, after, scope);
  const queries = queriesOf(series, knownAt, region);
  const parties = await partiesOf(db, after.edition);
  const names = new Map(parties.map(({ id, name }) => [id, name]));
  const { statement } = after;
  const figures = groundFigures(ground, compared, queries);
  const rate = await rateOf(db, compared, rule, period, scope, queries);
  const part: SeriesPart = {
    id: series,
    title: statement.title,
    publisher: statement.publisher,
    licence: statement.licence,
    method: methodSentence(statement),
    accuracy_m: statement.accuracy_m,
    accuracy_note: statement.accuracy_note,
    parties: statement.parties.map((id) => parties.find((row) => row.id === id) ?? { id, name: id, colour: '#777777' }),
    compared: { before: before.date, after: after.date },
    matrix: shownMatrix(
      ground.figures.matrix,
      shownUnit(statement.accuracy_m),
      ground.figures.residual_km2,
      queries.change(before.date, after.date),
    ),
    ...figures,
    rate,
    places: await changedPlaces(db, compared, standing, queries),
    routes: await routeFacts(db, compared, scope, queries),
    posts: await postFacts(db, compared, standing, names, queries),
    front: await frontPart(db, compared, scope, figures.patches, queries),
    areas: await areasOverTime(db, compared, rate.periods[0]?.from ?? period.from, scope),
  };
  const gaps = await gapsOf(db, compared, period, ground, queries);
  return { part, compared, scope, standing, ground, queries, gaps };
}

/** The maps of the day before the period, or the series' first one, and of its last day. */
async function comparedDays(db: Db, series: string, period: Period, knownAt: Instant): Promise<Compared> {
  const after = await resolve(db, { series, date: addDays(period.to, -1), knownAt });
  const [first] = await revisionsAt(db, series, knownAt);
  const eve = addDays(period.from, -1);
  const date = first && first.valid_on > eve ? first.valid_on : eve;
  return { before: await resolve(db, { series, date, knownAt }), after };
}
