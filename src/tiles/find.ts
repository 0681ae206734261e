import type { ChangeRequest } from '../change/ask.js';
import { SalientError } from '../errors.js';
import { type Instant, type IsoDate, todayUtc } from '../model/dates.js';
import { type AsOf, resolveDays } from '../series/as-of.js';
import { type Epoch, epochOf } from '../series/epoch.sql.js';
import { type Memo, openMemo } from '../store/memo.js';
import type { Db } from '../store/pool.js';
import { isHidden } from '../store/sight.js';
import { openFreshLookUps } from '../store/single-flight.js';
import { refuseEmptySpan, spanStates, type TileSpan } from './span-states.js';
import { numbersOn, openStates, type TileState } from './state.js';
import { type LayerState, lastRecorded } from './state-digests.sql.js';
import { instantOf, type PairNumbers, type SpanNumbers } from './token.js';

/** A day of a series; null: the last complete one. */
export interface DayRequest {
  series: string;
  date: IsoDate | null;
  knownAt: Instant | null;
}

/**
 * Finds what tiles are drawn from. What is in force now was resolved before, or is: a look at the epoch of the series, one
 * prepared statement that begins after the call and is shared by all requests that wait for the same series, decides whether what is
 * remembered still holds. What numbers stand for never changes.
 */
export interface TileFinder {
  /** What was found of the day before, if it still holds; by the look at the epoch alone. */
  rememberedDay(requested: DayRequest): Promise<{ asOf: AsOf; state: TileState } | undefined>;
  day(requested: DayRequest): Promise<{ asOf: AsOf; numbers: LayerState; state: TileState }>;
  pair(requested: ChangeRequest): Promise<{ before: AsOf; after: AsOf; numbers: PairNumbers; state: TileState }>;
  span(requested: ChangeRequest): Promise<{ numbers: SpanNumbers; span: TileSpan }>;
  /** @throws SalientError `unknown_state`; so do the two below */
  stateOf(series: string, numbers: LayerState): Promise<TileState>;
  pairOf(series: string, numbers: PairNumbers): Promise<TileState>;
  spanOf(series: string, numbers: SpanNumbers): Promise<TileSpan>;
}

/** Memory for days that were resolved, bytes. */
const REMEMBERED_DAYS = 16 << 20;
/** Memory for spans, bytes: lists of at most 500 states each, which are remembered by themselves. */
const REMEMBERED_SPANS = 16 << 20;

export function openFinder(db: Db): TileFinder {
  const states = openStates(db);
  const lookUps = openFreshLookUps();
  /** Where no other process writes: the epochs as of a version of the store, which need not be looked at while it stands. */
  const epochs = new Map<string, { version: number; now: Epoch }>();
  const resolved = openMemo<AsOf[]>({ maxBytes: REMEMBERED_DAYS, bytesOf: ({ length }) => 2500 * length });
  const recorded = openMemo<{ at: number | null }>({ maxBytes: REMEMBERED_DAYS / 8, bytesOf: () => 100 });
  const spans = openMemo<TileSpan>({ maxBytes: REMEMBERED_SPANS, bytesOf: ({ states }) => 1000 + 100 * states.length });

  const requestedOf = (dates: readonly (IsoDate | null)[], knownAt: Instant | null) => `${dates} ${knownAt}`;
  /** The last complete day goes by the clock of the database, what is a future day by that of this process: at midnight they may differ. */
  const keyOf = (series: string, now: Epoch, requested: string) =>
    `${series} ${now.epoch} ${now.today} ${todayUtc()} ${requested}`;

  /** Look-ups are shared by all who wait: those of a caller who may not know of the series are not. */
  const epochNow = async (series: string): Promise<Epoch | null> => {
    if (isHidden(series)) return null;
    const version = db.version?.();
    const known = epochs.get(series);
    if (known && known.version === version && known.now.today === todayUtc()) return known.now;
    const now = await lookUps(series, () => epochOf(db, series));
    if (now && version !== undefined) epochs.set(series, { version, now });
    return now;
  };

  /** What `find` found since the series was last written to, or finds now. What was resolved too late is forgotten by itself. */
  async function current<V extends object>(memo: Memo<V>, series: string, requested: string, find: () => Promise<V>) {
    const now = await epochNow(series);
    // No such series: `find` reports it.
    return now === null ? find() : memo.once(keyOf(series, now, requested), find);
  }

  const days = (series: string, dates: readonly (IsoDate | null)[], knownAt: Instant | null) =>
    current(resolved, series, requestedOf(dates, knownAt), () => resolveDays(db, series, dates, knownAt));

  /** Of what was known at an instant of the log, which never changes. */
  const spanOnce = (series: string, { from, to, known }: SpanNumbers, find: () => Promise<TileSpan>) =>
    spans.once(`${series} ${from} ${to} ${known}`, find);

  const statesOf = (series: string, { from, to, known }: SpanNumbers) =>
    spanStates(db, states, { series, from, to, knownAt: instantOf(known) });

  return {
    async rememberedDay({ series, date, knownAt }) {
      const now = await epochNow(series);
      const [asOf] = (now && resolved.peek(keyOf(series, now, requestedOf([date], knownAt)))) ?? [];
      const state = asOf && states.peek(series, numbersOn(asOf));
      return state && { asOf, state };
    },
    async day({ series, date, knownAt }) {
      const [asOf] = (await days(series, [date], knownAt)) as [AsOf];
      const numbers = numbersOn(asOf);
      return { asOf, numbers, state: await states.of(series, numbers) };
    },
    async pair({ series, from, to, knownAt }) {
      const [before, after] = (await days(series, [from, to], knownAt)) as [AsOf, AsOf];
      const numbers = { before: before.revision, after: after.revision, statement: after.statement.id };
      return { before, after, numbers, state: await states.between(series, numbers) };
    },
    async span({ series, from, to, knownAt }) {
      refuseEmptySpan(from, to);
      const { at: known } = await current(recorded, series, String(knownAt), async () => ({
        at: await lastRecorded(db, series, knownAt),
      }));
      // Nothing known: this reports what is wrong.
      if (known === null) await resolveDays(db, series, [from], knownAt);
      const numbers = { from, to, known: known ?? 0 };
      return { numbers, span: await spanOnce(series, numbers, () => statesOf(series, numbers)) };
    },
    stateOf: states.of,
    pairOf: states.between,
    async spanOf(series, numbers) {
      if (isHidden(series)) throw noSpan(series);
      return spanOnce(series, numbers, async () => {
        // An instant that nobody recorded anything at may lie in the future, and what it stands for would change.
        if ((await lastRecorded(db, series, instantOf(numbers.known))) !== numbers.known) throw noSpan(series);
        return statesOf(series, numbers);
      });
    },
  };
}

const noSpan = (series: string) =>
  new SalientError('unknown_state', `series ${series} has no such span: take a fresh URL from the TileJSON`);
