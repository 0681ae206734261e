import { addDays, type IsoDate, isIsoDate, lastDayOfMaps } from '../../model/dates.js';
import type { KmlTime } from './inherited.js';

/** A time as a feature states it, and the day that it means; null where it means no whole day. */
interface StatedDay {
  text: string;
  day: IsoDate | null;
}

/** The days of which a document makes maps, by the times of its features. */
export interface KmlDays {
  /** In order; two may be spellings of one day, which has one map. */
  days: StatedDay[];
  /** Those among them on which something ends and nothing begins. */
  ends: string[];
  /** Ends of which no map is made. */
  unused: string[];
}

/** A day, or the instant at which it begins: at any other time of it what ends is still a part of the day. */
const BEGINNING = /^(\d{4}-\d{2}-\d{2})(?:T00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;
function dayBegunAt(text: string): IsoDate | null {
  const [, day = ''] = BEGINNING.exec(text) ?? [];
  return isIsoDate(day) ? day : null;
}

/** Is one time before another, as far as both are stated? A day is not before an instant in it. */
function isBefore(one: string, other: string): boolean {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length) < other.slice(0, length);
}

/**
 * The days on which something begins in a document whose features come and go, and those on which something ends and something
 * else is still there. An end makes no map where nothing is left (a map of nothing is none), where something begins on the day
 * after (publishers who write the last day as the end mean no day without ground), where what ends began on that day, and where
 * it is no whole day or has not come.
 * @param dayOf the day that a time means, as the importer reads it; null where it means none
 */
export function daysOf(times: readonly (KmlTime | null)[], dayOf: (text: string) => IsoDate | null): KmlDays {
  const begins = new Set(times.flatMap((time) => time?.begin ?? []));
  if (begins.size === 0) return { days: [], ends: [], unused: [] };
  const begun = new Set([...begins].map((begin) => begin.slice(0, 10)));
  const [first = ''] = [...begins].sort();
  // What ends on the day on which it begins is on the map of that day, and an end of its own takes it off none.
  const within = new Set(times.flatMap((time) => (isOfOneDay(time) ? time.end : [])));
  const ended = [...new Set(times.flatMap((time) => time?.end ?? []))]
    .filter((end) => within.has(end) || (isBefore(first, end) && !begun.has(end.slice(0, 10))))
    .sort();
  const ends = ended.filter((end) => {
    const day = dayBegunAt(end);
    if (day === null || day > lastDayOfMaps() || begun.has(day) || begun.has(addDays(day, 1))) return false;
    return times.some((time) => time !== null && isThere(time, end));
  });
  const days = [...begins, ...ends].sort().map((text) => ({ text, day: dayOf(text) }));
  return { days, ends, unused: ended.filter((end) => !ends.includes(end)) };
}

const isOfOneDay = (time: KmlTime | null): time is KmlTime & { end: string } =>
  time !== null && time.end !== null && time.begin?.slice(0, 10) === time.end.slice(0, 10);

/**
 * The days of `days` on which a feature is there, each once and in one of its spellings; what is no day is of those alone that
 * state it. One whose time is a span is a part of every map from its beginning to before
 * its end, without an end for good; one that states no more than its end is there on every day before that. Where no day is
 * known, or the end comes before the beginning, the time stands as ISO 8601 writes an interval (`/2024-05-02`), for whoever
 * states the day.
 */
export function daysIn(time: KmlTime | null, days: readonly StatedDay[]): (string | null)[] {
  if (time === null) return [null];
  const { begin, end } = time;
  if (begin === null && end === null) return [null];
  if (begin !== null && end !== null && isBefore(end, begin)) return [`${begin}/${end}`];
  if (days.length === 0 && begin !== null) return [begin];
  const there = days.filter(({ text, day }) => (day === null ? text === begin || text === end : isThere(time, text)));
  return there.length > 0 ? oncePerDay(there) : [begin ?? `/${end}`];
}

/** The first spelling of each day. */
function oncePerDay(stated: readonly StatedDay[]): string[] {
  const firsts = new Map<string, string>();
  for (const { text, day } of stated) if (!firsts.has(day ?? text)) firsts.set(day ?? text, text);
  return [...firsts.values()];
}

/** Is the day within the time of a feature, as far as that is stated? A month or a year that ends it belongs to it, as does a day within which it ends. */
export function holdsOn({ begin, end, moment }: KmlTime, day: IsoDate): boolean {
  if (begin !== null && isBefore(day, begin)) return false;
  if (moment) return begin === null || !isBefore(begin, day);
  if (end === null || isBefore(day, end)) return true;
  const isWithin = dayBegunAt(end) === null || begin?.slice(0, 10) === end.slice(0, 10);
  return isWithin && !isBefore(end, day);
}

/** A time as ISO 8601 writes an interval; a moment as it stands. */
export const intervalOf = ({ begin, end, moment }: KmlTime): string =>
  moment ? (begin ?? '') : `${begin ?? '..'}/${end ?? '..'}`;

function isThere({ begin, end, moment }: KmlTime, day: string): boolean {
  if (moment) return day === begin;
  return (begin === null || !isBefore(day, begin)) && (end === null || isBefore(day, end));
}

/** What is said of ends, for whoever imports the file. */
export function notesOfEnds({ ends, unused }: KmlDays): string[] {
  const made = `maps are made of ${ends.join(', ')} too, where something ends (TimeSpan) and nothing begins: an end is the first day without it`;
  const none = `no map is made of ${unused.join(', ')}, where something ends (TimeSpan): nothing is drawn from then on, something begins on the day after, it began on that day, it is no whole day, or it has not come; the map before stands until the next one`;
  return [...(ends.length > 0 ? [made] : []), ...(unused.length > 0 ? [none] : [])];
}
