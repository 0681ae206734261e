import type { GeometryForm } from '../formats/format.js';
import type { Crs } from '../geometry/crs.js';
import type { Queryable } from '../store/pool.js';
import type { CollectionKind } from './collection-kinds.js';
import { type Queryable as FilterQueryable, filterSql, type ScalarType } from './cql2.sql.js';
import { type Cursor, type SortKey, wrongCursor } from './cursor.js';
import { checkedGeometries, plainGeometry } from './filter-geometries.sql.js';
import { COLUMN, FEW_KEYS, type Source } from './source.sql.js';

/** The query of a collection besides its source. All conditions hold together. */
export interface Conditions {
  /** CQL2 JSON predicates. */
  filters: readonly unknown[];
  filterCrs: Crs;
  bbox: readonly number[] | null;
  bboxCrs: Crs;
  /** Texts of which one is to be found in a property, whatever its capitals; empty: no such condition. */
  words: readonly string[];
}

/** One feature as a row: properties as the kind lists them, geometry as GeoJSON text in the requested CRS, or null. */
export type FeatureRow = Record<string, unknown> & { id: string; geometry: string | null };

/** A source with conditions, and the parameters of both. */
export interface Selection {
  source: Source;
  conditions: readonly string[];
  values: readonly unknown[];
  /** The statement is one of few texts, and dearer to plan than to run. */
  often: boolean;
}

/**
 * A source with conditions, geometries of the client checked first.
 * @throws SalientError `invalid_filter`, `invalid_parameter`
 */
export async function select(
  db: Queryable,
  kind: CollectionKind,
  source: Source,
  requested: Conditions,
): Promise<Selection> {
  const values = [...source.values];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const conditions: string[] = [];
  // A box matches what has no geometry too (OGC 17-069r4, /req/core/fc-bbox-response C): it is checked, and excludes nothing.
  if (requested.bbox !== null && kind.geometry === null) {
    await checkedGeometries(db, [{ bbox: requested.bbox }], requested.bboxCrs, 'bbox');
  } else if (requested.bbox !== null) {
    const box = await boxSql(db, requested.bbox, requested.bboxCrs, bind);
    conditions.push(`s.geom && ${box} and st_intersects(s.geom, ${box})`);
  }
  for (const filter of requested.filters) {
    const literals = geometriesIn(filter);
    const checked = await checkedGeometries(db, literals, requested.filterCrs, 'filter');
    const bound = new Map(literals.map((literal, index) => [literal, checked[index]]));
    const geometry = (literal: object) => `${bind(bound.get(literal))}::geometry`;
    conditions.push(filterSql(filter, { queryables: filterQueryables(kind), bind, geometry }));
  }
  if (requested.words.length > 0) {
    const texts = Object.entries(kind.properties).flatMap(([name, [type]]) =>
      type === 'string' ? [`s."${name}"`] : [],
    );
    conditions.push(
      `exists (select from unnest(${bind(requested.words)}::text[]) word
               where position(lower(word) in lower(concat_ws(' ', s.id, ${texts.join(', ')}))) > 0)`,
    );
  }
  const often = requested.filters.length === 0 && requested.words.length === 0 && source.often === true;
  return { source, conditions, values, often };
}

/** A box in degrees is valid as it is; another is followed on its way there. */
async function boxSql(
  db: Queryable,
  bbox: readonly number[],
  crs: Crs,
  bind: (value: unknown) => string,
): Promise<string> {
  if (crs.srid === 4326) {
    return `st_setsrid(st_geomfromgeojson(${bind(JSON.stringify(plainGeometry({ bbox }, crs, 'bbox')))}::text), 4326)`;
  }
  const [box] = await checkedGeometries(db, [{ bbox }], crs, 'bbox');
  return `${bind(box)}::geometry`;
}

/** What a filter may name in a collection of the kind. */
function filterQueryables(kind: CollectionKind): Map<string, FilterQueryable> {
  const types: Record<string, ScalarType> = {
    string: 'string',
    integer: 'number',
    number: 'number',
    boolean: 'boolean',
    date: 'date',
    'date-time': 'instant',
  };
  const [start, end] = kind.days;
  const found = new Map<string, FilterQueryable>([['id', { sql: 's.id', type: 'string' }]]);
  if (kind.geometry !== null) found.set('geometry', { sql: 's.geom', type: 'geometry' });
  for (const [name, [type, description]] of Object.entries(kind.properties)) {
    const scalar = types[type];
    const list = description.includes('separated by semicolons');
    if (scalar)
      found.set(name, { sql: `s."${name}"`, type: scalar, openStart: name === start, openEnd: name === end, list });
  }
  return found;
}

function geometriesIn(filter: unknown): object[] {
  if (typeof filter !== 'object' || filter === null) return [];
  if (Array.isArray(filter)) return filter.flatMap(geometriesIn);
  if ('bbox' in filter || ('type' in filter && ('coordinates' in filter || 'geometries' in filter))) return [filter];
  return Object.values(filter).flatMap(geometriesIn);
}

const fromWhere = ({ source, conditions }: Selection) =>
  `from (${source.sql}) s where ${['true', ...conditions].join(' and ')}`;

/** How many features there are. */
export async function countOf(db: Queryable, selection: Selection): Promise<number> {
  const [row] = await db.query<{ count: number }>(`select count(*) as count ${fromWhere(selection)}`, selection.values);
  return (row as { count: number }).count;
}

/** The features of a page, each as the end that it would be of a page, in order, and how many features there are on all pages. */
export interface PageOfIds {
  found: Cursor[];
  matched: number;
}

/**
 * The ids of features, sorted by some properties (nulls last) and then by id; from the first after `after`, at most `limit`.
 * Only what the conditions and the order need is read. A cursor without values, where there is an order, is that of a feature which is there.
 * @throws SalientError `invalid_parameter`
 */
export async function idsOf(
  db: Queryable,
  selection: Selection,
  { after, limit, sortby }: { after: Cursor | null; limit: number; sortby: readonly SortKey[] },
): Promise<PageOfIds> {
  const values = [...selection.values, limit];
  const most = `$${values.length}`;
  const keys = sortby.map(({ name, descending }) => `s."${name}" ${descending ? 'desc' : 'asc'} nulls last`);
  const order = [...keys, 's.id collate "C"'].join(', ');
  const columns = sortby.map(({ name }, nth) => `s."${name}" as k${nth}`);
  const ends = sortby.length > 0 ? `jsonb_build_array(${sortby.map((_, nth) => `k${nth}`).join(', ')})` : 'null::jsonb';
  const rest = after === null ? '' : `where ${isAfter(after, sortby, (value) => `$${values.push(value)}`)}`;
  const rows = await db.query<Cursor & { matched: number }>(
    `with matched as (select ${['s.id', ...columns].join(', ')}, row_number() over (order by ${order}) as n, count(*) over () as matched ${fromWhere(selection)})
     select id, ${ends} as values, matched from matched ${rest} order by n limit ${most}`,
    values,
    selection.often && sortby.length === 0 ? 'prepared' : undefined,
  );
  const [first] = rows;
  if (!first && after?.values === null && sortby.length > 0) await demandMatched(db, selection, after.id);
  return {
    found: rows.map(({ id, values: at }) => ({ id, values: at })),
    matched: first ? first.matched : await countOf(db, selection),
  };
}

/** SQL of what follows a cursor among the matched: by the values that it carries, else after the feature itself. */
function isAfter({ id, values }: Cursor, sortby: readonly SortKey[], bind: (value: unknown) => string): string {
  const last = `${bind(id)}::text`;
  if (sortby.length > 0 && values === null) return `n > (select n from matched where id = ${last})`;
  const ends = sortby.length > 0 ? `${bind(JSON.stringify(values))}::jsonb` : '';
  return sortby.reduceRight((rest, { type, descending }, nth) => {
    const end = `(${ends} ->> ${nth})::${COLUMN[type]}`;
    const follows = `k${nth} ${descending ? '<' : '>'} ${end} or k${nth} is null and ${end} is not null`;
    return `(${follows} or k${nth} is not distinct from ${end} and ${rest})`;
  }, `id collate "C" > ${last}`);
}

async function demandMatched(db: Queryable, selection: Selection, id: string): Promise<void> {
  const values = [...selection.values, id];
  const rows = await db.query(`select ${fromWhere(selection)} and s.id = $${values.length}::text limit 1`, values);
  if (rows.length === 0) throw wrongCursor();
}

/** How a feature is written. */
export interface Shape {
  crs: Crs;
  /** Of geometries: GeoJSON text, WKB (hex) or WKT. */
  form: GeometryForm;
  /** Names of the properties, in order. */
  properties: readonly string[];
  /** Without its geometry. */
  bare: boolean;
  /** As the one type of a layer in a file: areas are MultiPolygons. */
  areas?: boolean;
  /** Nothing was chosen: all properties, degrees. */
  usual?: boolean;
  /** Vertices may be left out that are nearer to the line than this, degrees: for a small picture. */
  tolerance?: number;
}

/** The features of some ids, in their order. What a source has not is left out. */
export async function featuresOf(
  db: Queryable,
  source: Source,
  ids: readonly string[],
  shape: Shape,
): Promise<FeatureRow[]> {
  const only = source.only?.(ids);
  const { sql, values } = only ?? source;
  // Not of any choice of properties: each is a statement of its own.
  const often = only?.often && shape.usual && ids.length <= FEW_KEYS ? 'prepared' : undefined;
  const names = shape.properties.map((name) => `s."${name}"`);
  const rows = await db.query<FeatureRow>(
    `select ${['s.id', ...names].join(', ')}, ${geometrySql(source, shape)} as geometry from (${sql}) s where s.id = any($${values.length + 1}::text[])`,
    [...values, ids],
    often,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function geometrySql(source: Source, { crs, form, bare, tolerance, areas }: Shape): string {
  if (bare) return 'null::text';
  const drawn = areas
    ? 'st_multi(st_collectionextract(s.geom, 3))'
    : tolerance === undefined
      ? 's.geom'
      : `st_simplify(s.geom, ${tolerance}, true)`;
  const projected = crs.srid === 4326 ? drawn : `st_transform(${drawn}, ${crs.srid})`;
  // Areas alone: PostGIS 3.3 turns lines round as well, and left and right of a front with them.
  const turned = `(select case when st_dimension(g) = 2 then st_forcepolygonccw(g) else g end from (select ${projected} as g offset 0) drawn)`;
  const isKnown = source.decimals && crs.srid === 4326 && tolerance === undefined;
  const ordered = crs.latitudeFirst ? `st_flipcoordinates(${turned})` : turned;
  return {
    // The text that is checked is the one that is sent: making it takes as long as checking it. Without options PostGIS adds a member `crs` to
    // what is not in EPSG:4326, which RFC 7946 removed; the system is in Content-Crs.
    geojson: isKnown
      ? `st_asgeojson(${ordered}, s.decimals, 0)`
      : `(select case when st_isvalid(st_geomfromgeojson(short)) then short else st_asgeojson(${ordered}, 15, 0) end
               from (select st_asgeojson(${ordered}, ${crs.decimals}, 0) as short offset 0) written)`,
    wkt: `st_astext(${ordered}, ${isKnown ? 's.decimals' : `case when valid_at(${ordered}, ${crs.decimals}) then ${crs.decimals} else 15 end`})`,
    wkb: `encode(st_asbinary(${ordered}, 'NDR'), 'hex')`,
  }[form];
}
