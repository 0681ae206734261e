import { joinStretches, type Stretch } from '../coverage/fronts.js';
import { EXTENT, unitsPerWorld } from '../coverage/grid.js';
import { mercatorX, mercatorY } from '../coverage/mercator.js';
import { planSimplification, type SimplifyPlan, simplifyForZoom } from '../coverage/simplify.js';
import { buildTopology } from '../coverage/topology.js';
import { SalientError } from '../errors.js';
import type { TileAddress } from '../model/tile.js';
import { areasOfTile } from './areas.js';
import { type CutIndex, indexForCutting, piecesOf } from './cut.js';
import { type DrawnFeature, encodeTile } from './encode.js';
import type { AreaFeature, FrontSides, LayerSource, TileFeature } from './layer.js';
import { cutStroke, type Stroke, strokesOf } from './strokes.js';

/** Everything from which the tiles of one state are drawn; each zoom is simplified when it is first asked for. */
export interface Pyramid {
  readonly maxzoom: number;
  readonly layers: readonly string[];
  /** Bytes held, roughly; grows as zooms are asked for. */
  bytes(): number;
  draw(layer: string, tile: TileAddress): DrawnFeature[];
}

interface Areas {
  readonly features: readonly AreaFeature[];
  cutting(zoom: number): CutIndex;
}

/**
 * Builds the pyramid of a state. Costs one pass over all geometry; zooms follow lazily.
 * Throws `unknown_layer` if a front or pocket layer names a layer that is not one of areas.
 */
export function buildPyramid(sources: readonly LayerSource[], options: { maxzoom?: number } = {}): Pyramid {
  const { maxzoom = 14 } = options;
  let held = 0;
  const count = (bytes: number): void => {
    held += bytes;
  };
  const areas = new Map<string, Areas>();
  for (const source of sources)
    if (source.kind === 'areas') areas.set(source.name, areasFrom(source.features, maxzoom, count));
  const areasNamed = (name: string): Areas => {
    const found = areas.get(name);
    if (!found) throw new SalientError('unknown_layer', `${name} is not an area layer of this state`);
    return found;
  };
  const drawers = new Map<string, (tile: TileAddress) => DrawnFeature[]>();
  for (const source of sources) drawers.set(source.name, drawerOf(source, areasNamed, count));
  return {
    maxzoom,
    layers: [...drawers.keys()],
    bytes: () => held,
    draw: (layer, tile) => {
      const drawer = drawers.get(layer);
      if (!drawer)
        throw new SalientError('unknown_layer', `${layer}: no such layer; there are ${[...drawers.keys()].join(', ')}`);
      return drawer(tile);
    },
  };
}

/**
 * The tile as MVT 2.1 bytes, extent 4096, lines and areas with a margin of 64 units; empty is length 0.
 * Throws `invalid_tile` beyond the pyramid's `maxzoom`, `unknown_layer` for a layer that it has not.
 */
export function tileOf(pyramid: Pyramid, address: TileAddress, layers: readonly string[]): Uint8Array {
  if (address.z > pyramid.maxzoom) {
    throw new SalientError('invalid_tile', `z: ${address.z} is beyond the finest zoom served, ${pyramid.maxzoom}`);
  }
  return encodeTile(layers.map((name) => ({ name, features: pyramid.draw(name, address) })));
}

function areasFrom(features: readonly AreaFeature[], maxzoom: number, count: (bytes: number) => void): Areas {
  const members = features.map(({ id, geometry }) => ({
    id,
    polygons: geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates,
  }));
  let plan: SimplifyPlan | undefined;
  const zooms = new Map<number, CutIndex>();
  return {
    features,
    cutting: (zoom) => {
      const known = zooms.get(zoom);
      if (known) return known;
      if (!plan) {
        plan = planSimplification(buildTopology(members), { maxzoom });
        // Four coordinates a vertex, and for each place in an arc its number and lowest zoom.
        count(plan.x.length * 32 + plan.lowest.length * 5);
      }
      const index = indexForCutting(simplifyForZoom(plan, zoom));
      count(index.grid.x.length * 16 + index.grid.vertex.length * 4 + index.pieces * 100);
      zooms.set(zoom, index);
      return index;
    },
  };
}

type Drawer = (tile: TileAddress) => DrawnFeature[];

function drawerOf(source: LayerSource, areasNamed: (name: string) => Areas, count: (bytes: number) => void): Drawer {
  switch (source.kind) {
    case 'areas':
      return drawAreas(areasNamed(source.name));
    case 'fronts':
      return drawFronts(areasNamed(source.of), source.sides);
    case 'pockets':
      return drawPockets(areasNamed(source.of));
    case 'lines':
      return drawLines(source, count);
    case 'points':
      return from(source.minzoom, (tile) =>
        source.features.flatMap((feature) => {
          const [lon = 0, lat = 0] = feature.geometry.coordinates;
          return drawPoint(feature, lon, lat, tile);
        }),
      );
  }
}

function from(minzoom: number | undefined, draw: Drawer): Drawer {
  return (tile) => (tile.z < (minzoom ?? 0) ? [] : draw(tile));
}

function drawAreas({ features, cutting }: Areas): Drawer {
  return (tile) =>
    [...areasOfTile(cutting(tile.z), tile)].map(([member, polygons]) => {
      const { id, properties } = features[member] as AreaFeature;
      // MVT wants outer rings clockwise on the map, which is the other way round.
      return { id, properties, type: 'polygons', paths: polygons.flat().map((ring) => toTile(ring, tile, true)) };
    });
}

function drawFronts({ features, cutting }: Areas, sides: readonly FrontSides[]): Drawer {
  const pair = (left: string, right: string): string => JSON.stringify([left, right]);
  const named = new Map(sides.map((side) => [pair(side.left, side.right), side]));
  return (tile) => {
    const index = cutting(tile.z);
    const { grid } = index;
    const stretches: Stretch[] = [];
    for (const { arc, first, last } of piecesOf(index, tile)) {
      const left = features[grid.left[arc] as number]?.key;
      const right = features[grid.right[arc] as number]?.key;
      if (left === undefined || right === undefined || left === right) continue;
      const vertices = Array.from(grid.vertex.subarray(first, last + 1));
      if (named.has(pair(left, right))) stretches.push({ left, right, vertices });
      else if (named.has(pair(right, left))) stretches.push({ left: right, right: left, vertices: vertices.reverse() });
    }
    const paths = new Map<string, number[][]>();
    for (const { left, right, vertices } of joinStretches(stretches)) {
      const flat = vertices.flatMap((v) => [grid.x[v] as number, grid.y[v] as number]);
      const key = pair(left, right);
      paths.set(key, [...(paths.get(key) ?? []), toTile(flat, tile, false)]);
    }
    return [...named].flatMap(([key, { id, properties }]) => {
      const drawn = paths.get(key);
      return drawn ? [{ id, properties, type: 'lines' as const, paths: drawn }] : [];
    });
  };
}

function drawPockets({ features, cutting }: Areas): Drawer {
  return (tile) =>
    cutting(tile.z).grid.vanished.flatMap(({ member, lon, lat }) =>
      drawPoint(features[member] as AreaFeature, lon, lat, tile),
    );
}

function drawLines(source: Extract<LayerSource, { kind: 'lines' }>, count: (bytes: number) => void): Drawer {
  const zooms = new Map<number, Stroke[][]>();
  return from(source.minzoom, (tile) => {
    let strokes = zooms.get(tile.z);
    if (!strokes) {
      strokes = source.features.map(({ geometry }) => strokesOf(geometry, tile.z));
      for (const { points } of strokes.flat()) count(points.length * 8);
      zooms.set(tile.z, strokes);
    }
    return strokes.flatMap((parts, i) => {
      const { id, properties } = source.features[i] as (typeof source.features)[number];
      const paths = parts.flatMap((stroke) => cutStroke(stroke, tile));
      return paths.length > 0 ? [{ id, properties, type: 'lines' as const, paths }] : [];
    });
  });
}

/** A point is drawn in the one tile that it lies in: labels of a margin would be drawn twice. */
function drawPoint(
  { id, properties }: Pick<TileFeature<never>, 'id' | 'properties'>,
  lon: number,
  lat: number,
  tile: TileAddress,
): DrawnFeature[] {
  const x = Math.floor(mercatorX(lon) * unitsPerWorld(tile.z)) - tile.x * EXTENT;
  const y = Math.floor(mercatorY(lat) * unitsPerWorld(tile.z)) - tile.y * EXTENT;
  if (x < 0 || y < 0 || x >= EXTENT || y >= EXTENT) return [];
  return [{ id, properties, type: 'points', paths: [[x, y]] }];
}

function toTile(flat: readonly number[], tile: TileAddress, reversed: boolean): number[] {
  const points: number[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    const at = reversed ? flat.length - 2 - i : i;
    points.push((flat[at] as number) - tile.x * EXTENT, (flat[at + 1] as number) - tile.y * EXTENT);
  }
  return points;
}
