/**
 * What a property may hold. There are no lists: clients that take the type from the first feature (GDAL) would take an
 * empty one for something else, so several texts are one, separated by `; `.
 */
export type PropertyType = 'string' | 'integer' | 'number' | 'boolean' | 'date' | 'date-time';

/**
 * An instant to the millisecond, as GeoPackage and Parquet have them: the first at which it had come, so that what was
 * recorded then is known at what is written.
 */
export function toMilliseconds(instant: string): string {
  const finer = /\.\d{3}(\d+)/.exec(instant)?.[1] ?? '';
  return new Date(Date.parse(instant) + (Number(finer) > 0 ? 1 : 0)).toISOString();
}
