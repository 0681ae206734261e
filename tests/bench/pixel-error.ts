import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { EXTENT, UNITS_PER_PIXEL, unitsPerWorld } from '../../src/coverage/grid.js';
import { mercatorX, mercatorY } from '../../src/coverage/mercator.js';
import type { CoverageMember } from '../../src/coverage/topology.js';
import type { TileAddress } from '../../src/tiles/address.js';

const CELL = 32;

/**
 * How far the true borders run from those that a tile draws: for each vertex of the coverage within the tile, the
 * distance to the nearest edge drawn, in pixels of a 512-pixel tile. Vertices of pockets that the tile leaves out have a
 * distance too, so the middle is told and not the mean.
 */
export function pixelErrors(members: readonly CoverageMember[], tile: TileAddress, mvt: Uint8Array): number[] {
  const layer = new VectorTile(new PbfReader(mvt)).layers.control;
  const edges: [number, number, number, number][] = [];
  for (let i = 0; i < (layer?.length ?? 0); i++) {
    for (const ring of layer?.feature(i).loadGeometry() ?? []) {
      ring.forEach((p, j) => {
        const q = ring[j + 1];
        if (q) edges.push([p.x, p.y, q.x, q.y]);
      });
    }
  }
  const cells = new Map<number, number[]>();
  const cellOf = (x: number, y: number) => (Math.floor(x / CELL) + 1000) * 10_000 + Math.floor(y / CELL) + 1000;
  edges.forEach(([x0, y0, x1, y1], at) => {
    const steps = Math.ceil(Math.hypot(x1 - x0, y1 - y0) / (CELL / 2)) + 1;
    for (let s = 0; s <= steps; s++) {
      const cell = cellOf(x0 + ((x1 - x0) * s) / steps, y0 + ((y1 - y0) * s) / steps);
      const known = cells.get(cell) ?? [];
      if (known.at(-1) !== at) cells.set(cell, [...known, at]);
    }
  });
  const scale = unitsPerWorld(tile.z);
  const errors: number[] = [];
  for (const [lon = 0, lat = 0] of members.flatMap(({ polygons }) => polygons.flat(2))) {
    const x = mercatorX(lon) * scale - tile.x * EXTENT;
    const y = mercatorY(lat) * scale - tile.y * EXTENT;
    if (x < 0 || y < 0 || x >= EXTENT || y >= EXTENT) continue;
    let least = CELL;
    for (const dx of [-CELL, 0, CELL]) {
      for (const dy of [-CELL, 0, CELL]) {
        for (const at of cells.get(cellOf(x + dx, y + dy)) ?? []) least = Math.min(least, distance(x, y, edges[at]));
      }
    }
    errors.push(least / UNITS_PER_PIXEL);
  }
  return errors;
}

function distance(px: number, py: number, edge: [number, number, number, number] | undefined): number {
  const [ax, ay, bx, by] = edge ?? [0, 0, 0, 0];
  const squared = (bx - ax) ** 2 + (by - ay) ** 2;
  const t = squared === 0 ? 0 : Math.max(0, Math.min(1, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / squared));
  return Math.hypot(px - ax - t * (bx - ax), py - ay - t * (by - ay));
}
