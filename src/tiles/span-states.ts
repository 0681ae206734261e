import type { ChangeRequest } from '../change/ask.js';
import { SalientError } from '../errors.js';
import { addDays, dayNumber, type IsoDate } from '../model/dates.js';
import { type AsOf, resolve } from '../series/as-of.js';
import { breakpoints } from '../series/as-of.sql.js';
import { eventStates, eventTurns } from '../series/event-state.sql.js';
import { revisionsAt } from '../series/revisions.sql.js';
import type { Db } from '../store/pool.js';
import type { TileState, TileStates } from './state.js';

/** A state and the days it holds within a span, half-open, as day numbers. */
export interface SpanState {
  state: TileState;
  from: number;
  to: number;
}

export interface TileSpan {
  states: readonly SpanState[];
  /** States left out because there are more than one tile is made of. */
  omitted: number;
  /** The last day of the span, with the metadata of the series as a whole. */
  end: AsOf;
  bounds: TileState['bounds'];
  /** Of its last day, as its tiles may show all of them. */
  parties: TileState['parties'];
}

/** A tile is drawn from so many states at most: those that hold longest. */
const MOST_STATES = 500;

/** @throws SalientError `invalid_parameter` when there is no day in `[from, to)` */
export function refuseEmptySpan(from: IsoDate, to: IsoDate): void {
  if (to <= from) throw new SalientError('invalid_parameter', `to: ${to} is not after from, ${from}`);
}

/**
 * The states of a series on the days of `[from, to)`, in order. Days before the first map are not part of it.
 * @throws SalientError as `resolve`
 */
export async function spanStates(db: Db, states: TileStates, requested: ChangeRequest): Promise<TileSpan> {
  const { series, from, to, knownAt } = requested;
  // Also reports what is wrong when no day of the span has a map.
  const end = await resolve(db, { series, knownAt, date: addDays(to, -1) });
  const { statement, edition } = end;
  const maps = await revisionsAt(db, series, knownAt);
  const points = await breakpoints(db, edition);
  const first = maps[0]?.valid_on ?? from;
  const begin = from < first ? first : from;
  const turns = [
    ...maps.map((map) => map.valid_on),
    ...points,
    ...(await eventTurns(db, statement.theatre, begin, to, knownAt)),
  ];
  const days = [...new Set([begin, ...turns.filter((day) => day > begin && day < to)])].sort();
  const events = await eventStates(db, statement.theatre, days, knownAt);

  const found: SpanState[] = [];
  for (const [i, day] of days.entries()) {
    const map = lastBy(maps, day, ({ valid_on }) => valid_on);
    if (!map) continue;
    const point = lastBy(points, day, (known) => known);
    const since = point !== undefined && point > map.valid_on ? point : map.valid_on;
    const numbers = { revision: map.id, edition, statement: statement.id, since, events: events.get(day) ?? null };
    found.push({ state: await states.of(series, numbers), from: dayNumber(day), to: dayNumber(days[i + 1] ?? to) });
  }
  const longest = [...found].sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from).slice(0, MOST_STATES);
  const one = found.at(-1);
  // The last day has a map, so there is a state.
  if (!one) throw new SalientError('internal', `no state of ${series} from ${from} to ${to}`);
  return {
    states: longest.sort((a, b) => a.from - b.from),
    omitted: found.length - longest.length,
    end,
    bounds: one.state.bounds,
    parties: one.state.parties,
  };
}

/** The last one that is not after the day; they are in order. */
function lastBy<T>(all: readonly T[], day: IsoDate, dayOf: (one: T) => IsoDate): T | undefined {
  return all.findLast((one) => dayOf(one) <= day);
}

/** The same states, those next to each other that `keyOf` does not distinguish as one. */
export function collapsed(
  states: readonly SpanState[],
  keyOf: (state: TileState) => string,
): (SpanState & { key: string })[] {
  const runs: (SpanState & { key: string })[] = [];
  for (const one of states) {
    const key = keyOf(one.state);
    const last = runs.at(-1);
    if (last && last.key === key && last.to === one.from) last.to = one.to;
    else runs.push({ ...one, key });
  }
  return runs;
}
