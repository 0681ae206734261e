import { DAY_MAPS } from '../../src/http/day-map.js';
import { SNAPSHOT_ROUTES } from '../../src/http/maps/snapshot-routes.js';
import { OGC_ROUTES } from '../../src/http/ogc/router.js';
import type { Parameters } from '../../src/http/parameters.js';
import { REPORT_PAGES } from '../../src/http/reports/report-pages.js';
import { ROUTES } from '../../src/http/routes.js';
import { TILE_JSONS, TILE_ROUTES } from '../../src/http/tiles/tile-routes.js';
import { LIVE_UPDATES } from '../../src/http/web/live-updates.js';
import { defineAlert } from '../../src/reports/alerts/ask.js';
import { defineReport } from '../../src/reports/define.js';
import { issuePeriod } from '../../src/reports/issue.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import type { Db } from '../../src/store/pool.js';
import { valley } from './valley.js';

/*
 * Every path that answers readers, and an address of each about a series of the valley (setup/valley.ts) that has a report and an
 * alert rule called `{series}-r`: for tests that walk over all of them.
 */

/** Stores the series of the valley with its report and its alert rule. */
export async function storeValley(store: Db, series: string): Promise<void> {
  await loadBundle(store, parseBundle(valley(series)), () => {});
  await deriveSeries(store, series, {}, () => {});
  const report = { id: `${series}-r`, title: series, series: [series], period: { every: 'month' } };
  await defineReport(store, { ...report, since: '2021-02-01', formats: ['json'] });
  await issuePeriod(store, `${series}-r`, '2021-02');
  await defineAlert(store, { id: `${series}-r`, title: series, series, when: { kind: 'place' } });
}

/** The day that addresses ask about. */
export const ROUTE_DAY = '2021-02-05';

/** Values that fit the parameter of a name. */
const VALUES: Readonly<Record<string, string>> = {
  ...{
    date: ROUTE_DAY,
    from: '2021-01-01',
    to: '2021-03-01',
    number: '1',
    operator: 'upland',
    place: 'a',
    party: 'north',
  },
  ...{
    z: '7',
    x: '67',
    y: '43',
    held: '1',
    proposal: '1',
    subscription: '1',
    form: 'geojson',
    period: '2021-02',
    holder: 'token:x',
    why: 'so',
  },
  ...{
    tileMatrixSetId: 'WebMercatorQuad',
    tileMatrix: '7',
    tileRow: '43',
    tileCol: '67',
    featureId: '1',
    accuracy_m: '1',
  },
};

/** Every path that answers readers, with what it takes. */
export const READ_PATHS = new Map<string, { inPath: Parameters; query: Parameters }>();
for (const { path, inPath = {}, query = {} } of [
  ...[...ROUTES, ...TILE_ROUTES, ...TILE_JSONS, ...REPORT_PAGES, ...SNAPSHOT_ROUTES, LIVE_UPDATES],
  ...DAY_MAPS.map((route) => ({ ...route, path: route.path.replace('{form}', 'svg') })),
  ...OGC_ROUTES.map(({ path }) => ({ path: `/ogc${path}` })),
  { path: '/web/day', query: { series: ROUTES[1]?.inPath.id, date: { required: true } } },
  { path: '/web/history', query: { series: { required: true } } },
] as { path: string; inPath?: Parameters; query?: Parameters }[]) {
  READ_PATHS.set(path, { inPath, query });
}

/** The address of a route, about a series. @param about values in place of those of the valley; `road` is the id of its road */
export function addressOf(
  path: string,
  query: Parameters,
  series: string,
  states: Readonly<Record<string, string>>,
  about: Readonly<Record<string, string>> = {},
): string {
  const values: Readonly<Record<string, string>> = { ...VALUES, ...about };
  const road = about.road ?? 'R1';
  const named = path.startsWith('/posts') || path.startsWith('/routes/') ? { id: road } : { id: series };
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const owner =
      path.startsWith('/reports') || path.startsWith('/alerts') ? `${series}-r` : (named as { id: string }).id;
    const of: Record<string, string> = {
      ...{ id: owner, series, collectionId: `${series}_control`, collection: `${series}_control` },
      state: states[path.includes('/change/') ? 'change' : path.includes('/span/') ? 'span' : 'state'] ?? 'x',
    };
    return of[name] ?? values[name] ?? 'none';
  });
  const requested = new URLSearchParams();
  for (const [name, parameter] of Object.entries(query)) {
    if (name === 'series' || name === 'with') requested.set(name, series);
    else if (parameter?.required && values[name]) requested.set(name, values[name]);
  }
  return requested.size > 0 ? `${filled}?${requested}` : filled;
}

/** Headers that no two answers share. */
export const VARYING = /^(date|x-request-id|keep-alive|connection|transfer-encoding)$/;
