import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { askEncirclement } from '../../src/encirclement/ask.js';
import { type Instant, isIsoDate } from '../../src/model/dates.js';
import { loadGeodata } from '../../src/open-store.js';
import { withdrawReport } from '../../src/reports/define.js';
import { definitionProblems } from '../../src/reports/definition.js';
import { reportDefinition } from '../../src/reports/definitions.sql.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { askClaims } from '../../src/series/claims-and-events.js';
import { askControl, askPlaces } from '../../src/series/control.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { temporaryFolder } from '../setup/spawned.js';
import { valley } from '../setup/valley.js';

const silent = () => {};
const load = async (db: Db, files: ReadonlyMap<string, string>) => {
  for (const series of await loadBundle(db, parseBundle(files), silent)) await deriveSeries(db, series, {}, silent);
};

const requested = (series: string, date: string, knownAt: Instant | null = null) => {
  if (!isIsoDate(date)) throw new Error(date);
  return { series, date, knownAt };
};

const holders = async (db: Db, series: string, date: string, knownAt: Instant | null = null) => {
  const { features } = await askPlaces(db, requested(series, date, knownAt));
  return features.map(({ id, properties }) => `${id} ${properties.party}`).join(', ');
};

const now = async (db: Db) => (await db.query<{ at: Instant }>('select clock_timestamp() as at'))[0]?.at ?? null;

onEachDatabase('a bundle of another conflict', (db) => {
  it('is loaded, derived and measured like the bundled one', async () => {
    const store = await db();
    await load(store, valley('valley'));
    expect(await holders(store, 'valley', '2021-02-01')).toBe('ash south, birch north, cedar north, doe north');
    expect(await holders(store, 'valley', '2021-03-01')).toBe('ash south, birch north, cedar south, doe north');
    const post = async (date: string) => (await askEncirclement(store, requested('valley', date))).posts[0];
    expect((await post('2021-02-01'))?.verdict).toBe('not_encircled');
    const cut = await post('2021-03-15');
    expect([cut?.verdict, cut?.state]).toEqual(['encircled', { strict: 'pocket', lenient: 'pocket' }]);
    expect((await post('2021-04-15'))?.since).toEqual({
      isolated: { earliest: '2021-03-01', latest: '2021-03-01' },
      engulfed: { earliest: '2021-04-01', latest: '2021-04-01' },
    });
  });

  it('loaded again changes nothing', async () => {
    const store = await db();
    const count = () =>
      store.query(`select (select count(*) from edition) as e, (select count(*) from claim) as c,
                                            (select count(*) from revision) as r, (select count(*) from series_statement) as s`);
    const before = await count();
    await load(store, valley('valley'));
    expect(await count()).toEqual(before);
  });

  it('a corrected claim changes the map, and the earlier answer can still be given', async () => {
    const store = await db();
    await load(store, valley('corrected'));
    const before = await now(store);
    const later = (text: string) =>
      text.replace(
        'cedar-falls,captured,at,cedar,,,south,2021-03-01,2021-03-01',
        'cedar-falls,captured,at,cedar,,,south,2021-03-05,2021-03-07',
      );
    await load(store, valley('corrected', { 'claims.csv': later }));
    expect(await holders(store, 'corrected', '2021-03-02')).toContain('cedar north');
    expect(await holders(store, 'corrected', '2021-03-02', before)).toContain('cedar south');
    const contested = await askControl(store, requested('corrected', '2021-03-06'), { cells: false });
    expect(contested.features.map(({ properties }) => properties.status)).toContain('contested');
  });

  it('a withdrawn claim moves nothing any more, and says why it was withdrawn', async () => {
    const store = await db();
    await load(store, valley('withdrawn'));
    const withdrawn = (text: string) =>
      text.replace('2021-03-02,press,,,,false,', '2021-03-02,press,,2021-05-01,reported by mistake,false,');
    await load(store, valley('withdrawn', { 'claims.csv': withdrawn }));
    expect(await holders(store, 'withdrawn', '2021-03-15')).toContain('cedar north');
    const { features } = await askClaims(store, { series: 'withdrawn', place: 'cedar', knownAt: null });
    expect(features.map(({ properties }) => properties.withdrawn_why)).toEqual(['reported by mistake']);
  });

  it('a recorded claim that is missing from the files is refused: withdraw it, never delete it', async () => {
    const store = await db();
    await load(store, valley('deleted'));
    const shortened = (text: string) => text.replace(/^birch-falls.*\n/m, '');
    await expect(load(store, valley('deleted', { 'claims.csv': shortened }))).rejects.toMatchObject({
      code: 'invalid_geodata',
      problems: [{ at: 'claims.csv', message: expect.stringContaining('birch-falls') }],
    });
    expect(await holders(store, 'deleted', '2021-04-15')).toContain('birch south');
  });

  it('brings its reports once: what was withdrawn or changed since stays so at the next start', async () => {
    const store = await db();
    const report = { id: 'brought', title: 'The valley', series: 'brought' };
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'brought'));
    const files = new Map([...valley('brought'), ['reports.json', JSON.stringify([report])]]);
    for (const [name, text] of files) writeFileSync(join(folder, 'brought', name), text);
    await loadGeodata(store, folder, silent);
    expect(await reportDefinition(store, 'brought')).toMatchObject({ version: 1, definition: report });
    await withdrawReport(store, 'brought', 'nobody reads it');
    await loadGeodata(store, folder, silent);
    expect(await reportDefinition(store, 'brought')).toMatchObject({ version: 2, withdrawn_why: 'nobody reads it' });
    const broken = new Map([...files, ['reports.json', JSON.stringify([{ ...report, id: 'No Spaces' }])]]);
    expect(() => parseBundle(broken, definitionProblems)).toThrow(/1 place/);
  });
});

it('every problem of a bundle is told at once, with its file and line', () => {
  const files = valley('broken', {
    'places.csv': (text) => text.replace('50.2', 'north of here').replace('birch,Birch', 'birch,'),
    'claims.csv': (text) => text.replace('2021-04-01,2021-04-01', '2021-02-30,2021-04-01'),
    'posts.csv': () => 'number,name\n1,Post\n',
  });
  expect(() => parseBundle(files)).toThrow(
    expect.objectContaining({
      code: 'invalid_geodata',
      problems: expect.arrayContaining([
        expect.objectContaining({ at: 'places.csv:2', message: expect.stringContaining('lat') }),
        expect.objectContaining({ at: 'places.csv:3', message: expect.stringContaining('name') }),
        expect.objectContaining({ at: 'claims.csv:3', message: expect.stringContaining('2021-02-30') }),
        expect.objectContaining({ at: 'posts.csv:1', message: expect.stringContaining('header') }),
      ]),
    }),
  );
});

it('references that lead nowhere are told with their line', () => {
  const files = valley('dangling', {
    'claims.csv': (text) => text.replace('at,cedar', 'at,atlantis').replace('2021-04-02,press', '2021-04-02,rumour'),
    'initial.csv': (text) => text.replace(/^doe.*\n/m, ''),
  });
  expect(() => parseBundle(files)).toThrow(
    expect.objectContaining({
      problems: [
        expect.objectContaining({ at: 'places.csv:5', message: expect.stringContaining('initial.csv') }),
        expect.objectContaining({ at: 'claims.csv:2', message: expect.stringContaining('atlantis') }),
        expect.objectContaining({ at: 'claims.csv:3', message: expect.stringContaining('rumour') }),
      ],
    }),
  );
});
