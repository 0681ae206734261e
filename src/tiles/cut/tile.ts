/** A tile of the Web Mercator grid (EPSG:3857, XYZ: row 0 is the northernmost). */
export interface Tile {
  readonly z: number;
  readonly x: number;
  readonly y: number;
}

/** Values that an MVT feature can carry; null is left out of the tile. */
export type TileProperties = Record<string, string | number | boolean | null>;
