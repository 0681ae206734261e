import { date, knownAt, series, type Values } from '../parameters.js';

/** The parameters of a question about one day of one series. */
export const asOf = { series, date: date(), 'known-at': knownAt };

/** The day, series and instant that a request names. */
export const requested = (values: Values<typeof asOf>) => ({
  series: values.series,
  date: values.date,
  knownAt: values['known-at'],
});
