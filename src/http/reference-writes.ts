import { allBytesOf } from '../formats/byte-source.js';
import { importGazetteer, writeReferenceData } from '../series/reference/reference-data.js';
import { date, optional, text, wholeNumber } from './parameters.js';
import { type Write, write } from './write.js';

const SOURCE = {
  source: optional(text('where it comes from, with its licence; needed unless each record states its own source')),
} as const;
const FILE =
  'of an imported series, from a GeoJSON FeatureCollection or a CSV table; a new version of its reference data';

/** Most people of one town, so that more is a mistake. */
const MOST_PEOPLE = 100_000_000;

/** The writes of reference data: what a theatre has beside its maps. Nothing is deleted; earlier versions stay. */
export const REFERENCE_WRITES: readonly Write[] = [
  write(
    '/series/{id}/parties',
    `Add or change parties ${FILE}`,
    {},
    SOURCE,
    true,
    async (db, series, values, { map }) => writeReferenceData(db, series, 'parties', await allBytesOf(map), values),
  ),
  write('/series/{id}/places', `Add or change places ${FILE}`, {}, SOURCE, true, async (db, series, values, { map }) =>
    writeReferenceData(db, series, 'places', await allBytesOf(map), values),
  ),
  write(
    '/series/{id}/places/gazetteer',
    'Fill the gazetteer of an imported series with the towns of GeoNames (CC BY 4.0) inside its theatre',
    {},
    { 'min-population': optional(wholeNumber('only towns of so many people or more', MOST_PEOPLE)) },
    false,
    (db, series, values) => importGazetteer(db, series, values['min-population'] ?? 0),
  ),
  write(
    '/series/{id}/routes',
    `Add or change routes ${FILE}; a record without a line states \`via\`, the places it passes`,
    {},
    SOURCE,
    true,
    async (db, series, values, { map }) => writeReferenceData(db, series, 'routes', await allBytesOf(map), values),
  ),
  write(
    '/series/{id}/posts',
    `Add or change posts ${FILE}; a record without a position states its \`place\``,
    {},
    {
      ...SOURCE,
      operator: optional(text('party that runs the posts, where a record does not say')),
      since: optional(date('day on which the posts were there first, where a record does not say')),
    },
    true,
    async (db, series, values, { map }) => writeReferenceData(db, series, 'posts', await allBytesOf(map), values),
  ),
];
