import { classOf } from '../model/classes.js';
import type { IsoDate } from '../model/dates.js';
import { routeStretches } from '../routes/ask.js';
import { type RoutePassed, routeChange, routeNet } from '../routes/stretches.js';
import type { AsOf } from '../series/as-of.js';
import { placeChanges } from '../series/reference/place-history.js';
import { knownIn, placeHistory, placesControlled } from '../series/reference/places.sql.js';
import { statementAt } from '../series/series.sql.js';
import { type KindsOfChange, kindsOfChange, STEP_KINDS, type StepKind, transposed } from '../series/step-kinds.js';
import { type StepRow, stepRows, stepsStated } from '../series/steps.sql.js';
import { once } from '../store/memo.js';
import type { Queryable } from '../store/pool.js';
import type { Balance } from './balance.js';
import { measuredChangeSets, type OtherStep, otherSteps } from './matrix.js';

/** A map on a day in its validity, and the edition whose places and routes are read. */
export type MapInForce = Pick<AsOf, 'series' | 'date' | 'knownAt' | 'edition' | 'revision'>;

/**
 * The places and kilometres that passed between two maps, of which there are any at all (`known`), and the kinds of the steps between them: kept, and another
 * answer once a step between is another. An import keeps that of both neighbours of a new map.
 */
export async function placesAndRoutesBetween(db: Queryable, before: MapInForce, after: MapInForce, figures: Balance) {
  const [first, last] = inOrder(before, after);
  const steps = await stepsStated(db, after.series, first.date, last.date, after.knownAt);
  const revisions = [first.revision, ...steps.map((step) => step.revision)];
  const stated = steps.filter((step) => step.why !== null).map(({ revision, kind, why }) => [revision, kind, why]);
  const inputs = [before.revision, after.revision, before.edition, after.edition, revisions, stated];
  return once(db, 'passed-8', inputs, async () => {
    const rows = await stepRows(db, after.series, first.date, last.date, after.knownAt);
    const others = otherSteps(rows, first === before);
    const route = await changedRoutes(db, before, after);
    return {
      places: await changedPlaces(db, before, after, revisions, others),
      route,
      route_net: routeNet(route, await routesInSteps(db, after.edition, others)),
      known: await knownIn(db, after.edition),
      ...(await kindsBetween(db, rows, first === before, figures)),
    };
  });
}

/** The steps between the two maps distinguished by kind; backwards where the days are. */
async function kindsBetween(
  db: Queryable,
  rows: readonly StepRow[],
  forward: boolean,
  figures: Balance,
): Promise<KindsOfChange> {
  const steps = await measuredChangeSets(db, rows);
  const reported = forward ? steps : steps.map((step) => ({ ...step, matrix: transposed(step.matrix) }));
  const net = new Map(figures.parties.map(({ party, net_km2 }) => [party, net_km2 * 1e6]));
  return kindsOfChange(reported, net, figures.theatre_km2 * 1e6);
}

const inOrder = (before: MapInForce, after: MapInForce) =>
  (before.date <= after.date ? [before, after] : [after, before]) as [MapInForce, MapInForce];

async function changedPlaces(
  db: Queryable,
  before: MapInForce,
  after: MapInForce,
  revisions: readonly number[],
  others: readonly OtherStep[],
) {
  const [first, last] = inOrder(before, after);
  const history = await placeHistory(db, after.edition, revisions);
  const stated = await statementAt(db, after.series, after.knownAt);
  const series = { kind: stated?.kind ?? ('imported' as const), date_means: stated?.date_means ?? null };
  const changes = placeChanges(history, first.date, last.date, (row) => classOf(row.status, row.party), series);
  const held = new Map((await placesControlled(db, after.edition, last.revision)).map((row) => [row.id, row]));
  const forward = first === before;
  return changes.map(({ place, from, to, on, turns }) => ({
    id: place,
    name: held.get(place)?.name ?? place,
    ...(forward ? { from, to } : { from: to, to: from }),
    on,
    kinds: kindsOn(turns, others),
    claims: held.get(place)?.claims ?? [],
  }));
}

/** Of which kinds the steps were in which a place came to be in another class. */
export function kindsOn(turns: readonly IsoDate[], others: readonly Pick<OtherStep, 'date' | 'kind'>[]): StepKind[] {
  const kinds = new Set(turns.map((day) => others.find(({ date }) => date === day)?.kind ?? 'movement'));
  return STEP_KINDS.filter((kind) => kinds.has(kind));
}

type RoutesOn = Pick<MapInForce, 'edition' | 'revision'>;

async function changedRoutes(db: Queryable, before: RoutesOn, after: RoutesOn): Promise<RoutePassed[]> {
  const earlier = await routeStretches(db, before);
  const later = await routeStretches(db, after);
  return [...later].flatMap(([route, stretches]) =>
    routeChange(earlier.get(route) ?? [], stretches).map((row) => ({ route, ...row })),
  );
}

/** What each step that is no movement made of the routes of the later day's edition. */
async function routesInSteps(db: Queryable, edition: number, others: readonly OtherStep[]) {
  const reported: { kind: OtherStep['kind']; passed: RoutePassed[] }[] = [];
  for (const { kind, before, after } of others) {
    const pair = [
      { edition, revision: before },
      { edition, revision: after },
    ] as const;
    reported.push({ kind, passed: await once(db, 'route-step-1', pair, () => changedRoutes(db, ...pair)) });
  }
  return reported;
}
