import type { IsoDate } from '../model/dates.js';
import { statedLengthInWords } from '../model/stated-length.js';
import type { DayReason, DaySpan } from '../series/coverage.js';
import type { Span } from '../series/observed.js';
import { compass } from './evidence/bearings.js';
import { type Evidence, type Located, seamInWords } from './evidence/terms.js';
import type { ControlState, Judgement, MarginBound } from './verdict.js';

/*
 * One sentence per post, in the past tense because the map is of a day. Every part of it stands on one figure of the
 * answer; what was not measured is left out, and what is within the accuracy of the map is called uncertain.
 */

/** Metres; null where no width can be stated, with the reason in `bound`. */
export interface StatedMargins {
  strict: number | null;
  lenient: number | null;
  bound: { strict: MarginBound | null; lenient: MarginBound | null };
}

export interface StatedVerdict {
  /** Why nothing is known of the day, and the day of the last map before it; null where it is known. */
  unknown: { reason: DayReason; map: IsoDate } | null;
  post: { number: number; name: string };
  date: IsoDate;
  verdict: Pick<Judgement, 'verdict' | 'reason' | 'grade'>;
  state: { strict: ControlState; lenient: ControlState } | null;
  /** Null, or with bounds that are null, where they were not measured. */
  margin_m: StatedMargins | null;
  since: { isolated: Span | null; engulfed: Span | null };
  /** Days up to `date` of which the series knows nothing. */
  unknownDays: readonly DaySpan[];
  /** Null where it was not gathered. */
  evidence: Evidence | null;
  /** σ of the series. */
  accuracyM: number;
  /** Class to the word for it; a class without one is its own. */
  names: ReadonlyMap<string, string>;
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** `2019-08-21` as `21 August 2019`. */
export function dayInWords(date: IsoDate): string {
  const [year, month, day] = date.split('-');
  return `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`;
}

/** A span of days: `between 20 and 21 August 2019`, the one day as `on` it, or `21 August 2019 or before`. */
export function spanInWords({ earliest, latest }: Span, one = 'on'): string {
  if (earliest === null) return `${one} ${dayInWords(latest)} or before`.trim();
  if (earliest === latest) return `${one} ${dayInWords(latest)}`.trim();
  const [from, to] = [dayInWords(earliest).split(' '), dayInWords(latest).split(' ')];
  const shared = from[2] !== to[2] ? 3 : from[1] !== to[1] ? 2 : 1;
  return `between ${from.slice(0, shared).join(' ')} and ${to.join(' ')}`;
}

/** Kilometres as a person writes them: metres below one, a decimal below ten where it says something. */
export function distanceInWords(metres: number): string {
  if (metres < 995) return `${Math.max(10, Math.round(metres / 10) * 10)} m`;
  return `${withinTen(metres / 1000)} km`;
}

/** A decimal below ten, and no zero at its end. */
const withinTen = (value: number) => Number(value.toFixed(value < 9.95 ? 1 : 0));
const areaInWords = (km2: number) => String(withinTen(km2));

function placeInWords({ near }: Located): string {
  if (!near) return '';
  if (near.distance_m < 500 || near.bearing === null) return ` at ${near.name}`;
  return ` ${distanceInWords(near.distance_m)} ${compass(near.bearing)} of ${near.name}`;
}

export function sentence(reported: StatedVerdict): string {
  const who = `Post ${reported.post.number} (${reported.post.name})`;
  const day = dayInWords(reported.date);
  // Whether a post is manned is known without a map, as long as the day has come.
  const unmanned = reported.verdict.verdict === 'inactive' && reported.unknown?.reason !== 'future';
  if (reported.unknown && !unmanned) return `Nothing can be said of ${who} on ${day}: ${notKnown(reported.unknown)}.`;
  switch (reported.verdict.verdict) {
    case 'inactive':
      return `${who} was not in service on ${day}.`;
    case 'unmapped':
      return `${who} lies on ground that the map of ${day} says nothing about.`;
    case 'encircled':
      return `${who} was cut off on ${day}: ${[cutOff(reported), ...since(reported)].join('; ')}.`;
    case 'not_encircled':
      return `${who} was not cut off on ${day}: ${connection(reported)}${hostile(reported)}${doubts(reported)}.`;
    case 'uncertain':
      return `It is uncertain whether ${who} was cut off on ${day}: ${unsure(reported)}${doubts(reported)}.`;
  }
}

function notKnown({ reason, map }: NonNullable<StatedVerdict['unknown']>): string {
  const last = `the last map before it is of ${dayInWords(map)}`;
  return reason === 'future' ? `that day has not come yet, and ${last}` : `${last}, too old to stand for it`;
}

function cutOff({ state, evidence, names, margin_m }: StatedVerdict): string {
  const where =
    state?.lenient === 'engulfed'
      ? `no ground of its side was ${evidence ? `within ${distanceInWords(evidence.perimeter_m)} of` : 'left around'} it`
      : evidence?.pocket
        ? `it stood in a pocket of ${areaInWords(evidence.pocket.area_km2)} km²`
        : 'it stood in a pocket';
  const parts = [where];
  if (evidence) {
    const { d_main_m, main_class } = evidence;
    const name = main_class === null ? 'friendly' : (names.get(main_class) ?? main_class);
    if (d_main_m === null) parts.push('with no ground on the map that it could have reached its rear by');
    else parts.push(`nearest ${name} ground with a way to the rear ${distanceInWords(d_main_m)} away`);
    const cut = roadCut(evidence);
    if (cut) parts.push(cut);
  } else if (margin_m?.bound.lenient === 'no_rear') {
    parts.push('with no ground on the map that it could have reached its rear by');
  } else if (margin_m && margin_m.lenient !== null && margin_m.lenient < 0) {
    parts.push(`${distanceInWords(-margin_m.lenient)} of ground closed to it lay before the way to its rear`);
  }
  return parts.join(', ') + (state?.lenient === 'engulfed' ? '' : doubts({ evidence }));
}

function roadCut({ road }: Evidence): string | null {
  if (road.state !== 'cut' || !road.cuts.length) return null;
  const which =
    road.known_routes.length === 1 ? `the ${road.known_routes[0]}, the only road known here,` : 'every known road';
  return `${which} was cut`;
}

function since({ since: { isolated, engulfed }, state, unknownDays }: StatedVerdict): string[] {
  if (!isolated) return [];
  const reported = [`closed since ${spellInWords(isolated, unknownDays)}`];
  const later = engulfed && (engulfed.earliest !== isolated.earliest || engulfed.latest !== isolated.latest);
  if (later && state?.lenient === 'engulfed')
    reported.push(`overrun around it since ${spellInWords(engulfed, unknownDays)}`);
  return reported;
}

/** A spell that maps show at both ends alone is not said to have lasted. */
function spellInWords(span: Span, unknownDays: readonly DaySpan[]): string {
  const [first, ...more] = unknownDays.filter(({ from }) => from > span.latest);
  if (!first) return spanInWords(span, '');
  const days = `from ${dayInWords(first.from)} until ${dayInWords(first.to)}`;
  const others = more.length === 0 ? '' : ` and in ${more.length} more ${more.length === 1 ? 'span' : 'spans'}`;
  return `${spanInWords(span, '')}, as far as maps show (none stands for the days ${days}${others})`;
}

function connection({ margin_m, evidence, verdict }: StatedVerdict): string {
  if (!margin_m?.bound.strict)
    return verdict.grade === 'narrow' ? 'a narrow corridor connected it' : 'its ground was connected to the rear';
  const width = margin_m.strict;
  if (width === null) return 'no narrow place was found on its way to the rear';
  const neck = evidence?.corridor?.policy === 'strict' ? evidence.corridor.neck : null;
  // The place is reported only where the segment drawn is the width of record (to 5 %).
  const where = neck && Math.abs(neck.width_m - width) <= 0.05 * width ? placeInWords(neck) : '';
  const ways = evidence?.corridor?.closure.corridors;
  const only = ways === 1 ? 'a corridor' : 'its widest corridor';
  const verb = ways === 1 ? 'connected it,' : 'to the rear was';
  if (margin_m.bound.strict === 'at_least') {
    return `${only} ${verb} at least ${distanceInWords(width)} wide, as far as the map shows it`;
  }
  // Half of the disc of the margin lies beyond the edge of the map, where nothing is known of the way.
  if (neck?.at_edge && neck.width_m < 0.95 * width) {
    return `${only} ${verb} at least ${distanceInWords(neck.width_m)} wide at its narrowest, along the edge of the map, beyond which it may be wider,${placeInWords(neck)}`;
  }
  return `${only} ${verb} ${distanceInWords(width)} wide at its narrowest${where && ','}${where}`;
}

function hostile({ evidence }: StatedVerdict): string {
  if (!evidence || evidence.d_hostile_m === null) return '';
  if (evidence.d_hostile_m === 0) return '; it stood on the edge of hostile ground';
  return `; the nearest hostile ground was ${distanceInWords(evidence.d_hostile_m)} away`;
}

function unsure({ verdict, margin_m, accuracyM, evidence }: StatedVerdict): string {
  if (evidence?.seam) return seamInWords(evidence.seam);
  if (verdict.reason === 'contested') return 'the only way to its rear led over ground that was contested or not known';
  if (verdict.reason === 'unknown') return 'the only way to its rear led over ground about which nothing is stated';
  if (verdict.reason === null && margin_m?.bound.strict === 'no_rear') {
    return 'all ground that is stated as the rear of its side was closed to it';
  }
  const band = `the map is accurate to ${statedLengthInWords(accuracyM)}, so only widths beyond ${statedLengthInWords(2 * accuracyM)} are sure`;
  if (!margin_m?.bound.strict) return `what decides it is within the accuracy of the map`;
  const { strict, lenient, bound } = margin_m;
  const [firm, all] = [thing(strict, bound.strict), thing(lenient, bound.lenient)];
  if (firm === all) return `${firm}, and ${band}`;
  return `${firm} counting only ground firmly held, ${all} counting contested and unknown ground too, and ${band}`;
}

function thing(margin: number | null, bound: MarginBound | null): string {
  if (margin === null) return bound === 'no_rear' ? 'the map showed no rear' : 'no narrow place was found';
  if (margin === 0) return 'its ground touched the way to the rear at a point';
  const least = bound === 'at_least' ? 'at least ' : '';
  return margin > 0
    ? `the corridor was ${least}${distanceInWords(margin)} wide`
    : `the ring was ${distanceInWords(-margin)} thick`;
}

function doubts({ evidence }: Pick<StatedVerdict, 'evidence'>): string {
  const unsure = evidence?.doubts.some(({ code }) => code === 'position_uncertain');
  return unsure && evidence ? ` (its position is taken to within ${distanceInWords(evidence.perimeter_m)})` : '';
}
