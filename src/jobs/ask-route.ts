import type { Db, Queryable } from '../db/pool.js';
import { placesAlong, routePieces, routesOf } from '../db/routes.js';
import { SalientError } from '../errors.js';
import { type Stretch, stretchesOf } from '../model/stretches.js';
import { type Asked, type AsOf, envelope, resolve } from './resolve.js';

/** The stretches of every route of the theatre on the resolved day. */
export async function routeStretches(db: Queryable, asOf: AsOf): Promise<Map<string, Stretch[]>> {
  const byRoute = new Map<string, Stretch[]>();
  const pieces = await routePieces(db, asOf.edition, asOf.revision);
  for (const route of new Set(pieces.map((piece) => piece.route))) {
    byRoute.set(route, stretchesOf(pieces.filter((piece) => piece.route === route)));
  }
  return byRoute;
}

/**
 * Who holds each kilometre of a route.
 * @throws SalientError `unknown_route`
 */
export async function askRoute(db: Db, asked: Asked, id: string) {
  const asOf = await resolve(db, asked);
  const routes = await routesOf(db, asOf.edition);
  const route = routes.find((found) => found.id === id);
  if (!route) {
    throw new SalientError(
      'unknown_route',
      `there is no route ${JSON.stringify(id)}; there are ${routes.map((r) => r.id).join(', ')}`,
    );
  }
  const { length_m, ...rest } = route;
  const stretches = (await routeStretches(db, asOf)).get(id) ?? [];
  const places = await placesAlong(db, asOf.edition, id);
  return { ...envelope(asOf), route: id, ...rest, length_km: length_m / 1000, stretches, places };
}
