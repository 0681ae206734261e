import { COLLECTION_KINDS } from '../features/collection-kinds.js';
import type { PropertyType } from '../formats/property-type.js';

const { valid_from, valid_to, ...area } = COLLECTION_KINDS.control.properties;

/**
 * The columns of a map's files, in order: `date`, `party`, `status` and `confidence` are what an import reads again. The
 * series and its licence are on every row, so that a table cut out of its file still states where it is from.
 */
export const SNAPSHOT_COLUMNS: Readonly<Record<string, readonly [PropertyType, string]>> = {
  date: ['date', 'day of the map'],
  ...area,
  valid_from,
  valid_to,
  series: ['string', 'id of the series'],
  licence: ['string', 'licence of the data'],
};
