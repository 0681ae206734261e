import { createHash } from 'node:crypto';
import { type LayerState, layerRows, stateExists, theatreBounds } from '../db/layers.js';
import type { Db } from '../db/pool.js';
import { statementById } from '../db/series.js';
import { SalientError } from '../errors.js';
import type { Instant, IsoDate } from '../model/dates.js';
import { isIsoDate } from '../model/dates.js';
import type { TileAddress } from '../model/tile.js';
import { openTileCache, type TileBytes, type TileCache } from '../tiles/cache.js';
import { openPyramids } from '../tiles/pyramids.js';
import { layerSource, readTilesets, type Tileset } from '../tiles/tilesets.js';
import { verdictsOn } from './ask-encirclement.js';
import { type Asked, methodSentence, resolve, resolveSeries } from './resolve.js';

/** The finest zoom drawn; clients overzoom beyond it. */
export const MAX_TILE_ZOOM = 14;

/** A state of a series as its immutable URLs name it: `r35.e1.s1.2020-02-11`. */
export function stateToken({ revision, edition, statement, since }: LayerState): string {
  return `r${revision}.e${edition}.s${statement}.${since}`;
}

/** @throws SalientError `unknown_state` when the text is not such a token */
export function parseStateToken(text: string): LayerState {
  const match = /^r(\d{1,12})\.e(\d{1,12})\.s(\d{1,12})\.(\d{4}-\d{2}-\d{2})$/.exec(text);
  const since = match?.[4] ?? '';
  if (!match || !isIsoDate(since)) {
    throw new SalientError('unknown_state', `@${text} is not a tile state: take a fresh URL from the TileJSON`);
  }
  return { revision: Number(match[1]), edition: Number(match[2]), statement: Number(match[3]), since };
}

export interface TileAnswer {
  etag: string;
  tile: TileBytes;
}

export interface TileService {
  readonly tilesets: readonly Tileset[];
  readonly cache: TileCache;
  /** Layers named in `layers=a,b`, or all of them when null. Throws `unknown_layer`. */
  layersNamed(names: string | null): readonly Tileset[];
  /** The state in force on a day, by one look-up shared by all requests that wait for the same one together. */
  stateOn(asked: Asked): Promise<LayerState & { stale: boolean }>;
  etag(series: string, state: LayerState, address: TileAddress, layers: readonly Tileset[]): string;
  /** From memory, or drawn. @throws SalientError `unknown_state` */
  draw(series: string, state: LayerState, address: TileAddress, layers: readonly Tileset[]): Promise<TileBytes>;
  tileJson(asked: { series: string; date: IsoDate | null; knownAt: Instant | null }, base: string): Promise<object>;
  close(): Promise<void>;
}

/** Opens the tiles of a store: tilesets from `folder`, drawn off the event loop, kept in a memory of `cacheBytes`. */
export function openTiles(db: Db, folder: string, cacheBytes: number): TileService {
  const tilesets = readTilesets(folder);
  const cache = openTileCache({ maxBytes: cacheBytes });
  const pyramids = openPyramids({ maxBytes: 4 * cacheBytes, maxzoom: MAX_TILE_ZOOM });
  const lookups = new Map<string, Promise<LayerState & { stale: boolean }>>();

  function layersNamed(names: string | null): readonly Tileset[] {
    if (names === null) return tilesets;
    const wanted = [...new Set(names.split(','))].sort();
    return wanted.map((name) => {
      const tileset = tilesets.find((found) => found.name === name);
      if (!tileset) {
        throw new SalientError(
          'unknown_layer',
          `${JSON.stringify(name)}: there are ${tilesets.map((t) => t.name).join(', ')}`,
        );
      }
      return tileset;
    });
  }

  function stateOn(asked: Asked): Promise<LayerState & { stale: boolean }> {
    const key = `${asked.series} ${asked.date} ${asked.knownAt}`;
    const waiting = lookups.get(key);
    if (waiting) return waiting;
    // Joined only while it has not begun: a request that comes later must see what was imported meanwhile.
    const lookup = new Promise<void>((begin) => setImmediate(begin)).then(async () => {
      lookups.delete(key);
      const { revision, edition, statement, since, stale } = await resolve(db, asked);
      return { revision, edition, statement: statement.id, since, stale };
    });
    lookups.set(key, lookup);
    return lookup;
  }

  function etag(series: string, state: LayerState, { z, x, y }: TileAddress, layers: readonly Tileset[]): string {
    const parts = layers.map(({ name, inputs, definition }) => [
      name,
      definition,
      ...inputs.map((input) => state[input]),
    ]);
    const hash = createHash('sha256')
      .update(JSON.stringify([series, parts, z, x, y]))
      .digest('base64url');
    return `"${hash.slice(0, 22)}"`;
  }

  async function load(series: string, state: LayerState) {
    if (!(await stateExists(db, series, state))) {
      throw new SalientError(
        'unknown_state',
        `@${stateToken(state)} is no state of series ${series}: take a fresh URL from the TileJSON`,
      );
    }
    const statement = await statementById(db, state.statement);
    await verdictsOn(db, { revision: state.revision, edition: state.edition, since: state.since, statement }, false);
    return Promise.all(tilesets.map(async (tileset) => layerSource(tileset, await layerRows(db, tileset.sql, state))));
  }

  return {
    tilesets,
    cache,
    layersNamed,
    stateOn,
    etag,
    draw(series, state, address, layers) {
      const names = layers.map((layer) => layer.name);
      return cache.getOrDraw(etag(series, state, address, layers), address.z, () =>
        pyramids.draw(`${series} ${stateToken(state)}`, () => load(series, state), address, names),
      );
    },
    async tileJson({ series, date, knownAt }, base) {
      const { statement, edition } = await resolveSeries(db, series, knownAt);
      const day = date ?? statement.complete_until ?? (new Date().toISOString().slice(0, 10) as IsoDate);
      const asOf = await resolve(db, { series, date: day, knownAt });
      const state = stateToken({ ...asOf, statement: statement.id });
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
        vector_layers: tilesets.map(({ name, description, fields }) => ({
          id: name,
          description,
          fields,
          minzoom: 0,
          maxzoom: MAX_TILE_ZOOM,
        })),
        date: day,
        valid_from: asOf.valid_from,
        valid_to: asOf.valid_to,
        state,
        stale: asOf.stale,
      };
    },
    close: () => pyramids.close(),
  };
}
