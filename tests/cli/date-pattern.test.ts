import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dateIn, mapFiles, mapGroups } from '../../src/cli/map-files.js';

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

it.each([
  ['map_02052024.geojson', String.raw`(\d{8})`, /"02052024", which is no calendar day .*--date-format .*%d%m%Y/],
  ['map_02.05.2024.kml', String.raw`(\d\d\.\d\d\.\d{4})`, /"02\.05\.2024", which is no .*--date-format/],
  ['2_5_2024.kml', String.raw`(\d+)_(\d+)_(\d{4})`, /"2", "5", "2024" as year, month and day.*\(\?<day>/],
  ['latest-v2.kml', String.raw`v(\d)`, /"2", which is no calendar day.*change the pattern/],
])('what the pattern finds in %s is no day, and the refusal has it as it is written there', (file, pattern, says) => {
  expect(() => dateIn(file, pattern)).toThrow(says);
});

it('what a refused name advises reads it', () => {
  const writing = { format: '%d%m%Y', zone: null };
  expect(dateIn('map_02052024.geojson', String.raw`(\d{8})`, writing)).toBe('2024-05-02');
});

it('where no file has a day in its name, those of the folders count, the innermost first', () => {
  const pattern = String.raw`(\d{4}-\d{2}-\d{2})`;
  const days = (files: string[]) =>
    mapGroups(files, { datePattern: pattern }).map(({ date, fault }) => date ?? fault?.message);
  expect(days(['zd/2024-05-01/latest.geojson', 'zd/2024-05-02/v/latest.geojson'])).toEqual([
    '2024-05-01',
    '2024-05-02',
  ]);
  expect(days(['2020-01-01/2024-05-01/latest.geojson'])).toEqual(['2024-05-01']);
  // A file without a day among those that have one is no map of its folder's day.
  expect(days(['2020-01-01/2024-05-02.geojson', '2020-01-01/latest.geojson'])).toEqual([
    '2024-05-02',
    expect.stringMatching(/does not match the file name latest\.geojson:/),
  ]);
  expect(days(['zd/latest.geojson'])).toEqual([expect.stringMatching(/nor a folder that it lies in/)]);
});

it('a shapefile stands in its folder, as it does on disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'salient-dated-'));
  const dated = join(folder, '2024-05-01');
  mkdirSync(dated);
  for (const end of ['shp', 'dbf']) writeFileSync(join(dated, `latest.${end}`), 'x');
  const groups = mapGroups(await mapFiles([folder]), { datePattern: String.raw`(\d{4}-\d{2}-\d{2})` });
  expect(groups.map(({ date }) => date)).toEqual(['2024-05-01']);
  rmSync(folder, { recursive: true });
});
