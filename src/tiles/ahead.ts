import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { mercatorX, mercatorY } from '../coverage/mercator.js';
import { SalientError } from '../errors.js';
import { middleOf } from '../geometry/bounds.js';
import { addDays, type IsoDate } from '../model/dates.js';
import type { AsOf } from '../series/as-of.js';
import { seriesEpochs } from '../series/epoch.sql.js';
import { currentRevisions } from '../series/revisions.sql.js';
import { asOwnWork } from '../store/cancellation.js';
import type { Db } from '../store/pool.js';
import { type TileAddress, tileAddress } from './address.js';
import type { Drawing, Part } from './drawing/drawing.js';
import type { TileFinder } from './find.js';
import { missingKeys } from './kept-coverage.sql.js';
import type { TileState } from './state.js';
import { MAX_TILE_ZOOM } from './tilejson.js';
import type { Tileset } from './tilesets.js';

/**
 * How often writes are looked for, milliseconds: a look costs one small statement. What was written to since the look
 * before waits: simplifying takes as long as an import, and would slow down one after the other of a row of them.
 */
const EVERY_MS = 1000;
const AT_ONCE = 20;

/** Who may simplify ahead: what is requested, and how a tile or a part is made. */
interface AheadOf {
  db: Db;
  find: TileFinder;
  /** What the layers of a state are drawn from. */
  partsOf(state: TileState): Part[];
  /** A worker of its own, so that no request waits for what nobody requested. */
  open(): Drawing;
  /** Whether a file is being imported in this process: that comes first, even where a map is half simplified. */
  isImporting(): boolean;
}

/** How often a map that is being simplified looks whether an import has begun, milliseconds. */
const GIVES_WAY_MS = 50;

/**
 * Simplifies the maps of every series that was written to, by whatever process, the newest first, and keeps them in the store:
 * their first tiles are then drawn at once. Ends with the signal.
 */
export async function keepReady(of: AheadOf, signal: AbortSignal): Promise<void> {
  const seen = new Map<string, number>();
  const done = new Set<number>();
  let before: Awaited<ReturnType<typeof seriesEpochs>> = [];
  while (!signal.aborted) {
    // The database is away: a request for a tile reports it.
    const now = await seriesEpochs(of.db).catch(() => []);
    const atRest = isDeepStrictEqual(now, before) && !of.isImporting();
    before = now;
    // The series that was written to last comes first, and one that is written to meanwhile does not wait for the others.
    const next = atRest ? now.find(({ series, epoch }) => seen.get(series) !== epoch) : undefined;
    if (next) {
      seen.set(next.series, next.epoch);
      try {
        const isWhole = await simplifyMaps(of, next.series, done, signal, async () =>
          isDeepStrictEqual(await seriesEpochs(of.db), now),
        );
        if (isWhole) continue;
        seen.delete(next.series);
      } catch (error) {
        // A series that was withdrawn has no map to simplify; after another failure it is tried again.
        if (error instanceof SalientError) continue;
        seen.delete(next.series);
      }
    }
    await setTimeout(EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
  }
}

/** @returns whether all is done: else somebody writes (`mayGoOn`), which comes first */
async function simplifyMaps(
  of: AheadOf,
  series: string,
  done: Set<number>,
  signal: AbortSignal,
  mayGoOn: () => Promise<boolean>,
): Promise<boolean> {
  const maps = (await currentRevisions(of.db, series)).filter(({ id }) => !done.has(id)).reverse();
  let drawing: Drawing | undefined;
  try {
    for (let first = 0; first < maps.length && !signal.aborted; first += AT_ONCE) {
      const some = maps.slice(first, first + AT_ONCE);
      const parts: Part[] = [];
      for (const { valid_on: date } of some) {
        parts.push(...of.partsOf((await of.find.day({ series, date, knownAt: null })).state));
      }
      const missing = await missingKeys(
        of.db,
        parts.map(({ key }) => key),
      );
      for (const part of new Map(parts.map((one) => [one.key, one])).values()) {
        if (!missing.has(part.key) || signal.aborted) continue;
        if (!(await mayGoOn())) return false;
        drawing ??= of.open();
        if (!(await keptBeforeAnImport(drawing, part, of.isImporting))) return false;
      }
      for (const { id } of some) done.add(id);
    }
    return true;
  } finally {
    await drawing?.close();
  }
}

/** Keeps a part; false: an import began meanwhile, and whoever closes the drawing ends it. */
async function keptBeforeAnImport(drawing: Drawing, part: Part, isImporting: () => boolean): Promise<boolean> {
  const waiting = new AbortController();
  const kept = drawing.keep(part).then(() => true);
  // Not kept where it is ended.
  kept.catch(() => {});
  const begun = async () => {
    while (!isImporting()) await setTimeout(GIVES_WAY_MS, undefined, { signal: waiting.signal, ref: false });
    return false;
  };
  try {
    return await Promise.race([kept, begun()]);
  } finally {
    waiting.abort();
  }
}

/** What is drawn after a start: of so many series, those written to last, so many of the last maps. */
const FIRST_SERIES = 4;
const FIRST_MAPS = 12;

/**
 * Draws the middle of the last maps once after a start, those whose simplified coverages are in the store: the thread then runs, its
 * code is compiled, and the days that most readers look at first are in it.
 */
export async function drawLatest(
  of: Pick<AheadOf, 'db' | 'find' | 'partsOf'> & { draw(address: TileAddress, parts: Part[]): Promise<unknown> },
  signal: AbortSignal,
): Promise<void> {
  const written = await seriesEpochs(of.db).catch(() => []);
  for (const { series } of written.slice(0, FIRST_SERIES)) {
    try {
      const maps = (await currentRevisions(of.db, series)).slice(-FIRST_MAPS).reverse();
      for (const { valid_on: date } of maps) {
        if (signal.aborted) return;
        const { state } = await of.find.day({ series, date, knownAt: null });
        const parts = of.partsOf(state);
        const keys = parts.map(({ key }) => key);
        if ((await missingKeys(of.db, keys)).size === 0) await of.draw(middleTile(state.bounds), parts);
      }
    } catch {
      // Whoever asks for such a tile is told.
    }
  }
}

/** The tile in the middle of a theatre, at a zoom at which some four tiles lie across it. */
function middleTile(bounds: TileState['bounds']): TileAddress {
  const [west, , east] = bounds;
  const [lon, lat] = middleOf(bounds);
  const z = Math.min(MAX_TILE_ZOOM, Math.max(0, Math.round(Math.log2((4 * 360) / Math.max(east - west, 0.001)))));
  const at = (share: number) => Math.min(2 ** z - 1, Math.max(0, Math.floor(share * 2 ** z)));
  return tileAddress(z, at(mercatorX(lon)), at(mercatorY(lat)));
}

/** Draws the tile that somebody looks at for the days before and after it, when nothing else is to do. */
export interface Neighbours {
  /** Which days stand beside a state. */
  beside(state: TileState, asOf: AsOf): void;
  /** A tile of the state was drawn: those beside it come next. */
  drawn(state: TileState, address: TileAddress, layers: readonly Tileset[]): void;
}

/** What waits beyond this was looked at long ago. */
const MOST_WAITING = 64;

export function openNeighbours(
  find: TileFinder,
  draw: (state: TileState, address: TileAddress, layers: readonly Tileset[]) => Promise<unknown>,
): Neighbours {
  const days = new WeakMap<TileState, { series: string; dates: IsoDate[] }>();
  const waiting: { state: TileState; address: TileAddress; layers: readonly Tileset[] }[] = [];
  let isAtWork = false;

  const beside: Neighbours['beside'] = (state, { series, valid_from, valid_to, knownAt }) => {
    if (knownAt !== null || days.has(state)) return;
    days.set(state, { series, dates: [...(valid_to === null ? [] : [valid_to]), addDays(valid_from, -1)] });
  };

  async function work(): Promise<void> {
    isAtWork = true;
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { state, address, layers } = next;
      const { series, dates } = days.get(state) ?? { series: '', dates: [] };
      for (const date of dates) {
        try {
          const found = await find.day({ series, date, knownAt: null });
          beside(found.state, found.asOf);
          await draw(found.state, address, layers);
        } catch {
          // Before the first map, or no longer there: a request for it reports it.
        }
      }
    }
    isAtWork = false;
  }

  return {
    beside,
    drawn(state, address, layers) {
      if (!days.has(state)) return;
      waiting.push({ state, address, layers });
      if (waiting.length > MOST_WAITING) waiting.shift();
      if (!isAtWork) setImmediate(() => isAtWork || asOwnWork(work));
    },
  };
}
