import { theatreBounds } from '../db/layers.js';
import type { Db } from '../db/pool.js';
import type { Instant, IsoDate } from '../model/dates.js';
import type { Tileset } from '../tiles/tilesets.js';
import { methodSentence, resolve, resolveSeries } from './resolve.js';
import { stateToken, type TileStates } from './tile-state.js';

/** The finest zoom drawn; clients overzoom beyond it. */
export const MAX_TILE_ZOOM = 14;

export interface TileJson {
  tilejson: '3.0.0';
  name: string;
  description: string;
  attribution: string;
  version: string;
  scheme: 'xyz';
  tiles: string[];
  minzoom: number;
  maxzoom: number;
  bounds: [number, number, number, number];
  center: [number, number, number];
  vector_layers: {
    id: string;
    description: string;
    fields: Record<string, string>;
    minzoom: number;
    maxzoom: number;
  }[];
  date: IsoDate;
  valid_from: IsoDate;
  valid_to: IsoDate | null;
  state: string;
  stale: boolean;
}

/** TileJSON 3.0 of the state in force on a day (null: the last complete one), its tiles under `base`. */
export async function tileJson(
  db: Db,
  states: TileStates,
  tilesets: readonly Tileset[],
  { series, date, knownAt }: { series: string; date: IsoDate | null; knownAt: Instant | null },
  base: string,
): Promise<TileJson> {
  const { statement, edition } = await resolveSeries(db, series, knownAt);
  const day = date ?? statement.complete_until ?? (new Date().toISOString().slice(0, 10) as IsoDate);
  const asOf = await resolve(db, { series, date: day, knownAt });
  const state = stateToken((await states.on({ series, date: day, knownAt })).numbers);
  const bounds = await theatreBounds(db, edition);
  return {
    tilejson: '3.0.0',
    name: statement.title,
    description: methodSentence(statement),
    attribution: `${statement.publisher}, ${statement.licence}`,
    version: '1.0.0',
    scheme: 'xyz',
    tiles: [`${base}/tiles/${encodeURIComponent(series)}/@${state}/{z}/{x}/{y}.mvt`],
    minzoom: 0,
    maxzoom: MAX_TILE_ZOOM,
    bounds,
    center: [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, 8],
    vector_layers: vectorLayers(tilesets),
    date: day,
    valid_from: asOf.valid_from,
    valid_to: asOf.valid_to,
    state,
    stale: asOf.stale,
  };
}

export function vectorLayers(tilesets: readonly Tileset[]): TileJson['vector_layers'] {
  return tilesets.map(({ name, description, fields, minzoom = 0 }) => ({
    id: name,
    description,
    fields,
    minzoom,
    maxzoom: MAX_TILE_ZOOM,
  }));
}
