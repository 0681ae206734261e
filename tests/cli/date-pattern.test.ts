import { expect, it } from 'vitest';
import { dateIn } from '../../src/cli/map-files.js';

it.each([
  ['map-20240502.geojson', String.raw`\d{8}`],
  ['map-20240502.geojson', String.raw`(\d{8})`],
  ['map 2024-05-02.kml', String.raw`(\d{4}-\d\d-\d\d)`],
  ['2024_5_2.kml', String.raw`(\d{4})_(\d+)_(\d+)`],
  ['Map 02.05.2024.kml', String.raw`(?<day>\d\d)\.(?<month>\d\d)\.(?<year>\d{4})`],
  ['5-2-2024 v2.zip', String.raw`(?<month>\d+)-(?<day>\d+)-(?<year>\d{4})`],
])('the day in the name of %s by %s is 2 May 2024', (file, pattern) => {
  expect(dateIn(`/maps/2019-01-01/${file}`, pattern)).toBe('2024-05-02');
});

it('an archive without a day in its name is refused with the way to the days of the files in it', () => {
  expect(() => dateIn('/maps/zd.zip', String.raw`(\d{4}-\d{2}-\d{2})`)).toThrow(
    /of an archive its own name counts: unpack/,
  );
  expect(() => dateIn('/maps/zd.kml', String.raw`(\d{4}-\d{2}-\d{2})`)).toThrow(
    /does not match the file name zd\.kml(?!.*archive)/,
  );
});
