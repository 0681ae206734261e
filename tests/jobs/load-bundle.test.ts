import { expect, it } from 'vitest';
import type { Db } from '../../src/db/pool.js';
import { askControl, askPlaces } from '../../src/jobs/ask-control.js';
import { askEncirclement } from '../../src/jobs/ask-encirclement.js';
import { askClaims } from '../../src/jobs/ask-statements.js';
import { deriveSeries } from '../../src/jobs/derive-series.js';
import { loadBundle } from '../../src/jobs/load-bundle.js';
import { type Instant, isIsoDate } from '../../src/model/dates.js';
import { parseBundle } from '../../src/model/read-bundle.js';
import { onEachDatabase } from '../setup/databases.js';

/** A made-up river valley: four towns in a row, north and south at war, one post of the neighbours in the north. */
function valley(id: string, change: Record<string, (text: string) => string> = {}): ReadonlyMap<string, string> {
  const square = (x: number, y: number, width: number, height: number) => ({
    type: 'Polygon',
    coordinates: [
      [
        [x, y],
        [x + width, y],
        [x + width, y + height],
        [x, y + height],
        [x, y],
      ],
    ],
  });
  const feature = (properties: object, geometry: object) => ({ type: 'Feature', properties, geometry });
  const collection = (...features: object[]) => JSON.stringify({ type: 'FeatureCollection', features });
  const rows = (header: string, ...lines: string[]) => [header, ...lines, ''].join('\n');
  const place = (name: string, lat: number) => `${name.toLowerCase()},${name},town,10.5,${lat},200,,press,`;
  const files: Record<string, string> = {
    'theatre.json': JSON.stringify({
      id,
      title: 'The valley',
      projection: '+proj=laea +lat_0=50.5 +lon_0=10.5 +datum=WGS84 +units=m',
      time_zone: 'UTC',
    }),
    'theatre.geojson': collection(
      feature({ role: 'theatre' }, square(10, 50, 1, 1)),
      feature({ role: 'territory', id: 'upland', kind: 'state', name: 'Upland' }, square(10, 51, 1, 0.5)),
    ),
    'routes.geojson': collection(
      feature(
        { id: 'R1', name: 'Valley road', error_m: 500, source: 'press', note: null },
        {
          type: 'LineString',
          coordinates: [
            [10.5, 50.1],
            [10.5, 50.9],
          ],
        },
      ),
    ),
    'series.json': JSON.stringify([
      {
        id,
        title: 'The valley',
        publisher: 'Test',
        licence: 'CC0',
        kind: 'derived',
        method: 'derived from reports',
        accuracy_m: 1000,
        accuracy_note: 'made up',
        first_date: '2021-01-01',
        complete_until: '2021-12-31',
        parties: ['north', 'south'],
        r_max_m: 80000,
        spacing_m: 5000,
        parameters: { perimeter_m: 250, reach_m: 250, narrow_m: 5000 },
      },
    ]),
    'parties.csv': rows(
      'id,name,colour,kind,note',
      'north,North,#112233,ground,',
      'south,South,#aa3322,ground,',
      'uplanders,Uplanders,#0a0a0a,operator,',
    ),
    'relations.csv': rows(
      'side,party,stance,from,to,source,note',
      'uplanders,north,ally,,,press,',
      'uplanders,south,hostile,,,press,',
    ),
    'border_policies.csv': rows('side,territory,policy,from,to,source,note', 'uplanders,upland,open,,,press,'),
    'anchors.csv': rows('side,territory,from,to,source,note', 'uplanders,upland,,,press,'),
    'places.csv': rows(
      'id,name,kind,lon,lat,error_m,aliases,source,note',
      place('Ash', 50.2),
      place('Birch', 50.4),
      place('Cedar', 50.6),
      place('Doe', 50.8),
    ),
    'posts.csv': rows(
      'operator,number,number_source,number_text,name,lon,lat,error_m,established_earliest,established_latest,established_source,withdrawn_earliest,withdrawn_latest,withdrawn_source,chrono_no,note',
      'uplanders,1,documented,1,Birch post,10.5,50.42,250,2020-01-01,2020-01-01,press,,,,1,',
    ),
    'sources.csv': rows(
      'id,publisher,title,url,published_on,published_on_inferred,stance,favours,via,note',
      'press,The Valley News,,,,false,press,,,',
    ),
    'initial.csv': rows(
      'place,party,as_of,basis,source,note',
      'ash,south,2021-01-01,stated,press,',
      'birch,north,2021-01-01,stated,press,',
      'cedar,north,2021-01-01,stated,press,',
      'doe,north,2021-01-01,stated,press,',
    ),
    'claims.csv': rows(
      'id,kind,relation,place,post,location,party,earliest,latest,published_on,sources,facts,withdrawn_on,withdrawn_why,dates_inferred,note',
      'cedar-falls,captured,at,cedar,,,south,2021-03-01,2021-03-01,2021-03-02,press,,,,false,',
      'birch-falls,captured,at,birch,,,south,2021-04-01,2021-04-01,2021-04-02,press,,,,false,',
    ),
    'events.csv': rows(
      'id,kind,earliest,latest,relation,place,location,actor,sources,facts,part_of,withdrawn_on,withdrawn_why,dates_inferred,note',
    ),
    'counts.csv': rows('event,measure,value,qualifier,wording,period_from,period_to,part_of,fact'),
  };
  for (const [name, edit] of Object.entries(change)) files[name] = edit(files[name] ?? '');
  return new Map(Object.entries(files));
}

const silent = () => {};
const load = async (db: Db, files: ReadonlyMap<string, string>) => {
  for (const series of await loadBundle(db, parseBundle(files), silent)) await deriveSeries(db, series, {}, silent);
};

const asked = (series: string, date: string, knownAt: Instant | null = null) => {
  if (!isIsoDate(date)) throw new Error(date);
  return { series, date, knownAt };
};

const holders = async (db: Db, series: string, date: string, knownAt: Instant | null = null) => {
  const { features } = await askPlaces(db, asked(series, date, knownAt));
  return features.map(({ id, properties }) => `${id} ${properties.party}`).join(', ');
};

const now = async (db: Db) => (await db.query<{ at: Instant }>('select clock_timestamp() as at'))[0]?.at ?? null;

onEachDatabase('a bundle of another conflict', (db) => {
  it('is loaded, derived and measured like the bundled one', async () => {
    const store = await db();
    await load(store, valley('valley'));
    expect(await holders(store, 'valley', '2021-02-01')).toBe('ash south, birch north, cedar north, doe north');
    expect(await holders(store, 'valley', '2021-03-01')).toBe('ash south, birch north, cedar south, doe north');
    const post = async (date: string) => (await askEncirclement(store, asked('valley', date))).posts[0];
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
    const contested = await askControl(store, asked('corrected', '2021-03-06'), { cells: false });
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
