import { mercatorX, mercatorY } from '../coverage/mercator.js';
import { type Bounds, crossed, middleOf, uncrossed } from '../geometry/bounds.js';
import type { IsoDate } from '../model/dates.js';
import { methodSentence } from '../series/as-of.js';
import type { DayReason } from '../series/coverage.js';
import type { SeriesStatement } from '../series/series.sql.js';
import type { TileParty } from './state-digests.sql.js';
import type { Tileset } from './tilesets.js';

/** The finest zoom drawn; clients overzoom beyond it. */
export const MAX_TILE_ZOOM = 14;

/** Of which days the tiles are: of one, or from one to another. */
export interface TileDays {
  date?: IsoDate;
  valid_from?: IsoDate;
  valid_to?: IsoDate | null;
  from?: IsoDate;
  to?: IsoDate;
  /** Of a span: the days on which something changes, the first one included. */
  dates?: IsoDate[];
  /** With their colours; none for a change, whose sides are classes. */
  parties?: readonly TileParty[];
  stale: boolean;
  /** Why nothing is known of the days: what is drawn is the last map before them. Null where they are known. */
  unknown: DayReason | null;
}

export interface TileJson extends TileDays {
  tilejson: '3.0.0';
  name: string;
  description: string;
  attribution: string;
  version: string;
  scheme: 'xyz';
  tiles: string[];
  minzoom: number;
  maxzoom: number;
  /** Of all longitudes where the theatre lies across 180°: the specification knows no bounds that do. */
  bounds: Bounds;
  /** The theatre as RFC 7946 (5.2) writes it: west is greater than east where it lies across 180°. */
  extent: Bounds;
  /** The middle of the theatre, and the zoom at which it is seen whole. */
  center: [number, number, number];
  vector_layers: {
    id: string;
    description: string;
    fields: Record<string, string>;
    minzoom: number;
    maxzoom: number;
  }[];
  series: string;
  state: string;
}

/** What a TileJSON is of: the tiles of `token` under `/tiles/{series}/{path}@{token}/`. */
export interface Described {
  statement: SeriesStatement;
  bounds: Readonly<Bounds>;
  tilesets: readonly Tileset[];
  path: string;
  token: string;
}

/** TileJSON 3.0, its tiles under `base`, with the days they are of. */
export function tileJsonOf({ statement, bounds, tilesets, path, token }: Described, days: TileDays, base: string) {
  const json: TileJson = {
    tilejson: '3.0.0',
    name: statement.title,
    description: methodSentence(statement),
    attribution: `${statement.publisher}, ${statement.licence}`,
    version: '1.0.0',
    scheme: 'xyz',
    tiles: [`${base}/tiles/${encodeURIComponent(statement.series)}/${path}@${token}/{z}/{x}/{y}.mvt`],
    minzoom: 0,
    maxzoom: MAX_TILE_ZOOM,
    bounds: uncrossed(bounds),
    extent: crossed(bounds),
    center: [...middleOf(bounds), zoomOn(bounds)],
    vector_layers: vectorLayers(tilesets),
    series: statement.series,
    ...days,
    state: token,
  };
  return json;
}

/** A small window, CSS pixels: a map in the middle of a page. Zooms of vector tiles count worlds of 512. */
const [WINDOW, WORLD] = [{ width: 900, height: 600 }, 512];

/** The closest whole zoom at which a small window shows all of the bounds. */
function zoomOn([west, south, east, north]: Readonly<Bounds>): number {
  const across = WINDOW.width / Math.max(1e-9, mercatorX(east) - mercatorX(west));
  const down = WINDOW.height / Math.max(1e-9, mercatorY(south) - mercatorY(north));
  return Math.max(0, Math.min(MAX_TILE_ZOOM, Math.floor(Math.log2(Math.min(across, down) / WORLD))));
}

function vectorLayers(tilesets: readonly Tileset[]): TileJson['vector_layers'] {
  return tilesets.map(({ name, description, fields, minzoom = 0 }) => ({
    id: name,
    description,
    fields,
    minzoom,
    maxzoom: MAX_TILE_ZOOM,
  }));
}
