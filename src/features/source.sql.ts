import type { PropertyType } from '../formats/property-type.js';
import type { IsoDate } from '../model/dates.js';
import type { CollectionKind } from './collection-kinds.js';

/**
 * The features of a collection as a SELECT with the columns `id` (text), `geom` (EPSG:4326) and one per property.
 * Filters, order and paging are put around it (`features/page.sql.ts`).
 */
export interface Source {
  sql: string;
  values: readonly unknown[];
  /** A source that has the features of these ids, and finds them without reading the others. */
  only?(ids: readonly string[]): Source;
  /** It has a column `decimals` too: with how many of a degree each geometry, which is as it was stored, is written and still valid. */
  decimals?: boolean;
  /** It finds few rows by keys: a plan for any values is a good one, and making it the dearer part. */
  often?: boolean;
}

/**
 * Up to so many keys a plan for any values is a good one. Of more it is made for these values: PostgreSQL then looks them up by a
 * hash, where it would compare each row with each of them.
 */
export const FEW_KEYS = 300;

/** What an id states besides the day from which its map holds: `2020-01-28.12` says `12`. */
const DAY = 'YYYY-MM-DD'.length;

/** The maps that ids name, and the rest of each id. */
export function namedIn(maps: readonly MapInForce[], ids: readonly string[]) {
  const days = new Set<string>(ids.map((id) => id.slice(0, DAY)));
  return { maps: maps.filter(({ valid_from: from }) => days.has(from)), rests: ids.map((id) => id.slice(DAY + 1)) };
}

/** A map in force from a day until before another; null: until further notice. */
export interface MapInForce {
  revision: number;
  valid_from: IsoDate;
  valid_to: IsoDate | null;
}

/** `$1` of the sources that are about maps. */
export const MAPS = 'jsonb_to_recordset($1::jsonb) as m(revision bigint, valid_from date, valid_to date)';

/** The type of a column that has a property. */
export const COLUMN: Record<PropertyType, string> = {
  string: 'text',
  integer: 'bigint',
  number: 'double precision',
  boolean: 'boolean',
  date: 'date',
  'date-time': 'timestamptz',
};

/** Rows that were computed elsewhere, with `id`, `geometry` (GeoJSON as text, EPSG:4326) and the properties of the kind. */
export function computedSource(kind: CollectionKind, rows: readonly object[]): Source {
  const columns = Object.entries(kind.properties).map(([name, [type]]) => ({ name: `"${name}"`, type: COLUMN[type] }));
  return {
    sql: `select r.id, ${columns.map(({ name }) => `r.${name}`).join(', ')}, st_setsrid(st_geomfromgeojson(r.geometry), 4326) as geom
      from jsonb_to_recordset($1::jsonb) as r(id text, geometry text, ${columns.map(({ name, type }) => `${name} ${type}`).join(', ')})`,
    values: [JSON.stringify(rows)],
  };
}
