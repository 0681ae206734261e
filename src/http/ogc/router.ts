import type { Router } from 'express';
import { openSeriesViews } from '../../features/series-views.js';
import { newRouter } from '../new-router.js';
import type { Service } from '../service.js';
import { apiRoute } from './api.js';
import { COLLECTION_ROUTES } from './collections.js';
import { filterBody } from './filter-body.js';
import { itemWrites } from './item-writes.js';
import { ITEM_ROUTES } from './items.js';
import { LANDING_ROUTES } from './landing.js';
import { type OgcRoute, ogcHandler, pathsOf } from './route.js';
import { OGC_TILE_ROUTES, ogcTileHandler } from './tiles.js';
import { TILESET_ROUTES } from './tilesets.js';

const RESOURCES = [...LANDING_ROUTES, ...COLLECTION_ROUTES, ...ITEM_ROUTES, ...TILESET_ROUTES, ...OGC_TILE_ROUTES];

/** The table of the OGC API: below one root, so that clients are given one address, `http://host/ogc`. */
export const OGC_ROUTES: readonly OgcRoute[] = [...RESOURCES, apiRoute(RESOURCES)];

export function ogcRouter(service: Service): Router {
  const router = newRouter();
  const views = openSeriesViews(service.db);
  router.use(itemWrites(service, views));
  for (const route of OGC_ROUTES) {
    const handler = route.tilesOf
      ? ogcTileHandler(service, views, route.query({}), route.tilesOf)
      : ogcHandler(service, views, route);
    const paths = pathsOf(route).map((path) => path.replace(/\{(\w+)\}/g, ':$1'));
    router.get(paths, handler);
    if (route.files) router.post(paths, filterBody(), handler);
  }
  return router;
}
