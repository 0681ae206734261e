import type { Ground, Ring } from '../api.js';
import type { View } from '../state.js';

/* Where a map looks, without the map library: needed before it is there. */

/** Degrees; east is beyond 180 where the box lies across it. */
export type Bounds = readonly [west: number, south: number, east: number, north: number];

/** An extent as the service writes it: west is greater than east where it lies across 180°. */
export const boundsIn = ([west, south, east, north]: Bounds): Bounds => [
  west,
  south,
  west > east ? east + 360 : east,
  north,
];

/** The box around a border; a theatre is at most 45 degrees wide, so that one wider than the half of the world lies across 180°. */
export function boundsOf({ type, coordinates }: Ground): Bounds {
  const rings: Ring[] = type === 'Polygon' ? coordinates : coordinates.flat();
  const plain = boxAround(rings);
  return plain[2] - plain[0] <= 180 ? plain : boxAround(rings, 360);
}

/** @param turned degrees to add to longitudes west of Greenwich */
function boxAround(rings: readonly Ring[], turned = 0): Bounds {
  const box: [number, number, number, number] = [540, 90, -180, -90];
  for (const ring of rings) {
    for (const [lon, lat] of ring) {
      const x = lon < 0 ? lon + turned : lon;
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], lat);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], lat);
    }
  }
  return box;
}

export const TILE_SIDE = 512;
/** Position in a world one unit wide, in Web Mercator. */
export const worldX = (lon: number): number => (lon + 180) / 360;
export const worldY = (lat: number): number => {
  const sine = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
};
export const lonOf = (x: number): number => x * 360 - 180;
/** The same longitude within -180 to 180. */
export const withinWorld = (lon: number): number => (Math.abs(lon) <= 180 ? lon : lon - 360 * Math.round(lon / 360));
export const latOf = (y: number): number => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;

/** The view that shows a box whole, as the map would choose it. */
export function viewOn(
  [west, south, east, north]: Bounds,
  width: number,
  height: number,
  padding: { top: number; right: number; bottom: number; left: number },
): View {
  const [x0, x1, y0, y1] = [worldX(west), worldX(east), worldY(north), worldY(south)];
  const across = Math.max(1, width - padding.left - padding.right) / Math.max(1e-9, x1 - x0);
  const down = Math.max(1, height - padding.top - padding.bottom) / Math.max(1e-9, y1 - y0);
  const scale = Math.min(across, down);
  const x = (x0 + x1) / 2 + (padding.right - padding.left) / 2 / scale;
  const y = (y0 + y1) / 2 + (padding.bottom - padding.top) / 2 / scale;
  return { zoom: Math.min(14, Math.log2(scale / TILE_SIDE)), lon: withinWorld(lonOf(x)), lat: latOf(y) };
}

/** The box that a view of `width` × `height` pixels shows, edge to edge. */
export function boxOf({ zoom, lon, lat }: View, width: number, height: number): Bounds {
  const unit = TILE_SIDE * 2 ** zoom;
  const [x, y] = [worldX(lon), worldY(lat)];
  const [dx, dy] = [width / 2 / unit, height / 2 / unit];
  return [lonOf(x - dx), latOf(y + dy), lonOf(x + dx), latOf(y - dy)];
}

/** The tiles that cover a view of `width` × `height` pixels, `z/x/y`, as the map requests them. */
export function tilesIn(view: View, width: number, height: number, maxzoom: number, bounds: Bounds): string[] {
  const z = Math.max(0, Math.min(Math.floor(view.zoom), maxzoom));
  const n = 2 ** z;
  const side = TILE_SIDE * 2 ** (view.zoom - z);
  const [west, south, east, north] = bounds;
  // On the side of 180° on which the bounds are counted.
  const lon = view.lon + 360 * Math.round(((west + east) / 2 - view.lon) / 360);
  const [x, y] = [worldX(lon) * n, worldY(view.lat) * n];
  const span = (from: number, to: number, least: number, most: number) => {
    const first = Math.floor(Math.max(from, least));
    const last = Math.floor(Math.min(to, most - 1e-9));
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  };
  const columns = span(x - width / 2 / side, x + width / 2 / side, worldX(west) * n, worldX(east) * n);
  const rows = span(y - height / 2 / side, y + height / 2 / side, worldY(north) * n, worldY(south) * n);
  return columns.flatMap((column) => rows.map((row) => `${z}/${column % n}/${row}`));
}

/** What the map shows, as a `bbox` of the service; null without a map. */
export function boundsOfMap(
  bounds: { getWest(): number; getSouth(): number; getEast(): number; getNorth(): number } | null,
): string | null {
  if (!bounds) return null;
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
    .map((side) => side.toFixed(4))
    .join();
}
