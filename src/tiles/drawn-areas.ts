import { joinStretches, type Stretch } from '../coverage/fronts.js';
import { EXTENT } from '../coverage/grid.js';
import { labelPoint } from '../coverage/label-point.js';
import { mercatorX, mercatorY } from '../coverage/mercator.js';
import { doubledArea } from '../coverage/rings.js';
import { planSimplification, type SimplifyPlan, simplifyForZoom } from '../coverage/simplify.js';
import { buildTopology, polygonsOf } from '../coverage/topology.js';
import type { TileAddress } from '../model/tile.js';
import { areasOfTile } from './areas.js';
import { type CutIndex, indexForCutting, piecesOf } from './cut.js';
import { type Drawer, drawPoint } from './drawn-marks.js';
import { type AreaFeature, type FrontSides, geometryOf, stableId, type TileProperties } from './layer.js';

/** What is written on the areas of a key. */
export interface LabelText {
  key: string;
  properties: TileProperties;
}

type AreaLabel = Pick<AreaFeature, 'id' | 'key' | 'properties'>;

/** A coverage of a pyramid: what its areas are called, and its grid of each zoom ready to be cut. */
export interface Areas {
  readonly labels: readonly AreaLabel[];
  cutting(zoom: number): CutIndex;
  /** The connected parts of an area, at full detail, the largest on the map first: where each is written on. */
  parts(member: number): readonly (readonly [lon: number, lat: number])[];
}

/** Builds the shared arcs at once; zooms are simplified when first asked for. `count` hears of every byte that is kept. */
export function areasFrom(features: readonly AreaFeature[], maxzoom: number, count: (bytes: number) => void): Areas {
  const topology = buildTopology(
    features.map((feature) => {
      const geometry = geometryOf(feature);
      return {
        id: feature.id,
        polygons: geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates,
      };
    }),
  );
  count(topology.x.length * 16 + topology.vertex.length * 4);
  let plan: SimplifyPlan | undefined;
  const zooms = new Map<number, CutIndex>();
  const written = new Map<number, [number, number][]>();
  return {
    // Not the geometry: as objects it is ten times as large as the topology.
    labels: features.map(({ id, key, properties }) => ({ id, key, properties })),
    parts: (member) => {
      const known = written.get(member) ?? polygonsOf(topology, member).sort(largestFirst).map(labelPoint);
      written.set(member, known);
      return known;
    },
    cutting: (zoom) => {
      const known = zooms.get(zoom);
      if (known) return known;
      if (!plan) {
        plan = planSimplification(topology, { maxzoom });
        count(plan.x.length * 16 + plan.lowest.length);
      }
      const index = indexForCutting(simplifyForZoom(plan, zoom));
      // A piece takes four numbers and its share of the map of cells.
      count(index.grid.x.length * 16 + index.grid.vertex.length * 4 + index.pieces * 80);
      zooms.set(zoom, index);
      return index;
    },
  };
}

/** By area on the map; holes are counted in, so that a town taken inside a part does not change which is the largest. */
function largestFirst(a: number[][][], b: number[][][]): number {
  const size = ([outer = []]: number[][][]): number =>
    Math.abs(doubledArea(outer.flatMap(([lon = 0, lat = 0]) => [mercatorX(lon), mercatorY(lat)])));
  return size(b) - size(a);
}

export function drawAreas({ labels, cutting }: Areas): Drawer {
  return (tile) =>
    [...areasOfTile(cutting(tile.z), tile)].map(([member, polygons]) => {
      const { id, properties } = labels[member] as AreaLabel;
      // MVT wants outer rings clockwise on the map, which is the other way round.
      return { id, properties, type: 'polygons', paths: polygons.flat().map((ring) => toTile(ring, tile, true)) };
    });
}

/** The fronts in the tile and its margin, one feature per pair of sides, the pair's `left` on the left of each line. */
export function drawFronts({ labels, cutting }: Areas, sides: readonly FrontSides[]): Drawer {
  const pair = (left: string, right: string): string => JSON.stringify([left, right]);
  const named = new Map(sides.map((side) => [pair(side.left, side.right), side]));
  return (tile) => {
    const index = cutting(tile.z);
    const { grid } = index;
    const stretches: Stretch[] = [];
    for (const { arc, first, last } of piecesOf(index, tile)) {
      const left = labels[grid.left[arc] as number]?.key;
      const right = labels[grid.right[arc] as number]?.key;
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

/** A point for each connected part of the areas that have a text, in the tile that it lies in. */
export function drawLabels({ labels, parts }: Areas, texts: readonly LabelText[]): Drawer {
  const named = new Map(texts.map((text) => [text.key, text.properties]));
  return (tile) =>
    labels.flatMap(({ key }, member) => {
      const properties = named.get(key);
      if (!properties) return [];
      return parts(member).flatMap(([lon, lat], rank) =>
        drawPoint({ id: stableId(`${key} ${rank}`), properties: { ...properties, rank } }, lon, lat, tile),
      );
    });
}

/** A point for each part of an area that is too small to be drawn at the tile's zoom. */
export function drawPockets({ labels, cutting }: Areas): Drawer {
  return (tile) =>
    cutting(tile.z).grid.vanished.flatMap(({ member, lon, lat }) => {
      const { key, properties } = labels[member] as AreaLabel;
      // An area may have many: each is known by where it is.
      return drawPoint({ id: stableId(`${key} ${lon.toFixed(4)} ${lat.toFixed(4)}`), properties }, lon, lat, tile);
    });
}

function toTile(flat: readonly number[], tile: TileAddress, reversed: boolean): number[] {
  const [west, north] = [tile.x * EXTENT, tile.y * EXTENT];
  const points = new Array<number>(flat.length);
  for (let i = 0; i < flat.length; i += 2) {
    const at = reversed ? flat.length - 2 - i : i;
    points[i] = (flat[at] as number) - west;
    points[i + 1] = (flat[at + 1] as number) - north;
  }
  return points;
}
