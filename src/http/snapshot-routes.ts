import { form, HTML, JSON_TYPE } from './ogc/negotiate.js';
import { date, knownAt, oneOf, type Parameters, series } from './parameters.js';

/** The forms of a map's file. */
export const SNAPSHOT_FORMS = {
  geojson: 'application/geo+json',
  gpkg: 'application/geopackage+sqlite3',
  fgb: 'application/flatgeobuf',
  csv: 'text/csv; charset=utf-8',
} as const;
export type FormName = keyof typeof SNAPSHOT_FORMS;

export const LIST = { f: form };
export const MAPS = { f: form, 'known-at': knownAt };
export const FILE = { 'known-at': knownAt };
const IN_FILE_PATH = {
  series,
  date: date('day of the map; another leads to the map in force on it'),
  form: oneOf(Object.keys(SNAPSHOT_FORMS), 'form of the file'),
};

/** As the definition of the API and the README list them. */
export const SNAPSHOT_ROUTES: readonly {
  path: string;
  summary: string;
  inPath: Parameters;
  query: Parameters;
  types: readonly string[];
  file?: true;
}[] = [
  {
    path: '/snapshots',
    summary: 'Every series with the files of its maps',
    ...{ inPath: {}, query: LIST, types: [JSON_TYPE, HTML] },
  },
  {
    path: '/snapshots/{series}',
    summary: 'The maps of a series with their files',
    ...{ inPath: { series }, query: MAPS, types: [JSON_TYPE, HTML] },
  },
  {
    path: '/snapshots/{series}/{date}.{form}',
    summary: 'A map as a file: geojson, gpkg, fgb or csv; the same address for ever, with an ETag',
    ...{ inPath: IN_FILE_PATH, query: FILE, types: Object.values(SNAPSHOT_FORMS), file: true },
  },
];
