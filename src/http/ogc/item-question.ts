import { SalientError } from '../../errors.js';
import type { CollectionInfo, FeaturesRequest } from '../../features/ask.js';
import { frameOf } from '../../features/collection-frame.js';
import type { CollectionKind } from '../../features/collection-kinds.js';
import { queryablesOf } from '../../features/collections.js';
import { parseCql2Text } from '../../features/cql2-text.js';
import { readCursor, type SortKey } from '../../features/cursor.js';
import type { Shape } from '../../features/page.sql.js';
import { CRS84, type Crs, crsNamed } from '../../geometry/crs.js';
import { parseJson } from '../../geometry/json-limits.js';
import type { IsoDate } from '../../model/dates.js';
import type { Period } from '../../model/period.js';
import { DEFAULT_LIMIT, PAGE_LIMIT } from './item-parameters.js';
import type { OgcRequest } from './route.js';

/** The system that a parameter names; CRS84 when it is absent. @throws SalientError `invalid_parameter` */
const crsRequested = (info: CollectionInfo, uri: unknown, name: string): Crs =>
  typeof uri === 'string' ? crsNamed(info.crs, uri, name) : CRS84;

/**
 * The query of the features that a request selects.
 * @throws SalientError `invalid_parameter`, `invalid_filter`
 */
export function featuresRequested(info: CollectionInfo, requested: OgcRequest): FeaturesRequest {
  const { values, form } = requested;
  const limit = values.limit as number | null;
  const sortby = listed(values.sortby).map((text) => sortKey(info.kind, text));
  return {
    frame: frameOf(info.view, info.kind, periodRequested(requested)),
    bbox: values.bbox as number[] | null,
    bboxCrs: crsRequested(info, values['bbox-crs'], 'bbox-crs'),
    filters: filtersRequested(info, values),
    filterCrs: crsRequested(info, values['filter-crs'], 'filter-crs'),
    words: listed(values.q).filter((word) => word !== ''),
    sortby,
    after: typeof values.after === 'string' ? readCursor(values.after, info.name, sortby) : null,
    limit: form === 'html' ? Math.min(limit ?? PAGE_LIMIT.usual, PAGE_LIMIT.most) : (limit ?? DEFAULT_LIMIT),
    hits: values.resultType === 'hits',
  };
}

/**
 * How the features are to be written.
 * @throws SalientError `invalid_parameter` for a property that there is not
 */
export function shapeRequested({ kind, ...info }: CollectionInfo, values: Record<string, unknown>): Shape {
  const wanted = values.properties == null ? null : known(kind, 'properties', listed(values.properties));
  const unwanted = known(kind, 'exclude-properties', listed(values['exclude-properties']));
  return {
    crs: crsRequested({ kind, ...info }, values.crs, 'crs'),
    form: 'geojson',
    properties: Object.keys(kind.properties).filter(
      (name) => (wanted === null || wanted.includes(name)) && !unwanted.includes(name),
    ),
    bare: values.skipGeometry === true,
    usual: !['properties', 'exclude-properties', 'skipGeometry', 'crs'].some((name) => values[name] != null),
  };
}

const listed = (text: unknown): string[] =>
  typeof text === 'string' && text !== '' ? text.split(',').map((part) => part.trim()) : [];

function known(kind: CollectionKind, parameter: string, names: readonly string[]): readonly string[] {
  const all = Object.keys(kind.properties);
  // Nothing, the id and the geometry are no property: `properties=` selects none.
  const unknown = names.find((name) => !all.includes(name));
  if (unknown === undefined) return names;
  throw new SalientError(
    'invalid_parameter',
    `${parameter}: there is no property ${JSON.stringify(unknown)}; there are ${all.join(', ')}`,
  );
}

/** `km2`, `+km2` (whose sign an address may have lost as a blank) or `-km2`. */
function sortKey(kind: CollectionKind, text: string): SortKey {
  const name = text.replace(/^[-+ ]/, '');
  known(kind, 'sortby', [name]);
  const [type] = kind.properties[name] as CollectionKind['properties'][string];
  return { name, type, descending: text.startsWith('-') };
}

function periodRequested({ values, time }: OgcRequest): Period | null {
  const { from, to } = values as { from?: IsoDate | null; to?: IsoDate | null };
  if (from == null && to == null) return time.period;
  if (values.datetime)
    throw new SalientError(
      'invalid_parameter',
      'datetime: give the two days as from and to, or as an interval, not both',
    );
  return { from: from ?? null, to: to ?? null, single: false };
}

function filtersRequested(info: CollectionInfo, values: Record<string, unknown>): unknown[] {
  const filters: unknown[] = queryablesOf(info.kind).flatMap(([name]) =>
    values[name] == null ? [] : [{ op: '=', args: [{ property: name }, values[name]] }],
  );
  if (typeof values.filter !== 'string') return filters;
  const json = String(values['filter-lang'] ?? '').endsWith('json');
  return [...filters, json ? parsedJson(values.filter) : parseCql2Text(values.filter)];
}

function parsedJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new SalientError('invalid_filter', `filter: ${(cause as Error).message}`, [], { cause });
  }
}
