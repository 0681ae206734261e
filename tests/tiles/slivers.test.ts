import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { describe, expect, it } from 'vitest';
import { BUFFER, EXTENT, unitsPerWorld } from '../../src/coverage/grid.js';
import { mercatorX, mercatorY } from '../../src/coverage/mercator.js';
import { type TileAddress, tileAddress } from '../../src/tiles/address.js';
import { buildLayerGroup, type LayerGroup, tileOf } from '../../src/tiles/drawing/layer-group.js';
import type { LayerSource } from '../../src/tiles/layer.js';
import { type Frame, fractalCells } from '../coverage/fractal-cells.js';
import { seededRandom } from '../coverage/random.js';
import { conflicts, doubledRingArea, type Edge, undirected } from './planarity.js';

const FRAME: Frame = [36.013, 34.521, 38.017, 36.109];
const coverage = fractalCells(7, 300, 330, 260, FRAME);
const source: LayerSource = {
  name: 'control',
  kind: 'areas',
  features: coverage.members.map(({ id, polygons }) => ({
    id,
    key: String(id),
    geometry: { type: 'MultiPolygon', coordinates: polygons },
    properties: { id },
  })),
};
const group = buildLayerGroup([source]);

interface DecodedArea {
  id: number;
  rings: { x: number; y: number }[][];
}

function decode(from: LayerGroup, tile: TileAddress): DecodedArea[] {
  const bytes = tileOf(from, tile, ['control']);
  if (bytes.length === 0) return [];
  const layer = new VectorTile(new PbfReader(bytes)).layers.control;
  expect(layer?.extent).toBe(EXTENT);
  expect(layer?.version).toBe(2);
  return Array.from({ length: layer?.length ?? 0 }, (_, i) => {
    const feature = layer?.feature(i);
    const rings = feature?.loadGeometry() ?? [];
    for (const ring of rings) expect(ring.at(0)).toEqual(ring.at(-1));
    return { id: feature?.id ?? -1, rings: rings.map((ring) => ring.slice(0, -1)) };
  });
}

function edgesOf(areas: readonly DecodedArea[]): Edge[] {
  return areas.flatMap(({ rings }) =>
    rings.flatMap((ring) =>
      ring.map((p, i): Edge => [p.x, p.y, ring[(i + 1) % ring.length]?.x ?? 0, ring[(i + 1) % ring.length]?.y ?? 0]),
    ),
  );
}

/** The frame in units of the tile, cut to the tile with its margin: what the areas of the tile have to fill. */
function frameIn(tile: TileAddress): [number, number, number, number] {
  const scale = unitsPerWorld(tile.z);
  const [west, south, east, north] = FRAME;
  const cut = (value: number): number => Math.max(-BUFFER, Math.min(EXTENT + BUFFER, Math.round(value)));
  return [
    cut(mercatorX(west) * scale - tile.x * EXTENT),
    cut(mercatorY(north) * scale - tile.y * EXTENT),
    cut(mercatorX(east) * scale - tile.x * EXTENT),
    cut(mercatorY(south) * scale - tile.y * EXTENT),
  ];
}

/** All tiles of a zoom that meet the frame, or a seeded choice of them where they are many. */
function tilesAt(zoom: number, most: number): TileAddress[] {
  const at = (value: number): number => Math.floor(value * 2 ** zoom);
  const [west, south, east, north] = FRAME;
  const tiles: TileAddress[] = [];
  for (let x = at(mercatorX(west)); x <= at(mercatorX(east)); x++) {
    for (let y = at(mercatorY(north)); y <= at(mercatorY(south)); y++) tiles.push(tileAddress(zoom, x, y));
  }
  const random = seededRandom(zoom);
  while (tiles.length > most) tiles.splice(Math.floor(random() * tiles.length), 1);
  return tiles;
}

describe.each(Array.from({ length: 15 }, (_, zoom) => zoom))('at zoom %i the decoded tiles', (zoom) => {
  const tiles = tilesAt(zoom, 40);

  it('Tiles: leave no gap and no overlap: the areas add up to the frame, to the unit', () => {
    for (const tile of tiles) {
      const [west, north, east, south] = frameIn(tile);
      const total = decode(group, tile).reduce(
        (sum, { rings }) => sum + rings.reduce((s, ring) => s + doubledRingArea(ring), 0),
        0,
      );
      const frame = Math.max(0, east - west) * Math.max(0, south - north);
      // Below zoom 3 the frame is a few pixels wide and its corners are cut by up to half a pixel; a gap would still show below.
      expect(Math.abs(total / 2 - frame), JSON.stringify(tile)).toBeLessThanOrEqual(zoom < 3 ? 4 * 5 * 5 : 0);
    }
  });

  it('share every edge between exactly two neighbours, but for the frame and the sides of the tile', () => {
    for (const tile of tiles) {
      const [west, north, east, south] = frameIn(tile);
      const uses = new Map<string, Edge[]>();
      for (const edge of edgesOf(decode(group, tile))) {
        uses.set(undirected(edge), [...(uses.get(undirected(edge)) ?? []), edge]);
      }
      for (const [[x0, y0, x1, y1], second, third] of [...uses.values()] as [
        Edge,
        Edge | undefined,
        Edge | undefined,
      ][]) {
        expect(third).toBeUndefined();
        if (second) expect(second).toEqual([x1, y1, x0, y0]);
        const slack = zoom < 3 ? 5 : 0;
        const near = (v: number, w: number, side: number): boolean =>
          Math.max(Math.abs(v - side), Math.abs(w - side)) <= slack;
        const onFrame = near(x0, x1, west) || near(x0, x1, east) || near(y0, y1, north) || near(y0, y1, south);
        expect(onFrame || second !== undefined, `${JSON.stringify(tile)} ${[x0, y0, x1, y1]}`).toBe(true);
      }
    }
  });

  it('hold valid rings only: no edge meets another but in a common vertex, no ring is flat or visits a vertex twice', () => {
    for (const tile of tiles) {
      const areas = decode(group, tile);
      expect(conflicts(edgesOf(areas)), JSON.stringify(tile)).toEqual([]);
      for (const { id, rings } of areas) {
        expect(doubledRingArea(rings[0] ?? []), `${id} begins with an outer ring`).toBeGreaterThan(0);
        for (const ring of rings) {
          expect(doubledRingArea(ring)).not.toBe(0);
          expect(new Set(ring.map(({ x, y }) => `${x},${y}`)).size).toBe(ring.length);
        }
      }
    }
  });

  it('Tiles: agree with their eastern and southern neighbours within the common margin', () => {
    for (const tile of tiles.slice(0, 10)) {
      for (const [dx, dy] of [
        [1, 0],
        [0, 1],
      ] as const) {
        if (tile.x + dx >= 2 ** zoom || tile.y + dy >= 2 ** zoom) continue;
        const other = tileAddress(zoom, tile.x + dx, tile.y + dy);
        expect(marginEdges(tile, dx, dy, 0)).toEqual(marginEdges(other, dx, dy, 1));
      }
    }
  });
});

/** Edges with their areas inside the strip that two neighbouring tiles have in common, in units of the first tile. */
function marginEdges(tile: TileAddress, dx: number, dy: number, isSecond: 0 | 1): string[] {
  const found: string[] = [];
  for (const area of decode(group, tile)) {
    for (const [x0, y0, x1, y1] of edgesOf([area])) {
      const shifted: Edge = [
        x0 + isSecond * dx * EXTENT,
        y0 + isSecond * dy * EXTENT,
        x1 + isSecond * dx * EXTENT,
        y1 + isSecond * dy * EXTENT,
      ];
      const across = dx === 1 ? [shifted[0], shifted[2]] : [shifted[1], shifted[3]];
      const along = dx === 1 ? [shifted[1], shifted[3]] : [shifted[0], shifted[2]];
      const within = across.every((v) => v >= EXTENT - BUFFER && v <= EXTENT + BUFFER);
      const onSide =
        (across[0] === across[1] && Math.abs((across[0] as number) - EXTENT) === BUFFER) ||
        (along[0] === along[1] && (along[0] === -BUFFER || along[0] === EXTENT + BUFFER));
      if (within && !onSide) found.push(`${area.id}: ${shifted}`);
    }
  }
  return found.sort();
}
