import { joinStretches, type Stretch } from '../../coverage/fronts.js';
import { EXTENT, unitsPerWorld } from '../../coverage/grid.js';
import { areasOfTile } from './areas.js';
import { type CutIndex, piecesOf, positionsIn } from './cut-index.js';
import type { DrawnFeature } from './encode.js';
import { cutStroke, meets, type Stroke } from './strokes.js';
import type { Tile, TileProperties } from './tile.js';

/** What a thing is called, whatever it looks like. */
export interface Named {
  readonly id: number;
  readonly properties: TileProperties;
}

/**
 * All that the tiles of a layer at one zoom are drawn from. Nothing but data, the bulk of it in shared memory: sent to
 * another thread it costs its names only.
 * - `fronts`: piece `p` of the index belongs to no front where `frontOf[p]` is 0; else to front `k - 1`, running as the front
 *   does for `k`, against it for `-k`.
 * - `points`: positions in Web Mercator (unit square), drawn in each tile that they lie in or within `margin` units of.
 */
export type TileIndex =
  | { readonly kind: 'areas'; readonly index: CutIndex; readonly members: readonly Named[] }
  | {
      readonly kind: 'fronts';
      readonly index: CutIndex;
      readonly frontOf: Int32Array;
      readonly fronts: readonly Named[];
    }
  | { readonly kind: 'lines'; readonly lines: readonly (Named & { readonly strokes: readonly Stroke[] })[] }
  | {
      readonly kind: 'points';
      readonly points: readonly Named[];
      readonly x: Float64Array;
      readonly y: Float64Array;
      readonly margin: number;
    };

/** How many things the index names. */
export function namesIn(index: TileIndex): number {
  switch (index.kind) {
    case 'areas':
      return index.members.length;
    case 'fronts':
      return index.fronts.length;
    case 'lines':
      return index.lines.length;
    case 'points':
      return index.points.length;
  }
}

/** What the layer shows in a tile of the index's zoom. */
export function drawTile(index: TileIndex, tile: Tile): DrawnFeature[] {
  switch (index.kind) {
    case 'areas':
      return areasOfTile(index.index, tile).map(({ member, rings }) => {
        const { id, properties } = index.members[member] as Named;
        return { id, properties, type: 'polygons', paths: rings };
      });
    case 'fronts':
      return drawFronts(index, tile);
    case 'lines':
      return index.lines.flatMap(({ id, properties, strokes }) => {
        const paths = strokes.flatMap((stroke) => cutStroke(stroke, tile));
        return paths.length > 0 ? [{ id, properties, type: 'lines', paths }] : [];
      });
    case 'points':
      return drawPoints(index, tile);
  }
}

/** How many positions must be looked at to draw the tile, or any number above `most`: a bound on the time it takes. */
export function positionsToDraw(index: TileIndex, tile: Tile, most: number): number {
  switch (index.kind) {
    case 'areas':
    case 'fronts':
      return positionsIn(index.index, tile, most);
    case 'lines': {
      let count = 0;
      for (const { strokes } of index.lines) {
        for (const stroke of strokes) count += meets(stroke, tile) ? stroke.points.length / 2 : 0.1;
      }
      return count;
    }
    case 'points':
      return index.points.length / 10;
  }
}

/** One feature per front, the front's left on the left of each line. */
function drawFronts(layer: Extract<TileIndex, { kind: 'fronts' }>, tile: Tile): DrawnFeature[] {
  const { index, frontOf, fronts } = layer;
  const [west, north] = [tile.x * EXTENT, tile.y * EXTENT];
  const stretches = new Map<number, Stretch[]>();
  for (const piece of piecesOf(index, tile)) {
    const front = frontOf[piece];
    if (front === 0) continue;
    const vertices: number[] = [];
    for (let i = index.first[piece]; i <= index.last[piece]; i++) {
      vertices.push((index.x[i] - west) * STRIDE + index.y[i] - north);
    }
    if (front < 0) vertices.reverse();
    const known = stretches.get(Math.abs(front));
    const stretch = { left: '', right: '', vertices };
    if (known) known.push(stretch);
    else stretches.set(Math.abs(front), [stretch]);
  }
  return [...stretches.keys()]
    .sort((a, b) => a - b)
    .map((front) => {
      const { id, properties } = fronts[front - 1] as Named;
      const lines = joinStretches(stretches.get(front) as Stretch[]);
      return { id, properties, type: 'lines', paths: lines.map(({ vertices }) => vertices.flatMap(positionOf)) };
    });
}

/** Positions of a tile as numbers: `y` is within ± half of the stride. */
const STRIDE = 2 ** 14;

function positionOf(vertex: number): [x: number, y: number] {
  const x = Math.round(vertex / STRIDE);
  return [x, vertex - x * STRIDE];
}

/** Symbols reach over the side of a tile, so their points stand in both; a label, with no margin, is in one. */
function drawPoints({ points, x, y, margin }: Extract<TileIndex, { kind: 'points' }>, tile: Tile): DrawnFeature[] {
  const scale = unitsPerWorld(tile.z);
  const drawn: DrawnFeature[] = [];
  points.forEach(({ id, properties }, i) => {
    const px = Math.floor(x[i] * scale) - tile.x * EXTENT;
    const py = Math.floor(y[i] * scale) - tile.y * EXTENT;
    if (px < -margin || py < -margin || px >= EXTENT + margin || py >= EXTENT + margin) return;
    drawn.push({ id, properties, type: 'points', paths: [[px, py]] });
  });
  return drawn;
}
