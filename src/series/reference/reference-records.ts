import { parse } from 'csv-parse/sync';
import { SalientError } from '../../errors.js';
import { isObject } from '../../geometry/geojson-geometry.js';
import { parseJson } from '../../geometry/json-limits.js';
import { ProblemList, pointer, quote } from '../../model/problem-list.js';
import { separatorOf, withoutSeparator } from '../../model/table-text.js';
import { CONTROL } from '../bundle/table.js';
import { placedRow, positionColumns } from './table-positions.js';

/** One place, route, post or party as a file states it: every value as text, as in the tables of a bundle. */
export interface ReferenceRecord {
  /** Where it stands: `/features/3`, or `line 4`. */
  at: string;
  values: Readonly<Record<string, string>>;
  geometry: { type: string; coordinates: unknown } | null;
}

/** Lists inside a cell are separated so (geodata/README.md). */
const LIST = ';';

/**
 * Reads a GeoJSON FeatureCollection or a CSV table (RFC 4180, UTF-8, a header row; comma, semicolon, tab or pipe) of reference data.
 * @throws SalientError `invalid_body` when it is neither, or a value holds a control character
 */
export function referenceRecords(bytes: Uint8Array): ReferenceRecord[] {
  const start = Buffer.from(bytes.subarray(0, 64)).toString('utf8').trimStart();
  const records = start.replace('\uFEFF', '').startsWith('{') ? fromGeoJson(parseJson(bytes)) : fromCsv(bytes);
  const problems = new ProblemList();
  for (const { at, values } of records) {
    for (const [key, value] of Object.entries(values)) {
      if (CONTROL.test(value))
        problems.add('character', pointer(at, key), `${quote(value)} holds a control character or half of a character`);
    }
  }
  if (problems.all.length > 0) throw problems.toError('invalid_body');
  return records;
}

function fromGeoJson(document: unknown): ReferenceRecord[] {
  const { features } = isObject(document) ? document : { features: null };
  if (!Array.isArray(features) || features.length === 0)
    throw new SalientError('invalid_body', 'a GeoJSON FeatureCollection with one feature or more is expected');
  return features.map((feature: unknown, index) => {
    const { properties, geometry } = isObject(feature) ? feature : { properties: null, geometry: null };
    const given = isObject(properties) ? Object.entries(properties) : [];
    const values = given.flatMap(([key, value]): [string, string][] =>
      value === null || value === undefined
        ? []
        : [[key, (Array.isArray(value) ? value.join(LIST) : String(value)).trim()]],
    );
    return {
      at: `/features/${index}`,
      values: Object.fromEntries(values),
      geometry: isObject(geometry) ? (geometry as unknown as ReferenceRecord['geometry']) : null,
    };
  });
}

function fromCsv(bytes: Uint8Array): ReferenceRecord[] {
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  let [delimiter, before] = [',', 0];
  try {
    const { text, delimiters, lines } = withoutSeparator(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    [delimiter, before] = [separatorOf(text, delimiters), lines];
    rows = parse(text, {
      ...{ bom: true, columns: positionColumns, delimiter, info: true, trim: true },
      ...{ skip_empty_lines: true, skip_records_with_empty_values: true },
    });
  } catch (error) {
    throw new SalientError('invalid_body', `neither GeoJSON nor a CSV table in UTF-8: ${(error as Error).message}`);
  }
  if (rows.length === 0)
    throw new SalientError('invalid_body', 'the table has no rows: a header and a row or more are expected');
  return rows.map(({ record, info }) => {
    const stated = Object.fromEntries(Object.entries(record).filter(([, value]) => value !== ''));
    return { at: `line ${info.lines + before}`, ...placedRow(stated, delimiter) };
  });
}
