import { labelPoint } from '../coverage/label-point.js';
import { mercatorX, mercatorY } from '../coverage/mercator.js';
import { doubledArea } from '../coverage/rings.js';
import { planSimplification, type SimplifyPlan, simplifyForZoom, type VanishedPocket } from '../coverage/simplify.js';
import { buildTopology, polygonsOf } from '../coverage/topology.js';
import { bytesOf, type CutIndex, indexForCutting } from './cut/cut-index.js';
import { sharedInt32 } from './cut/shared-buffer.js';
import type { TileIndex } from './cut/tile-index.js';
import { type AreaFeature, type FrontSides, geometryOf, stableId, type TileProperties } from './layer.js';
import { type IndexMaker, pointIndex } from './mark-indexes.js';

/** What is written on the areas of a key. */
export interface LabelText {
  key: string;
  properties: TileProperties;
}

type AreaLabel = Pick<AreaFeature, 'id' | 'key' | 'properties'>;

/** A coverage of a pyramid: what its areas are called, and its grid of each zoom ready to be cut. */
export interface Areas {
  readonly labels: readonly AreaLabel[];
  cutting(zoom: number): { readonly index: CutIndex; readonly vanished: readonly VanishedPocket[] };
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
  const zooms = new Map<number, ReturnType<Areas['cutting']>>();
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
      const grid = simplifyForZoom(plan, zoom);
      const cutting = { index: indexForCutting(grid), vanished: grid.vanished };
      count(bytesOf(cutting.index));
      zooms.set(zoom, cutting);
      return cutting;
    },
  };
}

/** By area on the map; holes are counted in, so that a town taken inside a part does not change which is the largest. */
function largestFirst(a: number[][][], b: number[][][]): number {
  const size = ([outer = []]: number[][][]): number =>
    Math.abs(doubledArea(outer.flatMap(([lon = 0, lat = 0]) => [mercatorX(lon), mercatorY(lat)])));
  return size(b) - size(a);
}

export function areaIndexes({ labels, cutting }: Areas): IndexMaker {
  const members = labels.map(({ id, properties }) => ({ id, properties }));
  return (zoom) => ({ kind: 'areas', index: cutting(zoom).index, members });
}

/** A pair of keys that `sides` does not name, in either order, is no front. */
export function frontIndexes(
  { labels, cutting }: Areas,
  sides: readonly FrontSides[],
  count: (bytes: number) => void,
): IndexMaker {
  const pair = (left: string, right: string): string => JSON.stringify([left, right]);
  const numbers = new Map(sides.flatMap(({ left, right }, i) => [[pair(left, right), i + 1] as const]));
  const frontBetween = (left: string, right: string): number =>
    numbers.get(pair(left, right)) ?? -(numbers.get(pair(right, left)) ?? 0);
  const fronts = sides.map(({ id, properties }) => ({ id, properties }));
  return (zoom) => {
    const { index } = cutting(zoom);
    const frontOf = sharedInt32(index.left);
    index.left.forEach((member, piece) => {
      const left = labels[member]?.key;
      const right = labels[index.right[piece] as number]?.key;
      const isOne = left === undefined || right === undefined || left === right;
      frontOf[piece] = isOne ? 0 : frontBetween(left, right);
    });
    count(4 * frontOf.length);
    return { kind: 'fronts', index, frontOf, fronts };
  };
}

/** A point for each connected part of the areas that have a text. */
export function labelIndexes({ labels, parts }: Areas, texts: readonly LabelText[]): IndexMaker {
  const named = new Map(texts.map((text) => [text.key, text.properties]));
  let sheet: TileIndex | undefined;
  return () => {
    sheet ??= pointIndex(
      labels.flatMap(({ key }, member) => {
        const properties = named.get(key);
        if (!properties) return [];
        return parts(member).map(([lon, lat], rank) => ({
          id: stableId(`${key} ${rank}`),
          properties: { ...properties, rank },
          lon,
          lat,
        }));
      }),
    );
    return sheet;
  };
}

/** A point for each part of an area that is too small to be drawn at the zoom. */
export function pocketIndexes({ labels, cutting }: Areas): IndexMaker {
  return (zoom) =>
    pointIndex(
      cutting(zoom).vanished.map(({ member, lon, lat }) => {
        const { key, properties } = labels[member] as AreaLabel;
        // An area may have many: each is known by where it is.
        return { id: stableId(`${key} ${lon.toFixed(4)} ${lat.toFixed(4)}`), properties, lon, lat };
      }),
    );
}
