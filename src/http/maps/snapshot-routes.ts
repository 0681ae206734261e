import { endingOf, WRITTEN_FORMATS } from '../../formats/registry.js';
import { form, HTML, JSON_TYPE } from '../ogc/negotiate.js';
import { date, knownAt, oneOf, type Parameters, series } from '../parameters.js';

/** Media types of the forms of a map's file, by the ending of their addresses. */
export const SNAPSHOT_FORMS: Readonly<Record<string, string>> = Object.fromEntries(
  [...WRITTEN_FORMATS.values()].map((format) => [endingOf(format), format.mediaTypes[0] as string]),
);

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
    summary: `A map as a file: ${Object.keys(SNAPSHOT_FORMS).join(', ')}; the same address for ever, with an ETag`,
    ...{ inPath: IN_FILE_PATH, query: FILE, types: Object.values(SNAPSHOT_FORMS), file: true },
  },
];
