import { SalientError } from '../errors.js';
import type { Tile } from './cut/tile.js';

declare const brand: unique symbol;

/**
 * A tile of the Web Mercator grid (EPSG:3857, XYZ: row 0 is the northernmost). `0 <= x, y < 2^z` always holds:
 * `parseTileAddress` and `tileAddress` are the only ways to get one.
 */
export type TileAddress = Tile & { readonly [brand]: 'TileAddress' };

/** Beyond zoom 22 a unit of a tile is under 3 mm: no one requests it on purpose. */
const MAX_ZOOM = 22;

const WHOLE_NUMBER = /^(0|[1-9]\d{0,9})$/;

/**
 * Parses the three path segments of a tile URL, or throws `invalid_tile` naming the segment and its range.
 * Only plain decimal integers are accepted: `07`, `1.0`, `1e3`, `+1` would give one tile several URLs.
 */
export function parseTileAddress(
  z: string,
  x: string,
  y: string,
  maxZoom: number = MAX_ZOOM,
  zoomsBefore: 0 | 1 = 0,
): TileAddress {
  return tileAddress(parseWhole('z', z), parseWhole('x', x), parseWhole('y', y), maxZoom, zoomsBefore);
}

/**
 * The checked constructor from numbers. Throws `invalid_tile`.
 * @param zoomsBefore 1: the numbers are those of a grid whose zoom 0 is the upper half of zoom 1 of the square (tile-matrix-set.ts)
 */
export function tileAddress(
  z: number,
  x: number,
  y: number,
  maxZoom: number = MAX_ZOOM,
  zoomsBefore: 0 | 1 = 0,
): TileAddress {
  requireBetween('z', z, 0, maxZoom - zoomsBefore);
  requireBetween('x', x, 0, 2 ** (z + zoomsBefore) - 1, z);
  requireBetween('y', y, 0, 2 ** z - 1, z);
  return { z: z + zoomsBefore, x, y } as TileAddress;
}

/** West, south, east, north of the tile of Web Mercator in degrees (CRS84: lon, lat), without any buffer. */
export function tileBounds(tile: TileAddress): [west: number, south: number, east: number, north: number] {
  const tiles = 2 ** tile.z;
  return [
    (tile.x / tiles) * 360 - 180,
    latitudeOf((tile.y + 1) / tiles),
    ((tile.x + 1) / tiles) * 360 - 180,
    latitudeOf(tile.y / tiles),
  ];
}

function latitudeOf(mercatorY: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * mercatorY))) * 180) / Math.PI;
}

function parseWhole(name: string, text: string): number {
  if (WHOLE_NUMBER.test(text)) return Number(text);
  if (/^-\d+$/.test(text)) throw new SalientError('invalid_tile', `${name}: ${text} is negative`);
  throw new SalientError('invalid_tile', `${name}: ${JSON.stringify(text)} is not a whole number`);
}

function requireBetween(name: string, value: number, low: number, high: number, z?: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  const where = z === undefined ? 'zooms' : `the grid of zoom ${z}`;
  throw new SalientError('invalid_tile', `${name}: ${value} is outside ${where} ${low} to ${high}`);
}
