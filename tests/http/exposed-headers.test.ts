import { request } from 'node:http';
import { beforeAll, expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { addressOf, READ_PATHS, ROUTE_DAY, storeValley } from '../setup/every-route.js';
import { serviceOn } from '../setup/service.js';

/*
 * A browser shows a script of another site those headers of an answer that it exposes, and a few that are always shown. What the
 * head of an answer states for its reader has to be among them.
 */

const SERIES = 'vale-exposed';
/** Shown always (Fetch, 2.2.2), for the browser itself, or of the connection. */
const NOT_FOR_READERS =
  /^(cache-control|content-language|content-length|content-type|expires|last-modified|pragma|access-control-.*|accept-encoding|connection|content-encoding|content-security-policy|date|keep-alive|permissions-policy|referrer-policy|transfer-encoding|vary|x-accel-buffering|x-content-type-options)$/;

onEachDatabase('a script of another site', (db) => {
  const service = serviceOn(db);
  /** The head of an answer; a stream of events has no end. */
  const headOf = (path: string, method = 'GET') =>
    new Promise<{ status: number; headers: Record<string, unknown> }>((resolve, reject) => {
      const asked = request(
        service.base + path,
        { method, headers: { origin: 'https://elsewhere.example' } },
        (answer) => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
          answer.on('error', () => {});
          asked.destroy();
        },
      );
      asked.on('error', reject).end();
    });
  const hidden = ({ headers }: { headers: Record<string, unknown> }) => {
    const exposed = String(headers['access-control-expose-headers'] ?? '').split(', ');
    return Object.keys(headers).filter((name) => !NOT_FOR_READERS.test(name) && !exposed.includes(name));
  };

  beforeAll(async () => storeValley(await db(), SERIES));

  it('reads every header of every answer that it may read, whatever its status', async () => {
    const states: Record<string, string> = {};
    for (const [of, path] of Object.entries({
      state: `/tiles/${SERIES}.json?date=${ROUTE_DAY}`,
      change: `/tiles/${SERIES}/change.json?from=2021-01-01&to=2021-03-01`,
      span: `/tiles/${SERIES}/span.json?from=2021-01-01&to=2021-03-01`,
    }))
      states[of] = /@([^/]+)/.exec(JSON.stringify((await service.json<{ tiles: string[] }>(path)).tiles))?.[1] ?? '';
    const items = `/ogc/collections/${SERIES}_control/items`;
    const addresses = [
      ...[...READ_PATHS].map(([path, { query }]) => addressOf(path, query, SERIES, states)),
      ...['/openapi.json', '/', '/desk', '/docs/', '/live', '/ready', '/nothing', '/ogc/nothing', '/change'],
      ...['gpkg', 'fgb', 'parquet', 'csv', 'kml', 'shp'].map((form) => `${items}?f=${form}&datetime=2030-01-01`),
      ...[`${items}?datetime=2030-01-01`, `${items}?datetime=1990-01-01`, `${items}?f=html`],
      ...[`/control?series=${SERIES}&date=2030-01-01`, `/tiles/${SERIES}/7/67/43.mvt?date=2030-01-01`],
      ...[`/maps/${SERIES}.svg?date=2030-01-01`, `/snapshots/${SERIES}/2021-03-05.gpkg`],
    ];
    const hiddenBy: Record<string, string[]> = {};
    let read = 0;
    for (const address of addresses)
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        const answer = await headOf(address, method);
        if (answer.headers['access-control-allow-origin'] === undefined) continue;
        read++;
        const names = hidden(answer);
        if (names.length > 0) hiddenBy[`${method} ${address}`] = names;
      }
    expect(hiddenBy).toEqual({});
    expect(read).toBeGreaterThan(2 * READ_PATHS.size);
  });

  it('reads of features, as a page and as a file, that their days are not complete or not known', async () => {
    for (const f of ['json', 'csv']) {
      const of = async (day: string) =>
        (await headOf(`/ogc/collections/${SERIES}_control/items?f=${f}&datetime=${day}`)).headers;
      const [late, early] = [await of('2030-01-01'), await of('1990-01-01')];
      expect([late['salient-stale'], early['salient-unknown']]).toEqual(['true', 'before_first_map']);
      for (const head of [late, early])
        expect(String(head['access-control-expose-headers'])).toMatch(/salient-stale, salient-unknown/);
    }
  });
});
