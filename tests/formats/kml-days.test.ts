import { describe, expect, it } from 'vitest';
import type { SalientError } from '../../src/errors.js';
import { readHere } from '../../src/maps/read.js';
import { parseDate } from '../../src/model/dates.js';
import { box } from '../setup/good-input.js';
import { kml } from '../setup/map-files.js';

/** Time spans of KML by the names of their parties; every party has its own ground. */
type Spans = Record<string, readonly [begin: string | null, end: string | null]>;

const element = (name: string, value: string | null) => (value === null ? '' : `<${name}>${value}</${name}>`);

function drawn(spans: Spans): string {
  const times = Object.values(spans).map(
    ([begin, end]) => `<TimeSpan>${element('begin', begin)}${element('end', end)}</TimeSpan>`,
  );
  const areas = Object.keys(spans).map((name, i) => ({
    properties: { name },
    polygons: [[box(36 + i, 35, 37 + i, 36)]],
  }));
  return kml(areas).replaceAll('<MultiGeometry>', () => `${times.shift()}<MultiGeometry>`);
}

const read = (spans: Spans, options: object = {}) =>
  readHere({
    source: Buffer.from(drawn(spans)),
    options: { knownParties: null, partyProperty: 'name', ...options },
    reading: { layer: null, limits: { unpackedBytes: 50e6 } },
    lenient: false,
  });

async function mapsOf(spans: Spans, options: object = {}) {
  const { snapshots, notes } = await read(spans, options);
  const maps = snapshots.map(({ date, areas }): [string, string] => [date, areas.map(({ party }) => party).join(' ')]);
  return { maps: Object.fromEntries(maps), notes: notes.join('\n') };
}

describe('a KML whose features state times, read for a named day', () => {
  const spans: Spans = {
    past: ['2022-01-01', '2023-01-01'],
    coming: ['2024-06-01', null],
    ended: ['2024-01-01', '2024-05-01'],
    there: ['2024-01-01', '2024-05-02'],
    always: [null, null],
  };
  const date = parseDate('2024-05-01');

  it('notes each area whose time does not hold the day', async () => {
    const { notes, maps } = await mapsOf(spans, { date });
    expect(maps).toEqual({ '2024-05-01': 'past coming ended there always' });
    expect(notes).toMatch(
      /^3 areas on the map of a day that their own time .* does not hold: .*past.* \(2022-01-01\/2023-01-01\), .*coming.* \(2024-06-01\/\.\.\), .*ended.* \(2024-01-01\/2024-05-01\); a named day/,
    );
    expect(notes).not.toMatch(/there|always/);
  });

  it.each<[string, string | null, string | null]>([
    ['of that month', '2024-05', '2024-05'],
    ['that ends within the day', '2024-04-01', '2024-05-01T18:00:00Z'],
    ['of that day alone', '2024-05-01', '2024-05-01'],
    ['that begins within the day', '2024-05-01T06:00:00Z', null],
    ['without a beginning', null, '2025'],
  ])('says nothing of one %s', async (_, begin, end) => {
    expect((await mapsOf({ a: [begin, end] }, { date })).notes).toBe('');
  });

  it('says so of a moment, and of days of a property', async () => {
    const file = drawn({ a: ['2023-05-01', null] })
      .replace(/TimeSpan/g, 'TimeStamp')
      .replace(/begin>/g, 'when>');
    const dated = file.replace('<MultiGeometry>', '<ExtendedData><Data name="day"><value>2024-05-01</value></Data></ExtendedData>$&'); // biome-ignore format: one line
    for (const options of [{ date }, { dateProperty: 'day' }]) {
      const { notes } = await readHere({
        source: Buffer.from(dated),
        options: { knownParties: null, partyProperty: 'name', ...options },
        reading: { layer: null, limits: { unpackedBytes: 50e6 } },
        lenient: false,
      });
      expect(notes).toEqual([expect.stringMatching(/^1 area on the map of a day that its own time .*\(2023-05-01\)/)]);
    }
  });
});

describe('the days of a KML whose features come and go', () => {
  it('an end takes its ground off a map of that day, where nothing else begins then', async () => {
    const { maps, notes } = await mapsOf({ a: ['2024-05-01', '2024-05-10'], b: ['2024-05-01', '2024-05-05'] });
    expect(maps).toEqual({ '2024-05-01': 'a b', '2024-05-05': 'a' });
    expect(notes).toMatch(/maps are made of 2024-05-05 too.*the first day without it/);
    expect(notes).toMatch(/no map is made of 2024-05-10.*nothing is drawn from then on.*stands until the next/);
  });

  it('an end between two beginnings has a map as well, and one on a beginning needs none', async () => {
    const spans: Spans = { a: ['2024-05-01', null], b: ['2024-05-01', '2024-05-05'], c: ['2024-05-09', null] };
    expect((await mapsOf(spans)).maps).toEqual({ '2024-05-01': 'a b', '2024-05-05': 'a', '2024-05-09': 'a c' });
    const { maps, notes } = await mapsOf({ ...spans, b: ['2024-05-01', '2024-05-09'] });
    expect([maps, notes]).toEqual([{ '2024-05-01': 'a b', '2024-05-09': 'a c' }, '']);
  });

  it('an end that stands alone takes the ground off from its day on', async () => {
    const { maps } = await mapsOf({ a: ['2024-05-01', null], b: [null, '2024-05-09'] });
    expect(maps).toEqual({ '2024-05-01': 'a b', '2024-05-09': 'a' });
  });

  it.each([
    ['the last day of a publisher who begins anew on the next', '2024-05-08'],
    ['an end within a day', '2024-05-05T18:00:00Z'],
    ['an end that has not come', '9999-12-31'],
    ['an end that the calendar has not', '2024-02-31'],
  ])('%s makes no map, and is named', async (_, end) => {
    const { maps, notes } = await mapsOf({ a: ['2024-01-01', null], b: ['2024-01-01', end], c: ['2024-05-09', null] });
    expect(Object.keys(maps)).toEqual(['2024-01-01', '2024-05-09']);
    expect(notes).toContain(`no map is made of ${end}`);
  });

  it('a span of one day is of that day, whatever else begins', async () => {
    const { maps } = await mapsOf({ a: ['2024-05-01', null], b: ['2024-05-03', '2024-05-03'] });
    expect(maps).toEqual({ '2024-05-01': 'a', '2024-05-03': 'a b' });
  });

  it.each(['2024-01-01', '2024-01-01T18:00:00Z'])(
    'an end on the day on which it begins, %s, makes no map, and is named',
    async (end) => {
      const { maps, notes } = await mapsOf({ a: ['2024-01-01', null], b: ['2024-01-01', end] }, { timeZone: 'UTC' });
      expect(maps).toEqual({ '2024-01-01': 'a b' });
      expect(notes).toContain(`no map is made of ${end}, where something ends`);
      expect(notes).toContain('it began on that day');
      expect(notes).not.toContain('maps are made');
    },
  );

  it('a span that ends before it begins is refused with the ways out', async () => {
    const spans: Spans = { a: ['2024-05-01', null], b: ['2024-05-03', '2024-05-02'] };
    await expect(read(spans)).rejects.toThrow(
      /its time ends \("2024-05-02"\) before it begins \("2024-05-03"\): --date/,
    );
  });

  it('ends count for nothing where the day is named otherwise', async () => {
    const spans: Spans = { a: ['2024-05-01', '2024-05-10'], b: ['2024-05-01', '2024-05-05'] };
    expect(await mapsOf(spans, { date: '2024-05-02' })).toEqual({ maps: { '2024-05-02': 'a b' }, notes: '' });
  });

  it('what is no day is told of those alone that state it', async () => {
    const blamed = async (spans: Spans) => {
      const error = (await read(spans).catch((thrown) => thrown)) as SalientError;
      return error.problems.map(({ message, feature }) => `${feature}: ${message}`);
    };
    expect(await blamed({ red: ['2024-01-01', null], blue: ['2024-01', null] })).toEqual([
      expect.stringMatching(/blue.*"2024-01" is a month and no day/),
    ]);
    expect(await blamed({ red: ['2024-01-01T00:00:00Z', null], blue: ['2024-01-01', null] })).toEqual([
      expect.stringMatching(/red.*is an instant: --time-zone/),
    ]);
    // Of an end a map would be made.
    const ends: Spans = { red: ['2024-01-01', null], blue: ['2024-01-01', '2024-01-05T00:00:00Z'] };
    expect(await blamed(ends)).toEqual([expect.stringMatching(/blue.*"2024-01-05T00:00:00Z" is an instant/)]);
  });

  it('two spellings of one day are one day, on which every area is there once', async () => {
    const spans: Spans = { red: ['2024-01-01T00:00:00Z', null], blue: ['2024-01-01', null], old: ['2023-12-01', null] };
    const maps = { '2023-12-01': 'old', '2024-01-01': 'red blue old' };
    expect(await mapsOf(spans, { timeZone: 'UTC' })).toEqual({ maps, notes: '' });
    // Where the instant falls in the day before, they are two.
    const west = await mapsOf(spans, { timeZone: 'America/New_York' });
    expect(Object.keys(west.maps)).toEqual(['2023-12-01', '2023-12-31', '2024-01-01']);
  });
});
