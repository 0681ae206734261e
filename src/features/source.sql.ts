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
}

/** A map in force from a day until before another; null: until further notice. */
export interface MapInForce {
  revision: number;
  valid_from: IsoDate;
  valid_to: IsoDate | null;
}

/** `$1` of the sources that are about maps. */
export const MAPS = 'jsonb_to_recordset($1::jsonb) as m(revision bigint, valid_from date, valid_to date)';

const COLUMN: Record<PropertyType, string> = {
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
