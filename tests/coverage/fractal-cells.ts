import type { CoverageMember } from '../../src/coverage/topology.js';
import { seededRandom } from './random.js';

/** A rectangle in degrees: west, south, east, north. */
export type Frame = readonly [west: number, south: number, east: number, north: number];

export interface FractalCoverage {
  members: CoverageMember[];
  frame: Frame;
  vertices: number;
}

/**
 * Cells whose borders are fractal, covering the frame without gap or overlap: each pixel of a raster belongs to the seed
 * nearest to it after a displacement by noise of many scales. That makes pockets, enclaves within enclaves, necks one pixel wide and corners
 * that only touch. Pixel corners are then shifted by up to 0.3 pixels, so that nothing is parallel to anything.
 */
export function fractalCells(
  seed: number,
  cells: number,
  columns: number,
  rows: number,
  frame: Frame,
): FractalCoverage {
  const random = seededRandom(seed);
  const labels = labelPixels(random, cells, columns, rows);
  const parts = floodParts(labels, columns, rows);
  const [west, south, east, north] = frame;
  const shift = (): number => (random() - 0.5) * 0.6;
  const positions: number[][] = [];
  for (let j = 0; j <= rows; j++) {
    for (let i = 0; i <= columns; i++) {
      const onFrame = i === 0 || j === 0 || i === columns || j === rows;
      const x = onFrame ? i : i + shift();
      const y = onFrame ? j : j + shift();
      positions.push([west + ((east - west) * x) / columns, south + ((north - south) * y) / rows]);
    }
  }
  const members: CoverageMember[] = Array.from({ length: cells }, (_, id) => ({ id: id + 1, polygons: [] }));
  const used = new Set<number>();
  parts.outlines.forEach((edges, part) => {
    const rings = outlineRings(edges, columns + 1).map((ring) => {
      for (const v of ring) used.add(v);
      return { ring: [...ring, ring[0] as number].map((v) => positions[v] as number[]), size: ring.length };
    });
    // The first edge found is the part's lowest, so the first ring is the outer one.
    members[parts.labelOf[part] as number]?.polygons.push(rings.map(({ ring }) => ring));
  });
  return { members: members.filter(({ polygons }) => polygons.length > 0), frame, vertices: used.size };
}

function labelPixels(random: () => number, cells: number, columns: number, rows: number): Int32Array {
  const seeds = Array.from({ length: cells }, () => [random() * columns, random() * rows] as const);
  const octaves = Array.from({ length: 6 }, (_, k) => {
    const size = (columns / 8) * 0.5 ** k;
    const width = Math.ceil(columns / size) + 2;
    const values = Float64Array.from({ length: 2 * width * (Math.ceil(rows / size) + 2) }, () => random() - 0.5);
    return { size, width, values };
  });
  const noise = (x: number, y: number, axis: number): number => {
    let sum = 0;
    for (const { size, width, values } of octaves) {
      const [i, j] = [Math.floor(x / size), Math.floor(y / size)];
      const [u, v] = [x / size - i, y / size - j];
      const at = (di: number, dj: number): number => values[2 * ((j + dj) * width + i + di) + axis] ?? 0;
      sum += size * ((at(0, 0) * (1 - u) + at(1, 0) * u) * (1 - v) + (at(0, 1) * (1 - u) + at(1, 1) * u) * v);
    }
    return sum;
  };
  return Int32Array.from({ length: columns * rows }, (_, pixel) => {
    const [px, py] = [pixel % columns, Math.floor(pixel / columns)];
    const [x, y] = [px + noise(px, py, 0), py + noise(px, py, 1)];
    let best = 0;
    let least = Infinity;
    seeds.forEach(([sx, sy], i) => {
      const d = (sx - x) ** 2 + (sy - y) ** 2;
      if (d < least) [least, best] = [d, i];
    });
    return best;
  });
}

/** Connected parts (sharing pixel sides), with the sides of each that face another part, the part on the left. */
function floodParts(labels: Int32Array, columns: number, rows: number) {
  const partOf = new Int32Array(labels.length).fill(-1);
  const labelOf: number[] = [];
  for (let pixel = 0; pixel < labels.length; pixel++) {
    if (partOf[pixel] !== -1) continue;
    const part = labelOf.push(labels[pixel] as number) - 1;
    const open = [pixel];
    partOf[pixel] = part;
    for (let p = open.pop(); p !== undefined; p = open.pop()) {
      const i = p % columns;
      for (const q of [i > 0 ? p - 1 : -1, i < columns - 1 ? p + 1 : -1, p - columns, p + columns]) {
        if (q < 0 || q >= labels.length || partOf[q] !== -1 || labels[q] !== labels[p]) continue;
        partOf[q] = part;
        open.push(q);
      }
    }
  }
  const outlines: [number, number][][] = labelOf.map(() => []);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const part = partOf[j * columns + i] as number;
      const other = (di: number, dj: number): number =>
        i + di < 0 || i + di >= columns || j + dj < 0 || j + dj >= rows
          ? -1
          : (partOf[(j + dj) * columns + i + di] as number);
      const corner = j * (columns + 1) + i;
      const edges = outlines[part] as [number, number][];
      if (other(0, -1) !== part) edges.push([corner, corner + 1]);
      if (other(1, 0) !== part) edges.push([corner + 1, corner + columns + 2]);
      if (other(0, 1) !== part) edges.push([corner + columns + 2, corner + columns + 1]);
      if (other(-1, 0) !== part) edges.push([corner + columns + 1, corner]);
    }
  }
  return { labelOf, outlines };
}

/** Rings from the sides of one part; at a corner where the part touches itself the ring keeps to its own pixel. */
function outlineRings(edges: [number, number][], stride: number): number[][] {
  const leaving = new Map<number, number[]>();
  for (const [from, to] of edges) leaving.set(from, [...(leaving.get(from) ?? []), to]);
  const rings: number[][] = [];
  for (const [origin] of edges) {
    if (!leaving.get(origin)?.length) continue;
    const ring: number[] = [];
    let from = origin;
    let direction = 0;
    do {
      const options = leaving.get(from) ?? [];
      const left = direction === 1 ? stride : direction === stride ? -1 : direction === -1 ? -stride : 1;
      const to = options.find((v) => v - from === left) ?? (options[0] as number);
      leaving.set(
        from,
        options.filter((v) => v !== to),
      );
      ring.push(from);
      direction = to - from;
      from = to;
    } while (from !== origin || leaving.get(from)?.some((v) => v - from === leftOf(direction, stride)));
    rings.push(ring);
  }
  return rings;
}

function leftOf(direction: number, stride: number): number {
  return direction === 1 ? stride : direction === stride ? -1 : direction === -1 ? -stride : 1;
}
