import { readdirSync, readFileSync, renameSync } from 'node:fs';
import { connect } from 'node:net';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/errors.js';
import { seededRandom } from '../coverage/random.js';
import { credentialOf } from '../setup/credential.js';
import { HAS_POSTGRES, type PrivateCluster, privateCluster } from '../setup/private-cluster.js';
import { spawnService, temporaryFolder } from '../setup/spawned.js';
import { strips } from '../setup/strips.js';
import { FILES, mutated } from './mutated-files.js';

/*
 * Readers, a writer and slow readers for SOAK_MINUTES (60) on each database, and each minute another fault: memory stays flat, no
 * connection stays stuck, no thread stays, and every failed answer has one of the closed codes.
 */
const MINUTES = Number(process.env.SOAK_MINUTES ?? 60);
/** After a fault the service is ready again within so long, milliseconds. */
const RECOVERY_MS = 60_000;
/** How much more the process may hold in the last third than in the middle one, bytes. */
const FLAT = 100 << 20;

const M5 = ['2019-08-24', '2019-12-01', '2020-01-10', '2020-02-01', '2020-02-15'];
type Random = () => number;
const pick = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
const path = (random: Random): string => {
  const day = pick(random, M5);
  const tile = () => `/tiles/m5/8/${152 + Math.floor(random() * 5)}/${98 + Math.floor(random() * 5)}.mvt?date=${day}`;
  return pick(random, [
    ...[tile(), tile(), tile(), '/series', '/series/m5/dates', '/ready', `/tiles/m5.json?date=${day}`],
    ...[`/control?series=m5&date=${day}`, `/front?series=m5&date=${day}`, `/encirclement?series=m5&date=${day}`],
    `/change?series=m5&from=2019-08-01&to=${day}&filter=true&opening=${100 + Math.floor(random() * 400)}`,
    `/ogc/collections/m5_control/items?datetime=${day}&f=${pick(random, ['json', 'html', 'csv', 'fgb', 'gpkg'])}`,
    `/snapshots/m5/2020-02-15.${pick(random, ['geojson', 'gpkg', 'fgb', 'csv', 'kml'])}`,
    `/web/day?series=m5&date=${day}`,
    `/control?series=nobody&date=${day}`,
    `/front/salients?series=m5&date=${day}&party=opposition&width=${100 + Math.floor(random() * 5000)}`,
  ]);
};

const rssOf = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
const threadsOf = (pid: number) => readdirSync(`/proc/${pid}/task`).length;
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const day = (n: number) => new Date(Date.UTC(2000, 0, 1) + n * 86_400_000).toISOString().slice(0, 10);

let cluster: PrivateCluster | undefined;
afterAll(() => cluster?.remove());

for (const engine of ['server', 'embedded'] as const) {
  describe.skipIf(engine === 'server' && !HAS_POSTGRES)(`mixed load with faults on the ${engine}`, () => {
    it(
      'leaves the service as it was',
      async () => {
        const folder = temporaryFolder();
        const settings: Record<string, string> = { SALIENT_DATA: folder, SALIENT_LOG_LEVEL: 'fatal' };
        const admin = async (text: string, database = 'postgres') => {
          const client = new pg.Client(cluster?.url(database));
          client.on('error', () => {});
          await client.connect();
          return client.query(text).finally(() => client.end().catch(() => {}));
        };
        if (engine === 'server') {
          cluster = await privateCluster();
          await admin('create database salient');
          settings.DATABASE_URL = cluster.url('salient');
        }
        const service = spawnService(settings);
        const base = await service.address;
        const headers = { 'content-type': 'application/octet-stream', ...credentialOf(folder) };
        const random = seededRandom(engine.length);
        const end = performance.now() + MINUTES * 60_000;
        const statuses: Record<string, number> = {};
        const wrong: string[] = [];
        const acknowledged: number[] = [];
        const isOver = () => performance.now() > end;

        const noted = async (words: string, answer: Response | Error) => {
          if (answer instanceof Error) {
            statuses[answer.name] = (statuses[answer.name] ?? 0) + 1;
            // Nothing of what is injected here ends the process or cuts off an answer that was not begun.
            if (answer.name === 'TimeoutError') wrong.push(`${words}: no answer within 120 s`);
            return null;
          }
          const body = await answer.text().catch(() => '');
          const code = answer.status < 400 ? '' : String((JSON.parse(body || '{}') as { code?: string }).code ?? '');
          const word = `${answer.status} ${code}`.trim();
          statuses[word] = (statuses[word] ?? 0) + 1;
          if (answer.status === 500 || (answer.status >= 400 && !(code in ERROR_CODES) && !/ready/.test(words))) {
            wrong.push(`${words}: ${answer.status} ${body.slice(0, 200)}`);
          }
          return answer.status;
        };
        const asked = (address: string, init: RequestInit = {}) =>
          fetch(base + address, { signal: AbortSignal.timeout(120_000), ...init }).catch((error: Error) => error);
        const reader = async (n: number) => {
          const mine = seededRandom(n + 1);
          while (!isOver()) {
            const address = path(mine);
            await noted(address, await asked(address));
            await sleep(20);
          }
        };
        const writer = async () => {
          for (let n = 0; !isOver(); n++) {
            const create = acknowledged.length ? '' : '&create=true&title=Soak&publisher=T&licence=CC0-1.0&accuracy=60';
            const lon = Number((36.2 + (n % 4000) * 0.0001).toFixed(4));
            const body = JSON.stringify(strips([lon], ['west', 'east']));
            const to = `/series/soak/snapshots?date=${day(n)}&accept=x${create}`;
            if ((await noted(to, await asked(to, { method: 'POST', headers, body }))) === 201) acknowledged.push(n);
            await sleep(500);
          }
        };
        const idler = async () => {
          while (!isOver()) {
            const socket = connect(Number(new URL(base).port), '127.0.0.1').on('error', () => {});
            socket.write(
              'GET /ogc/collections/m5_control/items?datetime=../..&limit=10000 HTTP/1.1\r\nhost: x\r\n\r\n',
            );
            socket.pause();
            await sleep(5000 + random() * 20_000);
            socket.destroy();
          }
        };

        const faults: Record<string, () => Promise<unknown>> = {
          'forty clients hang up': async () => {
            const heavy = (n: number) =>
              `/change?series=m5&from=2019-08-01&to=2020-02-15&filter=true&opening=${500 + n / 7}`;
            await Promise.all(
              Array.from({ length: 40 }, (_, n) => asked(heavy(n), { signal: AbortSignal.timeout(3000) })),
            );
          },
          'files with faults': async () => {
            const all = Object.values(FILES);
            for (let n = 0; n < 24; n++) {
              const to = `/series/faulty/snapshots?date=${day(n)}&accept=x&create=true&title=F&publisher=T&licence=CC0-1.0&accuracy=500`;
              const body = Buffer.from(mutated(all[n % all.length] as Uint8Array, random));
              await noted(to, await asked(to, { method: 'POST', headers, body }));
            }
          },
          ...(engine === 'server'
            ? {
                'every connection ended': () =>
                  admin(
                    `select pg_terminate_backend(pid) from pg_stat_activity where datname = 'salient' and pid <> pg_backend_pid()`,
                  ),
                'the database killed and started': async () => {
                  cluster?.kill();
                  await sleep(3000);
                  cluster?.start();
                },
                'a table locked for 20 s': () =>
                  admin(
                    'begin; lock table revision in access exclusive mode; select pg_sleep(20); commit',
                    'salient',
                  ).catch(() => {}),
              }
            : {
                'the data folder away for 5 s': async () => {
                  renameSync(folder, `${folder}-away`);
                  await sleep(5000);
                  renameSync(`${folder}-away`, folder);
                },
                'an import cut off': async () => {
                  const body = JSON.stringify(strips([36.31, 36.5], ['west', 'east', 'west']));
                  const to = `/series/soak/snapshots?date=1999-01-01&accept=x`;
                  await asked(to, { method: 'POST', headers, body, signal: AbortSignal.timeout(30) });
                },
              }),
        };

        const memory: number[] = [];
        const recoveries: Record<string, number[]> = {};
        const sampling = (async () => {
          while (!isOver()) {
            memory.push(rssOf(service.pid));
            await sleep(5000);
          }
        })();
        const load = [...Array.from({ length: 6 }, (_, n) => reader(n)), writer(), idler()];
        await sleep(Math.min(30_000, MINUTES * 10_000));
        const threads = threadsOf(service.pid);
        const names = Object.keys(faults);
        for (let n = 0; performance.now() < end - RECOVERY_MS; n++) {
          const name = names[n % names.length] as string;
          const next = performance.now() + 60_000;
          await faults[name]?.();
          const began = performance.now();
          let ready = 0;
          while (ready !== 200 && performance.now() - began < 2 * RECOVERY_MS) {
            ready = await asked('/ready').then((answer) => (answer instanceof Error ? 0 : answer.status));
            if (ready !== 200) await sleep(100);
          }
          const took = performance.now() - began;
          recoveries[name] = [...(recoveries[name] ?? []), Math.round(took)];
          if (took > RECOVERY_MS) wrong.push(`after "${name}": ready after ${Math.round(took)} ms`);
          await sleep(Math.max(0, next - performance.now()));
        }
        await Promise.all([...load, sampling]);
        // What was under way ends.
        await sleep(35_000);
        const left = threadsOf(service.pid);
        const stuck =
          engine === 'server'
            ? (
                await admin(
                  `select count(*)::int as stuck from pg_stat_activity where datname = 'salient' and pid <> pg_backend_pid()
                 and (state like 'idle in transaction%' or (state = 'active' and now() - query_start > interval '30 seconds') or wait_event_type = 'Lock')`,
                )
              ).rows[0].stuck
            : 0;
        const third = Math.floor(memory.length / 3);
        const [middle, last] = [median(memory.slice(third, 2 * third)), median(memory.slice(2 * third))];
        const dates: readonly string[] =
          (await (await fetch(`${base}/series/soak/dates`)).text()).match(/\d{4}-\d\d-\d\d/g) ?? [];
        const lost = acknowledged.filter((n) => !dates.includes(day(n)));
        const ended = await service.end('SIGTERM');
        console.log(
          JSON.stringify({
            ...{ engine, minutes: MINUTES, load: loadavg()[0]?.toFixed(1), statuses, ready_again_ms: recoveries },
            memory_mb: { middle: middle >> 20, last: last >> 20, most: Math.max(...memory) >> 20 },
            ...{ threads, left, stuck, acknowledged: acknowledged.length, lost: lost.length, code: ended.code },
          }),
        );
        expect(wrong).toEqual([]);
        expect(lost).toEqual([]);
        expect(stuck).toBe(0);
        expect(last - middle).toBeLessThan(FLAT);
        // A pool of reading threads and of drawing ones grows to its size; none is left beyond it.
        expect(left).toBeLessThanOrEqual(threads + 6);
        expect(ended.code).toBe(0);
        // The start, the last faults and the end take their time beside the minutes.
      },
      (MINUTES + 30) * 60_000,
    );
  });
}
