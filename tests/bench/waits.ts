/**
 * What issue 17 sets goals for and no other bench measures: `TEST_DATABASE_URL=… npx tsx tests/bench/waits.ts [part …]`; without a
 * part all of them. One service on a database of its own of one server, asked by HTTP for what was never asked before; each
 * beside the same done without Salient in the same run. Writes its table into tests/bench/README.md when all parts were run.
 */
import { loadavg } from 'node:os';
import { PROJECT_ROOT } from '../../src/config.js';
import { addDays, parseDate } from '../../src/model/dates.js';
import { migrate } from '../../src/store/migrate.js';
import { openPool } from '../../src/store/pool.js';
import { ARCHIVE_THEATRE } from '../setup/archive.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { seeded } from '../setup/mesh-world.js';
import { dayOf, PROJECTION, plantSeries } from '../setup/plain-maps.js';
import { percentile, reported } from './bench.js';
import { offDiagonalByHand, piecesByHand, wholeByHand } from './change-by-hand.js';
import { coarse, refined } from './change-maps.js';
import { table, writeFigures } from './readme.js';
import { type Cost, openMeter, requested, type Served, served } from './served.js';
import { cellsAsGeoJson, detailedArchive } from './waits-maps.js';

if (!SERVER_URL) throw new Error('set TEST_DATABASE_URL to a PostgreSQL server with PostGIS on this machine');
const databaseUrl = await freshDatabase(SERVER_URL);
const db = openPool({ connectionString: databaseUrl, max: 2 }, 'server');
await migrate(db, `${PROJECT_ROOT}/migrations`);
const meter = await openMeter(databaseUrl);

interface Row {
  what: string;
  costs: Cost[];
  goal: string;
  /** Milliseconds of the same by hand, on the clock. */
  byHand?: number;
}
const rows: Row[] = [];

function keep(row: Row): void {
  rows.push(row);
  process.stdout.write(`${lineOf(row).join(' | ')}\n`);
}

const half = (values: readonly number[]) => percentile(values, 0.5);
function lineOf({ what, costs, goal, byHand }: Row): string[] {
  const [wall, own, backends] = [
    half(costs.map((c) => c.wall)),
    half(costs.map((c) => c.process)),
    half(costs.map((c) => c.backends)),
  ];
  return [
    what,
    String(costs.length),
    reported(wall),
    reported(own),
    reported(backends),
    byHand === undefined ? '–' : `${reported(byHand)} (${(wall / byHand).toFixed(2)})`,
    goal,
  ];
}

/** Maps of cells, planted: what the measures see, with no import before, and no work of the service's own beside them. */
async function cells({ child }: Served, vertices: number, posts: number) {
  const { before, redrawn, anew, count } = refined(coarse, vertices);
  const random = seeded(7);
  // A tenth of the cells is disputed: the front has strips.
  const gray = before.map(() => random() < 0.1);
  const maps = [before, redrawn, anew].map((map) =>
    map.map((face, no) => (gray[no] ? { ...face, status: 'contested' as const } : face)),
  );
  const planted = await plantSeries(db, {
    frame: 'env(-50,-50,50,50)',
    maps,
    accuracyM: 500,
    relations: [
      ['a', 'a', 'own'],
      ['a', 'b', 'ally'],
      ['a', 'c', 'hostile'],
      ['a', 'd', 'hostile'],
    ],
  });
  const spots = Array.from(
    { length: posts },
    () => [1000 * (100 * random() - 50), 1000 * (100 * random() - 50)] as const,
  );
  await db.query(
    `insert into post (edition, operator, number, number_source, name, geom, error_m, established, established_source)
     select r.edition, 'a', n[1], 'project', 'post ' || n[1], spot, 100, '[2000-01-01,2000-01-02)', '{a bench}'
     from revision r, (select st_collect(st_point(x, y) order by n) as geom from unnest($2::float8[], $3::float8[]) with ordinality p (x, y, n)) plane,
       lateral st_dump(st_setsrid(st_transform(plane.geom, $4, 4326), 4326)) d (n, spot) where r.id = $1`,
    [planted.revisions[0], spots.map(([x]) => x), spots.map(([, y]) => y), PROJECTION],
  );
  await db.query('analyze');
  await meter.atRest(child.pid);
  return { ...planted, count };
}

const get = (service: Served, path: string) => meter.cost(service.child.pid, () => requested(service, path));

async function fastestByHand(from: number, to: number): Promise<number> {
  const took: number[] = [];
  for (const way of [wholeByHand, offDiagonalByHand, piecesByHand]) {
    for (let run = 0; run < 2; run++) took.push((await meter.cost(undefined, () => way(db, from, to))).wall);
  }
  return Math.min(...took);
}

/** The borders of every two classes by hand: dissolved, and every boundary cut with every other. */
const frontByHand = (revision: number) =>
  db.query(
    `with held as materialized (select class, st_boundary(st_union(geom)) as geom from faces_of($1) group by 1)
     select a.class, b.class, sum(st_length(st_intersection(a.geom, b.geom))) from held a join held b on a.class < b.class group by 1, 2`,
    [revision],
  );

const parts: Record<string, (service: Served) => Promise<void>> = {
  async measures(service) {
    // The service has done everything once on a small map: modules, plans and connections are there.
    const warm = await cells(service, 1000, 3);
    for (const path of ['front?date', 'encirclement?date'])
      await get(service, `/${path.replace('?', `?series=${warm.series}&`)}=${dayOf(0)}`);
    for (const path of ['change', 'front/movement']) {
      for (let n = 0; n < 6; n++)
        await get(
          service,
          `/${path}?series=${warm.series}&from=${dayOf(n % 3)}&to=${dayOf((n + 1 + (n > 2 ? 1 : 0)) % 3)}`,
        );
    }
    for (const vertices of [15_000, 35_000, 100_000]) {
      const { series, revisions, count } = await cells(service, vertices, 12);
      const [from, to] = [revisions[0] as number, revisions[1] as number];
      const size = count.toLocaleString('en');
      keep({
        what: `first \`/change\` of ${size} vertices`,
        costs: [await get(service, `/change?series=${series}&from=${dayOf(0)}&to=${dayOf(1)}`)],
        byHand: await fastestByHand(from, to),
        goal: '≤ 1.0 × by hand',
      });
      if (vertices > 35_000) continue;
      const { wall } = await meter.cost(undefined, () => frontByHand(from));
      keep({
        what: `first \`/front\` of ${size} vertices`,
        costs: [
          await get(service, `/front?series=${series}&date=${dayOf(0)}`),
          await get(service, `/front?series=${series}&date=${dayOf(1)}`),
        ],
        byHand: wall,
        goal: vertices === 15_000 ? '≤ 0.2 s' : '–',
      });
    }
    const { series, revisions, count } = await cells(service, 60_000, 12);
    const size = count.toLocaleString('en');
    keep({
      what: `\`/encirclement\` of ${size} vertices, 12 posts`,
      costs: [await get(service, `/encirclement?series=${series}&date=${dayOf(0)}`)],
      goal: '≤ 3 s',
    });
    keep({
      what: `\`/front\` of ${size} vertices`,
      costs: [
        await get(service, `/front?series=${series}&date=${dayOf(0)}`),
        await get(service, `/front?series=${series}&date=${dayOf(1)}`),
      ],
      byHand: (await meter.cost(undefined, () => frontByHand(revisions[0] as number))).wall,
      goal: '–',
    });
    keep({
      what: `\`/front/movement\` of ${size} vertices, fronts known`,
      costs: [await get(service, `/front/movement?series=${series}&from=${dayOf(0)}&to=${dayOf(1)}`)],
      goal: '≤ 3 s',
    });
  },

  async archive(service) {
    const form = (map: object) => {
      const parts = new FormData();
      parts.set('map', new Blob([JSON.stringify(map)]), 'map.json');
      parts.set('theatre', JSON.stringify({ type: 'Polygon', coordinates: [box(...ARCHIVE_THEATRE)] }));
      parts.set(
        'mapping',
        JSON.stringify({
          title: 'The paper',
          parties: [{ id: 'invader', name: 'Invader' }],
          rules: [
            { when: { property: { kind: ['held'] } }, party: 'invader' },
            { when: { property: { kind: ['gains'] } }, party: 'invader', status: 'contested' },
          ],
          ignore: { farther_than_km: 200 },
        }),
      );
      return parts;
    };
    const costs: Cost[] = [];
    let vertices = 0;
    const days: string[] = [];
    for (const map of detailedArchive(100, 12)) {
      if (days.length === 30) break;
      const created = days.length === 0 ? '&create=true&title=A&publisher=B&licence=CC0-1.0&accuracy=100' : '';
      const path = `/series/paper/snapshots?date=${map.date}&member=/value&repair=true&overlaps=last&accept=a%20bench${created}`;
      const body = form(map.document);
      costs.push(await meter.cost(service.child.pid, () => requested(service, path, body)));
      vertices = map.vertices;
      days.push(map.date);
    }
    keep({
      what: `import, ${vertices.toLocaleString('en')} vertices, repair and overlaps: the first five`,
      costs: costs.slice(0, 5),
      goal: '–',
    });
    keep({ what: 'the others', costs: costs.slice(5), goal: '≤ 167 ms (6 a second)' });
    await new Promise((resolve) => setTimeout(resolve, 25_000));
    const tile = async (date: string) =>
      get(service, `/tiles/paper/8/${Math.floor(((33.6 + 180) / 360) * 256)}/87.mvt?date=${date}`);
    const tiles: Cost[] = [];
    for (const day of days.slice(2, 22)) tiles.push(await tile(day));
    keep({ what: 'date slider: first tile of a day of that archive', costs: tiles, goal: '≤ 10 ms' });
    const fronts: Cost[] = [];
    for (const day of days.slice(2, 7)) fronts.push(await get(service, `/front?series=paper&date=${day}`));
    keep({ what: 'first `/front` of that archive', costs: fronts, goal: '≤ 0.2 s' });
    const changes: Cost[] = [];
    for (const n of [2, 3, 4, 5, 6, 7, 8])
      changes.push(await get(service, `/change?series=paper&from=${days[n]}&to=${days[n + 5]}`));
    const [{ id: from } = { id: 0 }, { id: to } = { id: 0 }] = await db.query<{ id: number }>(
      `select id from revision where series = 'paper' and valid_on = any($1) order by valid_on`,
      [[days[4], days[9]]],
    );
    keep({
      what: 'first `/change` of five days of that archive',
      costs: changes,
      byHand: await fastestByHand(from, to),
      goal: '≤ 1.0 × by hand',
    });
    const report: Cost[] = [];
    for (const n of [1, 9]) {
      report.push(await get(service, `/report?series=paper&from=${days[n]}&to=${days[n + 7]}`));
    }
    keep({ what: 'first `/report` of a week of that archive', costs: report.slice(1), goal: '≤ 0.7 s' });
  },

  async size100k(service) {
    await bySize(service, 100_000, 4, '≤ 1.5 s');
  },
  async size1M(service) {
    await bySize(service, 1_000_000, 2, '≤ 10 s');
  },
};

/** Imports of coverages of cells, clean. */
async function bySize(service: Served, vertices: number, maps: number, goal: string): Promise<void> {
  const costs: Cost[] = [];
  const found = cellsAsGeoJson(vertices, maps);
  for (const [n, map] of found.maps.entries()) {
    const created = n === 0 ? '&create=true&title=A&publisher=B&licence=CC0-1.0&accuracy=100' : '';
    const path = `/series/size-${vertices}/snapshots?date=${addDays(parseDate('2020-01-01'), n)}&accept=a%20bench${created}`;
    costs.push(await meter.cost(service.child.pid, () => requested(service, path, map)));
  }
  keep({
    what: `import of ${found.vertices.toLocaleString('en')} vertices, the first`,
    costs: costs.slice(0, 1),
    goal,
  });
  keep({ what: 'the next, a tenth of its borders drawn anew', costs: costs.slice(1), goal });
  // Maps are simplified when nothing is imported any more; after that a restart draws at once as well.
  await simplifiedAhead();
  keep({
    what: 'first tile, zoom 5, when the maps are simplified',
    costs: [await get(service, `/tiles/size-${vertices}/5/19/12.mvt?date=2020-01-01`)],
    goal: vertices === 100_000 ? '≤ 60 ms' : '≤ 100 ms',
  });
}

/** Resolves when a simplified coverage has been kept and for half a minute no further one; after ten minutes in any case. */
async function simplifiedAhead(): Promise<void> {
  const kept = async () => JSON.stringify(await db.query('select count(*), max(kept_at) from kept_coverage'));
  const before = await kept();
  for (let [last, still, waited] = [before, 0, 0]; (last === before || still < 30) && waited < 600; waited++) {
    await new Promise((on) => setTimeout(on, 1000));
    const now = await kept();
    still = now === last ? still + 1 : 0;
    last = now;
  }
}

const chosen = process.argv.slice(2);
const service = await served(PROJECT_ROOT, databaseUrl);
try {
  for (const [name, part] of Object.entries(parts)) {
    if (chosen.length === 0 || chosen.includes(name)) await part(service);
  }
} finally {
  service.child.kill('SIGTERM');
}
if (chosen.length === 0)
  writeFigures(
    'waits',
    table(
      ['what', 'times', 'median', 'CPU of the process', 'CPU of its backends', 'by hand (ours / by hand)', 'goal'],
      rows.map(lineOf),
    ),
  );
process.stdout.write(`load ${loadavg()[0]?.toFixed(1)}\n`);
await meter.close();
await db.close();
process.exit(0);
