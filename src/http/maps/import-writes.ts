import { readFile } from 'node:fs/promises';
import { refuseAcceptance } from '../../desk/held-maps.js';
import { kindsOf } from '../../formats/mapping.js';
import { readMapping } from '../../formats/read-mapping.js';
import { READ_LABELS } from '../../formats/registry.js';
import { type MapParts, READ_OPTIONS } from '../../maps/import-request.js';
import { setMapping } from '../../maps/mappings.js';
import { GAP_RULES, OVERLAP_RULES } from '../../maps/repair/rules.js';
import { enlargeTheatre } from '../../maps/theatre/enlarge-theatre.js';
import { DATE_MEANS } from '../../series/series.sql.js';
import { STEP_KINDS } from '../../series/step-kinds.js';
import { date, flag, metres, oneOf, optional, text, type Values, wholeNumber } from '../parameters.js';
import { type Write, write } from '../write.js';

/** How an import states what the file means; the command line has the same words. */
const IMPORT = {
  date: optional(date('day of the map, when the file does not say')),
  'date-property': optional(
    text(
      'property of each feature that holds its day, or several with commas: the first that a feature has (default: date)',
    ),
  ),
  'date-format': optional(
    text('how days are written: strptime signs such as %d/%m/%Y, or epoch-s, epoch-ms (default: YYYY-MM-DD)'),
  ),
  'time-zone': optional(text('zone in whose day an instant falls, such as Europe/Kyiv')),
  party: optional(text('party of every area, when the file does not say')),
  'party-property': optional(text('property of each feature that holds its party (default: party)')),
  'status-property': optional(text('property of each feature that holds its status (default: status)')),
  layer: optional(text('layer of a file that has several: a name, several with commas, or *')),
  member: optional(text('JSON pointer of the collection inside a document that is no GeoJSON itself, such as /value')),
  'swap-axes': flag('true: the file has the latitude (the northing) first'),
  'ignore-geometry': optional(
    text(
      'kinds of geometry whose features are left out, with commas: Point, LineString, MultiPoint, MultiLineString, none',
    ),
  ),
  encoding: optional(text('encoding of text whose file states none or a wrong one, such as windows-1256')),
  crs: optional(
    text(
      'coordinate system of the file (EPSG:32637), whatever it declares; default: as declared, else lon, lat on WGS 84',
    ),
  ),
  run: optional(
    text(
      'mark of the files of one run: one that can only be a part of the map that another of them brought is refused',
    ),
  ),
  file: optional(text('name of the file, for rules of the mapping that speak of it')),
  source: optional(text('where the map comes from: a URL, or words; default: the publisher of the series')),
  accept: optional(text('why a change out of all proportion is right; kept with the map')),
  overlaps: optional(
    oneOf(
      OVERLAP_RULES,
      'ground of areas of several classes: refuse (default), by the priority of the mapping, contested, or of the area drawn last',
    ),
  ),
  'overlap-width': optional(metres('overlaps that are somewhere wider than this are refused all the same, metres')),
  gaps: optional(oneOf(GAP_RULES, 'narrow ground in no area: leave it (default), or fill it from the area beside it')),
  outside: optional(
    oneOf(['refuse', 'clip'], 'ground outside the theatre: refuse more than 5 % (default), or cut it off'),
  ),
  repair: flag(
    'true: make invalid polygons valid by their structure and drop rings without ground; the effect is stated in km²',
  ),
  'gap-width': optional(
    metres(
      'tell of gaps that are nowhere wider than this, or fill them, metres; gaps=fill takes the accuracy of the series',
    ),
  ),
  kind: optional(oneOf(STEP_KINDS, 'what the step to the map is, `accept` being the reason; movement when absent')),
  by: optional(text('who sends it, in words; kept with a map that is held')),
  create: flag('true: create the series'),
  title: optional(text('of a created series: title')),
  publisher: optional(text('of a created series: publisher')),
  licence: optional(text('of a created series: licence')),
  accuracy: optional(metres('of a created series: how far a line may be off, metres')),
  correlation: optional(
    metres('of a created series: over how many metres the error of a line stays the same', { positive: true }),
  ),
  'max-age-days': optional(
    wholeNumber('of a created series: how many days a map may stand for days after its own; 14 when absent', 3660),
  ),
  'date-means': optional(
    oneOf(DATE_MEANS, 'of a created series: its map shows the ground at the start or at the end of its day'),
  ),
  rest: optional(text('of a created series: party, or unknown, of the ground that its maps draw in no area')),
  theatre: optional(
    text('of a created series: id of an existing theatre, or the name of a country; else the extent of the first map'),
  ),
} as const;

/** The writes that take a file. */
export const IMPORT_WRITES: readonly Write[] = [
  write(
    '/series/{id}/snapshots',
    `Import dated maps: ${READ_LABELS}`,
    {},
    IMPORT,
    true,
    async (db, series, values, parts, { importer }) => {
      if (values.accept !== null || values.kind !== null) await refuseAcceptance(db, series);
      const snapshots = await importer.import({
        series,
        run: values.run,
        map: parts.map,
        more: parts.more ?? [],
        next: parts.next ?? null,
        options: {
          date: values.date ?? undefined,
          dateProperty: values['date-property'] ?? undefined,
          dateFormat: values['date-format'] ?? undefined,
          timeZone: values['time-zone'] ?? undefined,
          crs: values.crs ?? undefined,
          swapAxes: values['swap-axes'] ?? false,
          ignoreGeometry: kindsOf(values['ignore-geometry']),
          party: values.party ?? undefined,
          partyProperty: values['party-property'] ?? undefined,
          statusProperty: values['status-property'] ?? undefined,
          file: values.file ?? parts.file ?? undefined,
        },
        reading: { ...READ_OPTIONS, layer: values.layer, member: values.member, encoding: values.encoding },
        mapping: parts.mapping && readMapping(parts.mapping),
        rules: {
          overlaps: values.overlaps ?? 'refuse',
          overlapWidthM: values['overlap-width'],
          gaps: values.gaps ?? 'leave',
          outside: values.outside ?? 'refuse',
          repair: values.repair ?? false,
          gapWidthM: values['gap-width'],
        },
        source: values.source,
        create: values.create ? creationOf(values, parts.theatre) : null,
        stated: { dateMeans: values['date-means'], rest: values.rest },
        accept: values.accept,
        kind: values.kind,
        by: values.by,
      });
      return { series, snapshots };
    },
    'write',
    // Who answers for a map that would wait, or states what its step is, decides.
    ({ accept, kind }) => (accept !== null || kind !== null ? 'review' : null),
  ),
  write(
    '/series/{id}/mapping',
    'State how the maps of a series are read from now on (/mapping.schema.json); earlier editions are kept',
    {},
    {},
    true,
    (db, series, _values, parts) => setMapping(db, series, parts.map as Uint8Array),
  ),
  write(
    '/series/{id}/theatre',
    'Enlarge the theatre of an imported series: every current map of the theatre is cut anew; answers as known before stay',
    {},
    {
      theatre: optional(text('name of a country; else the body is the boundary as GeoJSON')),
      union: flag('true: the boundary that is given, together with the present one'),
    },
    'optional',
    async (db, series, { theatre: country, union }, { map, theatre }) => {
      const sent = theatre ? new TextEncoder().encode(JSON.stringify(theatre)) : await bytesOf(map);
      return enlargeTheatre(db, series, { boundary: sent.length > 0 ? sent : null, country, union: union ?? false });
    },
    'review',
    () => null,
    'publisher',
  ),
];

const bytesOf = async (map: MapParts['map']) => (map instanceof Uint8Array ? map : readFile(map.path));

function creationOf(values: Values<typeof IMPORT>, boundary: MapParts['theatre']) {
  const { title, publisher, licence, accuracy: accuracyM, correlation: correlationM, rest } = values;
  const { 'max-age-days': maxAgeDays, 'date-means': dateMeans } = values;
  const theatre = boundary ?? values.theatre;
  return { title, publisher, licence, accuracyM, correlationM, maxAgeDays, dateMeans, rest, theatre };
}
