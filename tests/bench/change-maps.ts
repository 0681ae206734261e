import { seeded } from '../setup/mesh-world.js';
import type { PlainFace } from '../setup/plain-maps.js';

type Point = readonly [number, number];

/** Columns and rows of cells: 144 of them over 100 × 100 km. */
export const coarse = 12;
const PARTIES = ['a', 'b', 'c', 'd', 'e'];

/** A path between two points that bends by midpoint displacement, less and less, so that none crosses itself: the same for the same seed, whichever way it is walked. */
function bent([x0, y0]: Point, [x1, y1]: Point, levels: number, random: () => number): Point[] {
  let path: Point[] = [
    [x0, y0],
    [x1, y1],
  ];
  for (let level = 0; level < levels; level++) {
    path = path.slice(1).reduce<Point[]>(
      (bentPath, [bx, by], index) => {
        const [ax, ay] = path[index] as Point;
        const offset = 0.25 * 0.8 ** level * (random() - 0.5);
        bentPath.push([(ax + bx) / 2 + offset * (by - ay), (ay + by) / 2 - offset * (bx - ax)], [bx, by]);
        return bentPath;
      },
      [path[0] as Point],
    );
  }
  return path;
}

const wkt = (ring: readonly Point[]) =>
  `'POLYGON((${ring.map(([x, y]) => `${x.toFixed(7)} ${y.toFixed(7)}`).join(',')}))'::geometry`;

/** A grid whose inner borders are bent until the map has about that many vertices; `other` borders where it says so. */
function grid(size: number, levels: number, other: (i: number, j: number) => number) {
  const step = 100 / size;
  const at = (i: number, j: number): Point => [-50 + i * step, -50 + j * step];
  const edges = new Map<string, Point[]>();
  const edge = (i: number, j: number, down: boolean): Point[] => {
    const key = `${i} ${j} ${down}`;
    const frame = down ? i === 0 || i === size : j === 0 || j === size;
    const seed = (i * 1000 + j) * 2 + (down ? 1 : 0) + 1e6 * other(i, j);
    const path = edges.get(key) ?? bent(at(i, j), down ? at(i, j + 1) : at(i + 1, j), frame ? 0 : levels, seeded(seed));
    edges.set(key, path);
    return path;
  };
  const cells: { of: string; vertices: number }[] = [];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const ring = [
        ...edge(i, j, false),
        ...edge(i + 1, j, true).slice(1),
        ...edge(i, j + 1, false)
          .toReversed()
          .slice(1),
        ...edge(i, j, true).toReversed().slice(1),
      ];
      cells.push({ of: wkt(ring), vertices: ring.length });
    }
  }
  return cells;
}

/** Maps of about so many vertices: the first, its cells with a tenth flipped, a tenth of the borders drawn anew, all drawn anew. */
export function refined(size: number, vertices: number) {
  const borders = 2 * size * (size - 1);
  const levels = Math.max(0, Math.round(Math.log2(vertices / (2 * borders))));
  const random = seeded(11);
  const parties = Array.from({ length: size * size }, () => PARTIES[Math.floor(random() * PARTIES.length)] as string);
  const flips = parties.map((party) =>
    random() < 0.1 ? (PARTIES[(PARTIES.indexOf(party) + 1) % 5] as string) : party,
  );
  const first = grid(size, levels, () => 0);
  const second = grid(size, levels, (i, j) => ((i * 7 + j * 13) % 10 === 0 ? 1 : 0));
  const third = grid(size, levels, () => 1);
  const held = (cells: typeof first, by: string[]) =>
    cells.map(({ of }, no): PlainFace => ({ of, party: by[no] ?? 'a' }));
  return {
    before: held(first, parties),
    flipped: held(first, flips),
    redrawn: held(second, flips),
    anew: held(third, flips),
    count: first.reduce((sum, cell) => sum + cell.vertices, 0),
  };
}
