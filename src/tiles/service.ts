import type { ChangeRequest } from '../change/ask.js';
import { SalientError } from '../errors.js';
import { dateOfDayNumber, type IsoDate } from '../model/dates.js';
import type { AsOf } from '../series/as-of.js';
import { type DayReason, unknownOn } from '../series/coverage.js';
import type { Db } from '../store/pool.js';
import type { TileAddress } from './address.js';
import { drawLatest, keepReady, openNeighbours } from './ahead.js';
import { type DrawnBytes, openTileCache, type TileBytes, type TileCache } from './cache.js';
import { openDrawing } from './drawing/drawing.js';
import { drawingName, openStateDrawing, projectedKey } from './drawing/state-drawing.js';
import { type DayRequest, openFinder } from './find.js';
import { keptGroups } from './kept-coverage.sql.js';
import type { Projection } from './plate-carree.js';
import type { TileSpan } from './span-states.js';
import { numbersOn, type TileState } from './state.js';
import { MAX_TILE_ZOOM, type TileJson, tileJsonOf } from './tilejson.js';
import { readTilesets, type Tileset } from './tilesets.js';
import { pairToken, parsePairToken, parseSpanToken, parseStateToken, spanToken, stateToken } from './token.js';

/** What immutable URLs are of: the state of a day, the change between two, all days of a span. */
type TileKind = 'state' | 'change' | 'span';

/** Something that tiles are drawn of. Two with the same key have the same tiles. */
export interface TileSubject {
  readonly key: string;
  /** The last day is after the last one for which the series claims to be complete. */
  readonly stale: boolean;
  /** Why nothing is known of the days; null where they are known, and of what a token names. */
  readonly unknown: DayReason | null;
  /** Of a day: the one that is shown, which is the last map's where nothing is known of the one requested. */
  readonly day?: IsoDate;
  /** Whether the URL that led here always leads to the same tiles. */
  readonly immutable: boolean;
  draw(address: TileAddress): Promise<Uint8Array | DrawnBytes>;
}

export interface TileService {
  /** The layers of a point in time. */
  readonly tilesets: readonly Tileset[];
  readonly cache: TileCache;
  /** The layers named in `layers=a,b`, or all of them when null. Throws `unknown_layer`. */
  layersNamed(names: string | null): readonly Tileset[];
  /** What is in force now: on a day, between two days, on the days of `[from, to)` (find-tiles.ts). */
  onDay(requested: DayRequest, layers: readonly Tileset[], projection?: Projection): Promise<TileSubject>;
  /** The same without any work but a look whether what is remembered of the day still holds. */
  rememberedOnDay(requested: DayRequest, layers: readonly Tileset[]): Promise<TileSubject | undefined>;
  between(requested: ChangeRequest): Promise<TileSubject>;
  over(requested: ChangeRequest, layers: readonly Tileset[]): Promise<TileSubject>;
  /** What the token of a TileJSON names: without a question to the database once it is known. Throws `unknown_state`. */
  named(kind: TileKind, series: string, token: string, layers: readonly Tileset[]): Promise<TileSubject>;
  etag(subject: TileSubject, address: TileAddress): string;
  /** From memory, or drawn. */
  draw(subject: TileSubject, address: TileAddress): Promise<TileBytes>;
  /** TileJSON 3.0 with the immutable URLs, under `base`, of what `onDay`, `between` and `over` find. */
  dayJson(requested: DayRequest, base: string): Promise<TileJson>;
  /** As `rememberedOnDay`: how its TileJSON is written, the same function as long as what is remembered is the same. */
  rememberedDayJson(requested: DayRequest): Promise<((base: string) => TileJson) | undefined>;
  changeJson(requested: ChangeRequest, base: string): Promise<TileJson>;
  spanJson(requested: ChangeRequest, base: string): Promise<TileJson>;
  /** Simplifies what is written to the store from now on, and what was before, until the signal; never beside an import. */
  keepReady(signal: AbortSignal, isImporting?: () => boolean): Promise<void>;
  /** Draws the last maps once, so that the first tiles after a start wait for no thread to begin. */
  drawLatest(signal: AbortSignal): Promise<void>;
  /** Resolves when all that was simplified so far is in the store. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** What the answer to a request by days states about them. */
const ofDays = (...days: readonly AsOf[]) => ({
  stale: days.some(({ stale }) => stale),
  unknown: unknownOn(...days),
  immutable: false,
});

/**
 * Opens the tiles of a store: tilesets from `folder`, drawn off the event loop, kept in a memory of `cacheBytes`.
 * @param ahead also draw the requested tile on the days before and after
 */
export function openTiles(db: Db, folder: string, cacheBytes: number, ahead = false): TileService {
  const all = readTilesets(folder);
  const tilesets = all.filter(({ inputs }) => !inputs.includes('change'));
  const changes = all.filter(({ inputs }) => inputs.includes('change'));
  const drawnAs = drawingName(all);
  const cache = openTileCache({ maxBytes: cacheBytes });
  const kept = keptGroups(db);
  const simplified = openDrawing({ maxBytes: 4 * cacheBytes, maxzoom: MAX_TILE_ZOOM, kept });
  const drawing = openStateDrawing(simplified, all);
  const find = openFinder(db);
  const choices = new Map<string, readonly Tileset[]>();
  const neighbours = ahead
    ? openNeighbours(find, (state, address, layers) => {
        const subject = ofState(state, layers, { stale: false, unknown: null, immutable: false });
        return cache.getOrDraw(etag(subject, address), address.z, () => drawing.drawState(state, address, layers));
      })
    : null;

  // Verdicts are computed on their first request, and take longer than all else.
  const withoutVerdicts = tilesets.filter(({ inputs }) => !inputs.includes('posts'));
  const unasked = { db, find, partsOf: (state: TileState) => drawing.partsOf(state, withoutVerdicts) };

  const ofState = (
    state: TileState,
    layers: readonly Tileset[],
    reported: Pick<TileSubject, 'stale' | 'unknown' | 'immutable'>,
    projection: Projection = 'mercator',
  ): TileSubject => ({
    ...reported,
    key: projectedKey(drawing.keyOf(state, layers), projection),
    async draw(address) {
      const bytes = await drawing.drawState(state, address, layers, projection);
      if (projection === 'mercator') neighbours?.drawn(state, address, layers);
      return bytes;
    },
  });
  const ofSpan = (
    span: TileSpan,
    layers: readonly Tileset[],
    reported: Pick<TileSubject, 'unknown' | 'immutable'>,
  ): TileSubject => ({
    ...reported,
    key: drawing.keyOfSpan(span, layers),
    stale: span.end.stale,
    draw: (address) => drawing.drawSpan(span, address, layers),
  });
  const jsonOf = (asOf: AsOf, state: TileState) => {
    const { statement, date, valid_from, valid_to, stale } = asOf;
    const of = { statement, bounds: state.bounds, tilesets, path: '', token: stateToken(numbersOn(asOf), drawnAs) };
    const days = { date, valid_from, valid_to, parties: state.parties, stale, unknown: unknownOn(asOf) };
    return (base: string) => tileJsonOf(of, days, base);
  };
  /** By what is remembered of a day: how its TileJSON was written last. */
  const writers = new WeakMap<AsOf, { state: TileState; json: (base: string) => TileJson }>();
  const etag: TileService['etag'] = ({ key }, { z, x, y }) => `"${key}.${z}.${x}.${y}"`;

  return {
    tilesets,
    cache,
    layersNamed(names) {
      if (names === null) return tilesets;
      const chosen = tilesetsNamed(tilesets, names);
      // The same choice is the same list, so that what is known of a list is known of it.
      const key = chosen.map(({ name }) => name).join();
      const known = choices.get(key) ?? chosen;
      choices.set(key, known);
      return known;
    },
    async rememberedOnDay(requested, layers) {
      const found = await find.rememberedDay(requested);
      return found && ofState(found.state, layers, ofDays(found.asOf));
    },
    async onDay(requested, layers, projection) {
      const { asOf, state } = await find.day(requested);
      neighbours?.beside(state, asOf);
      const day = asOf.coverage.known ? asOf.date : asOf.valid_from;
      return { ...ofState(state, layers, ofDays(asOf), projection), day };
    },
    async between(requested) {
      const { before, after, state } = await find.pair(requested);
      return ofState(state, changes, ofDays(before, after));
    },
    async over(requested, layers) {
      const { span } = await find.span(requested);
      return ofSpan(span, layers, { unknown: unknownOn(span.end), immutable: false });
    },
    async named(kind, series, token, layers) {
      // A URL of another version of the service still leads to the tiles, but not for ever to these.
      const reported = (drawn: string | null) => ({
        stale: false,
        unknown: null,
        immutable: drawn === drawnAs,
      });
      if (kind === 'span') {
        const parsed = parseSpanToken(token);
        const immutable = parsed.drawing === drawnAs;
        return ofSpan(await find.spanOf(series, parsed.numbers), layers, { unknown: null, immutable });
      }
      if (kind === 'change') {
        const parsed = parsePairToken(token);
        return ofState(await find.pairOf(series, parsed.numbers), changes, reported(parsed.drawing));
      }
      const parsed = parseStateToken(token);
      return ofState(await find.stateOf(series, parsed.numbers), layers, reported(parsed.drawing));
    },
    etag,
    draw: (subject, address) => cache.getOrDraw(etag(subject, address), address.z, () => subject.draw(address)),
    async dayJson(requested, base) {
      const { asOf, state } = await find.day(requested);
      neighbours?.beside(state, asOf);
      return jsonOf(asOf, state)(base);
    },
    async rememberedDayJson(requested) {
      const found = await find.rememberedDay(requested);
      if (!found) return undefined;
      neighbours?.beside(found.state, found.asOf);
      const known = writers.get(found.asOf);
      if (known?.state === found.state) return known.json;
      const json = jsonOf(found.asOf, found.state);
      writers.set(found.asOf, { state: found.state, json });
      return json;
    },
    async changeJson(requested, base) {
      const { before, after, numbers, state } = await find.pair(requested);
      const { from, to } = requested;
      const token = pairToken(numbers, drawnAs);
      const of = { statement: after.statement, bounds: state.bounds, tilesets: changes, path: 'change/', token };
      return tileJsonOf(of, { from, to, stale: before.stale || after.stale, unknown: unknownOn(before, after) }, base);
    },
    async spanJson(requested, base) {
      const { numbers, span } = await find.span(requested);
      const { from, to } = requested;
      const { statement, stale } = span.end;
      const token = spanToken(numbers, drawnAs);
      const of = { statement, bounds: span.bounds, tilesets: tilesets.map(dated), path: 'span/', token };
      const dates = span.states.map((state) => dateOfDayNumber(state.from));
      return tileJsonOf(of, { from, to, dates, parties: span.parties, stale, unknown: unknownOn(span.end) }, base);
    },
    keepReady: (signal, isImporting = () => false) =>
      keepReady(
        {
          ...unasked,
          open: () => openDrawing({ maxBytes: 1, maxzoom: MAX_TILE_ZOOM, kept }),
          isImporting,
        },
        signal,
      ),
    drawLatest: (signal) => drawLatest({ ...unasked, draw: simplified.tile }, signal),
    settled: simplified.settled,
    close: simplified.close,
  };
}

/** A layer of a span: each of its features states when it holds. */
function dated(tileset: Tileset): Tileset {
  const fields = {
    ...tileset.fields,
    valid_from: 'first day on which it looks like this, days since 1970',
    valid_to: 'first day on which it does not any more, or the day after the span',
  };
  return { ...tileset, fields };
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
