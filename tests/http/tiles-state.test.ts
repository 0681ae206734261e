import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { expect, it } from 'vitest';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';
import { valley } from '../setup/valley.js';

/** The tile that holds the whole valley. */
const HERE = '6/33/21.mvt';
const LAYERS = ['control', 'event', 'front', 'label', 'place', 'pocket', 'post', 'route'] as const;

type Edits = Record<string, (text: string) => string>;
const silent = () => {};
const load = async (db: Db, id: string, edits: Edits = {}) => {
  for (const series of await loadBundle(db, parseBundle(valley(id, edits)), silent))
    await deriveSeries(db, series, {}, silent);
};

const EVENT = (latest: string, kind = 'strike') => `market,${kind},2021-03-10,${latest},at,ash,,,press,,,,,false,\n`;
const event = (latest: string, kind?: string) => (text: string) => text + EVENT(latest, kind);

onEachDatabase('the state of a tile', (db) => {
  const { raw } = serviceOn(db);

  /** What each layer's tile is on a day: its ETag, and its bytes. */
  async function tilesOn(id: string, date: string) {
    const entries = LAYERS.map(async (layer) => {
      const { status, headers, body } = await raw(`/tiles/${id}/${HERE}?date=${date}&layers=${layer}`);
      if (status !== 200 && status !== 204) throw new Error(`${layer}: ${status} ${body}`);
      return [layer, { etag: String(headers.etag), bytes: body.toString('base64') }] as const;
    });
    return Object.fromEntries(await Promise.all(entries)) as Record<string, { etag: string; bytes: string }>;
  }

  /** The layers whose ETag differs between two such answers; where it does not, the bytes must not either. */
  function changed(before: Awaited<ReturnType<typeof tilesOn>>, after: typeof before): string[] {
    for (const layer of LAYERS) {
      if (before[layer]?.etag === after[layer]?.etag) expect(after[layer]?.bytes).toBe(before[layer]?.bytes);
    }
    return LAYERS.filter((layer) => before[layer]?.etag !== after[layer]?.etag);
  }

  const propertiesOf = (tile: { bytes: string } | undefined, layer: string) => {
    const found = new VectorTile(new PbfReader(Buffer.from(tile?.bytes ?? '', 'base64'))).layers[layer];
    return Array.from({ length: found?.length ?? 0 }, (_, i) => found?.feature(i).properties);
  };

  it.each<[what: string, date: string, edits: Edits, layers: string[]]>([
    [
      'a note and a source',
      '2021-02-01',
      { 'places.csv': (t) => t.replace('press,\n', 'press,seen from the road\n') },
      [],
    ],
    ['the title of the theatre', '2021-02-01', { 'theatre.json': (t) => t.replace('The valley', 'A valley') }, []],
    ['the publisher', '2021-02-01', { 'series.json': (t) => t.replace('"Test"', '"Somebody else"') }, []],
    [
      'the colour of a party',
      '2021-02-01',
      { 'parties.csv': (t) => t.replace('#112233', '#445566') },
      ['control', 'label', 'pocket'],
    ],
    [
      'the name of a place',
      '2021-02-01',
      { 'places.csv': (t) => t.replace('Birch,town', 'New Birch,town') },
      ['event', 'place'],
    ],
    [
      'the radius of a perimeter',
      '2021-02-01',
      { 'series.json': (t) => t.replace('"perimeter_m":250', '"perimeter_m":300') },
      ['post'],
    ],
    ['the name of a post', '2021-02-01', { 'posts.csv': (t) => t.replace('Birch post', 'Mill post') }, ['post']],
    ['the name of a road', '2021-02-01', { 'routes.geojson': (t) => t.replace('Valley road', 'Old road') }, ['route']],
    [
      'an alliance that ended before the day',
      '2021-02-10',
      { 'relations.csv': (t) => t.replace('north,ally,,,', 'north,ally,,2021-02-05,') },
      ['post'],
    ],
    [
      'an alliance that ends after the day',
      '2021-02-01',
      { 'relations.csv': (t) => t.replace('north,ally,,,', 'north,ally,,2021-02-05,') },
      [],
    ],
    [
      'a post withdrawn before the day',
      '2021-02-10',
      { 'posts.csv': (t) => t.replace('press,,,,1,', 'press,2021-02-05,2021-02-05,press,1,') },
      ['post'],
    ],
    [
      'a post withdrawn after the day',
      '2021-02-01',
      { 'posts.csv': (t) => t.replace('press,,,,1,', 'press,2021-02-05,2021-02-05,press,1,') },
      [],
    ],
    [
      'a claim of before the day',
      '2021-03-03',
      { 'claims.csv': (t) => t.replace('south,2021-03-01,2021-03-01', 'south,2021-03-05,2021-03-05') },
      ['control', 'front', 'label', 'place', 'pocket', 'post', 'route'],
    ],
    [
      'a claim of after the day',
      '2021-02-01',
      { 'claims.csv': (t) => t.replace('south,2021-03-01,2021-03-01', 'south,2021-03-05,2021-03-05') },
      [],
    ],
    ['an event of the week before', '2021-03-12', { 'events.csv': event('2021-03-10') }, ['event']],
    ['an event of a month before', '2021-04-12', { 'events.csv': event('2021-03-10') }, []],
  ])('%s corrected (%s) changes what depends on it and nothing else', async (what, date, edits, layers) => {
    const store = await db();
    const id = `state-${what.replaceAll(' ', '-').slice(0, 50)}`;
    await load(store, id);
    const before = await tilesOn(id, date);
    await load(store, id, edits);
    expect(changed(before, await tilesOn(id, date))).toEqual(layers);
  });

  it('turns on the day on which a post goes, an alliance ends or an event is a week old, inside one map', async () => {
    const store = await db();
    await load(store, 'state-days', {
      'posts.csv': (t) => t.replace('press,,,,1,', 'press,2021-02-05,2021-02-05,press,1,'),
      'relations.csv': (t) => t.replace('north,ally,,,', 'north,ally,,2021-02-03,'),
      'events.csv': event('2021-03-12'),
    });
    const between = async (one: string, other: string) =>
      changed(await tilesOn('state-days', one), await tilesOn('state-days', other));
    expect(await between('2021-02-01', '2021-02-02')).toEqual([]);
    expect(await between('2021-02-02', '2021-02-03')).toEqual(['post']);
    expect(await between('2021-02-03', '2021-02-04')).toEqual([]);
    expect(await between('2021-02-04', '2021-02-05')).toEqual(['post']);
    expect(await between('2021-03-09', '2021-03-10')).toEqual(['event']);
    expect(await between('2021-03-10', '2021-03-18')).toEqual([]);
    expect(await between('2021-03-18', '2021-03-19')).toEqual(['event']);
    expect(propertiesOf((await tilesOn('state-days', '2021-02-04')).post, 'post')[0]?.verdict).not.toBe('inactive');
    expect(propertiesOf((await tilesOn('state-days', '2021-02-05')).post, 'post')[0]?.verdict).toBe('inactive');
  });

  it('takes in a corrected event at once, and an older state keeps its own tile', async () => {
    const store = await db();
    await load(store, 'state-event', { 'events.csv': event('2021-03-10') });
    const before = await tilesOn('state-event', '2021-03-12');
    const { state } = JSON.parse((await raw('/tiles/state-event.json?date=2021-03-12')).body.toString());
    expect(state).toMatch(/\.v2021-03-10-\d+\.t[\w-]{8}$/);
    await load(store, 'state-event', { 'events.csv': event('2021-03-10', 'attack') });
    const after = await tilesOn('state-event', '2021-03-12');
    expect(changed(before, after)).toEqual(['event']);
    expect(propertiesOf(before.event, 'event')).toMatchObject([{ id: 'market', kind: 'strike', place: 'Ash' }]);
    expect(propertiesOf(after.event, 'event')).toMatchObject([{ kind: 'attack', latest_day: 18_696 }]);
    // Asked of a service that never drew it.
    const kept = await raw(`/tiles/state-event/@${state}/${HERE}?layers=event`);
    expect(kept.body.toString('base64')).toBe(before.event?.bytes);
    expect((await raw(`/tiles/state-event/@${state.replace('.v', '.x')}/${HERE}`)).status).toBe(404);
  });
});
