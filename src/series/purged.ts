import { SalientError } from '../errors.js';

/** Refuses a map whose geometry was removed for good: what was known before is reported as something else never. */
export function refusePurged(series: string, date: string | null): SalientError {
  return new SalientError(
    'purged',
    `the map of ${date ?? 'a day that this needs'} of series ${series} was removed for good: what rests on it is not answered any more`,
  );
}
