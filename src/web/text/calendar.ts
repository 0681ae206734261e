import { t } from './language.js';

/** Calendar days as the API writes them, `YYYY-MM-DD`; compared as text, counted in UTC. */
export type Day = string;

const DAY_MS = 86_400_000;

export const dayNumber = (day: Day): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS;
export const dayOf = (number: number): Day => new Date(number * DAY_MS).toISOString().slice(0, 10);
export const addDays = (day: Day, days: number): Day => dayOf(dayNumber(day) + days);
export const daysBetween = (from: Day, to: Day): number => dayNumber(to) - dayNumber(from);

/** A real calendar day, not only something that looks like one. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(dayNumber(text)) && dayOf(dayNumber(text)) === text;
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** How days and instants (UTC) are written in the reader's language. */
export function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = t.locale + JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(t.locale, { timeZone: 'UTC', ...options });
  formats.set(key, known);
  return known;
}

/** `24 August 2019`, with the weekday in front on request, without the year where the context gives it. */
export function inWords(day: Day, options: { weekday?: boolean; year?: boolean; short?: boolean } = {}): string {
  return format({
    day: 'numeric',
    month: options.short ? 'short' : 'long',
    ...(options.year !== false && { year: 'numeric' as const }),
    ...(options.weekday && { weekday: 'long' as const }),
  })
    .format(dayNumber(day) * DAY_MS)
    .replace(/^(\p{L}+), /u, '$1 ');
}

/** The month alone, short: `Aug`. */
export const monthInWords = (day: Day): string => format({ month: 'short' }).format(dayNumber(day) * DAY_MS);
/** The year alone, in the numerals of the language. */
export const yearInWords = (day: Day): string => format({ year: 'numeric' }).format(dayNumber(day) * DAY_MS);

/** A window of inclusive days: `21 August 2019`, `21–23 August 2019`, `30 August – 2 September 2019`. */
export function windowInWords(earliest: Day | null, latest: Day | null): string {
  if (!earliest || !latest) {
    return earliest ? t.fromDay(inWords(earliest)) : latest ? t.by(inWords(latest)) : t.undated;
  }
  if (earliest === latest) return inWords(latest);
  if (t.code === 'en' && earliest.slice(0, 7) === latest.slice(0, 7)) {
    return `${Number(earliest.slice(8))}–${inWords(latest)}`;
  }
  return `${inWords(earliest, { year: earliest.slice(0, 4) !== latest.slice(0, 4) })} – ${inWords(latest)}`;
}

/** The first of each month that begins inside the span. */
export function monthsIn(first: Day, last: Day): Day[] {
  const months: Day[] = [];
  for (let at = new Date(dayNumber(`${first.slice(0, 7)}-01`) * DAY_MS); ; at.setUTCMonth(at.getUTCMonth() + 1)) {
    const day = at.toISOString().slice(0, 10);
    if (day > last) return months;
    if (day >= first) months.push(day);
  }
}

/** The last entry of a sorted list on or before the day; null when the list begins later. */
export function onOrBefore(days: readonly Day[], day: Day): Day | null {
  return days.findLast((entry) => entry <= day) ?? null;
}

/** A day as people write one: `2020-02-08`, `8.2.2020`, `8 Feb 2020`, `February 8, 2020`, or its parts without a year. */
export function dayFrom(text: string, near: Day): Day | null {
  const plain = text.trim().toLowerCase();
  if (isDay(plain)) return plain;
  const year = (given: string | undefined) => given ?? near.slice(0, 4);
  const made = (y: string, m: number, d: string) => {
    const day = `${y}-${String(m).padStart(2, '0')}-${d.padStart(2, '0')}`;
    return m > 0 && isDay(day) ? day : null;
  };
  const numbers = /^(\d{1,2})[./](\d{1,2})[./]?(\d{4})?$/.exec(plain);
  if (numbers) return made(year(numbers[3]), Number(numbers[2]), numbers[1] ?? '');
  const words = /^(?:(\d{1,2})\.? +([\p{L}.]+)|([\p{L}.]+) +(\d{1,2}),?)(?: +(\d{4}))?$/u.exec(plain);
  if (!words) return null;
  return made(year(words[5]), monthNamed(words[2] ?? words[3] ?? ''), words[1] ?? words[4] ?? '');
}

/** The number of a month by the first letters of its name, in the reader's language or in English; 0 when there is none. */
function monthNamed(name: string): number {
  const wanted = name.replace(/\.$/, '');
  for (const locale of [t.locale, 'en-GB']) {
    const long = new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' });
    for (let month = 0; month < 12; month++) {
      if (wanted.length >= 3 && long.format(Date.UTC(2020, month)).toLowerCase().startsWith(wanted)) return month + 1;
    }
  }
  return 0;
}
