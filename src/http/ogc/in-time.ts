import type { Instant } from '../../model/dates.js';
import { type Period, parsePeriod } from '../../model/period.js';
import { knownAt, optional, type Parameter, type Parameters } from '../parameters.js';

export const datetime: Parameter<Period | null> = optional({
  read: parsePeriod,
  required: false,
  schema: { type: 'string' },
  description:
    'as of a day or an instant: the map in force then; or an interval (2020-01-01/2020-01-31, ../2020-01-31, or 2020-01-01/P1M, whole days of that length): every map in force in it, or of claims and events those that touch it. Without it the last complete day, of claims and events all',
});

/** What every resource takes: clients that know one address only (QGIS, GDAL) pass its query on to each request. */
export const IN_TIME: Parameters = { datetime, 'known-at': knownAt };

/** The root for clients that drop the query of an address: `/ogc/at/2019-06-01` is `/ogc?datetime=2019-06-01`. */
export const AT_ROOT = '/ogc/at/{at}';

/** The time that a request speaks of. */
export interface InTime {
  period: Period | null;
  knownAt: Instant | null;
}

/**
 * `datetime` of the query, else the day in the path of the root.
 * @throws SalientError `invalid_date`
 */
export function timeOf(values: Record<string, unknown>, at: string | undefined): InTime {
  const period = (values.datetime ?? null) as Period | null;
  return {
    period: period ?? (at === undefined ? null : parsePeriod(at, 'at')),
    knownAt: (values['known-at'] ?? null) as Instant | null,
  };
}
