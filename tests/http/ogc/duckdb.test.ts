import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../../src/config.js';
import { KIND_NAMES } from '../../../src/features/collection-kinds.js';
import { onEachDatabase } from '../../setup/databases.js';
import { inLanguage } from '../../setup/document-blocks.js';
import { m5 } from '../../setup/m5.js';
import { serviceOn } from '../../setup/service.js';
import type { Items } from './reading.js';

onEachDatabase('DuckDB reads the GeoParquet', (db) => {
  const { get, json } = serviceOn(async () => m5(await db()));
  const folder = mkdtempSync(join(tmpdir(), 'salient-duckdb-'));
  let sql: (text: string) => Promise<Record<string, unknown>[]>;
  beforeAll(async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    sql = async (text) => (await connection.runAndReadAll(text)).getRowObjectsJson() as Record<string, unknown>[];
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const saved = async (kind: string, query: string) => {
    const file = join(folder, `${kind}.parquet`);
    const answer = await get(`/ogc/collections/m5_${kind}/items?f=parquet${query}`);
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
    return file;
  };

  it('a whole series: days that are days, what each party held on one of them, what meets a box', async () => {
    const file = await saved('control', '&datetime=../..');
    const columns = await sql(`describe select * from '${file}'`);
    const typeOf = (name: string) => columns.find((column) => column.column_name === name)?.column_type;
    expect([typeOf('valid_from'), typeOf('valid_to'), typeOf('km2')]).toEqual(['DATE', 'DATE', 'DOUBLE']);
    expect(typeOf('geometry')).toBe("GEOMETRY('OGC:CRS84')");
    const inForce = `valid_from <= '2020-01-28' and coalesce(valid_to > '2020-01-28', true)`;
    const held = await sql(
      `select party, sum(km2) as km2 from '${file}' where ${inForce} and status = 'controlled' group by party`,
    );
    const { parties } = await json<{ parties: { party: string; before_km2: number }[] }>(
      '/change?series=m5&from=2020-01-28&to=2020-01-28',
    );
    expect(held.map(({ party }) => party).sort()).toEqual(['government', 'opposition']);
    for (const { party, km2 } of held)
      expect(km2, String(party)).toBeCloseTo(parties.find((one) => one.party === party)?.before_km2 ?? 0, 6);
    const [west, south, east, north] = [36.5, 35.5, 36.8, 35.8];
    const [boxes] = await sql(
      `select count(*)::int as n from '${file}' where ${inForce} and bbox.xmin <= ${east} and bbox.xmax >= ${west} and bbox.ymin <= ${north} and bbox.ymax >= ${south}`,
    );
    const hits = await json<Items>(
      `/ogc/collections/m5_control/items?resultType=hits&datetime=2020-01-28&bbox=${[west, south, east, north]}`,
    );
    // A box may be met where its area is not.
    expect(boxes?.n).toBeGreaterThanOrEqual(hits.numberMatched);
    expect(boxes?.n).toBeLessThan(hits.numberMatched * 1.5);
    const [stated] = await sql(
      `select value::varchar as value from parquet_kv_metadata('${file}') where key::varchar = 'licence'`,
    );
    expect(stated?.value).toBe('CC BY-SA 4.0');
  });

  it('who held how much, by the statement of the documents, as /change has it: contested ground is nobody’s', async () => {
    const file = await saved('control', '&datetime=../..');
    const statements = inLanguage('py').flatMap(({ text }) => /duckdb\.sql\("(.*)"\)/.exec(text)?.[1] ?? []);
    expect(statements).toHaveLength(1);
    const [statement = ''] = statements;
    for (const day of ['2019-06-01', '2020-02-08']) {
      const held = await sql(statement.replaceAll('control.parquet', file).replaceAll('2019-06-01', day));
      const figures = Object.fromEntries(held.map((row) => [row.class, Number(row.km2).toFixed(6)]));
      const { parties } = await json<{ parties: { party: string; before_km2: number }[] }>(
        `/change?series=m5&from=${day}&to=${day}`,
      );
      const stated = parties.filter(({ before_km2 }) => before_km2 > 0);
      expect(figures, day).toEqual(
        Object.fromEntries(stated.map(({ party, before_km2 }) => [party, before_km2.toFixed(6)])),
      );
      if (day === '2020-02-08') expect(Number(figures.contested)).toBeGreaterThan(300);
    }
  });

  it('a whole series: as many maps and bytes as the documents say', async () => {
    const file = await saved('control', '&datetime=../..');
    const document = readFileSync(join(PROJECT_ROOT, 'docs/ogc.md'), 'utf8');
    const [, maps, kilobytes] = /(\d+) maps of the M5: (\d+) kB/.exec(document) ?? [];
    const [counted] = await sql(`select count(distinct revision)::int as n from '${file}'`);
    expect(counted?.n).toBe(Number(maps));
    expect(Math.abs(statSync(file).size / 1000 - Number(kilobytes))).toBeLessThan(3);
  });

  it('every collection, with as many rows as the service counts', async () => {
    for (const kind of KIND_NAMES) {
      const { numberMatched } = await json<Items>(`/ogc/collections/m5_${kind}/items?resultType=hits`);
      const [counted] = await sql(`select count(*)::int as n from '${await saved(kind, '')}'`);
      expect(counted?.n, kind).toBe(numberMatched);
    }
  });
});
