import type { Crs } from '../geometry/crs.js';
import type { Queryable } from '../store/pool.js';
import type { CollectionKind } from './collection-kinds.js';
import { type Queryable as FilterQueryable, filterSql, type ScalarType } from './cql2.sql.js';
import { checkedGeometries } from './filter-geometries.sql.js';
import type { Source } from './source.sql.js';

/** What is asked of a collection besides its source. All conditions hold together. */
export interface Conditions {
  /** CQL2 JSON predicates. */
  filters: readonly unknown[];
  filterCrs: Crs;
  bbox: readonly number[] | null;
  bboxCrs: Crs;
}

/** One feature as a row: properties as the kind lists them, geometry as GeoJSON text in the CRS asked for, or null. */
export type FeatureRow = Record<string, unknown> & { id: string; geometry: string | null };

/** A source with conditions, and the parameters of both. */
export interface Selection {
  source: string;
  conditions: readonly string[];
  values: readonly unknown[];
}

/**
 * A source with conditions, geometries of the client checked first.
 * @throws SalientError `invalid_filter`, `invalid_parameter`
 */
export async function select(
  db: Queryable,
  kind: CollectionKind,
  source: Source,
  asked: Conditions,
): Promise<Selection> {
  const values = [...source.values];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const conditions: string[] = [];
  // A box matches what has no geometry too (OGC 17-069r4, /req/core/fc-bbox-response C): it is checked, and excludes nothing.
  if (asked.bbox !== null && kind.geometry === null) {
    await checkedGeometries(db, [{ bbox: asked.bbox }], asked.bboxCrs, 'bbox');
  } else if (asked.bbox !== null) {
    const [box] = await checkedGeometries(db, [{ bbox: asked.bbox }], asked.bboxCrs, 'bbox');
    const bound = bind(box);
    conditions.push(`s.geom && ${bound}::geometry and st_intersects(s.geom, ${bound}::geometry)`);
  }
  for (const filter of asked.filters) {
    const literals = geometriesIn(filter);
    const checked = await checkedGeometries(db, literals, asked.filterCrs, 'filter');
    const bound = new Map(literals.map((literal, index) => [literal, checked[index]]));
    const geometry = (literal: object) => `${bind(bound.get(literal))}::geometry`;
    conditions.push(filterSql(filter, { queryables: filterQueryables(kind), bind, geometry }));
  }
  return { source: source.sql, conditions, values };
}

/** What a filter may name in a collection of the kind. */
export function filterQueryables(kind: CollectionKind): Map<string, FilterQueryable> {
  const types: Record<string, ScalarType> = {
    string: 'string',
    integer: 'number',
    number: 'number',
    boolean: 'boolean',
    date: 'date',
    'date-time': 'instant',
  };
  const found = new Map<string, FilterQueryable>([['id', { sql: 's.id', type: 'string' }]]);
  if (kind.geometry !== null) found.set('geometry', { sql: 's.geom', type: 'geometry' });
  for (const [name, [type]] of Object.entries(kind.properties)) {
    const scalar = types[type];
    if (scalar) found.set(name, { sql: `s."${name}"`, type: scalar, openEnd: name === 'valid_to' });
  }
  return found;
}

function geometriesIn(filter: unknown): object[] {
  if (typeof filter !== 'object' || filter === null) return [];
  if (Array.isArray(filter)) return filter.flatMap(geometriesIn);
  if ('bbox' in filter || ('type' in filter && ('coordinates' in filter || 'geometries' in filter))) return [filter];
  return Object.values(filter).flatMap(geometriesIn);
}

const fromWhere = (source: string, conditions: readonly string[]) =>
  `from (${source}) s where ${['true', ...conditions].join(' and ')}`;

/** How many features there are. */
export async function countOf(db: Queryable, { source, conditions, values }: Selection): Promise<number> {
  const [row] = await db.query<{ count: number }>(`select count(*) as count ${fromWhere(source, conditions)}`, values);
  return (row as { count: number }).count;
}

/** Features in the order of their ids, from the first after `after`; at most `limit`. */
export function pageOf(
  db: Queryable,
  kind: CollectionKind,
  selection: Selection,
  { after, limit, crs }: { after: string | null; limit: number; crs: Crs },
): Promise<FeatureRow[]> {
  const values = [...selection.values, limit];
  const conditions = [...selection.conditions];
  const most = `$${values.length}`;
  if (after !== null) conditions.push(`s.id collate "C" > $${values.push(after)}::text`);
  const names = Object.keys(kind.properties).map((name) => `s."${name}"`);
  const projected = crs.srid === 4326 ? 's.geom' : `st_transform(s.geom, ${crs.srid})`;
  const turned = `st_forcepolygonccw(${projected})`;
  const drawn = crs.latitudeFirst ? `st_flipcoordinates(${turned})` : turned;
  return db.query(
    `select s.id, ${names.join(', ')}, st_asgeojson(${drawn}, ${crs.decimals}) as geometry
     ${fromWhere(selection.source, conditions)} order by s.id collate "C" limit ${most}`,
    values,
  );
}

/** The feature of an id, if the source has it. */
export async function featureOf(
  db: Queryable,
  kind: CollectionKind,
  source: Source,
  id: string,
  crs: Crs,
): Promise<FeatureRow | null> {
  const values = [...source.values, id];
  const selection = { source: source.sql, conditions: [`s.id = $${values.length}`], values };
  return (await pageOf(db, kind, selection, { after: null, limit: 1, crs }))[0] ?? null;
}
