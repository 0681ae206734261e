/** Calendar days as the API writes them, `YYYY-MM-DD`; compared as text, counted in UTC. */
export type Day = string;

const DAY_MS = 86_400_000;
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

export const dayNumber = (day: Day): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS;
export const dayOf = (number: number): Day => new Date(number * DAY_MS).toISOString().slice(0, 10);
export const addDays = (day: Day, days: number): Day => dayOf(dayNumber(day) + days);
export const daysBetween = (from: Day, to: Day): number => dayNumber(to) - dayNumber(from);

/** A real calendar day, not only something that looks like one. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(dayNumber(text)) && dayOf(dayNumber(text)) === text;
}

/** `24 August 2019`, with the weekday in front when asked for, without the year when it goes without saying. */
export function inWords(day: Day, options: { weekday?: boolean; year?: boolean; short?: boolean } = {}): string {
  const date = new Date(dayNumber(day) * DAY_MS);
  const month = MONTHS[date.getUTCMonth()] ?? '';
  const words = [String(date.getUTCDate()), options.short ? month.slice(0, 3) : month];
  if (options.year !== false) words.push(String(date.getUTCFullYear()));
  return `${options.weekday ? `${WEEKDAYS[date.getUTCDay()]} ` : ''}${words.join(' ')}`;
}

/** A window of inclusive days: `21 August 2019`, `21–23 August 2019`, `30 August – 2 September 2019`. */
export function windowInWords(earliest: Day | null, latest: Day | null): string {
  if (!earliest || !latest)
    return earliest ? `from ${inWords(earliest)}` : latest ? `by ${inWords(latest)}` : 'undated';
  if (earliest === latest) return inWords(latest);
  if (earliest.slice(0, 7) === latest.slice(0, 7)) return `${Number(earliest.slice(8))}–${inWords(latest)}`;
  return `${inWords(earliest, { year: earliest.slice(0, 4) !== latest.slice(0, 4) })} – ${inWords(latest)}`;
}

/** The first of each month that begins inside the span. */
export function monthsIn(first: Day, last: Day): Day[] {
  const months: Day[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) if (day.endsWith('-01')) months.push(day);
  return months;
}

/** The last entry of a sorted list on or before the day; null when the list begins later. */
export function onOrBefore(days: readonly Day[], day: Day): Day | null {
  return days.findLast((entry) => entry <= day) ?? null;
}
