import { type EncirclementOptions, measureEncirclement, type PostMeasure } from '../../src/encirclement/measure.sql.js';
import { createMasks } from '../../src/encirclement/policy-masks.sql.js';
import type { Db, Queryable } from '../../src/store/pool.js';

/** A little world of faces for one test: SQL expressions of geometry in kilometres, planar. */
export interface World {
  /** Stance to SQL expression; later faces do not cut earlier ones. `rest` is what of the frame no face covers. */
  faces: readonly (readonly [stance: string, geometry: string, label?: string])[];
  rest?: string;
  frame?: string;
  anchor?: string;
  /** x, y and perhaps r0 in kilometres. */
  posts: readonly (readonly [x: number, y: number, r0?: number])[];
}

export const FRAME = 'env(-50,-50,50,50)';
export const NORTH = 'env(-50,40,50,50)';
export const EAST = 'env(40,-50,50,50)';

const sql = (expression: string) => expression.replaceAll('env(', 'st_makeenvelope(');

/** A polygon from `x y` pairs in kilometres. */
export const ring = (...points: readonly (readonly [number, number])[]): string => {
  const [first] = points;
  return `'POLYGON((${[...points, first].map((p) => p?.join(' ')).join(',')}))'::geometry`;
};

/** Fills `mask_face` with the world, scaled to metres by `scale`, through an affine map of the plane if one is given. */
export async function fillGround(tx: Queryable, world: World, affine: readonly number[] = [1000, 0, 0, 1000, 0, 0]) {
  await createMasks(tx);
  const at = `${affine.join(',')}`;
  for (const [stance, geometry, label] of world.faces) {
    await tx.query(`insert into mask_face select $1, $2, st_affine(${sql(geometry)}, ${at})`, [
      stance,
      label ?? stance,
    ]);
  }
  if (world.rest) {
    await tx.query(
      `insert into mask_face select $1, $1, d.geom from lateral st_dump(st_difference(
         st_affine(${sql(world.frame ?? FRAME)}, ${at}), coalesce((select st_union(geom) from mask_face), 'POLYGON EMPTY'))) d`,
      [world.rest],
    );
  }
  if (world.anchor) await tx.query(`insert into mask_anchor select st_affine(${sql(world.anchor)}, ${at})`);
  const scale = Math.sqrt(Math.abs((affine[0] ?? 1) * (affine[3] ?? 1) - (affine[1] ?? 0) * (affine[2] ?? 0)));
  for (const [index, [x, y, r0]] of world.posts.entries()) {
    await tx.query(`insert into mask_post select $1, st_affine(st_point($2, $3), ${at}), $4`, [
      index + 1,
      x,
      y,
      (r0 ?? 0.25) * scale,
    ]);
  }
}

export const OPTIONS: EncirclementOptions = { accuracyM: 0, narrowM: 5000, reachM: 250, numbers: true };

/** Measures a world in a transaction that leaves nothing behind. */
export async function measureWorld(
  db: Db,
  world: World,
  options: Partial<EncirclementOptions> = {},
  affine?: readonly number[],
): Promise<PostMeasure[]> {
  return db.transaction(async (tx) => {
    await fillGround(tx, world, affine);
    return measureEncirclement(tx, { ...OPTIONS, ...options });
  });
}

/** The measure of the only post of a world. */
export async function measurePost(
  db: Db,
  world: Omit<World, 'posts'> & { post: readonly [number, number, number?] },
  options: Partial<EncirclementOptions> = {},
): Promise<PostMeasure> {
  const [measure] = await measureWorld(db, { ...world, posts: [world.post] }, options);
  return measure as PostMeasure;
}
