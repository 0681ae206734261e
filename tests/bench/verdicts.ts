/**
 * What verdicts cost as posts and maps grow: `TEST_DATABASE_URL=… npx tsx tests/bench/verdicts.ts [vertices [posts …]]`.
 * `verdictsOn` as the service calls it, cold: masks, conservative bounds, what the exact method has to decide, and keeping the rows.
 * Beside it, in the same run, the same points joined with the same ground in pieces of 256 vertices with an index.
 */

import { verdictsOn } from '../../src/encirclement/verdicts.js';
import { parseDate } from '../../src/model/dates.js';
import { resolve } from '../../src/series/as-of.js';
import type { Db } from '../../src/store/pool.js';
import { seeded } from '../setup/mesh-world.js';
import { dayOf, PROJECTION, plantSeries } from '../setup/plain-maps.js';
import { benchServer, keepFigures, once, reported, timed } from './bench.js';
import { coarse, refined } from './change-maps.js';
import { table, writeFigures } from './readme.js';

const [vertices = 1e5, ...counts] = process.argv.slice(2).map(Number);
const db = await benchServer();
const rows: Record<string, number>[] = [];
for (const posts of counts.length > 0 ? counts : [12, 100, 1000, 10_000, 30_000]) rows.push(await measure(db, posts));
keepFigures('verdicts', rows);
writeFigures(
  'verdicts',
  table(
    [
      'vertices',
      'posts',
      'verdicts, cold',
      'a post',
      'read again',
      'point in polygon join',
      'with its pieces and index',
      'verdicts / join',
      'verdicts / join with its pieces',
    ],
    rows.map((row) => [
      ...[row.vertices, row.posts].map((count) => (count ?? 0).toLocaleString('en')),
      ...[row.cold, (row.cold ?? 0) / (row.posts ?? 1), row.again, row.join, row.built].map((ms) =>
        reported(ms as number),
      ),
      ...[row.join, row.built].map((ms) => ((row.cold ?? 0) / (ms ?? 1)).toFixed(1)),
    ]),
  ),
);
await db.close();

async function measure(db: Db, posts: number): Promise<Record<string, number>> {
  const { before, count } = refined(coarse, vertices);
  const { series } = await plantSeries(db, {
    frame: 'env(-50,-50,50,50)',
    maps: [before],
    accuracyM: 500,
    relations: [
      ['a', 'a', 'own'],
      ['a', 'b', 'ally'],
      ['a', 'c', 'hostile'],
      ['a', 'd', 'hostile'],
    ],
  });
  const asOf = await resolve(db, { series, date: parseDate(dayOf(0)), knownAt: null });
  const random = seeded(posts);
  const spots = Array.from(
    { length: posts },
    () => [1000 * (100 * random() - 50), 1000 * (100 * random() - 50)] as const,
  );
  await db.query(
    `insert into post (edition, operator, number, number_source, name, geom, error_m, established, established_source)
     select $1, 'a', n[1], 'project', 'post ' || n[1], spot, 100, '[2000-01-01,2000-01-02)', '{a bench}'
     from (select st_collect(st_point(x, y) order by n) as geom from unnest($2::float8[], $3::float8[]) with ordinality p (x, y, n)) plane,
       lateral st_dump(st_setsrid(st_transform(plane.geom, $4, 4326), 4326)) d (n, spot)`,
    [asOf.edition, spots.map(([x]) => x), spots.map(([, y]) => y), PROJECTION],
  );
  await db.query('analyze');
  const [join, built] = await joined(asOf.revision, asOf.edition);
  const [cold, verdicts] = await once(() => verdictsOn(db, asOf, false));
  if (verdicts.length !== posts) throw new Error(`${verdicts.length} verdicts of ${posts}`);
  const tally = ['encircled', 'not_encircled', 'uncertain'].map((name) => [
    name,
    verdicts.filter((row) => row.verdict === name).length,
  ]);
  console.log(posts, tally.map(([verdict, some]) => `${verdict} ${some}`).join(', '));
  const [again] = await timed(3, () => verdictsOn(db, asOf, false));
  return { vertices: count, posts, cold, again, join, built };
}

/** The point in polygon join, and with making and indexing the pieces: milliseconds. */
async function joined(revision: number, edition: number): Promise<[number, number]> {
  return db.transaction(async (tx) => {
    const [build] = await once(async () => {
      await tx.query('create temp table bench_piece (class text, geom geometry) on commit drop');
      await tx.query('insert into bench_piece select class, st_subdivide(geom, 256) from faces_of($1)', [revision]);
      await tx.query('create index on bench_piece using gist (geom)');
      await tx.query('create temp table bench_spot (geom geometry) on commit drop');
      await tx.query(
        'insert into bench_spot select (st_dump(st_transform(st_collect(geom), $2))).geom from post where edition = $1',
        [edition, PROJECTION],
      );
      await tx.query('analyze bench_piece, bench_spot');
    });
    const [join] = await timed(5, () =>
      tx.query(
        'select class, count(*) from bench_spot s join bench_piece p on st_intersects(p.geom, s.geom) group by 1',
      ),
    );
    return [join, build + join];
  });
}
