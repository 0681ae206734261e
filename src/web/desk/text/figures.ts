import { format } from '../../text/calendar.js';
import { t } from '../../text/language.js';

/* Days, instants and figures as the reader's language writes them. */

/** `1 May 2024`, of a calendar day or the day (UTC) of an instant. */
export const dayWords = (day: string): string =>
  format({ day: 'numeric', month: 'long', year: 'numeric' }).format(new Date(day));

/** `1 May 2024, 14:05 UTC`. */
export const instantWords = (instant: string): string =>
  `${format({ dateStyle: 'medium', timeStyle: 'short' }).format(new Date(instant))} UTC`;

export const figure = (value: number, digits = 0): string =>
  value.toLocaleString(t.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A name in another script or direction inside a sentence: what stands around it keeps its own order. */
export const apart = (name: string): string => (t.code === 'ar' ? `\u2068${name}\u2069` : name);
