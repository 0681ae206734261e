import type { LineString, MultiLineString } from 'geojson';
import { BUFFER, EXTENT, UNITS_PER_PIXEL, unitsPerWorld } from '../../coverage/grid.js';
import { mercatorX, mercatorY } from '../../coverage/mercator.js';
import { crossings } from '../../coverage/snap.js';
import { sharedInt32 } from './shared-buffer.js';
import type { Tile } from './tile.js';

/** A line on the grid of a zoom, flat, with a vertex on every cut line it meets (grid.ts), and its bounding box. */
export interface Stroke {
  readonly points: Int32Array;
  readonly box: readonly [x0: number, y0: number, x1: number, y1: number];
}

/**
 * Brings lines to the grid of a zoom: Douglas and Peucker with half a pixel, ends kept, so the stretches of a route still meet. Lines
 * that shrink to a point are dropped.
 */
export function strokesOf(geometry: LineString | MultiLineString, zoom: number): Stroke[] {
  const scale = unitsPerWorld(zoom);
  const lines = geometry.type === 'LineString' ? [geometry.coordinates] : geometry.coordinates;
  return lines.flatMap((line) => {
    const loose = line.map(([lon = 0, lat = 0]): [number, number] => [mercatorX(lon) * scale, mercatorY(lat) * scale]);
    const points = onGrid(thinned(loose, UNITS_PER_PIXEL / 2));
    if (points.length < 4) return [];
    const xs = points.filter((_, i) => i % 2 === 0);
    const ys = points.filter((_, i) => i % 2 === 1);
    const least = (values: number[]): number => values.reduce((a, b) => Math.min(a, b));
    const most = (values: number[]): number => values.reduce((a, b) => Math.max(a, b));
    return [{ points: sharedInt32(points), box: [least(xs), least(ys), most(xs), most(ys)] as const }];
  });
}

/** Whether the boxes of stroke and tile (with its margin) meet: where not, nothing of the stroke is drawn. */
export function meets({ box: [west, north, east, south] }: Stroke, { x, y }: Tile): boolean {
  return (
    east >= x * EXTENT - BUFFER &&
    west <= (x + 1) * EXTENT + BUFFER &&
    south >= y * EXTENT - BUFFER &&
    north <= (y + 1) * EXTENT + BUFFER
  );
}

/** The parts of a stroke within the tile and its margin, in tile units, flat. */
export function cutStroke(stroke: Stroke, tile: Tile): number[][] {
  if (!meets(stroke, tile)) return [];
  const { points } = stroke;
  const parts: number[][] = [];
  let open: number[] | undefined;
  for (let i = 0; i + 3 < points.length; i += 2) {
    const ax = points[i] - tile.x * EXTENT;
    const ay = points[i + 1] - tile.y * EXTENT;
    const bx = points[i + 2] - tile.x * EXTENT;
    const by = points[i + 3] - tile.y * EXTENT;
    if (!isInBox(ax, ay) || !isInBox(bx, by)) {
      open = undefined;
      continue;
    }
    if (!open) {
      open = [ax, ay];
      parts.push(open);
    }
    open.push(bx, by);
  }
  return parts;
}

function isInBox(x: number, y: number): boolean {
  return x >= -BUFFER && y >= -BUFFER && x <= EXTENT + BUFFER && y <= EXTENT + BUFFER;
}

function onGrid(line: readonly [number, number][]): number[] {
  const points: number[] = [];
  const put = (x: number, y: number): void => {
    const n = points.length;
    if (points[n - 2] !== Math.round(x) || points[n - 1] !== Math.round(y)) points.push(Math.round(x), Math.round(y));
  };
  line.forEach(([x, y], i) => {
    const [x0, y0] = line[i - 1] ?? [x, y];
    const met: number[] = [];
    crossings(x0, x, (_, t) => met.push(t));
    crossings(y0, y, (_, t) => met.push(t));
    for (const t of met.sort((a, b) => a - b)) put(x0 + t * (x - x0), y0 + t * (y - y0));
    put(x, y);
  });
  return points;
}

function thinned(line: readonly [number, number][], tolerance: number): [number, number][] {
  const keep = new Uint8Array(line.length);
  keep[0] = 1;
  keep[line.length - 1] = 1;
  const open: [number, number][] = [[0, line.length - 1]];
  for (let span = open.pop(); span; span = open.pop()) {
    const [first, last] = span;
    const [ax, ay] = line[first];
    const [bx, by] = line[last];
    const squared = (bx - ax) ** 2 + (by - ay) ** 2;
    let worst = tolerance;
    let at = -1;
    for (let i = first + 1; i < last; i++) {
      const [px, py] = line[i];
      const t = squared === 0 ? 0 : Math.max(0, Math.min(1, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / squared));
      const distance = Math.hypot(px - ax - t * (bx - ax), py - ay - t * (by - ay));
      if (distance <= worst) continue;
      worst = distance;
      at = i;
    }
    if (at < 0) continue;
    keep[at] = 1;
    open.push([first, at], [at, last]);
  }
  return line.filter((_, i) => keep[i] === 1);
}
