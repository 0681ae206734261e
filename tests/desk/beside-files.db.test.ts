import { expect, it } from 'vitest';
import { approve, propose } from '../../src/desk/desk.js';
import { parseProposal } from '../../src/desk/proposal.js';
import { askEncirclement } from '../../src/encirclement/ask.js';
import { parseDate } from '../../src/model/dates.js';
import { resolve } from '../../src/series/as-of.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { askPlaces } from '../../src/series/control.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import { snapshotDates } from '../../src/series/series.sql.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { valley } from '../setup/valley.js';

/* A theatre that the files of a bundle state is kept at the desk too: what either says survives the other. */

const SOURCES = [{ url: 'https://example.org/a', publisher: 'A paper', stance: 'press' }];
type Files = Parameters<typeof valley>[1];

async function load(db: Db, id: string, change?: Files): Promise<void> {
  for (const series of await loadBundle(db, parseBundle(valley(id, change)), () => {}))
    await deriveSeries(db, series, {}, () => {});
}

async function released(db: Db, series: string, words: object) {
  const proposed = parseProposal({ date: '2021-03-15', why: 'seen', sources: SOURCES, ...words });
  const { proposal, preview } = await propose(db, series, proposed, 'token:ann');
  const decision = { why: 'so it is', by: 'token:ben', embargo: null, rebase: false };
  await approve(db, series, proposal, decision);
  return preview;
}

const point = (values: object, lon: number, lat: number) => ({
  records: {
    type: 'FeatureCollection',
    features: [{ type: 'Feature', properties: values, geometry: { type: 'Point', coordinates: [lon, lat] } }],
  },
});
const requested = (series: string, date = '2021-03-15') => ({ series, date: parseDate(date), knownAt: null });
const placesOf = async (db: Db, series: string) =>
  (await askPlaces(db, requested(series))).features.map(({ id, geometry }) => {
    const [lon, lat] = (geometry as unknown as { coordinates: [number, number] }).coordinates;
    return `${id} ${lon} ${lat}`;
  });
const countsOf = (db: Db) =>
  db.query(`select (select count(*) from edition) as editions, (select count(*) from revision) as revisions,
                   (select count(*) from series_statement) as statements, (select count(*) from claim) as claims`);
const replaced = (from: string, to: string) => (text: string) => {
  if (!text.includes(from)) throw new Error(`no ${from}`);
  return text.replace(from, to);
};

onEachDatabase('what the desk adds beside the files of a bundle', (db) => {
  it('holds when the same files are loaded again, and when they change elsewhere', async () => {
    const store = await db();
    await load(store, 'beside');
    const preview = await released(store, 'beside', { kind: 'places', ...point({ name: 'Elm' }, 10.6, 50.55) });
    expect(preview.places).toEqual([{ id: 'elm', name: 'Elm', from: null, to: 'south' }]);
    // A place that the files state is moved; its cells follow.
    const moved = await released(store, 'beside', { kind: 'places', ...point({ id: 'cedar' }, 10.5, 50.65) });
    expect(moved.change.length).toBeGreaterThan(0);
    const both = ['ash 10.5 50.2', 'birch 10.5 50.4', 'cedar 10.5 50.65', 'doe 10.5 50.8', 'elm 10.6 50.55'];
    expect(await placesOf(store, 'beside')).toEqual(both);
    const before = await countsOf(store);
    await load(store, 'beside');
    expect(await countsOf(store)).toEqual(before);

    const files = { 'places.csv': replaced('Doe,town,10.5,50.8', 'Doe,town,10.5,50.85') };
    await load(store, 'beside', files);
    const now = both.map((one) => one.replace('50.8', '50.85'));
    expect(await placesOf(store, 'beside')).toEqual(now);
    const after = await countsOf(store);
    await load(store, 'beside', files);
    expect(await countsOf(store)).toEqual(after);
  });

  it('is the files’ from then on where they take it over', async () => {
    const store = await db();
    await load(store, 'taken');
    await released(store, 'taken', { kind: 'places', ...point({ id: 'cedar', source: 'press' }, 10.5, 50.65) });
    const as = (lat: string) => ({ 'places.csv': replaced('Cedar,town,10.5,50.6', `Cedar,town,10.5,${lat}`) });
    await load(store, 'taken', as('50.65'));
    await load(store, 'taken', as('50.7'));
    expect(await placesOf(store, 'taken')).toContain('cedar 10.5 50.7');
  });

  it('is a stated conflict where both changed the same row, and nothing of the new files is loaded', async () => {
    const store = await db();
    await load(store, 'conflict');
    await released(store, 'conflict', { kind: 'places', ...point({ id: 'cedar' }, 10.5, 50.65) });
    const before = await countsOf(store);
    const files = { 'places.csv': replaced('Cedar,town,10.5,50.6', 'Cedar,town,10.5,50.7') };
    await expect(load(store, 'conflict', files)).rejects.toMatchObject({
      code: 'invalid_geodata',
      problems: [{ code: 'conflict', at: 'places.csv/cedar' }],
    });
    expect(await countsOf(store)).toEqual(before);
    // What the person at the desk decides next, the files may say.
    await released(store, 'conflict', { kind: 'places', ...point({ id: 'cedar' }, 10.5, 50.6) });
    await load(store, 'conflict');
    expect(await placesOf(store, 'conflict')).toContain('cedar 10.5 50.6');
  });

  it('changes the verdict of a post that it moves, and a party’s relations', async () => {
    const store = await db();
    await load(store, 'posts');
    const verdict = async () => (await askEncirclement(store, requested('posts'))).posts.map((post) => post.verdict);
    expect(await verdict()).toEqual(['encircled']);
    const moved = await released(store, 'posts', {
      ...{ kind: 'posts', operator: 'uplanders' },
      ...point({ number: '1', name: 'Birch post' }, 10.5, 50.95),
    });
    expect(moved.posts).toEqual([expect.objectContaining({ number: 1, before: 'encircled', after: 'not_encircled' })]);
    await load(store, 'posts', { 'places.csv': replaced('Doe,town,10.5,50.8', 'Doe,town,10.5,50.85') });
    expect(await verdict()).toEqual(['not_encircled']);
  });
});

onEachDatabase('a derived series that the desk continues', (db) => {
  it('goes on to the day until which reports were gone through, and stays so when the files are loaded again', async () => {
    const store = await db();
    await load(store, 'onward');
    const claim = (more: object) => ({
      ...{ kind: 'claim', date: '2022-02-01' },
      claim: { kind: 'captured', place: 'birch', party: 'north', ...more },
    });
    const { notes, change } = await propose(
      store,
      'onward',
      parseProposal({ why: 'seen', sources: SOURCES, ...claim({}) }),
      'token:ann',
    ).then(({ preview }) => preview);
    expect([change, notes.join()]).toEqual([[], expect.stringContaining('state complete_until')]);
    const preview = await released(store, 'onward', claim({ complete_until: '2022-02-10' }));
    expect(preview.notes.join()).toContain('goes on to 2022-02-10');
    expect(preview.change.map(({ from, to }) => `${from} ${to}`)).toEqual(['south north']);
    const holder = async (date: string) =>
      (await askPlaces(store, requested('onward', date))).features.find(({ id }) => id === 'birch')?.properties.party;
    const isSo = async () => {
      expect(await snapshotDates(store, 'onward', null)).toContain('2022-02-01');
      expect([await holder('2022-01-10'), await holder('2022-02-05')]).toEqual(['south', 'north']);
      expect((await resolve(store, requested('onward', '2022-02-05'))).statement.complete_until).toBe('2022-02-10');
    };
    await isSo();
    const before = await countsOf(store);
    await load(store, 'onward');
    expect(await countsOf(store)).toEqual(before);
    await isSo();
    // Files that were gone through further still go on from there.
    await load(store, 'onward', { 'series.json': replaced('2021-12-31', '2022-03-01') });
    expect((await resolve(store, requested('onward', '2022-02-20'))).statement.complete_until).toBe('2022-03-01');
  });

  it('says what is wrong with a continuation', async () => {
    const store = await db();
    await load(store, 'backward');
    const claim = (complete_until: string, date = '2021-05-01') =>
      parseProposal({
        ...{ kind: 'claim', date, why: 'seen', sources: SOURCES },
        claim: { kind: 'captured', place: 'birch', party: 'north', complete_until },
      });
    expect(() => claim('2021-04-01')).toThrow(/before the claim's own day/);
    await expect(propose(store, 'backward', claim('2021-06-01'), 'token:ann')).rejects.toMatchObject({
      code: 'invalid_parameter',
      message: expect.stringContaining('complete until 2021-12-31 already'),
    });
  });
});
