import { expect, it } from 'vitest';
import { askChange } from '../../src/change/ask.js';
import { askEncirclement, askPostHistory, askVerdicts } from '../../src/encirclement/ask.js';
import { askTimeline } from '../../src/encirclement/timeline.js';
import { importSnapshots } from '../../src/maps/import.js';
import { parseDate } from '../../src/model/dates.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { askPlaces } from '../../src/series/control.js';
import { onEachDatabase } from '../setup/databases.js';
import { valley } from '../setup/valley.js';

const polygon = (party: string, south: number, north: number) => ({
  type: 'Feature',
  properties: { party },
  geometry: {
    type: 'Polygon',
    coordinates: [[south, south, north, north, south].map((lat, i) => [i === 1 || i === 2 ? 11 : 10, lat])],
  },
});

/** Published maps of the valley: the south holds everything below a parallel, or the north is cut off behind a belt of it. */
const upTo = (lat: number) =>
  JSON.stringify({ type: 'FeatureCollection', features: [polygon('south', 50, lat), polygon('north', lat, 51)] });
const belt = JSON.stringify({
  type: 'FeatureCollection',
  features: [polygon('south', 50, 50.3), polygon('north', 50.3, 50.6), polygon('south', 50.6, 51)],
});

onEachDatabase('since when, by maps that were published now and then', (open) => {
  const date = (text: string) => parseDate(text);

  it('is a day after the last map that showed the other, up to the first that shows it; of the first map, on or before it', async () => {
    const db = await open();
    const series = `seldom-${process.pid}`;
    const imported = (text: string) =>
      JSON.stringify(
        JSON.parse(text).map((row: object) => ({
          ...row,
          kind: 'imported',
          first_date: null,
          complete_until: null,
          r_max_m: null,
          spacing_m: null,
        })),
      );
    await loadBundle(db, parseBundle(valley(series, { 'series.json': imported })), () => {});
    for (const [day, map] of [
      ['2021-01-10', belt],
      ['2021-02-01', upTo(50.3)],
      ['2021-03-01', belt],
    ] as const) {
      await importSnapshots(db, {
        series,
        map,
        options: { date: date(day) },
        source: 'https://example.org',
        create: null,
        accept: 'a test',
      });
    }
    const on = (day: string) => ({ series, date: date(day), knownAt: null });
    const post = async (day: string) => (await askEncirclement(db, on(day))).posts[0];
    // The map of a day needs the verdicts of that day, and waits for no other.
    const judged = () =>
      db.query(
        `select distinct r.valid_on from kept_encirclement k join revision r on r.id = k.revision
         where r.series = $1 and r.superseded_at is null`,
        [series],
      );
    const [drawn] = await askVerdicts(db, on('2021-03-02'));
    expect(drawn).toMatchObject({
      number: 1,
      verdict: 'encircled',
      position: [expect.any(Number), expect.any(Number)],
    });
    expect(await judged()).toEqual([{ valid_on: '2021-03-01' }]);
    expect(await post('2021-01-12')).toMatchObject({
      verdict: 'encircled',
      since: { isolated: { earliest: null, latest: '2021-01-10' } },
      summary: expect.stringContaining('closed since 10 January 2021 or before'),
    });
    expect(await post('2021-03-02')).toMatchObject({
      since: { isolated: { earliest: '2021-02-02', latest: '2021-03-01' } },
      summary: expect.stringContaining('closed since between 2 February and 1 March 2021'),
    });
    const { intervals } = await askPostHistory(db, { series, knownAt: null }, 1, null);
    expect(intervals.map(({ verdict, began }) => [verdict, began.earliest, began.latest])).toEqual([
      ['encircled', null, '2021-01-10'],
      ['not_encircled', '2021-01-11', '2021-02-01'],
      ['encircled', '2021-02-02', '2021-03-01'],
    ]);
    const timeline = await askTimeline(db, { series, knownAt: null });
    expect(timeline.posts[0]?.intervals.map(({ began }) => began.earliest)).toEqual([null, '2021-01-11', '2021-02-02']);
    const places = await askPlaces(db, on('2021-03-02'));
    expect(places.features.find(({ id }) => id === 'doe')?.properties).toMatchObject({
      party: 'south',
      since: '2021-03-01',
      since_between: { earliest: '2021-02-02', latest: '2021-03-01' },
    });
    expect(places.features.find(({ id }) => id === 'ash')?.properties.since_between).toEqual({
      earliest: null,
      latest: '2021-01-10',
    });
    const change = await askChange(db, { series, knownAt: null, from: date('2021-02-10'), to: date('2021-03-02') });
    expect(change.places?.map(({ id, on: days }) => [id, days.earliest, days.latest])).toEqual([
      ['doe', '2021-02-02', '2021-03-01'],
    ]);

    // Between two maps that are too far apart nothing is known, though both show the same.
    await importSnapshots(db, {
      ...{ series, map: belt, options: { date: date('2021-04-01') } },
      ...{ source: 'https://example.org', create: null, accept: 'a test' },
    });
    const unknown_days = [
      { from: '2021-01-25', to: '2021-02-01' },
      { from: '2021-02-16', to: '2021-03-01' },
      { from: '2021-03-16', to: '2021-04-01' },
    ];
    expect(await post('2021-04-02')).toMatchObject({
      since: { isolated: { earliest: '2021-02-02', latest: '2021-03-01' } },
      summary: expect.stringContaining(
        'closed since between 2 February and 1 March 2021, as far as maps show (none stands for the days from 16 March 2021 until 1 April 2021)',
      ),
    });
    expect(await askEncirclement(db, on('2021-03-02'))).toMatchObject({ unknown_days: unknown_days.slice(0, 2) });
    expect(await askPlaces(db, on('2021-04-02'))).toMatchObject({ unknown_days });
    expect(await askPostHistory(db, { series, knownAt: null }, 1, null)).toMatchObject({ unknown_days });
    const later = await askTimeline(db, { series, knownAt: null });
    expect(later.unknown_days).toEqual(unknown_days);
    expect(later.posts[0]?.intervals.at(-1)).toMatchObject({ from: '2021-03-01', to: null });
  });
});
