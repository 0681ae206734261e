import { SalientError } from '../errors.js';
import { type Instant, type IsoDate, isIsoDate } from '../model/dates.js';
import type { LayerState } from './state-digests.sql.js';

/*
 * What immutable tile URLs are called by: everything the tiles are drawn from, by numbers that never mean anything else.
 * The last part, `.t` and eight characters, says how they are drawn; `drawing` is null where a URL does not state it.
 */

/** The maps of two days: what a tile of changes is drawn from. */
export interface PairNumbers {
  before: number;
  after: number;
  statement: number;
}

/** The days `[from, to)` as known at an instant of the log, in microseconds since 1970. */
export interface SpanNumbers {
  from: IsoDate;
  to: IsoDate;
  known: number;
}

export interface Parsed<Numbers> {
  numbers: Numbers;
  drawing: string | null;
}

const DRAWING = '(?:\\.t([\\w-]{8}))?$';
/** A number in the one spelling that we write: a second address of the same tiles would be cached beside the first. */
const NUMBER = '(0|[1-9]\\d{0,11})';
const INSTANT = '(0|[1-9]\\d{0,15})';
const DAY = '(\\d{4}-\\d\\d-\\d\\d)';
const STATE = new RegExp(`^r${NUMBER}\\.e${NUMBER}\\.s${NUMBER}\\.${DAY}(?:\\.v${DAY}-${INSTANT})?${DRAWING}`);
const PAIR = new RegExp(`^r${NUMBER}-r${NUMBER}\\.s${NUMBER}${DRAWING}`);
const SPAN = new RegExp(`^${DAY}_${DAY}\\.k${INSTANT}${DRAWING}`);
/** Beyond it microseconds are no longer distinguished; the year 2255. */
const LAST_MICROSECOND = 9e15;

/** `r35.e1.s1.2020-02-11`, with `.v2020-01-28-1767225600000000` if events count on the day. */
export function stateToken({ revision, edition, statement, since, events }: LayerState, drawing: string): string {
  return `r${revision}.e${edition}.s${statement}.${since}${events ? `.v${events.on}-${events.known}` : ''}.t${drawing}`;
}

/** `r35-r40.s1` */
export function pairToken({ before, after, statement }: PairNumbers, drawing: string): string {
  return `r${before}-r${after}.s${statement}.t${drawing}`;
}

/** `2019-12-10_2020-02-15.k1767225600000000` */
export function spanToken({ from, to, known }: SpanNumbers, drawing: string): string {
  return `${from}_${to}.k${known}.t${drawing}`;
}

/** @throws SalientError `unknown_state` when the text is not such a token; so do the two below */
export function parseStateToken(text: string): Parsed<LayerState> {
  const [whole, revision, edition, statement, since = '', on, known = '0', drawing = null] = STATE.exec(text) ?? [];
  if (!whole || !isIsoDate(since) || (on !== undefined && !isIsoDate(on)) || Number(known) > LAST_MICROSECOND) {
    throw noToken(text);
  }
  const events = on === undefined ? null : { on, known: Number(known) };
  const numbers = { revision: Number(revision), edition: Number(edition), statement: Number(statement), since, events };
  return { numbers, drawing };
}

export function parsePairToken(text: string): Parsed<PairNumbers> {
  const [whole, before, after, statement, drawing = null] = PAIR.exec(text) ?? [];
  if (!whole) throw noToken(text);
  return { numbers: { before: Number(before), after: Number(after), statement: Number(statement) }, drawing };
}

export function parseSpanToken(text: string): Parsed<SpanNumbers> {
  const [whole, from = '', to = '', known, drawing = null] = SPAN.exec(text) ?? [];
  if (!whole || !isIsoDate(from) || !isIsoDate(to) || to <= from || Number(known) > LAST_MICROSECOND) {
    throw noToken(text);
  }
  return { numbers: { from, to, known: Number(known) }, drawing };
}

/** An instant of the log, to the microsecond; an instant of `Date` has only milliseconds. */
export function instantOf(microseconds: number): Instant {
  const seconds = new Date(Math.floor(microseconds / 1e6) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(microseconds % 1e6).padStart(6, '0')}Z` as Instant;
}

function noToken(text: string): SalientError {
  return new SalientError('unknown_state', `@${text} is not a tile state: take a fresh URL from the TileJSON`);
}
