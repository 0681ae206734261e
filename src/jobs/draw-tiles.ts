import { createHash } from 'node:crypto';
import type { Db } from '../db/pool.js';
import { SalientError } from '../errors.js';
import type { Instant, IsoDate } from '../model/dates.js';
import type { TileAddress } from '../model/tile.js';
import { type DrawnBytes, openTileCache, type TileBytes, type TileCache } from '../tiles/cache.js';
import { openPyramids } from '../tiles/pyramids.js';
import { layerGroups, layerSource, readTilesets, type Tileset } from '../tiles/tilesets.js';
import type { AskedChange } from './ask-change.js';
import type { Asked } from './resolve.js';
import { MAX_TILE_ZOOM, type TileJson, tileJson } from './tile-json.js';
import { collapsed, spanStates, type TileSpan } from './tile-span.js';
import { openStates, parseStateToken, type TileState } from './tile-state.js';

export interface TileService {
  /** The layers of a point in time. */
  readonly tilesets: readonly Tileset[];
  /** The layers of two days. */
  readonly changes: readonly Tileset[];
  readonly cache: TileCache;
  /** Layers named in `layers=a,b`, or all of them when null. Throws `unknown_layer`. */
  layersNamed(names: string | null): readonly Tileset[];
  /** The state in force on a day, by one look-up shared by all requests that wait for the same one together. */
  stateOn(asked: Asked): Promise<TileState>;
  /** @throws SalientError `unknown_state` */
  stateNamed(series: string, token: string): Promise<TileState>;
  changeBetween(asked: AskedChange): Promise<TileState>;
  etag(state: TileState, address: TileAddress, layers: readonly Tileset[]): string;
  /** From memory, or drawn. */
  draw(state: TileState, address: TileAddress, layers: readonly Tileset[]): Promise<TileBytes>;
  /** The states on the days of `[from, to)`. */
  spanOf(asked: AskedChange): Promise<TileSpan>;
  spanEtag(span: TileSpan, address: TileAddress, layers: readonly Tileset[]): string;
  /** All states of a span as one tile of at most `MAX_SPAN_BYTES`, each thing with its `valid_from` and `valid_to`. */
  drawSpan(span: TileSpan, address: TileAddress, layers: readonly Tileset[]): Promise<TileBytes>;
  tileJson(asked: { series: string; date: IsoDate | null; knownAt: Instant | null }, base: string): Promise<TileJson>;
  close(): Promise<void>;
}

/** Others served tiles of 8 to 18 MB once every date was in them: beyond this, versions are left out and counted. */
export const MAX_SPAN_BYTES = 500_000;

/** Opens the tiles of a store: tilesets from `folder`, drawn off the event loop, kept in a memory of `cacheBytes`. */
export function openTiles(db: Db, folder: string, cacheBytes: number): TileService {
  const all = readTilesets(folder);
  const tilesets = all.filter(({ inputs }) => !inputs.includes('change'));
  const changes = all.filter(({ inputs }) => inputs.includes('change'));
  const groups = layerGroups(all);
  const cache = openTileCache({ maxBytes: cacheBytes });
  const pyramids = openPyramids({ maxBytes: 4 * cacheBytes, maxzoom: MAX_TILE_ZOOM });
  const states = openStates(db);
  // The key of a state with all its layers, so that the hot path computes no hash.
  const wholeKeys = new WeakMap<TileState, string>();
  let spans = 0;
  const lookups = new Map<string, Promise<TileState>>();

  /** Joined only while it has not begun: a request that comes later must see what was imported meanwhile. */
  function together(key: string, lookUp: () => Promise<TileState>): Promise<TileState> {
    const waiting = lookups.get(key);
    if (waiting) return waiting;
    const lookup = new Promise<void>((begin) => setImmediate(begin)).then(() => {
      lookups.delete(key);
      return lookUp();
    });
    lookups.set(key, lookup);
    return lookup;
  }

  function etag(state: TileState, { z, x, y }: TileAddress, layers: readonly Tileset[]): string {
    let key = layers === tilesets ? wholeKeys.get(state) : undefined;
    if (!key) {
      key = stateKey(state, layers);
      if (layers === tilesets) wholeKeys.set(state, key);
    }
    return `"${key}.${z}.${x}.${y}"`;
  }

  /** Draws group by group: the encoded layers of several tiles, one after the other, are one tile. */
  async function drawGroups(state: TileState, address: TileAddress, layers: readonly Tileset[]): Promise<Uint8Array> {
    const drawn = groups.map((group) => {
      const names = layers.filter((layer) => group.includes(layer)).map(({ name }) => name);
      if (names.length === 0) return new Uint8Array();
      return pyramids.draw(stateKey(state, group), () => sourcesOf(state, group), address, names);
    });
    return Buffer.concat(await Promise.all(drawn));
  }

  function spanEtag({ states: parts }: TileSpan, { z, x, y }: TileAddress, layers: readonly Tileset[]): string {
    const runs = collapsed(parts, (state) => stateKey(state, layers));
    return `"${digest(['span', runs.map(({ key, from, to }) => [key, from, to])])}.${z}.${x}.${y}"`;
  }

  async function drawSpan(span: TileSpan, address: TileAddress, layers: readonly Tileset[]): Promise<DrawnBytes> {
    const number = ++spans;
    try {
      for (const group of groups) {
        const names = layers.filter((layer) => group.includes(layer)).map(({ name }) => name);
        if (names.length === 0) continue;
        for (const { state, key, from, to } of collapsed(span.states, (one) => stateKey(one, group))) {
          const into = { span: number, from, to };
          await pyramids.draw(key, () => sourcesOf(state, group), address, names, into);
        }
      }
    } catch (error) {
      await pyramids.finishSpan(number, 0).catch(() => {});
      throw error;
    }
    const { bytes, omitted } = await pyramids.finishSpan(number, MAX_SPAN_BYTES);
    return { bytes, omitted: omitted + span.omitted };
  }

  return {
    tilesets,
    changes,
    cache,
    layersNamed: (names) => (names === null ? tilesets : tilesetsNamed(tilesets, names)),
    stateOn: (asked) => together(`${asked.series} ${asked.date} ${asked.knownAt}`, () => states.on(asked)),
    stateNamed: async (series, token) => states.of(series, parseStateToken(token)),
    changeBetween: (asked) =>
      together(`${asked.series} ${asked.from} ${asked.to} ${asked.knownAt}`, () => states.between(asked)),
    etag,
    draw: (state, address, layers) =>
      cache.getOrDraw(etag(state, address, layers), address.z, () => drawGroups(state, address, layers)),
    spanOf: (asked) => spanStates(db, states, asked),
    spanEtag,
    drawSpan: (span, address, layers) =>
      cache.getOrDraw(spanEtag(span, address, layers), address.z, () => drawSpan(span, address, layers)),
    tileJson: (asked, base) => tileJson(db, states, tilesets, asked, base),
    close: () => pyramids.close(),
  };
}

/** What a state is to some layers: equal keys, equal tiles. */
function stateKey({ series, digests }: TileState, layers: readonly Tileset[]): string {
  return digest([
    series,
    layers.map(({ name, inputs, definition }) => [name, definition, ...inputs.map((input) => digests[input])]),
  ]);
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}

function sourcesOf(state: TileState, group: readonly Tileset[]) {
  return Promise.all(group.map(async (tileset) => layerSource(tileset, await state.rows(tileset))));
}

function tilesetsNamed(tilesets: readonly Tileset[], names: string): readonly Tileset[] {
  const wanted = [...new Set(names.split(','))].sort();
  return wanted.map((name) => {
    const tileset = tilesets.find((found) => found.name === name);
    if (!tileset) {
      const known = tilesets.map((one) => one.name).join(', ');
      throw new SalientError('unknown_layer', `${JSON.stringify(name)}: there are ${known}`);
    }
    return tileset;
  });
}
