import { type Day, daysBetween, monthInWords, monthsIn, yearInWords } from '../text/calendar.js';

/** Room that the name of a month takes, and one with its year. */
const MONTH_PX = 46;
const YEAR_PX = 44;
/** About the width of a letter of the scale; names longer than these need room of their own, with a year beside them. */
const LETTER_PX = 6.5;
const SHORT = 5;
const STEPS = [1, 2, 3, 6, 12];

/** A label of the scale: a month, with its year where it is the first label or a year begins. */
export interface Mark {
  day: Day;
  month: string;
  year: string | null;
}

/** Labels under a slider of `width` pixels: always with every January (or first of the year) that it has room for. */
export function scaleOf(first: Day, last: Day, width: number): Mark[] {
  const months = monthsIn(first, last);
  const longest = Math.max(...months.map((day) => monthInWords(day).length), 0);
  const each = longest > SHORT ? longest * LETTER_PX + YEAR_PX : MONTH_PX;
  const room = Math.max(1, Math.floor(width / each));
  const step = STEPS.find((every) => months.length / every <= room) ?? 12;
  // The last one needs room beside it, with its year more.
  const fits = ({ day, month, year }: Mark) => {
    const needed = Math.max(24, month.length * LETTER_PX + (year === null || month === '' ? 0 : YEAR_PX));
    return (daysBetween(first, day) / Math.max(1, daysBetween(first, last))) * width < width - needed;
  };
  /** A year that does not fit beside its month stands alone: it is never left out, nor cut off. */
  const shortened = (mark: Mark): Mark => (mark.year === null || fits(mark) ? mark : { ...mark, month: '' });
  const january = (day: Day) => day.slice(5, 7) === '01';
  if (step < 12) {
    // Counted from January, so that no year's beginning is stepped over.
    const labelled = months.filter((day) => (Number(day.slice(5, 7)) - 1) % step === 0);
    return (labelled.length > 0 ? labelled : months.slice(0, 1))
      .map((day, i) => ({
        day,
        month: monthInWords(day),
        year: i === 0 || january(day) ? yearInWords(day) : null,
      }))
      .map(shortened)
      .filter(fits);
  }
  const years = months.filter(january);
  const every = Math.max(1, Math.ceil((years.length * YEAR_PX) / Math.max(1, width)));
  return years
    .filter((_, i) => i % every === 0)
    .map((day) => ({ day, month: '', year: yearInWords(day) }))
    .filter(fits);
}
