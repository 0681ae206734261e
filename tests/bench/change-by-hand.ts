/** The same matrix as one would write it without Salient: three styles in SQL, and Turf. */
import { intersect, area as turfArea } from '@turf/turf';
import type { Feature, Polygon } from 'geojson';
import type { Db, Queryable } from '../../src/store/pool.js';

const HELD = `select r.id, class_of(area.status, area.party) as class, f.geom
  from revision r join plane_face f on f.plane = r.plane join area on area.revision = r.id and area.shape = f.shape
  where r.id in ($1, $2)`;

/** Either map dissolved by class, every class cut with every other. */
export function wholeByHand(db: Queryable, from: number, to: number): Promise<object[]> {
  return db.query(
    `with held as materialized (select id, class, st_union(geom) as geom from (${HELD}) h group by 1, 2)
     select a.class, b.class, st_area(st_intersection(a.geom, b.geom)) from held a join held b on a.id = $1 and b.id = $2`,
    [from, to],
  );
}

/** As `wholeByHand` without the diagonal: what stayed, and the check that it gives, are left out. */
export function offDiagonalByHand(db: Queryable, from: number, to: number): Promise<object[]> {
  return db.query(
    `with held as materialized (select id, class, st_union(geom) as geom from (${HELD}) h group by 1, 2)
     select a.class, b.class, st_area(st_intersection(a.geom, b.geom)) from held a join held b on a.id = $1 and b.id = $2
     where a.class <> b.class`,
    [from, to],
  );
}

/** Pieces of 256 vertices with an index, and the pieces that meet cut with each other, off the diagonal too. */
export function piecesByHand(db: Db, from: number, to: number): Promise<object[]> {
  return db.transaction(async (tx) => {
    await tx.query('create temp table piece (id bigint, class text, geom geometry) on commit drop');
    await tx.query(`insert into piece select id, class, st_subdivide(geom, 256) from (${HELD}) h`, [from, to]);
    await tx.query('create index on piece using gist (geom)');
    await tx.query('analyze piece');
    return tx.query(
      `select a.class, b.class, sum(st_area(st_intersection(a.geom, b.geom)))
       from piece a join piece b on a.id = $1 and b.id = $2 and st_intersects(a.geom, b.geom) where a.class <> b.class
       group by 1, 2`,
      [from, to],
    );
  });
}

/**
 * The same by Turf: every pair of polygons whose boxes meet, or each n-th of them. Milliseconds, times n; the polygons
 * are read and parsed before.
 */
export async function turfMs(db: Queryable, from: number, to: number, nth = 1): Promise<number> {
  const faces = await db.query<{ revision: number; geometry: string; box: [number, number, number, number] }>(
    `select r.id as revision, st_asgeojson(shape.geom) as geometry,
            json_build_array(st_xmin(shape.geom), st_ymin(shape.geom), st_xmax(shape.geom), st_ymax(shape.geom)) as box
     from revision r join area on area.revision = r.id join shape on shape.id = area.shape where r.id in ($1, $2)`,
    [from, to],
  );
  const features = faces.map((row) => ({
    ...row,
    feature: { type: 'Feature', properties: {}, geometry: JSON.parse(row.geometry) } as Feature<Polygon>,
  }));
  const pairs = features
    .filter((row) => row.revision === from)
    .flatMap((a) => features.filter((b) => b.revision === to && boxesMeet(a.box, b.box)).map((b) => [a, b] as const));
  const since = performance.now();
  let km2 = 0;
  for (const [a, b] of pairs.filter((_, index) => index % nth === 0)) {
    const met = intersect({ type: 'FeatureCollection', features: [a.feature, b.feature] });
    if (met) km2 += turfArea(met) / 1e6;
  }
  if (nth === 1 && Math.abs(km2 / 10_000 - 1) > 0.01) console.log(`Turf finds ${km2.toFixed(1)} km² of 10 000`);
  return nth * (performance.now() - since);
}

type Box = readonly [number, number, number, number];
const boxesMeet = ([w, s, e, n]: Box, [w2, s2, e2, n2]: Box) => w <= e2 && w2 <= e && s <= n2 && s2 <= n;
