import { Router } from 'express';
import type { Service } from '../service.js';
import { apiRoute } from './api.js';
import { COLLECTION_ROUTES } from './collections.js';
import { ITEM_ROUTES } from './items.js';
import { LANDING_ROUTES } from './landing.js';
import { type OgcRoute, ogcHandler } from './route.js';

const RESOURCES = [...LANDING_ROUTES, ...COLLECTION_ROUTES, ...ITEM_ROUTES];

/** The table of the OGC API: below one root, so that clients are given one address, `http://host/ogc`. */
export const OGC_ROUTES: readonly OgcRoute[] = [...RESOURCES, apiRoute(RESOURCES)];

export function ogcRouter(service: Service): Router {
  const router = Router();
  for (const route of OGC_ROUTES) {
    router.get(`/ogc${route.path.replace(/\{(\w+)\}/g, ':$1')}`, ogcHandler(service, route));
  }
  return router;
}
