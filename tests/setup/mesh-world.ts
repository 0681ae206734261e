import type { EncirclementOptions, PostMeasure } from '../../src/encirclement/measure.sql.js';
import { measureEncirclement } from '../../src/encirclement/measure.sql.js';
import { createMasks } from '../../src/encirclement/policy-masks.sql.js';
import type { Db, Queryable } from '../../src/store/pool.js';
import { OPTIONS } from './ground.js';

/** Kilometres. */
export type Point = readonly [number, number];

/**
 * A random coverage: a mesh of quadrilaterals that share their vertices, each with a stance. Small, valid by
 * construction, and easy to jitter, mirror, split or rasterise.
 */
export interface MeshWorld {
  faces: { stance: string; ring: readonly Point[] }[];
  anchor: readonly Point[];
  posts: readonly Point[];
}

/** A seeded generator of numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const STANCES = ['own', 'ally', 'own', 'hostile', 'hostile', 'contested', 'unknown'] as const;

/**
 * The world of a seed: `size` × `size` faces over 100 km, inner vertices moved by up to 30 % of a cell, the anchor a
 * block of own ground in the north-east. `fenced`: the outermost faces are hostile, so nothing depends on the edge.
 */
export function meshWorld(seed: number, { size = 9, fenced = false, posts = 4 } = {}): MeshWorld {
  const random = seeded(seed);
  const step = 100 / size;
  const vertex = Array.from({ length: size + 1 }, (_, i) =>
    Array.from({ length: size + 1 }, (_, j): Point => {
      const inner = i > 0 && j > 0 && i < size && j < size ? 0.6 * step : 0;
      return [-50 + i * step + inner * (random() - 0.5), -50 + j * step + inner * (random() - 0.5)];
    }),
  );
  const at = (i: number, j: number) => vertex[i]?.[j] as Point;
  const corners = (i: number, j: number) => [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)];
  const block = size - 3;
  const faces = [];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const edge = i === 0 || j === 0 || i === size - 1 || j === size - 1;
      const drawn = STANCES[Math.floor(random() * STANCES.length)] as string;
      const anchor = i >= block && j >= block && i < size - 1 && j < size - 1;
      faces.push({ stance: anchor ? 'own' : fenced && edge ? 'hostile' : drawn, ring: corners(i, j) });
    }
  }
  const inside = () => -38 + 76 * random();
  return {
    faces,
    anchor: [at(block, block), at(block + 1, block), at(block + 1, block + 1), at(block, block + 1)],
    posts: Array.from({ length: posts }, (): Point => [inside(), inside()]),
  };
}

/** Moves every point of a world. */
export function mapWorld(world: MeshWorld, move: (point: Point) => Point): MeshWorld {
  return {
    faces: world.faces.map(({ stance, ring }) => ({ stance, ring: ring.map(move) })),
    anchor: world.anchor.map(move),
    posts: world.posts.map(move),
  };
}

const wkt = (ring: readonly Point[]) =>
  `POLYGON((${[...ring, ring[0] as Point].map(([x, y]) => `${x * 1000} ${y * 1000}`).join(',')}))`;

export async function fillMesh(tx: Queryable, world: MeshWorld, r0 = 250): Promise<void> {
  await createMasks(tx);
  await tx.query(
    'insert into mask_face select s, s, st_geomfromtext(g) from unnest($1::text[], $2::text[]) as f (s, g)',
    [world.faces.map(({ stance }) => stance), world.faces.map(({ ring }) => wkt(ring))],
  );
  await tx.query('insert into mask_anchor select st_geomfromtext($1)', [wkt(world.anchor)]);
  await tx.query(
    `insert into mask_post select n, st_point(x * 1000, y * 1000), $3
     from unnest($1::float8[], $2::float8[]) with ordinality as p (x, y, n)`,
    [world.posts.map(([x]) => x), world.posts.map(([, y]) => y), r0],
  );
}

/** Measures a world; `before` may change what was filled in. */
export async function measureMesh(
  db: Db,
  world: MeshWorld,
  options: Partial<EncirclementOptions> & { r0?: number } = {},
  before: (tx: Queryable) => Promise<unknown> = async () => {},
): Promise<PostMeasure[]> {
  return db.transaction(async (tx) => {
    await fillMesh(tx, world, options.r0);
    await before(tx);
    return measureEncirclement(tx, { ...OPTIONS, ...options });
  });
}
