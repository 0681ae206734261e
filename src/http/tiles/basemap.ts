import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Router } from 'express';
import type { Config } from '../../config.js';
import { newRouter } from '../new-router.js';

/** Where a basemap that is a file of the operator is served. */
const ADDRESS = '/web/basemap-style.json';

/** Whether SALIENT_BASEMAP names a file on this machine, and not an address. */
export function isBasemapFile(basemap: string): boolean {
  return basemap !== '' && !URL.canParse(basemap) && existsSync(basemap);
}

/** The address at which the page finds the operator's basemap; null where it draws the outlines that ship. */
export function basemapAddress(basemap: string): string | null {
  return isBasemapFile(basemap) ? ADDRESS.slice(1) : basemap || null;
}

/** Answers the operator's file, read each time: it may be made anew while the service runs. */
export function ownBasemap({ basemap }: Config): Router {
  const router = newRouter();
  router.get(ADDRESS, async (_request, response, next) => {
    if (!isBasemapFile(basemap)) return next();
    response.set('content-type', 'application/json').send(await readFile(basemap));
  });
  return router;
}
