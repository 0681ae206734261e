import { randomUUID } from 'node:crypto';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { credentialOf } from '../../setup/credential.js';
import { freshDatabase, SERVER_URL } from '../../setup/databases.js';
import { spawnService, temporaryFolder } from '../../setup/spawned.js';
import { strips } from '../../setup/strips.js';
import { clients, type Fared, whileAsking } from './bystanders.js';

/*
 * Forty clients ask for the heaviest things that anybody may ask for, while bystanders ask for the cheapest. ATTACK_SECONDS (60)
 * is how long each attack lasts; ATTACK_VERTICES (60000) how many vertices the border of the drawn series has; ATTACK_ONLY chooses
 * attacks by their names. The bounds are those of issue 12; what was measured is printed, beside how bystanders fare without an attack on the same machine.
 */
const SECONDS = Number(process.env.ATTACK_SECONDS ?? 60);
const VERTICES = Number(process.env.ATTACK_VERTICES ?? 60_000);
/** Those attacks alone whose names begin so. */
const ONLY = process.env.ATTACK_ONLY ?? '';
const CLIENTS = 40;

/** Each with a number that makes it a new question every time. */
const attacks = (series: string, from: string, to: string): Readonly<Record<string, string>> => ({
  'a page of all features as HTML': `/ogc/collections/${series}_control/items?datetime=../..&limit=10000&f=html`,
  'a page in another projection': `/ogc/collections/${series}_control/items?datetime=../..&limit=10000&crs=http://www.opengis.net/def/crs/EPSG/0/3857`,
  'filters of every radius': `/change?series=${series}&from=${from}&to=${to}&filter=true&opening=1{n/7}`,
  'salients of every width': `/front/salients?series=${series}&date=${to}&party=opposition&width=5{n/7}`,
  'changes in every polygon': `/change?series=${series}&from=${from}&to=${to}&polygon=[[[[36,35],[37,35],[37,36.{n}],[36,35]]]]`,
  'one change, asked by all': `/change?series=${series}&from=${from}&to=${to}&f=geojson`,
});

/** Two maps whose border has so many vertices, ragged. */
function ragged(shift: number) {
  const rows = Math.round(VERTICES / 100);
  const lines = strips([36.4 + shift], ['opposition', 'government']);
  for (const { geometry } of lines.features) {
    const [ring = []] = geometry.coordinates;
    geometry.coordinates = [
      ring.flatMap((point, i) => {
        const next = ring[i + 1];
        const isBorder =
          next && Math.abs((point[0] ?? 0) - 36.4 - shift) < 1e-9 && Math.abs((next[0] ?? 0) - 36.4 - shift) < 1e-9;
        if (!next || !isBorder) return [point];
        const between = Array.from({ length: rows - 1 }, (_, k): [number, number] => {
          const t = (k + 1) / rows;
          const lat = (point[1] ?? 0) + t * ((next[1] ?? 0) - (point[1] ?? 0));
          return [36.4 + shift + 0.002 * Math.sin(lat * 40_000 + shift * 1e5), lat];
        });
        return [point, ...between];
      }),
    ];
  }
  return lines;
}

for (const engine of ['server', 'embedded'] as const) {
  describe.skipIf(engine === 'server' && !SERVER_URL)(
    `forty clients of the heaviest questions, on the ${engine}`,
    () => {
      it('leave the others as they were', async () => {
        const folder = temporaryFolder();
        const home = { SALIENT_DATA: folder, SALIENT_LOG_LEVEL: 'error' };
        const service = spawnService(
          engine === 'server' ? { ...home, DATABASE_URL: await freshDatabase(SERVER_URL) } : home,
        );
        const base = await service.address;
        const headers = { ...credentialOf(folder), 'content-type': 'application/geo+json', 'x-run': randomUUID() };
        for (const [n, shift] of [0, 0.004].entries()) {
          const create = n === 0 ? '&create=true&title=Big&publisher=Test&licence=CC0-1.0&accuracy=60' : '';
          const url = `${base}/series/big/snapshots?date=2020-01-0${n + 1}&accept=x${create}`;
          const sent = await fetch(url, { method: 'POST', headers, body: JSON.stringify(ragged(shift)) });
          expect([sent.status, sent.ok ? '' : await sent.text()]).toEqual([201, '']);
        }
        const json = (await (await fetch(`${base}/tiles/m5.json?date=2020-02-01`)).json()) as { tiles: [string] };
        const tile = decodeURIComponent(new URL(json.tiles[0]).pathname).replace('{z}/{x}/{y}', '8/154/100');
        const paths = { tile, live: '/live', ready: '/ready', series: '/series' };
        for (const path of Object.values(paths)) expect((await fetch(base + path)).status).toBe(200);
        const reported = (name: string, result: object, fared: Record<string, Fared>) => {
          const words = Object.entries(fared).map(([who, { p50, p99, worst }]) => `${who} ${p50}/${p99}/${worst}`);
          process.stdout.write(
            `${engine}, ${name}: ${JSON.stringify(result)}; ms p50/p99/worst: ${words.join(', ')}; load ${loadavg()[0]?.toFixed(1)}\n`,
          );
        };
        const calm = await whileAsking(base, paths, () => sleep(Math.min(SECONDS, 10) * 1000));
        reported('no attack', {}, calm.fared);
        const all = [
          ...Object.entries(attacks('m5', '2019-08-01', '2020-02-15')),
          ...Object.entries(attacks('big', '2020-01-01', '2020-01-02')).map(
            ([name, path]) => [`big: ${name}`, path] as const,
          ),
        ];
        for (const [name, path] of all.filter(([each]) => each.startsWith(ONLY))) {
          const attack = { base, count: CLIENTS, seconds: SECONDS, path, patience: 60_000 };
          const { result, fared } = await whileAsking(base, paths, () => clients(attack));
          reported(name, result, fared);
          const closed = ['200', '400', '503', '504', '429', 'hung up'];
          expect.soft([name, Object.keys(result).filter((status) => !closed.includes(status))]).toEqual([name, []]);
          for (const [who, { statuses }] of Object.entries(fared)) {
            expect.soft([name, who, Object.keys(statuses)]).toEqual([name, who, ['200']]);
          }
          const most = { tile: 20, series: 1000, ready: 1000 };
          for (const [who, ms] of Object.entries(most)) {
            expect
              .soft([name, who, fared[who]?.p99])
              .toEqual([name, who, expect.toSatisfy((took: number) => took < ms)]);
          }
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
