/**
 * The whole table of issue 17 beside whatever peers are on the machine: `TEST_DATABASE_URL=postgres://… npx tsx
 * tests/bench/peers/whole-table.ts [quick|whole [part …]]`. Some 10 minutes on two idle cores (`quick`: without the million, 10 maps). Peers are asked the same in
 * turn on one database; those that are missing are named (wrk and nginx come by apt, Martin by cargo, tipg and GeoPandas by
 * pip; see peer-processes.ts for where they are looked for). What has no peer is `waits.ts`, and throughput `peers.ts`, which are run
 * as parts of it. Writes its table and a plot of the growth in dates and in vertices into tests/bench.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../src/config.js';
import { migrate } from '../../../src/store/migrate.js';
import { openPool } from '../../../src/store/pool.js';
import { ARCHIVE_THEATRE } from '../../setup/archive.js';
import { freshDatabase, SERVER_URL } from '../../setup/databases.js';
import { box } from '../../setup/good-input.js';
import { plantSnapshots } from '../../setup/many-snapshots.js';
import { dayOf } from '../../setup/plain-maps.js';
import { percentile, reported } from '../bench.js';
import { plotted } from '../growth-plot.js';
import { table, writeFigures } from '../readme.js';
import { mainOf, openMeter, requested, type Served, served } from '../served.js';
import { detailedArchive } from '../waits-maps.js';
import { startPeers, tablesForPeers } from './peer-processes.js';

const [first, ...chosen] = process.argv.slice(2);
const quick = first === 'quick';
const MAPS = quick ? 9 : 30;
const DATES = quick ? [10, 100] : [10, 30, 100, 300, 1000];
if (!SERVER_URL) throw new Error('TEST_DATABASE_URL names a server with PostGIS on this machine');

interface Row {
  what: string;
  ours: string;
  peers: string;
  goal: string;
  reached: boolean | null;
}
const rows: Row[] = [];
const loads: number[] = [];
function keep(row: Row): void {
  rows.push(row);
  loads.push(loadavg()[0] ?? 0);
  process.stdout.write(`${lineOf(row).join(' | ')}\n`);
}
const lineOf = ({ what, ours, peers, goal, reached }: Row) => [
  what,
  ours,
  peers || '–',
  goal,
  reached === null ? '–' : reached ? 'reached' : '**missed**',
];

/** Half, and the tenth and the ninetieth of a hundred, milliseconds. */
interface Spread {
  half: number;
  text: string;
}
const spreadOf = (took: readonly number[]): Spread => {
  const half = percentile(took, 0.5);
  return { half, text: `${reported(half)} (${reported(percentile(took, 0.1))}–${reported(percentile(took, 0.9))})` };
};

async function once(url: string): Promise<number> {
  const since = performance.now();
  const answer = await fetch(url, { headers: { 'accept-encoding': 'gzip' } });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return performance.now() - since;
}

interface Asked {
  name: string;
  /** The n-th question. */
  url: (n: number) => string;
}

/** The same questions of each in turn; who is first changes. */
async function inTurn(asked: readonly (Asked | null)[], times: number): Promise<Map<string, Spread>> {
  const present = asked.filter((one) => one !== null);
  const took = new Map(present.map(({ name }) => [name, [] as number[]]));
  for (let n = 0; n < times; n++) {
    for (let k = 0; k < present.length; k++) {
      const { name, url } = present[(n + k) % present.length] as Asked;
      took.get(name)?.push(await once(url(n)));
    }
  }
  return new Map([...took].map(([name, all]) => [name, spreadOf(all)]));
}

const others = (found: Map<string, Spread>) =>
  [...found].flatMap(([name, { text }]) => (name === OURS ? [] : [`${name} ${text}`])).join('; ');
const OURS = 'Salient';

const databaseUrl = await freshDatabase(SERVER_URL);
const db = openPool({ connectionString: databaseUrl, max: 2 }, 'server');
await migrate(db, `${PROJECT_ROOT}/migrations`);
let service = await served(PROJECT_ROOT, databaseUrl);
const meter = await openMeter(databaseUrl);

/** Imports the archive and a grid of 10,000 areas. */
async function imported(to: Served): Promise<string[]> {
  const days: string[] = [];
  for (const map of detailedArchive(100, 12)) {
    if (days.length === MAPS) break;
    const form = new FormData();
    form.set('map', new Blob([JSON.stringify(map.document)]), 'map.json');
    form.set('theatre', JSON.stringify({ type: 'Polygon', coordinates: [box(...ARCHIVE_THEATRE)] }));
    const rules = [
      { when: { property: { kind: ['held'] } }, party: 'invader' },
      { when: { property: { kind: ['gains'] } }, party: 'invader', status: 'contested' },
    ];
    form.set(
      'mapping',
      JSON.stringify({ title: 'P', parties: [{ id: 'invader', name: 'I' }], rules, ignore: { farther_than_km: 200 } }),
    );
    const created = days.length === 0 ? '&create=true&title=A&publisher=B&licence=CC0-1.0&accuracy=100' : '';
    await requested(
      to,
      `/series/paper/snapshots?date=${map.date}&member=/value&repair=true&overlaps=last&accept=a%20bench${created}`,
      form,
    );
    days.push(map.date);
  }
  const features = Array.from({ length: 10_000 }, (_, n) => {
    const [x, y] = [36 + (n % 100) / 100, 35 + Math.floor(n / 100) / 100];
    const [x1, y1] = [36 + ((n % 100) + 1) / 100, 35 + (Math.floor(n / 100) + 1) / 100];
    const geometry = { type: 'Polygon', coordinates: [box(x, y, x1, y1)] };
    return { type: 'Feature', properties: { party: ['north', 'south', 'east'][n % 3] }, geometry };
  });
  const grid = JSON.stringify({ type: 'FeatureCollection', features });
  const made = 'create=true&title=G&publisher=B&licence=CC0-1.0&accuracy=100&accept=a%20bench';
  await requested(to, `/series/grid/snapshots?date=2020-01-01&${made}`, grid);
  return days;
}

const parts: Record<string, () => Promise<void>> = {
  async tiles() {
    const days = await imported(service);
    await tablesForPeers(db, 'paper', 'grid');
    await meter.atRest(service.child.pid);
    const peers = await startPeers(databaseUrl);
    missing.push(...peers.missing);
    try {
      const column = (z: number, k: number) =>
        `${z}/${Math.floor(((33.6 + 180) / 360) * 2 ** z) + (k % 3) - 1}/${Math.floor(0.3405 * 2 ** z)}`;
      const ofSalient = (z: number, n: number) =>
        `${service.base}/tiles/paper/${column(z, n)}.mvt?date=${days[n % days.length]}&layers=control`;
      const asked = (z: number) => [
        { name: OURS, url: (n: number) => ofSalient(z, n) },
        peers.martin && {
          name: 'Martin',
          url: (n: number) => `${peers.martin?.base}/peer_tile/${column(z, n)}?date=${days[n % days.length]}`,
        },
        peers.martinCached && {
          name: 'Martin, cached',
          url: (n: number) => `${peers.martinCached?.base}/peer_tile/${column(z, n)}?date=${days[n % days.length]}`,
        },
      ];
      // A service that was started anew: the first tile of each day, then the slider, then the same from memory.
      service.child.kill('SIGTERM');
      service = await served(PROJECT_ROOT, databaseUrl);
      await once(`${service.base}/tiles/grid/8/154/100.mvt?date=2020-01-01`);
      const first = await inTurn(asked(8), days.length);
      const cold = first.get(OURS) as Spread;
      keep({
        what: 'first tile of a state, 15k vertices, after a restart',
        ours: cold.text,
        peers: others(first),
        goal: '≤ 10 ms',
        reached: cold.half <= 10,
      });
      const step = async (base: (n: number) => string[]) => {
        const took: number[] = [];
        for (let n = 0; n < days.length; n++) {
          const since = performance.now();
          await Promise.all(base(n).map(once));
          took.push(performance.now() - since);
        }
        return spreadOf(took);
      };
      const view = Array.from(
        { length: 12 },
        (_, k) =>
          `9/${Math.floor(((33.6 + 180) / 360) * 512) + (k % 4) - 1}/${Math.floor(0.3405 * 512) + Math.floor(k / 4) - 1}`,
      );
      const slider = new Map<string, Spread>();
      slider.set(
        OURS,
        await step((n) => view.map((at) => `${service.base}/tiles/paper/${at}.mvt?date=${days[n]}&layers=control`)),
      );
      for (const peer of [peers.martin, peers.martinCached]) {
        if (peer)
          slider.set(peer.name, await step((n) => view.map((at) => `${peer.base}/peer_tile/${at}?date=${days[n]}`)));
      }
      const pass = slider.get(OURS) as Spread;
      keep({
        what: 'slider, 12 tiles a step, first pass',
        ours: pass.text,
        peers: others(slider),
        goal: '≤ 6 ms',
        reached: pass.half <= 6,
      });
      for (const z of [8, 11, 14]) {
        await inTurn(asked(z), 3 * days.length);
        const found = await inTurn(asked(z), 90);
        const [own, drawn] = [found.get(OURS) as Spread, found.get('Martin')];
        keep({
          what: `tile by \`?date=\`, in memory, zoom ${z}`,
          ours: own.text,
          peers: others(found),
          goal: '≤ 0.35 of Martin drawing',
          reached: drawn ? own.half <= 0.35 * drawn.half : null,
        });
      }
      await features(peers.featureserv?.base ?? null, peers.tipg?.base ?? null);
      await change(days, peers.geopandas);
    } finally {
      peers.stop();
    }
  },

  async growth() {
    const points: { dates: number; tile: number; feature: number }[] = [];
    for (const dates of DATES) {
      const { series } = await plantSnapshots(db, dates);
      await db.query('analyze');
      await meter.atRest(service.child.pid);
      const { features: found } = (await (
        await fetch(`${service.base}/ogc/collections/${series}_control/items?limit=1`)
      ).json()) as { features: { id: string }[] };
      const of = async (url: (n: number) => string) =>
        (await inTurn([{ name: OURS, url }], 40)).get(OURS)?.half as number;
      const tile = (n: number) => `${service.base}/tiles/${series}/8/154/100.mvt?date=${dayOf(n % dates)}`;
      await of(tile);
      points.push({
        dates,
        tile: await of(tile),
        feature: await of(() => `${service.base}/ogc/collections/${series}_control/items/${found[0]?.id}`),
      });
    }
    const [least, most] = [points[0], points.at(-1)] as [(typeof points)[number], (typeof points)[number]];
    const times = (of: 'tile' | 'feature') => `${reported(least[of])} → ${reported(most[of])}`;
    keep({
      what: `tile by \`?date=\`, of ${least.dates} → ${most.dates} dates`,
      ours: times('tile'),
      peers: '',
      goal: 'flat',
      reached: most.tile <= 1.5 * least.tile,
    });
    keep({
      what: `one feature, of ${least.dates} → ${most.dates} dates`,
      ours: times('feature'),
      peers: '',
      goal: 'flat',
      reached: most.feature <= 1.5 * least.feature,
    });
    growth.push({
      title: 'By dates in the series',
      x: 'dates',
      y: 'ms',
      lines: [
        { name: 'tile by date', points: points.map((point) => [point.dates, point.tile] as const) },
        { name: 'one feature', points: points.map((point) => [point.dates, point.feature] as const) },
      ],
    });
  },

  /** What no peer has, and the sizes. */
  async waits() {
    const wanted = ['measures', 'archive', 'size100k', ...(quick ? [] : ['size1M'])];
    const lines = await outputOf(['tests/bench/waits.ts', ...wanted]);
    const bySize = new Map<string, [number, number][]>();
    for (const line of lines) {
      const [what, times, wall, own, backends, byHand, goal] = line.split(' | ');
      if (!goal || !what) continue;
      const ms = msOf(wall as string);
      keep({
        what: `${what} (${times})`,
        ours: `${wall} (CPU ${own} + ${backends})`,
        peers: byHand === '–' ? '' : `by hand ${byHand}`,
        goal,
        reached: reachedOf(ms, goal, byHand as string),
      });
      const vertices = Number(/([\d,]+) vertices/.exec(what)?.[1]?.replaceAll(',', ''));
      const kind = /\/change/.test(what) ? 'change' : /^import/.test(what) ? 'import' : null;
      if (vertices && kind) bySize.set(kind, [...(bySize.get(kind) ?? []), [vertices, ms]]);
    }
    growth.push({
      title: 'By vertices of a map',
      x: 'vertices',
      y: 'ms',
      lines: [...bySize].map(([name, points]) => ({ name, points: points.sort((a, b) => a[0] - b[0]) })),
    });
  },

  /** The embedded engine, with nothing there: until the page is answered, and the slider in the first minute. */
  async firstStart() {
    const folder = mkdtempSync(join(tmpdir(), 'salient-first-'));
    const { TEST_DATABASE_URL: _, DATABASE_URL: __, ...env } = process.env;
    const since = performance.now();
    const child = spawn(process.execPath, mainOf(), {
      cwd: PROJECT_ROOT,
      env: { ...env, PORT: '0', SALIENT_DATA: folder },
      detached: false,
    });
    try {
      const base = await new Promise<string>((resolve, reject) => {
        let stated = '';
        const heard = (chunk: Buffer) => {
          stated += chunk;
          const at = /Salient answers on (http:\S+)/.exec(stated);
          if (at) resolve(at[1] as string);
        };
        child.stdout.on('data', heard);
        child.stderr.on('data', heard);
        child.on('exit', (code) => reject(new Error(`ended (${code}): ${stated.slice(-500)}`)));
      });
      await once(`${base}/tiles/m5/6/38/25.mvt?date=2020-02-01`);
      const page = performance.now() - since;
      keep({
        what: 'first start, embedded: first tile of the page',
        ours: reported(page),
        peers: '',
        goal: '≤ 10 s',
        reached: page <= 10_000,
      });
      const took: number[] = [];
      let rss = 0;
      for (let n = 0; performance.now() - since < 60_000; n++) {
        const day = new Date(Date.UTC(2019, 4, 1 + ((7 * n) % 290))).toISOString().slice(0, 10);
        const begun = performance.now();
        await Promise.all([0, 1, 2, 3].map((k) => once(`${base}/tiles/m5/8/${153 + k}/100.mvt?date=${day}`)));
        took.push(performance.now() - begun);
        const pages = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]);
        rss = Math.max(rss, pages / 1024);
        await new Promise((on) => setTimeout(on, 200));
      }
      const p95 = percentile(took, 0.95);
      keep({
        what: 'first minute: a step of the slider, 95 % below',
        ours: reported(p95),
        peers: '',
        goal: '≤ 0.4 s',
        reached: p95 <= 400,
      });
      keep({
        what: 'first minute: memory',
        ours: `${rss.toFixed(0)} MB`,
        peers: '',
        goal: '≤ 900 MB',
        reached: rss <= 900,
      });
    } finally {
      child.removeAllListeners('exit');
      child.kill('SIGTERM');
      await new Promise((on) => setTimeout(on, 3000));
      rmSync(folder, { recursive: true, force: true });
    }
  },

  /** Writes a section of its own. */
  async throughput() {
    await outputOf(['tests/bench/peers/peers.ts', quick ? '2' : '5']);
  },
};

const missing: string[] = [];
const growth: Parameters<typeof plotted>[0][number][] = [];

async function features(featureserv: string | null, tipg: string | null): Promise<void> {
  const collection = `${service.base}/ogc/collections/grid_control/items`;
  const { features: found } = (await (await fetch(`${collection}?limit=1`)).json()) as { features: { id: string }[] };
  const of = async (what: string, goal: string, most: number, times: number, own: string, rest: string) => {
    const asked = [
      { name: OURS, url: () => collection + own },
      featureserv
        ? {
            name: 'pg_featureserv',
            url: () => `${featureserv}/collections/public.peer_grid/items${rest.replace('/items', '')}`,
          }
        : null,
      tipg ? { name: 'tipg', url: () => `${tipg}/collections/public.peer_grid/items${rest}` } : null,
    ];
    const usable: (Asked | null)[] = [];
    for (const one of asked) {
      // A peer that does not know the table is left out.
      if (one)
        usable.push(
          await once(one.url()).then(
            () => one,
            () => null,
          ),
        );
      else usable.push(null);
    }
    const result = await inTurn(usable, times);
    const { half, text } = result.get(OURS) as Spread;
    keep({ what, ours: text, peers: others(result), goal, reached: half <= most });
  };
  await of('one OGC feature of 10,000', '≤ 2 ms', 2, 100, `/${found[0]?.id}`, '/1');
  const near = 'bbox=36.3,35.3,36.42,35.4&limit=1000';
  await of('a box of some 126 features', '≤ 4 ms', 4, 60, `?${near}`, `?${near}`);
  await of('10,000 features, one page', '≤ 100 ms', 100, 7, '?limit=10000', '?limit=10000');
}

async function change(days: readonly string[], python: string | null): Promise<void> {
  if (!python || days.length < 8) return;
  const [from, to] = [days[1] as string, days[7] as string];
  const laea = '+proj=laea +lat_0=48 +lon_0=33 +datum=WGS84 +units=m +no_defs';
  const script = join(PROJECT_ROOT, 'tests/bench/peers/change.py');
  const theirs = Number(execFileSync(python, [script, databaseUrl, from, to, laea], { encoding: 'utf8' }));
  const ours = await once(`${service.base}/change?series=paper&from=${from}&to=${to}`);
  keep({
    what: 'first `/change` of an unstored pair of the archive',
    ours: reported(ours),
    peers: `GeoPandas ${reported(theirs)}`,
    goal: '≤ 1.0 × of the best',
    reached: ours <= theirs,
  });
}

/** Lines of a bench that is run as a process. */
function outputOf(args: readonly string[]): Promise<string[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', ...args], {
    cwd: PROJECT_ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const heard: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    heard.push(chunk);
    process.stdout.write(chunk);
  });
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => {
      if (code === 0) resolve(Buffer.concat(heard).toString().split('\n'));
      else reject(new Error(`${args.join(' ')} ended (${code})`));
    });
  });
}

const msOf = (text: string) => Number.parseFloat(text) * (/\ds$|\d s$/.test(text) ? 1000 : 1);

/** Whether a wait meets a goal as `waits.ts` states it. */
function reachedOf(ms: number, goal: string, byHand: string): boolean | null {
  if (/by hand/.test(goal)) return Number(/\(([\d.]+)\)/.exec(byHand)?.[1]) <= 1;
  const [, most, unit] = /≤ ([\d.]+) (ms|s)/.exec(goal) ?? [];
  return most === undefined ? null : ms <= Number(most) * (unit === 's' ? 1000 : 1);
}

for (const [name, part] of Object.entries(parts)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  try {
    await part();
  } catch (error) {
    keep({
      what: name,
      ours: `failed: ${String((error as Error).message)
        .slice(0, 200)
        .replaceAll('|', '/')}`,
      peers: '',
      goal: '–',
      reached: null,
    });
  }
}
service.child.kill('SIGTERM');
if (growth.length > 0) writeFileSync(new URL('../peers-growth.svg', import.meta.url), plotted(growth));
writeFigures(
  'whole',
  `Half of the times, in parentheses the tenth and the ninetieth of a hundred; load of the machine ${Math.min(...loads).toFixed(1)}–${Math.max(...loads).toFixed(1)}.${
    missing.length > 0 ? ` Not on this machine: ${[...new Set(missing)].join(', ')}.` : ''
  }\n\n${table(['what', 'ours', 'peers', 'goal', ''], rows.map(lineOf))}\n\n![Growth in dates and in vertices](peers-growth.svg)`,
);
await meter.close();
await db.close();
process.exit(0);
