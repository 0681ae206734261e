import { expect, it } from 'vitest';
import { importSnapshots } from '../../src/maps/import.js';
import { isIsoDate } from '../../src/model/dates.js';
import { currentRevisions } from '../../src/series/revisions.sql.js';
import { database, onEachDatabase, onServer } from '../setup/databases.js';

/** Two parties side by side, the border at `x` degrees east. */
function map(x: number): string {
  const box = (west: number, east: number) => [
    [
      [west, 10],
      [east, 10],
      [east, 11],
      [west, 11],
      [west, 10],
    ],
  ];
  const feature = (party: string, coordinates: number[][][]) => ({
    type: 'Feature',
    properties: { party },
    geometry: { type: 'Polygon', coordinates },
  });
  return JSON.stringify({
    type: 'FeatureCollection',
    features: [feature('red', box(20, x)), feature('blue', box(x, 21))],
  });
}

const creation = { title: 'T', publisher: 'P', licence: 'L', accuracyM: 500, theatre: null };

onEachDatabase('imports at the same time', (db) => {
  const importMap = async (date: string, x: number, create = false) => {
    if (!isIsoDate(date)) throw new Error(date);
    return importSnapshots(await db(), {
      series: 'at-once',
      map: map(x),
      options: { date },
      source: null,
      create: create ? creation : null,
      accept: 'made for a test',
    });
  };

  it('all of them are stored, each date once, and corrections of one date follow one another', async () => {
    await importMap('2024-01-01', 20.5, true);
    const dates = Array.from({ length: 8 }, (_, n) => `2024-01-1${n}`);
    const days = dates.map((date, n) => importMap(date, 20.1 + n / 10));
    const corrections = [0.2, 0.3, 0.4, 0.6].map((x) => importMap('2024-01-01', 20 + x));
    const results = (await Promise.all([...days, ...corrections])).flat();
    expect(results.map((result) => result.result).sort()).toEqual([
      ...Array.from({ length: 4 }, () => 'revised'),
      ...Array.from({ length: 8 }, () => 'stored'),
    ]);
    const current = await currentRevisions(await db(), 'at-once');
    expect(current.map((revision) => revision.valid_on)).toEqual(['2024-01-01', ...dates]);
    const [recorded] = await (await db()).query<{ n: number }>(
      `select count(*) as n from revision where series = 'at-once' and valid_on = '2024-01-01'`,
    );
    expect(recorded?.n).toBe(5);
  });
});

onServer('imports into different series', () => {
  it('do not wait for one that is held up, even of the same theatre', async () => {
    const store = await database('server');
    const send = (series: string, date: string, create = false) => {
      if (!isIsoDate(date)) throw new Error(date);
      const creating = create ? { ...creation, ...(series === 'quick' && { theatre: 'held-up' }) } : null;
      const by = { source: 'https://example.org/maps', accept: 'made for a test' };
      return importSnapshots(store, { series, map: map(20.5), options: { date }, create: creating, ...by });
    };
    await send('held-up', '2024-01-01', true);
    await send('quick', '2024-01-01', true);
    await store.query(`create function hold_up() returns trigger language plpgsql as $$ begin
      if new.series = 'held-up' then perform pg_advisory_xact_lock(4711); end if; return new; end $$`);
    await store.query('create trigger hold_up before insert on revision for each row execute function hold_up()');
    let end = () => {};
    const held = new Promise<void>((resolve) => {
      end = resolve;
    });
    let holding = Promise.resolve();
    try {
      await new Promise<void>((resolve) => {
        holding = store.transaction(async (tx) => {
          await tx.query('select pg_advisory_xact_lock(4711)');
          resolve();
          await held;
        });
      });
      const slow = send('held-up', '2024-01-02');
      const waits = `select 1 from pg_locks where locktype = 'advisory' and objid = 4711 and not granted`;
      while ((await store.query(waits)).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await send('quick', '2024-01-02')).toMatchObject([{ result: 'stored' }]);
      expect(await currentRevisions(store, 'held-up')).toHaveLength(1);
      end();
      expect(await slow).toMatchObject([{ result: 'stored' }]);
    } finally {
      end();
      await holding;
      await store.query('drop trigger hold_up on revision');
      await store.query('drop function hold_up()');
    }
  });
});
