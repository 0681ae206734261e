import { placeHistory, placesHeld } from '../db/places.js';
import type { Queryable } from '../db/pool.js';
import { stepRows, stepsStated } from '../db/steps.js';
import type { Balance } from '../model/balance.js';
import { classOf } from '../model/classes.js';
import { placeChanges } from '../model/place-history.js';
import { type KindsOfChange, kindsOfChange, transposed } from '../model/step-kinds.js';
import { routeChange } from '../model/stretches.js';
import { routeStretches } from './ask-route.js';
import { once } from './keep-answer.js';
import { measuredSteps } from './measure-change.js';
import type { AsOf } from './resolve.js';

/** A map on a day in its validity, and the edition whose places and routes are asked about. */
export type MapInForce = Pick<AsOf, 'series' | 'date' | 'knownAt' | 'edition' | 'revision'>;

/**
 * The places and kilometres that passed between two maps, and the kinds of the steps between them: kept, and another
 * answer once a step between is another. An import keeps that of both neighbours of a new map.
 */
export async function passedBetween(db: Queryable, before: MapInForce, after: MapInForce, figures: Balance) {
  const [first, last] = inOrder(before, after);
  const steps = await stepsStated(db, after.series, first.date, last.date, after.knownAt);
  const revisions = [first.revision, ...steps.map((step) => step.revision)];
  const stated = steps.filter((step) => step.why !== null).map(({ revision, kind, why }) => [revision, kind, why]);
  const inputs = [before.revision, after.revision, before.edition, after.edition, revisions, stated];
  return once(db, 'passed-4', inputs, async () => ({
    places: await changedPlaces(db, before, after, revisions),
    route: await changedRoutes(db, before, after),
    ...(await kindsBetween(db, before, after, figures)),
  }));
}

/** The steps between the two maps told apart by kind; backwards where the days are. */
async function kindsBetween(
  db: Queryable,
  before: MapInForce,
  after: MapInForce,
  figures: Balance,
): Promise<KindsOfChange> {
  const [first, last] = inOrder(before, after);
  const steps = await measuredSteps(db, await stepRows(db, after.series, first.date, last.date, after.knownAt));
  const told = first === before ? steps : steps.map((step) => ({ ...step, matrix: transposed(step.matrix) }));
  const net = new Map(figures.parties.map(({ party, net_km2 }) => [party, net_km2 * 1e6]));
  return kindsOfChange(told, net, figures.theatre_km2 * 1e6);
}

const inOrder = (before: MapInForce, after: MapInForce) =>
  (before.date <= after.date ? [before, after] : [after, before]) as [MapInForce, MapInForce];

async function changedPlaces(db: Queryable, before: MapInForce, after: MapInForce, revisions: readonly number[]) {
  const [first, last] = inOrder(before, after);
  const history = await placeHistory(db, after.edition, revisions);
  const changes = placeChanges(history, first.date, last.date, (row) => classOf(row.status, row.party));
  const held = new Map((await placesHeld(db, after.edition, last.revision)).map((row) => [row.id, row]));
  const forward = first === before;
  return changes.map(({ place, from, to, on }) => ({
    id: place,
    name: held.get(place)?.name ?? place,
    ...(forward ? { from, to } : { from: to, to: from }),
    on,
    claims: held.get(place)?.claims ?? [],
  }));
}

async function changedRoutes(db: Queryable, before: MapInForce, after: MapInForce) {
  const earlier = await routeStretches(db, before);
  const later = await routeStretches(db, after);
  return [...later].flatMap(([route, stretches]) =>
    routeChange(earlier.get(route) ?? [], stretches).map((row) => ({ route, ...row })),
  );
}
