import type { Instant } from '../model/dates.js';

/*
 * Wall clocks: what they show at an instant, and when they show it. A reading is a number of milliseconds as if the clock
 * ran in UTC. Offsets come from the machine's own tz database, by Intl.
 */

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  let made = formatters.get(timeZone);
  if (!made) {
    const two = '2-digit' as const;
    const fields = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
    made = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      ...fields,
    });
    formatters.set(timeZone, made);
  }
  return made;
}

/** What the clock of a zone shows at an instant, milliseconds. */
export function wallAt(ms: number, timeZone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatter(timeZone).formatToParts(ms)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const whole = new Date(0);
  whole.setUTCFullYear(year, month - 1, day);
  return whole.setUTCHours(hour, minute, second) + (((ms % 1000) + 1000) % 1000);
}

const DAY_MS = 86_400_000;

/**
 * The first instant, not before `from`, at which the clock of a zone shows `wall`, or has just been put past it: a reading that
 * the clock skips is made up for at the end of the gap. Null when all such instants lie before `from`.
 */
export function instantOf(wall: number, timeZone: string, from: number): number | null {
  // The offsets on either side of any change near it; no zone changes its clock twice in two days.
  const offsets = [wall - DAY_MS, wall + DAY_MS].map((guess) => wallAt(guess, timeZone) - guess);
  const shown = offsets.map((offset) => wall - offset).filter((ms) => wallAt(ms, timeZone) === wall);
  if (shown.length === 0) {
    const end = endOfGap(wall, timeZone);
    return end >= from ? end : null;
  }
  const after = shown.filter((ms) => ms >= from);
  return after.length === 0 ? null : Math.min(...after);
}

/** The first instant at which the clock shows more than a reading that it skips. */
function endOfGap(wall: number, timeZone: string): number {
  let [before, after] = [wall - DAY_MS - DAY_MS, wall + DAY_MS + DAY_MS];
  while (after - before > 1000) {
    const middle = Math.floor((before + after) / 2000) * 1000;
    if (wallAt(middle, timeZone) > wall) after = middle;
    else before = middle;
  }
  return after;
}

export const instant = (ms: number) => new Date(ms).toISOString() as Instant;
