import fc from 'fast-check';
import { expect, it } from 'vitest';
import { askChange } from '../../src/change/ask.js';
import { askEncirclement } from '../../src/encirclement/ask.js';
import { askFront } from '../../src/front/ask.js';
import { importSnapshots } from '../../src/maps/import.js';
import { addDays, type Instant, type IsoDate, parseDate } from '../../src/model/dates.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { askControl, askPlaces } from '../../src/series/control.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { runs } from '../setup/runs.js';
import { valley } from '../setup/valley.js';

const silent = () => {};
const DAY = parseDate('2020-01-01');

/** The database's clock, when everything recorded so far is earlier and everything to come is later. */
async function instant(db: Db): Promise<Instant> {
  const [row] = await db.query<{ at: Instant }>('select pg_sleep(0.002), clock_timestamp() as at');
  await db.query('select pg_sleep(0.002)');
  return (row as { at: Instant }).at;
}

/** A theatre of one degree, cut at a meridian. */
const cutAt = (lon: number) => {
  const area = (party: string, west: number, east: number) => ({
    type: 'Feature',
    properties: { party },
    geometry: { type: 'Polygon', coordinates: [box(west, 35, east, 36)] },
  });
  return JSON.stringify({ type: 'FeatureCollection', features: [area('west', 36, lon), area('east', lon, 37)] });
};

/** Where two texts part, with what stands there; null when they are the same. */
function firstDifference(a: string, b: string): [string, string] | null {
  if (a === b) return null;
  const at = [...a].findIndex((letter, i) => letter !== b[i]);
  return [a.slice(at, at + 60), b.slice(at, at + 60)];
}

let made = 0;

onEachDatabase('as known at an instant', (open) => {
  const drawn = async (series: string, day: number, lon: number, first = false) =>
    importSnapshots(await open(), {
      series,
      map: cutAt(lon),
      options: { date: addDays(DAY, day) },
      source: null,
      create: first ? { title: 'T', publisher: 'P', licence: 'CC0', accuracyM: 500, theatre: null } : null,
      accept: 'a test',
    });
  const derived = async (id: string, edit?: (claims: string) => string) => {
    const db = await open();
    const files = parseBundle(valley(id, edit ? { 'claims.csv': edit } : {}));
    for (const series of await loadBundle(db, files, silent)) await deriveSeries(db, series, {}, silent);
  };

  it('property 12: an answer is the same to the byte before and after whatever is recorded later', async () => {
    const db = await open();
    const step = fc.record({ day: fc.integer({ min: 0, max: 12 }), cut: fc.integer({ min: 2, max: 8 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 4 }), async (steps) => {
        const series = `known-${process.pid}-${++made}`;
        await drawn(series, 0, 36.5, true);
        const requested: { knownAt: Instant; told: string }[] = [];
        const ask = async (knownAt: Instant) => {
          const reported = [];
          for (const day of [0, 5, 12]) {
            const at = { series, date: addDays(DAY, day), knownAt };
            reported.push(await askControl(db, at, { cells: false }), await askFront(db, at));
          }
          reported.push(await askChange(db, { series, from: DAY, to: addDays(DAY, 12), knownAt }));
          return JSON.stringify(reported);
        };
        for (const { day, cut } of steps) {
          const knownAt = await instant(db);
          requested.push({ knownAt, told: await ask(knownAt) });
          await drawn(series, day, 36 + cut / 10);
        }
        // The answers are long: a difference is told as a place.
        for (const { knownAt, told: reported } of requested)
          expect(firstDifference(await ask(knownAt), reported)).toBeNull();
      }),
      { numRuns: runs(3), seed: 12 },
    );
  });

  it('property 11: a report and then its exact reversal give the first map back, and both beliefs stay recorded', async () => {
    const db = await open();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 27 }), async (day) => {
        const series = `reversal-${process.pid}-${++made}`;
        const on = parseDate('2021-02-28');
        const other = `2021-02-${String(day).padStart(2, '0')}`;
        const report = (text: string) =>
          text.replace('cedar,,,south,2021-03-01,2021-03-01', `cedar,,,south,${other},${other}`);
        const places = async (knownAt: Instant | null, date: IsoDate) =>
          (await askPlaces(db, { series, date, knownAt })).features.map(
            ({ id, properties: { party, status } }) => `${id} ${status} ${party}`,
          );
        const beliefs = () =>
          db.query<{ claims: number; revisions: number; open: number }>(
            `select (select count(*)::int from claim where theatre = $1) as claims,
               (select count(*)::int from revision where series = $1) as revisions,
               (select count(*)::int from claim where theatre = $1 and superseded_at is null) as open`,
            [series],
          );
        await derived(series);
        const first = await instant(db);
        const [before, map] = [await beliefs(), await places(null, on)];
        await derived(series, report);
        const second = await instant(db);
        const reported = await places(null, on);
        await derived(series);
        expect(await places(null, on)).toEqual(map);
        expect(reported).not.toEqual(map);
        expect([await places(first, on), await places(second, on)]).toEqual([map, reported]);
        const after = await beliefs();
        expect(after[0]?.open).toBe(before[0]?.open);
        expect((after[0]?.claims ?? 0) - (before[0]?.claims ?? 0)).toBe(2);
        expect(after[0]?.revisions).toBeGreaterThan(before[0]?.revisions ?? 0);
      }),
      { numRuns: runs(2), seed: 11 },
    );
  });

  it('T2: first reported for the 1st, then corrected to the 5th: the 3rd is the one side’s or the other’s by what was known', async () => {
    const db = await open();
    const series = `corrected-${process.pid}-${++made}`;
    await derived(series);
    const first = await instant(db);
    await derived(series, (text) =>
      text.replace('cedar,,,south,2021-03-01,2021-03-01', 'cedar,,,south,2021-03-05,2021-03-05'),
    );
    const cedar = async (day: string, knownAt: Instant | null) => {
      const { features } = await askPlaces(db, { series, date: parseDate(day), knownAt });
      return features.find(({ id }) => id === 'cedar')?.properties.party;
    };
    const days = ['2021-02-28', '2021-03-01', '2021-03-03', '2021-03-05'];
    const reported = async (knownAt: Instant | null) => Promise.all(days.map((day) => cedar(day, knownAt)));
    expect(await reported(first)).toEqual(['north', 'south', 'south', 'south']);
    expect(await reported(null)).toEqual(['north', 'north', 'north', 'south']);
  });

  it('T3: a late report moves `since` only for those who ask as known after it came in', async () => {
    const db = await open();
    const series = `late-${process.pid}-${++made}`;
    await derived(series);
    const before = await instant(db);
    const since = async (knownAt: Instant | null) => {
      const { posts } = await askEncirclement(db, { series, date: parseDate('2021-04-15'), knownAt });
      return posts[0]?.since;
    };
    const reported = await since(before);
    expect(reported?.isolated).toEqual({ earliest: '2021-03-01', latest: '2021-03-01' });
    await derived(series, (text) =>
      text.replace('cedar,,,south,2021-03-01,2021-03-01', 'cedar,,,south,2021-02-20,2021-02-24'),
    );
    expect(await since(before)).toEqual(reported);
    expect((await since(null))?.isolated).toEqual({ earliest: '2021-02-20', latest: '2021-02-24' });
    expect((await since(null))?.engulfed).toEqual(reported?.engulfed);
  });

  it('T4: on the day of change the state is the new one', async () => {
    const db = await open();
    const series = `change-day-${process.pid}-${++made}`;
    await derived(series);
    const post = async (day: string) =>
      (await askEncirclement(db, { series, date: parseDate(day), knownAt: null })).posts[0]?.verdict;
    expect([await post('2021-02-28'), await post('2021-03-01')]).toEqual(['not_encircled', 'encircled']);
    const { from_revision, to_revision, places } = await askChange(db, {
      series,
      from: parseDate('2021-02-28'),
      to: parseDate('2021-03-01'),
      knownAt: null,
    });
    expect(from_revision).not.toBe(to_revision);
    expect(places).toMatchObject([
      { id: 'cedar', from: 'north', to: 'south', on: { earliest: '2021-03-01', latest: '2021-03-01' } },
    ]);
  });

  it('E27: before it was set up and after it was left a post is inactive, without state or margin', async () => {
    const db = await open();
    const series = `service-${process.pid}-${++made}`;
    const files = valley(series, {
      'posts.csv': (text) =>
        text.replace('2020-01-01,2020-01-01,press,,,,', '2021-01-10,2021-01-10,press,2021-02-10,2021-02-10,press,'),
    });
    for (const id of await loadBundle(db, parseBundle(files), silent)) await deriveSeries(db, id, {}, silent);
    const post = async (day: string) =>
      (await askEncirclement(db, { series, date: parseDate(day), knownAt: null })).posts[0];
    for (const day of ['2021-01-09', '2021-02-10']) {
      expect(await post(day)).toMatchObject({ verdict: 'inactive', state: null, margin_m: null });
    }
    for (const day of ['2021-01-10', '2021-02-09']) expect((await post(day))?.verdict).toBe('not_encircled');
  });
});
