import type { Geometry, MultiPolygon, Polygon, Position } from 'geojson';
import { type Bounds, narrowestBounds } from '../../../geometry/bounds.js';

/** West, south, east, north, degrees; east is beyond 180 where the box lies across it. */
export type Bbox = Readonly<Bounds>;

/** A point of a picture, pixels from its upper left. */
export type Pixel = [x: number, y: number];

/** How much of the ground around its edge is on a picture of a grid, pixels: the mark of a post reaches so far. */
export const REACH = 16;
/** Degrees: nearer than this to 180° a boundary is the cut there. */
const CUT = 1e-6;
const WHOLE: Bbox = [-180, -60, 180, 75];

const x = (lon: number): number => lon / 360 + 0.5;
const y = (lat: number): number =>
  Math.asinh(Math.tan((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180)) / (2 * Math.PI) + 0.5;

/** A part of the world in Web Mercator, and where in the picture it is. */
export interface MercatorView {
  width: number;
  height: number;
  /** Metres of a pixel in its middle. */
  metres: number;
  /** Degrees; a place is drawn at its longitude within 180 degrees of it. */
  middle: number;
  /** What is seen, degrees: beyond 180 or before -180 where it lies across it. */
  west: number;
  east: number;
  /** Where a longitude, in degrees that may be beyond 180, and a latitude are. */
  at(lon: number, lat: number): Pixel;
}

/** The view that has all of a box in it, its middle in the middle; the box takes this share of its width or height. */
export function viewOn([west, south, east, north]: Bbox, width: number, height: number, share: number): MercatorView {
  const [w, e, s, n] = [x(west), x(east), y(south), y(north)];
  const scale = Math.min(width / Math.max(1e-9, e - w), height / Math.max(1e-9, n - s)) * share;
  const left = (w + e) / 2 - width / 2 / scale;
  const top = (s + n) / 2 + height / 2 / scale;
  const parallel = ((south + north) / 2) * (Math.PI / 180);
  return {
    width,
    height,
    metres: (40_075_016.686 * Math.cos(parallel)) / scale,
    middle: (west + east) / 2,
    west: (left - 0.5) * 360,
    east: (left + width / scale - 0.5) * 360,
    at: (lon, lat) => [(x(lon) - left) * scale, (top - y(lat)) * scale],
  };
}

/** Where a place is in the view: on the side of 180° on which its middle is. */
export function pointOn({ middle, at }: MercatorView, [lon, lat]: readonly [number, number]): Pixel {
  const turns = Math.abs(middle - lon) <= 180 ? 0 : Math.round((middle - lon) / 360);
  return at(lon + 360 * turns, lat);
}

/** The narrowest box around areas; the inhabited world where there is none. */
export function boundsOfAreas(geometries: readonly Geometry[]): Bbox {
  const boxes = geometries.flatMap(polygonsOf).map(([outer = []]) => boxOf(outer));
  return boxes.length > 0 ? narrowestBounds(boxes) : WHOLE;
}

function polygonsOf(geometry: Geometry): Polygon['coordinates'][] {
  if (geometry.type === 'Polygon') return [geometry.coordinates];
  return geometry.type === 'MultiPolygon' ? (geometry as MultiPolygon).coordinates : [];
}

function boxOf(ring: readonly Position[]): Bounds {
  const box: Bounds = [180, 90, -180, -90];
  for (const [lon = 0, lat = 0] of ring) {
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  }
  return box;
}

type Ring = { ring: readonly Position[]; turned: number };

/**
 * The rings of an area as the view has them, each with the degrees to add to its longitudes: those of the other side of 180°
 * where they are seen beyond it, on both sides where they are seen on both.
 */
function ringsOn({ middle, west, east }: MercatorView, geometry: Geometry): Ring[] {
  return polygonsOf(geometry).flatMap((rings) => {
    const [w, , e] = boxOf(rings[0] ?? []);
    return [-720, -360, 0, 360, 720].flatMap((turned) => {
      const isNear = e + turned > middle - 180 && w + turned < middle + 180;
      const isSeen = e + turned > west && w + turned < east;
      return isNear && (isSeen || turned === 0) ? rings.map((ring) => ({ ring, turned })) : [];
    });
  });
}

/** The path of an area. Points closer than a third of a pixel to the one before are left out: at that size nobody sees them. */
export function pathOf(view: MercatorView, geometry: Geometry): string {
  return ringsOn(view, geometry)
    .map(({ ring, turned }) => {
      const parts = lineOf(view, ring, turned);
      return parts.length > 2 ? `M${parts.join('L')}Z` : '';
    })
    .join('');
}

function lineOf({ at }: MercatorView, positions: readonly Position[], turned: number): string[] {
  let [lastX, lastY] = [Number.NaN, Number.NaN];
  return positions.flatMap(([lon = 0, lat = 0]) => {
    const [px, py] = at(lon + turned, lat);
    if (Math.hypot(px - lastX, py - lastY) < 0.33) return [];
    [lastX, lastY] = [px, py];
    return [`${px.toFixed(1)},${py.toFixed(1)}`];
  });
}

/** The edge of an area that is cut at 180° where the view lies across it, without the cut; null where `pathOf` has no cut in it. */
export function edgeOf(view: MercatorView, geometry: Geometry): string | null {
  const isAcross = view.west <= -180 || view.east >= 180;
  const rings = isAcross ? ringsOn(view, geometry) : [];
  if (!rings.some(({ ring }) => ring.some((_, i) => isCut(ring, i)))) return null;
  return rings
    .flatMap(({ ring, turned }) => {
      const runs: Position[][] = [[]];
      for (const [i, position] of ring.entries()) {
        if (isCut(ring, i)) runs.push([]);
        runs.at(-1)?.push(position);
      }
      return runs.map((run) => lineOf(view, run, turned));
    })
    .filter((line) => line.length > 1)
    .map((line) => `M${line.join('L')}`)
    .join('');
}

/** Whether the side of a ring that ends at a vertex lies along 180°. */
function isCut(ring: readonly Position[], index: number): boolean {
  const isOn = (position: Position | undefined) => Math.abs(position?.[0] ?? 0) > 180 - CUT;
  return index > 0 && isOn(ring[index]) && isOn(ring[index - 1]);
}

/** The part of a picture that is seen of an area, with some around it: an area of a country is longer than a cell of a far zoom. */
export function pathWithin(view: MercatorView, geometry: Geometry): string {
  const { at, width, height } = view;
  const least = -REACH;
  const [right, bottom] = [width + REACH, height + REACH];
  const rings = ringsOn(view, geometry).flatMap(({ ring, turned }) => {
    let points = ring.map(([lon = 0, lat = 0]) => at(lon + turned, lat));
    // One side after the other (Sutherland and Hodgman 1974): what runs along a side lies outside of the picture.
    for (const [axis, limit, sign] of [
      [0, least, 1],
      [0, right, -1],
      [1, least, 1],
      [1, bottom, -1],
    ] as const) {
      const isIn = (point: readonly number[]) => sign * ((point[axis] ?? 0) - limit) >= 0;
      points = points.flatMap((point, index): Pixel[] => {
        const before = points[index === 0 ? points.length - 1 : index - 1] as Pixel;
        if (isIn(point) === isIn(before)) return isIn(point) ? [point] : [];
        const share = (limit - before[axis]) / (point[axis] - before[axis]);
        const cut = [0, 1].map((i) => (before[i] ?? 0) + share * ((point[i] ?? 0) - (before[i] ?? 0)));
        cut[axis] = limit;
        return isIn(point) ? [cut as Pixel, point] : [cut as Pixel];
      });
    }
    return points.length > 2 ? [points] : [];
  });
  return rings.map((ring) => `M${ring.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join('L')}Z`).join('');
}
