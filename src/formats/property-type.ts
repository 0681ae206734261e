/**
 * What a property may hold. There are no lists: clients that take the type from the first feature (GDAL) would take an
 * empty one for something else, so several texts are one, separated by `; `.
 */
export type PropertyType = 'string' | 'integer' | 'number' | 'boolean' | 'date' | 'date-time';
