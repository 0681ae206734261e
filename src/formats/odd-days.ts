import { dateOfDayNumber, dayNumber, type IsoDate, todayUtc } from '../model/dates.js';

/** Calendars in which people write days as YYYY-MM-DD too, by their names in `Intl`. */
const CALENDARS = [
  ['islamic-umalqura', 'Hijri calendar (Umm al-Qura)'],
  ['persian', 'Solar Hijri (Jalali) calendar'],
  ['buddhist', 'Buddhist calendar'],
] as const;
/** Days that another calendar makes of a day of ours count from here on. */
const OUR_TIME = '1950-01-01' as IsoDate;

/**
 * What is worth a word about the days of a file: they may be right, as there are maps of any century, and are kept as they are.
 * @param countsFiner the days are counts since 1970 in a unit smaller than a second
 */
export function oddDayNotes(days: Iterable<IsoDate>, countsFiner: boolean): string[] {
  const sorted = [...days].sort();
  const ancient = sorted.filter((day) => day < '1000');
  const other = sorted.filter((day) => day > '1300' && day < '1500' && byOtherCalendars(day).length > 0);
  const unit = countsFiner ? sorted.filter((day) => day >= '1970-01-01' && day < '1970-03-01') : [];
  return [
    ...noteOf(
      ancient,
      (day) =>
        `days before the year 1000: where that is a year of two digits, --date-format 00%y-%m-%d reads ${day} as one of our time`,
    ),
    ...noteOf(
      other,
      (day) =>
        `days of the Gregorian calendar: ${byOtherCalendars(day).join('; ')}; if that is meant, convert the days at their source`,
    ),
    ...noteOf(
      unit,
      () =>
        'days of the first weeks of 1970, where counts of a larger unit end when they are read in a smaller one: --date-format epoch-s, if they count seconds (or epoch-ms, epoch-us)',
    ),
  ];
}

function noteOf(days: readonly IsoDate[], what: (first: IsoDate) => string): string[] {
  const [first, ...more] = days;
  if (first === undefined) return [];
  const which = more.length > 0 ? `${first} and ${more.length} more are` : `${first} is`;
  return [`${which} read among the ${what(first)}`];
}

/** What a day would be by other calendars: `by the Buddhist calendar 2567-05-01 is 2024-05-01`, where that is a day of our time. */
export function byOtherCalendars(day: IsoDate): string[] {
  return CALENDARS.flatMap(([calendar, name]) => {
    const found = dayBy(calendar, day);
    return found === null ? [] : [`by the ${name} ${day} is ${found}`];
  });
}

/** The day of our time that a calendar writes so; null where there is none. */
function dayBy(calendar: string, written: IsoDate): IsoDate | null {
  const parts = new Intl.DateTimeFormat(`en-u-ca-${calendar}-nu-latn`, {
    timeZone: 'UTC',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
  });
  const numberOf = (day: number) => {
    const of = new Map(parts.formatToParts(day * 86_400_000).map(({ type, value }) => [type as string, Number(value)]));
    return (
      (of.get('year') ?? of.get('relatedYear') ?? 0) * 10_000 + (of.get('month') ?? 0) * 100 + (of.get('day') ?? 0)
    );
  };
  const wanted = Number(written.replaceAll('-', ''));
  let [low, high] = [dayNumber(OUR_TIME), dayNumber(todayUtc())];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (numberOf(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  return numberOf(low) === wanted ? dateOfDayNumber(low) : null;
}
