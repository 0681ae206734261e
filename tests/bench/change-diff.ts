/**
 * What a change costs as the maps grow: `TEST_DATABASE_URL=… npx tsx tests/bench/change-diff.ts [vertices …]` prints one
 * row a size, all in one run on the same server. Two maps of fractal borders between five parties; the second is the
 * first with a tenth of its cells flipped (same plane: by cell), and a map of its own with other borders along a tenth of
 * the ground (another plane: by overlay).
 */
import { intersect, area as turfArea } from '@turf/turf';
import type { Feature, Polygon } from 'geojson';
import { PROJECT_ROOT } from '../../src/config.js';
import { changeByFace, changeByOverlay, keepChange } from '../../src/db/change.js';
import { migrate } from '../../src/db/migrate.js';
import { openPool } from '../../src/db/pool.js';
import { askChange } from '../../src/jobs/ask-change.js';
import { parseDate } from '../../src/model/dates.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { dayOf, plantSeries } from '../setup/plain-maps.js';
import { coarse, refined } from './change-maps.js';

if (!SERVER_URL) throw new Error('set TEST_DATABASE_URL to a PostgreSQL server with PostGIS');
const sizes = process.argv.slice(2).map(Number);
const db = openPool({ connectionString: await freshDatabase(SERVER_URL), max: 2 }, 'server');
await migrate(db, `${PROJECT_ROOT}/migrations`);

/** The fastest of so many runs, after one to warm up: what else the machine does only adds. */
async function timed<T>(runs: number, work: () => Promise<T> | T): Promise<[ms: number, result: T]> {
  const times: number[] = [];
  let result = (await work()) as T;
  for (let i = 0; i < runs; i++) {
    const since = performance.now();
    result = await work();
    times.push(performance.now() - since);
  }
  return [Math.min(...times), result];
}

for (const vertices of sizes.length > 0 ? sizes : [1e3, 1e4, 1e5]) {
  const { before, flipped, redrawn, anew, count } = refined(coarse, vertices);
  const { series, revisions } = await plantSeries(db, {
    frame: 'env(-50,-50,50,50)',
    maps: [before, flipped, redrawn, anew],
  });
  const [a, b, c, d] = revisions as [number, number, number, number];
  await db.query('analyze plane_face');
  const runs = vertices > 2e5 ? 1 : vertices > 2e4 ? 3 : 5;
  const [face] = await timed(9, () => changeByFace(db, a, b));
  const [ours, rows] = await timed(runs, () => changeByOverlay(db, a, c));
  const [byHand] = await timed(runs, () => overlayByHand(a, c));
  const [oursAnew] = await timed(runs, () => changeByOverlay(db, a, d));
  const [byHandAnew] = await timed(runs, () => overlayByHand(a, d));
  const turf = vertices > 2e5 ? Number.NaN : await turfMs(a, c);
  await keepChange(db, a, c, rows);
  const asked = { series, from: parseDate(dayOf(0)), to: parseDate(dayOf(2)), knownAt: null };
  const [repeated] = await timed(9, () => askChange(db, asked));
  const told = [face, ours, byHand, turf, repeated].map((ms) => `${ms.toFixed(1)} ms`);
  console.log(
    `${count} vertices: by cell ${told[0]}, overlay ${told[1]}, by hand ${told[2]}, Turf ${told[3]}, repeated ${told[4]}; ` +
      `hand / cell ${(byHand / face).toFixed(0)}, hand / ours ${(byHand / ours).toFixed(1)}, Turf / ours ${(turf / ours).toFixed(1)}; ` +
      `all drawn anew: ours ${oursAnew.toFixed(1)} ms, by hand ${byHandAnew.toFixed(1)} ms`,
  );
}
await db.close();

/** The overlay that one would write: dissolve either map by class, cut every class with every other. */
function overlayByHand(from: number, to: number): Promise<object[]> {
  return db.query(
    `with held as materialized (
       select r.id, class_of(area.status, area.party) as class, st_union(f.geom) as geom
       from revision r join plane_face f on f.plane = r.plane join area on area.revision = r.id and area.shape = f.shape
       where r.id in ($1, $2) group by 1, 2
     ) select a.class, b.class, st_area(st_intersection(a.geom, b.geom)) from held a join held b on a.id = $1 and b.id = $2`,
    [from, to],
  );
}

/** The same matrix by Turf: every pair of polygons of either map whose boxes meet. */
async function turfMs(from: number, to: number): Promise<number> {
  const faces = await db.query<{ revision: number; class: string; geometry: string; box: number[] }>(
    `select r.id as revision, class_of(area.status, area.party) as class, st_asgeojson(shape.geom) as geometry,
            json_build_array(st_xmin(shape.geom), st_ymin(shape.geom), st_xmax(shape.geom), st_ymax(shape.geom)) as box
     from revision r join area on area.revision = r.id join shape on shape.id = area.shape where r.id in ($1, $2)`,
    [from, to],
  );
  const features = faces.map((row) => ({
    ...row,
    feature: { type: 'Feature', properties: {}, geometry: JSON.parse(row.geometry) } as Feature<Polygon>,
  }));
  const since = performance.now();
  let km2 = 0;
  for (const a of features.filter((row) => row.revision === from)) {
    for (const b of features.filter((row) => row.revision === to)) {
      const [w = 0, s = 0, e = 0, n = 0] = a.box;
      const [w2 = 0, s2 = 0, e2 = 0, n2 = 0] = b.box;
      if (w > e2 || w2 > e || s > n2 || s2 > n) continue;
      const met = intersect({ type: 'FeatureCollection', features: [a.feature, b.feature] });
      if (met) km2 += turfArea(met) / 1e6;
    }
  }
  if (Math.abs(km2 / 10_000 - 1) > 0.01) console.log(`  Turf finds ${km2.toFixed(1)} km² of 10 000`);
  return performance.now() - since;
}
