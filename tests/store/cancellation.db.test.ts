import { expect, it } from 'vitest';
import { importSnapshots } from '../../src/maps/import.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import { atWork, type Step } from '../../src/store/cancellation.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { serviceOn } from '../setup/service.js';
import { valley } from '../setup/valley.js';

/** What the store holds of maps: everything that a derivation or an import could leave behind. */
const held = (store: Db) =>
  store.query(`select (select count(*) from revision) as revisions, (select count(*) from area) as areas,
    (select count(*) from shape) as shapes, (select count(*) from plane) as planes, (select count(*) from series) as series,
    (select count(*) from source) as sources, (select count(*) from theatre) as theatres`);

/** Does it until `step` steps are done, then cancels; answers the steps that were told. */
async function cancelledAfter(step: number, doing: () => Promise<unknown>): Promise<Step[]> {
  const stop = new AbortController();
  const reported: Step[] = [];
  const progress = (done: Step) => {
    reported.push(done);
    if (reported.length === step) stop.abort();
  };
  await expect(atWork({ signal: stop.signal, progress }, doing)).rejects.toMatchObject({ code: 'cancelled' });
  return reported;
}

const area = (party: string, date: string, west: number, east: number) => ({
  type: 'Feature',
  properties: { party, date },
  geometry: { type: 'Polygon', coordinates: [box(west, 35.2, east, 35.6)] },
});
const DAYS = ['2024-01-01', '2024-02-01', '2024-03-01'];
const file = JSON.stringify({
  type: 'FeatureCollection',
  features: DAYS.flatMap((date, i) => [area('a', date, 36, 36.5 + i / 10), area('b', date, 36.5 + i / 10, 37)]),
});
const request = (series: string) => ({
  series,
  map: file,
  options: {},
  source: 'a test',
  create: { title: 'T', publisher: 'P', licence: 'CC0', accuracyM: 500, theatre: null },
  accept: null,
});

onEachDatabase('work that is cancelled', (db) => {
  it('a derivation cancelled in the middle leaves the store as it was, and succeeds when it is done again', async () => {
    const store = await db();
    const id = 'cancelled-valley';
    await loadBundle(store, parseBundle(valley(id)), () => {});
    const before = await held(store);
    const derive = () => deriveSeries(store, id, {}, () => {});
    expect(await cancelledAfter(2, derive)).toEqual([
      { what: 'maps derived', done: 1, of: 3 },
      { what: 'maps derived', done: 2, of: 3 },
    ]);
    expect(await held(store)).toEqual(before);
    expect(await derive()).toMatchObject({ states: 3, stored: 3 });
  });

  it('an import cancelled after its second map stores none of them, nor the series', async () => {
    const store = await db();
    const before = await held(store);
    const reported = await cancelledAfter(2, () => importSnapshots(store, request('cancelled-import')));
    expect(reported.map(({ done, of }) => `${done} of ${of}`)).toEqual(['1 of 3', '2 of 3']);
    expect(await held(store)).toEqual(before);
    expect(await importSnapshots(store, request('cancelled-import'))).toHaveLength(3);
  });

  it('what is cancelled before it begins asks nothing, and what surrounds it goes on', async () => {
    const store = await db();
    await expect(atWork({ signal: AbortSignal.abort() }, () => store.query('select 1 / 0'))).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(await store.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('the statement that runs is ended where the engine can, and its connection serves the next', async () => {
    const store = await db();
    if (store.engine !== 'server') return;
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 200);
    const since = performance.now();
    await expect(atWork({ signal: stop.signal }, () => store.query('select pg_sleep(60)'))).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(performance.now() - since).toBeLessThan(30_000);
    const again = await Promise.all(Array.from({ length: 8 }, () => store.query('select 1 as one')));
    expect(again).toEqual(again.map(() => [{ one: 1 }]));
  });
});

onEachDatabase('a client that has gone', (db) => {
  const service = serviceOn(db);

  it('stops the work it waited for between two statements', async () => {
    const store = await db();
    const id = 'gone-valley';
    await loadBundle(store, parseBundle(valley(id)), () => {});
    await deriveSeries(store, id, {}, () => {});
    const judged = async () => {
      // On the embedded engine it has its turn between two statements of the request.
      const [row] = await atWork({ lane: 'light' }, () =>
        store.query<{ maps: number }>(
          `select count(distinct revision)::int as maps from kept_encirclement join revision on revision.id = revision
           where revision.series = $1`,
          [id],
        ),
      );
      return row?.maps ?? 0;
    };
    const gone = new AbortController();
    const requested = service.get(`/timeline?series=${id}`, { signal: gone.signal });
    const refused = expect(requested).rejects.toThrow();
    while ((await judged()) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    gone.abort();
    await refused;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await judged()).toBeLessThan(3);
    expect(await service.get(`/timeline?series=${id}`).then((answer) => answer.status)).toBe(200);
    expect(await judged()).toBe(3);
  });
});
