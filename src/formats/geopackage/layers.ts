import type sqlite from 'node-sqlite3-wasm';
import { crsNamed, type DeclaredCrs } from '../../geometry/geojson-crs.js';

/** A feature layer as the package lists it. */
export interface Layer {
  table_name: string;
  column_name: string;
  srs_id: number | null;
  organization: string | null;
  code: number | null;
  definition: string | null;
  /** Column of its primary key; null of a view. */
  key: string | null;
}

/** Functions that take no longer than their arguments are long. */
const PLAIN_FUNCTIONS = [
  'abs',
  'cast',
  'coalesce',
  'date',
  'datetime',
  'ifnull',
  'in',
  'length',
  'lower',
  'nullif',
  'round',
  'strftime',
  'substr',
  'trim',
  'upper',
  'and',
  'or',
  'not',
  'as',
  'when',
  'then',
  'else',
  'where',
  'on',
  'select',
  'values',
];

/** The feature layers that are read, by name, and the views that are not, because they could compute for ever. */
export function layersOf(db: sqlite.Database): { layers: Layer[]; unread: string[] } {
  const rows = db.all(
    `select c.table_name, g.column_name, g.srs_id, s.organization, s.organization_coordsys_id as code, s.definition, m.type, m.sql
     from gpkg_contents c join gpkg_geometry_columns g using (table_name)
       join sqlite_master m on lower(m.name) = lower(c.table_name) and m.type in ('table', 'view')
       left join gpkg_spatial_ref_sys s on s.srs_id = g.srs_id
     where c.data_type = 'features' order by c.table_name`,
  ) as unknown as (Layer & { type: string; sql: string })[];
  const read = rows.filter(({ type, sql }) => (type === 'table' ? !/^\s*create\s+virtual/i.test(sql) : isPlain(sql)));
  const unread = rows.filter((row) => !read.includes(row)).map(({ table_name }) => table_name);
  return { layers: read.map((row) => ({ ...row, key: keyOf(db, row.table_name) })), unread };
}

/** Rows of one table, chosen and renamed: no joins, no recursion, no functions that make much of little. */
function isPlain(sql: string): boolean {
  const body = sql
    .replace(/^\s*create\s+(?:temp\w*\s+)?view\s+[\s\S]*?\bas\b/i, '')
    .replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, '"x"');
  if (/\b(join|union|intersect|except|with|recursive)\b/i.test(body)) return false;
  if ([...body.matchAll(/\bselect\b/gi)].length !== 1) return false;
  if (/\bfrom\s+[^\s,()]+(?:\s+(?:as\s+)?\w+)?\s*,/i.test(body)) return false;
  return [...body.matchAll(/\b(\w+)\s*\(/g)].every(([, name]) => PLAIN_FUNCTIONS.includes(String(name).toLowerCase()));
}

function keyOf(db: sqlite.Database, table: string): string | null {
  const columns = db.all(`pragma table_info("${table.replaceAll('"', '""')}")`) as { name: string; pk: number }[];
  return columns.find(({ pk }) => pk === 1)?.name ?? null;
}

/** What a database of SQLite is that is no GeoPackage; null when it is one. */
export function otherSqlite(db: sqlite.Database): string | null {
  const tables = (db.all(`select lower(name) as name from sqlite_master`) as { name: string }[]).map(
    ({ name }) => name,
  );
  if (tables.includes('gpkg_contents')) return null;
  const remedy = 'convert it with ogr2ogr -f GPKG map.gpkg FILE';
  if (tables.includes('geometry_columns')) return `this is a SpatiaLite database, which is not read here: ${remedy}`;
  if (tables.includes('tiles'))
    return 'this is an MBTiles file: tiles are cut and simplified, import the data they were made of';
  return `this is a SQLite database without the tables of a GeoPackage (no such table: gpkg_contents): ${remedy}`;
}

/** -1 and 0 are the package's own words for "undefined"; GDAL has 99999 with a definition of that name. */
const UNDEFINED = /^\s*(?:undefined\s*$|\w+\s*\[\s*"undefined)/i;

/** A system of no organization (`NONE`, GDAL's own) is its definition; undefined where none is declared. */
export function crsOfLayer({ organization, code, definition }: Layer): DeclaredCrs | undefined {
  if (organization === null || code === null) return undefined;
  const defined = definition && !UNDEFINED.test(definition) ? `WKT:${definition}` : undefined;
  if (/^(NONE|GDAL)$/i.test(organization)) return defined;
  const named = crsNamed(`${organization}:${code}`);
  return named !== undefined ? named : (defined ?? `${organization}:${code}`);
}
