import type { IsoDate } from '../../../model/dates.js';
import type { ReportLanguage } from '../../definition.js';

/** How numbers and days are written in a language: by Intl, so that another language needs no code. */
export interface Wording {
  /** A number with so many decimals: in tables, whose digits stand below one another. */
  number(value: number, decimals?: number): string;
  /** The same with no zero at its end: in sentences. */
  brief(value: number, decimals?: number): string;
  /** A number with its sign, also before gains; no zero at its end. */
  signed(value: number, decimals?: number): string;
  /** `5 February 2020`. */
  day(date: IsoDate): string;
  /** `5 Feb`. */
  shortDay(date: IsoDate): string;
  /** Two days as one span, both included: `3–9 February 2020`. */
  days(first: IsoDate, last: IsoDate): string;
  /** `5 February 2020, 14:05 UTC`, of an RFC 3339 instant. */
  instant(at: string): string;
  /** `a, b and c`. */
  list(items: readonly string[]): string;
  direction: 'ltr' | 'rtl';
}

const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ku-arab', 'ur']);
/** English as Europe writes days; Arabic with the months of the Levant and the digits of its news agencies. */
const LOCALES: Record<ReportLanguage, string> = { en: 'en-GB', ar: 'ar-SY-u-nu-latn', tr: 'tr-TR' };
const noon = (date: IsoDate) => Date.parse(`${date}T12:00:00Z`);

export function wordingOf(language: ReportLanguage): Wording {
  const locale = LOCALES[language];
  const dates = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  const short = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const times = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  const lists = new Intl.ListFormat(locale, { style: 'long', type: 'conjunction' });
  const number = (value: number, decimals: number, sign: 'auto' | 'exceptZero', least = decimals) =>
    new Intl.NumberFormat(locale, {
      minimumFractionDigits: least,
      maximumFractionDigits: decimals,
      signDisplay: sign,
    })
      .format(rounded(value, decimals))
      .replace('-', '−');
  return {
    number: (value, decimals = 0) => number(value, decimals, 'auto'),
    signed: (value, decimals = 0) => number(value, decimals, 'exceptZero', 0),
    brief: (value, decimals = 0) => number(value, decimals, 'auto', 0),
    day: (date) => dates.format(noon(date)),
    shortDay: (date) => short.format(noon(date)),
    days: (first, last) =>
      first === last ? dates.format(noon(first)) : dashed(dates.formatRange(noon(first), noon(last))),
    instant: (at) => `${times.format(Date.parse(at))} UTC`,
    list: (items) => lists.format(items),
    direction: RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr',
  };
}

/** The spaces around a dash differ between versions of Node's data: none between two days, plain ones between two dates. */
/** What is rounded to nothing has no sign. */
const rounded = (value: number, decimals: number) => {
  const near = Number(value.toFixed(decimals));
  return near === 0 ? 0 : value;
};

const dashed = (span: string) => span.replace(/^(\d{1,2})\s*–\s*(\d{1,2})(?= )/u, '$1–$2').replace(/\s+–\s+/u, ' – ');
