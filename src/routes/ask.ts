import { SalientError } from '../errors.js';
import {
  type AsOf,
  type AsOfRequest,
  envelope,
  lastDayKnown,
  methodSentence,
  resolve,
  resolveSeries,
  unknownDays,
} from '../series/as-of.js';
import { placesAlong, routePieces, routesOf } from '../series/reference/routes.sql.js';
import { revisionsAt } from '../series/revisions.sql.js';
import { once } from '../store/memo.js';
import type { Db, Queryable } from '../store/pool.js';
import { type RoutePieceOn, routePiecesOver, routePositions } from './history.sql.js';
import { cutPoints, kilometresByClass, type Stretch, stretchesOf } from './stretches.js';

/** The stretches of every route of the theatre in a revision: cut once and kept, an import does so for a new map. */
export async function routeStretches(
  db: Queryable,
  { edition, revision }: Pick<AsOf, 'edition' | 'revision'>,
): Promise<Map<string, Stretch[]>> {
  const stretches = await once(db, 'stretches-2', [edition, revision], async () => {
    const pieces = await routePieces(db, edition, revision);
    return [...new Set(pieces.map((piece) => piece.route))].map((route): [string, Stretch[]] => [
      route,
      stretchesOf(pieces.filter((piece) => piece.route === route)),
    ]);
  });
  return new Map(stretches);
}

/**
 * Who holds each kilometre of a route.
 * @throws SalientError `unknown_route`
 */
export async function askRoute(db: Db, requested: AsOfRequest, id: string) {
  const asOf = await resolve(db, requested);
  const { edition, revision } = asOf;
  const kept = await once(db, 'route-2', [edition, revision, id], async () => ({
    ...(await alongRoute(db, edition, id)),
    stretches: (await routeStretches(db, asOf)).get(id) ?? [],
  }));
  const { places, stretches, ...rest } = kept;
  return { ...envelope(asOf), route: id, ...rest, stretches, places };
}

/** What a route is on any day: its length, and the places along it by kilometre. */
async function alongRoute(db: Queryable, edition: number, id: string) {
  const { length_m, ...rest } = await routeNamed(db, edition, id);
  return { ...rest, length_km: length_m / 1000, places: await placesAlong(db, edition, id) };
}

async function routeNamed(db: Queryable, edition: number, id: string) {
  const routes = await routesOf(db, edition);
  const route = routes.find((found) => found.id === id);
  if (!route) {
    throw new SalientError(
      'unknown_route',
      `there is no route ${JSON.stringify(id)}; there are ${routes.map((r) => r.id).join(', ')}`,
    );
  }
  return route;
}

/**
 * A route at every map of a series: kilometres by class (what runs along a border once, as `front`), the stretches, and
 * the points where the class changes.
 * @throws SalientError `unknown_route`
 */
export async function askRouteHistory(db: Queryable, requested: Omit<AsOfRequest, 'date'>, id: string) {
  const { statement, edition } = await resolveSeries(db, requested.series, requested.knownAt);
  const revisions = await revisionsAt(db, requested.series, requested.knownAt);
  const ids = revisions.map((row) => row.id);
  const { places, states, ...rest } = await once(db, 'route-history-3', [edition, id, ids], async () => {
    const along = await alongRoute(db, edition, id);
    const pieces = new Map<number, RoutePieceOn[]>(ids.map((revision) => [revision, []]));
    for (const piece of await routePiecesOver(db, edition, id, ids)) pieces.get(piece.revision)?.push(piece);
    const dated = revisions.map(({ id: revision, valid_on: from }, index) => ({
      from,
      to: revisions[index + 1]?.valid_on ?? null,
      revision,
      stretches: stretchesOf(pieces.get(revision) ?? []),
    }));
    const cuts = dated.flatMap(({ stretches }) => cutPoints(stretches).map(({ km }) => km * 1000));
    const positions = new Map(
      (await routePositions(db, edition, id, [...new Set(cuts)])).map((row) => [row.m, row.position]),
    );
    const reported = dated.map((state) => ({
      ...state,
      km: kilometresByClass(state.stretches),
      cuts: cutPoints(state.stretches).map((cut) => ({ ...cut, position: positions.get(cut.km * 1000) ?? null })),
    }));
    return { ...along, states: reported };
  });
  return {
    series: requested.series,
    method: methodSentence(statement),
    known_at: requested.knownAt,
    route: id,
    ...rest,
    complete_until: statement.complete_until,
    // The last state is open: who holds what is not known after this day.
    known_until: await lastDayKnown(db, requested, statement),
    unknown_days: await unknownDays(db, requested, statement),
    places,
    states,
  };
}
