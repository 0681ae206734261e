import { describe, expect, it } from 'vitest';
import { freshDatabase, SERVER_URL } from '../../setup/databases.js';
import { spawnService, temporaryFolder } from '../../setup/spawned.js';
import { clients, whileAsking } from './bystanders.js';

/*
 * Forty clients ask for the heaviest things that anybody may ask for, while bystanders ask for the cheapest. ATTACK_SECONDS (60)
 * is how long each attack lasts. The bounds are those of issue 12; what was measured is printed.
 */
const SECONDS = Number(process.env.ATTACK_SECONDS ?? 60);
const CLIENTS = 40;

/** Each with a number that makes it a new question every time. */
const ATTACKS: Readonly<Record<string, (n: number) => string>> = {
  'a page of all features as HTML': () => '/ogc/collections/m5_control/items?datetime=../..&limit=10000&f=html',
  'a page of all features in another projection': () =>
    '/ogc/collections/m5_control/items?datetime=../..&limit=10000&crs=http://www.opengis.net/def/crs/EPSG/0/3857',
  'changes with a filter of every radius': (n) =>
    `/change?series=m5&from=2019-08-01&to=2020-02-15&filter=true&opening=${100 + n / 7}`,
  'salients of every width': (n) => `/front/salients?series=m5&date=2020-02-01&party=opposition&width=${500 + n / 7}`,
  'changes in every polygon': (n) =>
    `/change?series=m5&from=2019-08-01&to=2020-02-15&polygon=[[[[36,35],[37,35],[37,${36 + n / 1e6}],[36,35]]]]`,
};

for (const engine of ['server', 'embedded'] as const) {
  describe.skipIf(engine === 'server' && !SERVER_URL)(
    `forty clients of the heaviest questions, on the ${engine}`,
    () => {
      it('leave the others as they were', async () => {
        const home = { SALIENT_DATA: temporaryFolder(), SALIENT_LOG_LEVEL: 'error' };
        const service = spawnService(
          engine === 'server' ? { ...home, DATABASE_URL: await freshDatabase(SERVER_URL) } : home,
        );
        const base = await service.address;
        const json = (await (await fetch(`${base}/tiles/m5.json?date=2020-02-01`)).json()) as { tiles: [string] };
        const tile = decodeURIComponent(new URL(json.tiles[0]).pathname).replace('{z}/{x}/{y}', '8/154/100');
        const paths = { tile, live: '/live', ready: '/ready', series: '/series' };
        for (const path of Object.values(paths)) expect((await fetch(base + path)).status).toBe(200);
        for (const [name, path] of Object.entries(ATTACKS)) {
          const { result, fared } = await whileAsking(base, paths, () => clients(base, CLIENTS, SECONDS, path));
          process.stdout.write(`${engine}, ${name}: ${JSON.stringify(result)}\n${JSON.stringify(fared)}\n`);
          expect(
            Object.keys(result).filter((status) => !['200', '503', '504', '429', 'hung up'].includes(status)),
          ).toEqual([]);
          for (const who of Object.values(fared)) expect(Object.keys(who.statuses)).toEqual(['200']);
          expect.soft([name, fared.tile?.p99 ?? 0]).toEqual([name, expect.toSatisfy((ms: number) => ms < 20)]);
          expect.soft([name, fared.series?.p99 ?? 0]).toEqual([name, expect.toSatisfy((ms: number) => ms < 1000)]);
          expect.soft([name, fared.ready?.p99 ?? 0]).toEqual([name, expect.toSatisfy((ms: number) => ms < 1000)]);
          // After they have hung up all is as before within five seconds.
          const began = performance.now();
          while (performance.now() - began < 5000) {
            const before = performance.now();
            await fetch(`${base}/series`);
            if (performance.now() - before < 100) break;
          }
          expect.soft([name, performance.now() - began < 5000]).toEqual([name, true]);
        }
        expect((await service.end('SIGTERM')).code).toBe(0);
      });
    },
  );
}
