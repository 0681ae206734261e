import { labelPoint } from '../../coverage/label-point.js';
import { mercatorX, mercatorY } from '../../coverage/mercator.js';
import { packPlan, toGrid, unpackPlan } from '../../coverage/pack.js';
import { planBytes, planSimplification, type SimplifyPlan } from '../../coverage/plan.js';
import { doubledArea } from '../../coverage/rings.js';
import { simplifyForZoom, type VanishedPocket } from '../../coverage/simplify.js';
import { buildTopology, polygonsOf } from '../../coverage/topology.js';
import { bytesOf, type CutIndex, indexForCutting } from '../cut/cut-index.js';
import { sharedInt32 } from '../cut/shared-buffer.js';
import type { TileIndex } from '../cut/tile-index.js';
import { type AreaFeature, type FrontSides, geometryOf, type LabelText, stableId } from '../layer.js';
import { type IndexMaker, pointIndex } from './mark-indexes.js';

type AreaLabel = Pick<AreaFeature, 'id' | 'key' | 'properties'>;
type LonLat = readonly [lon: number, lat: number];

/** A coverage simplified for all zooms, with what its areas are called. */
export interface Areas {
  readonly labels: readonly AreaLabel[];
  /** Positions of the lines, at the finest zoom. */
  readonly positions: number;
  /** The grid of a zoom ready to be cut; made on the first request, then the same. */
  cutting(zoom: number): { readonly index: CutIndex; readonly vanished: readonly VanishedPocket[] };
  /** The connected parts of an area, at full detail, the largest on the map first: where each is written on. */
  parts(member: number): readonly LonLat[];
  pack(maxzoom: number): PackedAreas;
}

/** Areas as they are kept in the store. */
export interface PackedAreas {
  readonly labels: readonly AreaLabel[];
  readonly parts: readonly (readonly LonLat[])[];
  /** `packPlan` */
  readonly plan: Uint8Array;
}

/** Simplifies a coverage for all zooms, once. `count` hears of every byte that is kept. */
export function areasFrom(features: readonly AreaFeature[], maxzoom: number, count: (bytes: number) => void): Areas {
  const topology = buildTopology(features.map((feature) => ({ id: feature.id, polygons: gridded(feature) })));
  const written = new Map<number, LonLat[]>();
  const parts = (member: number): LonLat[] => {
    const known = written.get(member) ?? polygonsOf(topology, member).sort(largestFirst).map(labelPoint);
    written.set(member, known);
    return known;
  };
  count(topology.x.length * 16 + topology.vertex.length * 4);
  // Not the geometry: as objects it is ten times as large as the topology.
  const labels = features.map(({ id, key, properties }) => ({ id, key, properties }));
  return areasOf(labels, planSimplification(topology, { maxzoom }), parts, count);
}

/** Areas out of the store. */
export function unpackAreas({ labels, parts, plan }: PackedAreas, count: (bytes: number) => void): Areas {
  return areasOf(labels, unpackPlan(plan), (member) => parts[member] ?? [], count);
}

function areasOf(
  labels: readonly AreaLabel[],
  plan: SimplifyPlan,
  parts: Areas['parts'],
  count: (bytes: number) => void,
): Areas {
  const zooms = new Map<number, ReturnType<Areas['cutting']>>();
  count(planBytes(plan));
  return {
    labels,
    positions: plan.lowest.length,
    parts,
    cutting: (zoom) => {
      const known = zooms.get(zoom);
      if (known) return known;
      const grid = simplifyForZoom(plan, zoom);
      const cutting = { index: indexForCutting(grid), vanished: grid.vanished };
      count(bytesOf(cutting.index));
      zooms.set(zoom, cutting);
      return cutting;
    },
    pack: (maxzoom) => ({
      labels,
      parts: labels.map((_, member) => parts(member)),
      plan: packPlan(plan, maxzoom),
    }),
  };
}

/**
 * The polygons of an area, to 1e-7 degree: what is drawn is then the same as of the packed areas. Rings begin at their lowest
 * vertex and stand in the order of these: where they begin is chance, and differs between versions of GEOS.
 */
function gridded(feature: AreaFeature): number[][][][] {
  const geometry = geometryOf(feature);
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  const ordered = polygons.map((rings) => {
    const [outer = [], ...holes] = rings.map(fromLowest);
    return [outer, ...holes.sort(byFirst)];
  });
  return ordered.sort(([a = []], [b = []]) => byFirst(a, b));
}

function fromLowest(ring: number[][]): number[][] {
  const open = ring.map(([lon = 0, lat = 0]) => [toGrid(lon), toGrid(lat)]);
  // The last position repeats the first.
  if (open.length > 1 && compare(open[0] ?? [], open.at(-1) ?? []) === 0) open.pop();
  let lowest = 0;
  open.forEach((position, i) => {
    if (compare(position, open[lowest] ?? []) < 0) lowest = i;
  });
  return [...open.slice(lowest), ...open.slice(0, lowest)];
}

const byFirst = ([a = []]: number[][], [b = []]: number[][]) => compare(a, b);
const compare = ([ax = 0, ay = 0]: number[], [bx = 0, by = 0]: number[]) => ax - bx || ay - by;

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
    const known = new Map<number, number>();
    index.left.forEach((member, piece) => {
      const beyond = index.right[piece] ?? -1;
      const between = (member + 1) * (labels.length + 1) + beyond + 1;
      let front = known.get(between);
      if (front === undefined) {
        const [left, right] = [labels[member]?.key, labels[beyond]?.key];
        const isOne = left === undefined || right === undefined || left === right;
        front = isOne ? 0 : frontBetween(left, right);
        known.set(between, front);
      }
      frontOf[piece] = front;
    });
    count(4 * frontOf.length);
    return { kind: 'fronts', index, frontOf, fronts };
  };
}

/** A point for each connected part of the areas that have a text. */
export function labelIndexes({ labels, parts }: Areas, texts: readonly LabelText[]): IndexMaker {
  const named = new Map(texts.map((text) => [text.key, text.properties]));
  let index: TileIndex | undefined;
  return () => {
    index ??= pointIndex(
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
      0,
    );
    return index;
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
