import { expect, it } from 'vitest';
import type { ImportOptions } from '../../src/formats/feature-attributes.js';
import { byOtherCalendars } from '../../src/formats/odd-days.js';
import { readHere } from '../../src/maps/read.js';
import type { IsoDate } from '../../src/model/dates.js';
import { box } from '../setup/good-input.js';
import { geoJson } from '../setup/map-files.js';

const read = async (days: unknown[], options: Partial<ImportOptions> = {}) => {
  const areas = days.map((day) => ({
    properties: { party: 'a', day: String(day) },
    polygons: [[box(44, 33, 45, 34)]],
  }));
  const { snapshots, notes } = await readHere({
    source: Buffer.from(JSON.stringify(geoJson(areas))),
    options: { dateProperty: 'day', knownParties: null, ...options },
    reading: { layer: null, limits: { unpackedBytes: 1e6 } },
    lenient: false,
  });
  return { days: snapshots.map(({ date }) => date), notes: notes.join('\n') };
};

it.each([
  ['1445-10-22', /by the Hijri calendar \(Umm al-Qura\) 1445-10-22 is 2024-05-01/],
  ['1403-02-12', /by the Solar Hijri \(Jalali\) calendar 1403-02-12 is 2024-05-01/],
  ['0024-05-01', /before the year 1000: .*--date-format 00%y-%m-%d reads 0024-05-01/],
])('%s is kept as the day that it says, and a note tells what else it may be', async (day, says) => {
  const { days, notes } = await read([day]);
  expect(days).toEqual([day]);
  expect(notes).toMatch(says);
});

it('what the notes advise reads the day', async () => {
  expect((await read(['0024-05-01'], { dateFormat: '00%y-%m-%d' })).days).toEqual(['2024-05-01']);
});

it('seconds that are read as milliseconds are told, days of 1970 that are written out are not', async () => {
  const seconds = Date.UTC(2024, 4, 1) / 1000;
  const { days, notes } = await read([seconds], { dateFormat: 'epoch-ms' });
  expect(days).toEqual(['1970-01-20']);
  expect(notes).toMatch(/1970-01-20 is read among the days of the first weeks of 1970.*--date-format epoch-s/);
  expect((await read([seconds], { dateFormat: 'epoch-s' })).notes).not.toContain('1970');
  expect((await read([seconds * 1000], { dateFormat: 'epoch-ms' })).notes).not.toContain('1970');
  expect((await read(['1970-01-20'])).notes).toBe('');
});

it('maps of history are nobody’s mistake', async () => {
  for (const day of ['1066-10-14', '1187-07-04', '1529-10-15', '1812-09-07', '1945-05-08', '2024-05-01'])
    expect((await read([day])).notes).toBe('');
});

it('of many days one is named, and how many more there are', async () => {
  expect((await read(['0024-05-01', '0024-05-02', '0024-05-03'])).notes).toMatch(/^0024-05-01 and 2 more are read/m);
});

it('a day of the Buddhist calendar has not come', () => {
  expect(byOtherCalendars('2567-05-01' as IsoDate)).toEqual(['by the Buddhist calendar 2567-05-01 is 2024-05-01']);
});
