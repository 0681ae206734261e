/**
 * What an analyst waits for, in two checkouts of the service side by side: `TEST_DATABASE_URL=… npx tsx
 * tests/bench/two-checkouts.ts FOLDER [maps]`. FOLDER is another checkout with its own node_modules. Each is a service of its
 * own on a database of its own of one server; everything is asked by HTTP, of the one and of the other in turn, and who is
 * first changes from one to the next. Writes its table into tests/bench/README.md.
 */
import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { PROJECT_ROOT } from '../../src/config.js';
import { addDays, type IsoDate, parseDate } from '../../src/model/dates.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { mapOfFront, wanderingFronts } from '../setup/wandering-front.js';
import { once, percentile, reported } from './bench.js';
import { table, writeFigures } from './readme.js';
import { requested, type Served, served } from './served.js';

const [other, count] = process.argv.slice(2);
const maps = Number(count ?? 100);
if (!SERVER_URL || !other)
  throw new Error('TEST_DATABASE_URL names a server; the first argument is the other checkout');
const SERIES = 'front';
const FIRST = parseDate('2020-01-01');
const day = (n: number): IsoDate => addDays(FIRST, n);

const services = [
  await served(other, await freshDatabase(SERVER_URL)),
  await served(PROJECT_ROOT, await freshDatabase(SERVER_URL)),
] as const;
const figures = new Map<string, [number[], number[]]>();
let turn = 0;

/** Asks both the same and keeps what each took. */
async function measure(what: string, ask: (service: Served) => Promise<unknown>): Promise<void> {
  const found = figures.get(what) ?? [[], []];
  figures.set(what, found);
  turn++;
  for (const n of turn % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
    found[n].push((await once(() => ask(services[n])))[0]);
  }
}

const rest = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

try {
  const fronts = wanderingFronts(maps);
  for (const [n, front] of fronts.entries()) {
    const created = n === 0 ? '&create=true&title=A&publisher=B&licence=CC0-1.0&accuracy=100' : '';
    const path = `/series/${SERIES}/snapshots?date=${day(n)}&accept=a%20bench${created}`;
    const body = JSON.stringify(mapOfFront(front));
    await measure(n < 5 ? 'import, the first five' : 'import of a map', (service) => requested(service, path, body));
  }
  await rest(20);
  const pairs = Array.from({ length: 30 }, (_, n) => [
    day((n * 7) % (maps - 9)),
    day(((n * 7) % (maps - 9)) + 2 + (n % 7)),
  ]);
  for (const [from, to] of pairs) {
    const path = `/change?series=${SERIES}&from=${from}&to=${to}`;
    await measure('first `/change` of an unstored pair', (service) => requested(service, path));
  }
  const address = ({ z, x, y }: { z: number; x: number; y: number }) => `${z}/${x}/${y}.mvt`;
  const column = (z: number, n: number) => ({
    z,
    x: Math.floor(((36.1 + 0.08 * n + 180) / 360) * 2 ** z),
    y: Math.floor(0.3935 * 2 ** z),
  });
  for (let n = 2; n < Math.min(maps, 42); n += 2) {
    const of = (tile: string) => `/tiles/${SERIES}/${tile}?date=${day(n)}`;
    await measure('first tile of a day', (service) => requested(service, of(address(column(8, 0)))));
    for (let k = 0; k < 10; k++) {
      await measure('warm tile, not drawn before', (service) => requested(service, of(address(column(11, k)))));
    }
  }
  for (let n = 0; n < 300; n++) {
    const path = `/tiles/${SERIES}/${address(column(11, n % 10))}?date=${day(2 + 2 * (n % 10))}`;
    await measure('cached tile by date', (service) => requested(service, path));
  }
  const states = await Promise.all(
    services.map(
      async (service) => JSON.parse(String(await requested(service, `/tiles/${SERIES}.json?date=${day(2)}`))).state,
    ),
  );
  for (let n = 0; n < 300; n++) {
    const tile = address(column(11, n % 10));
    await measure('cached tile by state', (service) =>
      requested(service, `/tiles/${SERIES}/@${states[services.indexOf(service)]}/${tile}`),
    );
  }
} finally {
  for (const { child } of services) child.kill('SIGTERM');
}

const commit = (folder: string) =>
  execFileSync('git', ['-C', folder, 'log', '-1', '--format=%h'], { encoding: 'utf8' }).trim();
const rows = [...figures].map(([what, [before, after]]) => {
  const [b, a] = [percentile(before, 0.5), percentile(after, 0.5)];
  return [what, String(before.length), reported(b), reported(a), (a / b).toFixed(2)];
});
const head = ['what', 'times', `median at ${commit(other)}`, `at ${commit(PROJECT_ROOT)}`, 'ratio'];
writeFigures('checkouts', table(head, rows));
for (const row of [head, ...rows]) process.stdout.write(`${row.join(' | ')}\n`);
process.stdout.write(`load ${loadavg()[0]?.toFixed(1)}\n`);
process.exit(0);
