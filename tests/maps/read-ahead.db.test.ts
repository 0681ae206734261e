import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { READ_OPTIONS } from '../../src/maps/import.js';
import { readAhead, readSnapshots } from '../../src/maps/read.js';
import type { IsoDate } from '../../src/model/dates.js';
import { box } from '../setup/good-input.js';
import { temporaryFolder } from '../setup/spawned.js';

const folder = temporaryFolder();

function mapFile(name: string, west: number): string {
  const path = join(folder, name);
  const geometry = { type: 'Polygon', coordinates: [box(west, 35, west + 1, 36)] };
  writeFileSync(path, JSON.stringify({ type: 'Feature', properties: { party: 'north' }, geometry }));
  return path;
}

const asked = (path: string, date: string) => ({
  source: { path },
  options: { date: date as IsoDate, knownParties: null },
  reading: READ_OPTIONS,
  lenient: false,
});

it('a file that was read ahead is what is asked for next in the same words', async () => {
  const path = mapFile('one.geojson', 36);
  const ahead = readAhead(asked(path, '2020-01-01'));
  expect(await readSnapshots(asked(path, '2020-01-01'))).toBe(await ahead);
  // Once only: whoever asks again reads the file as it then is.
  mapFile('one.geojson', 40);
  const anew = await readSnapshots(asked(path, '2020-01-01'));
  expect(anew.snapshots[0]?.sha256).not.toBe((await ahead).snapshots[0]?.sha256);
});

it('asked for in other words, a file is read anew', async () => {
  const path = mapFile('two.geojson', 36);
  const ahead = readAhead(asked(path, '2020-01-01'));
  const other = await readSnapshots(asked(path, '2020-01-02'));
  expect(other).not.toBe(await ahead);
  expect(other.snapshots[0]?.date).toBe('2020-01-02');
});

it('what is wrong with a file that was read ahead is told to who asks for it, and to nobody else', async () => {
  const path = join(folder, 'broken.geojson');
  writeFileSync(path, '{"type": "FeatureCollection", "features": [');
  readAhead(asked(path, '2020-01-01'));
  await expect(readSnapshots(asked(path, '2020-01-01'))).rejects.toMatchObject({ code: 'invalid_body' });
  readAhead(asked(path, '2020-01-01'));
  const good = mapFile('good.geojson', 36);
  expect((await readSnapshots(asked(good, '2020-01-01'))).snapshots).toHaveLength(1);
});
