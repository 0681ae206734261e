import { changeByOverlay, type TransitionRow } from '../../src/change/overlay.sql.js';
import { classAreasOver } from '../../src/change/region.sql.js';
import type { Db } from '../../src/store/pool.js';
import { mapWorld, meshWorld, type Point } from './mesh-world.js';
import { type PlainFace, plantSeries } from './plain-maps.js';

/** Ground by ring (kilometres), held by a party, contested, or in no area at all (null). */
export interface HeldRing {
  party: string | null;
  contested?: boolean;
  ring: readonly Point[];
}

const HELD: Record<string, Omit<HeldRing, 'ring'>> = {
  own: { party: 'p' },
  ally: { party: 'p2' },
  hostile: { party: 'q' },
  contested: { party: null, contested: true },
  unknown: { party: null },
};

/** Two random maps of 100 km × 100 km that share no vertex but those of the frame. */
export function twoMaps(seed: number): [HeldRing[], HeldRing[]] {
  const held = (world: ReturnType<typeof meshWorld>): HeldRing[] =>
    world.faces.map(({ stance, ring }) => ({ ...(HELD[stance] as Omit<HeldRing, 'ring'>), ring }));
  const other = mapWorld(meshWorld(seed + 1, { size: 4 }), ([x, y]) => [-x, y]);
  return [held(meshWorld(seed, { size: 4 })), held(other)];
}

export const moved = (map: readonly HeldRing[], move: (point: Point) => Point): HeldRing[] =>
  map.map((face) => ({ ...face, ring: face.ring.map(move) }));

const FRAME: readonly Point[] = [
  [-50, -50],
  [50, -50],
  [50, 50],
  [-50, 50],
];

/** SQL of a polygon in kilometres. */
export const wkt = (ring: readonly Point[]): string =>
  `'POLYGON((${[...ring, ring[0] as Point].map((point) => point.join(' ')).join(',')}))'::geometry`;

export const faceOf = ({ party, contested, ring }: HeldRing, of = wkt(ring)): PlainFace =>
  contested ? { of, party: null, status: 'contested' } : party === null ? { of } : { of, party };

export interface Measured {
  /** Square metres by `from to`. */
  matrix: Map<string, number>;
  /** Square metres by class on either day. */
  before: Map<string, number>;
  after: Map<string, number>;
}

/** Stores two maps whose frame was moved with them, and measures what passed from whom to whom. */
export async function measured(
  db: Db,
  maps: readonly (readonly PlainFace[])[],
  move: (point: Point) => Point = (point) => point,
): Promise<Measured> {
  const { revisions } = await plantSeries(db, { frame: wkt(FRAME.map(move)), maps });
  const [from, to] = revisions as [number, number];
  const areas = async (revision: number) =>
    new Map((await classAreasOver(db, [revision], null)).map((row): [string, number] => [row.class, row.m2]));
  const key = (row: TransitionRow) => `${row.from_class} ${row.to_class}`;
  return {
    matrix: new Map((await changeByOverlay(db, from, to)).map((row) => [key(row), row.m2])),
    before: await areas(from),
    after: await areas(to),
  };
}
