import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { type Queryable as FilterQueryable, filterSql } from '../../src/features/cql2.sql.js';
import { parseCql2Text } from '../../src/features/cql2-text.js';
import { checkedGeometries } from '../../src/features/filter-geometries.sql.js';
import { CRS84 } from '../../src/geometry/crs.js';
import { onEachDatabase } from '../setup/databases.js';

/*
 * The predicates of the standard's own abstract test suite (OGC 21-065r2, annex A) with the numbers of items it expects,
 * over its data source `ne_110m_populated_places_simple`: the 243 places of Natural Earth (public domain) by name and position,
 * and the three places with dates as the expected results fix them. Predicates on columns that are not at hand
 * (`pop_other`, and the data sources of countries and rivers) are left out.
 */
const PLACES = JSON.parse(readFileSync(join(PROJECT_ROOT, 'tests/golden/populated-places.json'), 'utf8')) as [
  string,
  number,
  number,
][];
const DATED = [
  ['2021-04-16', '2021-04-16T10:15:59Z', '2022-04-16T10:16:06Z', true],
  ['2022-04-16', '2022-04-16T10:13:19Z', '2023-04-16T10:15:10Z', true],
  ['2023-04-16', '2022-04-16T10:15:10Z', '2022-04-16T10:16:06Z', false],
];

const QUERYABLES = new Map<string, FilterQueryable>([
  ['geom', { sql: 's.geom', type: 'geometry' }],
  ['name', { sql: 's.name', type: 'string' }],
  ['date', { sql: 's."date"', type: 'date' }],
  ['start', { sql: 's.start', type: 'instant' }],
  ['end', { sql: 's."end"', type: 'instant' }],
  ['boolean', { sql: 's.boolean', type: 'boolean' }],
]);

const EXPECTED: Record<string, [predicate: string, items: number][]> = {
  'basic-cql2': [
    [`name IS NOT NULL`, 243],
    [`name IS NULL`, 0],
    [`name='København'`, 1],
    [`name>='København'`, 137],
    [`name>'København'`, 136],
    [`name<='København'`, 107],
    [`name<'København'`, 106],
    [`name<>'København'`, 242],
    [`"date" IS NOT NULL`, 3],
    [`"date" IS NULL`, 240],
    [`"date"=DATE('2022-04-16')`, 1],
    [`"date">=DATE('2022-04-16')`, 2],
    [`"date">DATE('2022-04-16')`, 1],
    [`"date"<=DATE('2022-04-16')`, 2],
    [`"date"<DATE('2022-04-16')`, 1],
    [`"date"<>DATE('2022-04-16')`, 2],
    [`start IS NOT NULL`, 3],
    [`start IS NULL`, 240],
    [`start=TIMESTAMP('2022-04-16T10:13:19Z')`, 1],
    [`start<=TIMESTAMP('2022-04-16T10:13:19Z')`, 2],
    [`start<TIMESTAMP('2022-04-16T10:13:19Z')`, 1],
    [`start>=TIMESTAMP('2022-04-16T10:13:19Z')`, 2],
    [`start>TIMESTAMP('2022-04-16T10:13:19Z')`, 1],
    [`start<>TIMESTAMP('2022-04-16T10:13:19Z')`, 2],
    [`boolean IS NOT NULL`, 3],
    [`boolean IS NULL`, 240],
    [`boolean=true`, 2],
    [`boolean=false`, 1],
    [`true`, 243],
    [`false`, 0],
  ],
  'advanced-comparison-operators': [
    [`name LIKE 'B_r%'`, 3],
    [`name NOT LIKE 'B_r%'`, 240],
    [`name IN ('Kiev','kobenhavn','Berlin','athens','foo')`, 2],
    [`name NOT IN ('Kiev','kobenhavn','Berlin','athens','foo')`, 241],
    [`"date" in (DATE('2021-04-16'),DATE('2022-04-16'),DATE('2022-04-18'))`, 2],
    [`"date" not in (DATE('2021-04-16'),DATE('2022-04-16'),DATE('2022-04-18'))`, 1],
    [`start in (TIMESTAMP('2022-04-16T10:13:19Z'))`, 1],
    [`start not in (TIMESTAMP('2022-04-16T10:13:19Z'))`, 2],
    [`boolean in (true)`, 2],
    [`boolean not in (false)`, 2],
    [`name LIKE '%'`, 243],
    [`name like '_%'`, 243],
    [`name like ''`, 0],
    [`name like '\\%\\_'`, 0],
  ],
  'case-insensitive-comparison': [
    [`CASEI(name)=casei('KIEV')`, 1],
    [`CASEI(name)=casei('kiev')`, 1],
    [`CASEI(name)=casei('Kiev')`, 1],
    [`CASEI(name)=casei('København')`, 1],
    [`CASEI(name)=casei('københavn')`, 1],
    [`CASEI(name)=casei('KØBENHAVN')`, 1],
    [`CASEI(name) LIKE casei('B_r%')`, 3],
    [`CASEI(name) LIKE casei('b_r%')`, 3],
    [`CASEI(name) LIKE casei('B_R%')`, 3],
    [`CASEI(name) IN (casei('Kiev'), casei('kobenhavn'), casei('Berlin'), casei('athens'), casei('foo'))`, 3],
  ],
  'spatial functions': [
    [`S_INTERSECTS(geom,BBOX(0,40,10,50))`, 7],
    [`S_INTERSECTS(geom,POLYGON((0 40,10 40,10 50,0 50,0 40)))`, 7],
    [`S_DISJOINT(geom,BBOX(0,40,10,50))`, 236],
    [`S_DISJOINT(geom,POLYGON((0 40,10 40,10 50,0 50,0 40)))`, 236],
    [`S_EQUALS(geom,POINT(6.1300028 49.6116604))`, 1],
    [`S_WITHIN(geom,BBOX(-180,-90,0,90))`, 74],
  ],
  'temporal-functions': [
    [`t_after("date",date('2022-04-16'))`, 1],
    [`t_before("date",date('2022-04-16'))`, 1],
    [`t_disjoint("date",date('2022-04-16'))`, 2],
    [`t_equals("date",date('2022-04-16'))`, 1],
    [`t_intersects("date",date('2022-04-16'))`, 1],
    [`t_after("date",interval('2022-01-01','2022-12-31'))`, 1],
    [`t_before("date",interval('2022-01-01','2022-12-31'))`, 1],
    [`t_disjoint("date",interval('2022-01-01','2022-12-31'))`, 2],
    [`t_equals("date",interval('2022-01-01','2022-12-31'))`, 0],
    [`t_equals("date",interval('2022-04-16','2022-04-16'))`, 1],
    [`t_intersects("date",interval('2022-01-01','2022-12-31'))`, 1],
    [`t_after(start,timestamp('2022-04-16T10:13:19Z'))`, 1],
    [`t_before(start,timestamp('2022-04-16T10:13:19Z'))`, 1],
    [`t_disjoint(start,timestamp('2022-04-16T10:13:19Z'))`, 2],
    [`t_equals(start,timestamp('2022-04-16T10:13:19Z'))`, 1],
    [`t_intersects(start,timestamp('2022-04-16T10:13:19Z'))`, 1],
    [`t_after(start,interval('2022-01-01T00:00:00Z','2022-12-31T23:59:59Z'))`, 0],
    [`t_before(start,interval('2022-01-01T00:00:00Z','2022-12-31T23:59:59Z'))`, 1],
    [`t_disjoint(start,interval('2022-01-01T00:00:00Z','2022-12-31T23:59:59Z'))`, 1],
    [`t_equals(start,interval('2022-01-01T00:00:00Z','2022-12-31T23:59:59Z'))`, 0],
    [`t_intersects(start,interval('2022-01-01T00:00:00Z','2022-12-31T23:59:59Z'))`, 2],
    [`t_after(interval(start,end),interval('..','2022-04-16T10:13:19Z'))`, 1],
    [`t_before(interval(start,end),interval('2023-01-01T00:00:00Z','..'))`, 2],
    [`t_disjoint(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:15:09Z'))`, 1],
    [`t_equals(interval(start,end),interval('2021-04-16T10:15:59Z','2022-04-16T10:16:06Z'))`, 1],
    [`t_intersects(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:15:09Z'))`, 2],
    [`T_CONTAINS(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'))`, 1],
    [`T_DURING(interval(start,end),interval('2022-01-01T00:00:00Z','2022-12-31T23:59:59Z'))`, 1],
    [`T_FINISHES(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:16:06Z'))`, 1],
    [`T_FINISHEDBY(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:16:06Z'))`, 1],
    [`T_MEETS(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'))`, 0],
    [`T_METBY(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'))`, 1],
    [`T_OVERLAPPEDBY(interval(start,end),interval('2020-04-16T10:13:19Z','2022-04-16T10:15:10Z'))`, 2],
    [`T_OVERLAPS(interval(start,end),interval('2022-04-16T10:13:19Z','2023-04-16T10:15:10Z'))`, 1],
    [`T_STARTEDBY(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'))`, 1],
    [`T_STARTS(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'))`, 0],
  ],
};

onEachDatabase('the examples of the CQL2 standard', (db) => {
  const rows = PLACES.map(([name, lon, lat], index) => {
    const [date = null, start = null, end = null, boolean = null] = DATED[index] ?? [];
    // The standard was written when the place was spelled so.
    return { name: name === 'Kyiv' ? 'Kiev' : name, lon, lat, date, start, end, boolean };
  });

  async function itemsOf(text: string): Promise<number> {
    const store = await db();
    const values: unknown[] = [JSON.stringify(rows)];
    const bind = (value: unknown) => `$${values.push(value)}`;
    const filter = parseCql2Text(text);
    const literals: object[] = [];
    filterSql(filter, {
      queryables: QUERYABLES,
      bind: () => '$1',
      geometry: (literal) => `$${literals.push(literal)}::geometry`,
    });
    const checked = await checkedGeometries(store, literals, CRS84, 'filter');
    const sql = filterSql(filter, {
      queryables: QUERYABLES,
      bind,
      geometry: (literal) => `${bind(checked[literals.indexOf(literal)])}::geometry`,
    });
    const [row] = await store.query<{ count: number }>(
      `select count(*) as count from (
         select r.*, st_setsrid(st_makepoint(lon, lat), 4326) as geom
         from jsonb_to_recordset($1::jsonb) as r(name text, lon float8, lat float8, "date" date, start timestamptz, "end" timestamptz, boolean boolean)
       ) s where ${sql}`,
      values,
    );
    return row?.count ?? -1;
  }

  describe.each(Object.entries(EXPECTED))('%s', (_, predicates) => {
    it.each(predicates)('%s', async (predicate, items) => {
      expect(await itemsOf(predicate)).toBe(items);
    });
  });

  it.each([`S_INTERSECTS(geom,POINT(90 180))`, `S_INTERSECTS(geom,MULTIPOINT(7.02 49.92, 90 180))`])(
    '%s is refused: no such place',
    async (predicate) => {
      await expect(itemsOf(predicate)).rejects.toMatchObject({ code: 'invalid_filter' });
    },
  );
});
