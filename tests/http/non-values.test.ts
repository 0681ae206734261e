import { beforeAll, describe, expect, it } from 'vitest';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { WAYS_TO, waysIn } from '../setup/non-values.js';
import { serviceOn } from '../setup/service.js';
import { valley } from '../setup/valley.js';

/** Texts that are no id: other letters, one letter too many, SQL with blanks, and what no text of the database may hold. */
const NON_VALUES: [string, string][] = [
  ['Arabic', 'قوات النظام'],
  ['64 letters', 'a'.repeat(64)],
  ['SQL', `x' or drop table area --`],
  ['a NUL', 'a\u0000b'],
];
const ID = /^[a-z0-9][a-z0-9._-]{0,62}$/;
/** Words that only the database speaks. */
const RAW =
  /violates|constraint|domain|relation "|syntax for type|byte sequence|escape sequence|null value in|SQLSTATE|pg_|rule [a-z]+_|breaks a rule of the store|lies outside what the store|"code":"(internal|invalid_input)"/;

onEachDatabase('a text from outside that is no id', (db) => {
  const service = serviceOn(db);
  const [derived, imported] = [`no-id-derived-${process.pid}`, `no-id-imported-${process.pid}`];
  const ways = waysIn(service, derived, imported);

  beforeAll(async () => {
    await loadBundle(await db(), parseBundle(valley(derived)), () => {});
    await deriveSeries(await db(), derived, {}, () => {});
    const area = (party: string, west: number) => ({
      type: 'Feature',
      properties: { party },
      geometry: { type: 'Polygon', coordinates: [box(west, 50, west + 1, 51)] },
    });
    const { status } = await service.post(
      `/series/${imported}/snapshots?create=true&title=T&publisher=P&licence=L&accuracy=100&date=2021-02-05&source=s`,
      { type: 'FeatureCollection', features: [area('north', 10), area('south', 11)] },
    );
    expect(status).toBe(201);
  });

  it('can come to every column of an id by ways that are all tried here', async () => {
    const columns = await (await db()).query<{ name: string }>(
      `select c.relname || '.' || a.attname as name
       from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
       where t.typtype = 'd' and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
       order by 1`,
    );
    expect(columns.length).toBeGreaterThan(50);
    expect(columns.map(({ name }) => name)).toEqual(Object.keys(WAYS_TO).sort());
    expect(
      Object.values(WAYS_TO)
        .flat()
        .filter((way) => !Object.hasOwn(ways, way)),
    ).toEqual([]);
    expect(Object.keys(ways).filter((way) => !Object.values(WAYS_TO).flat().includes(way))).toEqual([]);
  });

  describe.each(NON_VALUES)('%s', (_, value) => {
    it.each(Object.keys(ways))('by: %s', async (way) => {
      const { status, text, made } = await (ways[way] as (typeof ways)[string])(value);
      expect({ status, text }).toEqual({
        status: expect.toBeOneOf([200, 201, 400, 404, 422]),
        text: expect.not.stringMatching(RAW),
      });
      if (status < 300) {
        for (const id of made ?? ['(stored as it is)']) expect(id).toMatch(ID);
        return;
      }
      const { message = '', problems = [] } = JSON.parse(text) as {
        message?: string;
        problems?: { at: string; message: string }[];
      };
      const said = [message, ...problems.flatMap(({ at, message: what }) => [at, what])].join('\n');
      // Quoted as JSON, shortened where it is long.
      const named = JSON.stringify(value).slice(1, -1).slice(0, 12);
      expect(said).toContain(named);
      for (const { at } of problems) expect(at).not.toBe('');
    });
  });
});
