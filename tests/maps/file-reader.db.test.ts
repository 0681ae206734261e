import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openFileReader } from '../../src/maps/file-reader.js';
import { READ_OPTIONS } from '../../src/maps/import-request.js';
import type { IsoDate } from '../../src/model/dates.js';
import { atWork } from '../../src/store/cancellation.js';
import { box } from '../setup/good-input.js';
import { temporaryFolder } from '../setup/spawned.js';

const folder = temporaryFolder();
const reader = openFileReader();
afterAll(() => reader.close());

function mapFile(name: string, west: number): string {
  const path = join(folder, name);
  const geometry = { type: 'Polygon', coordinates: [box(west, 35, west + 1, 36)] };
  writeFileSync(path, JSON.stringify({ type: 'Feature', properties: { party: 'north' }, geometry }));
  return path;
}

const requested = (path: string, date: string) => ({
  source: { path },
  options: { date: date as IsoDate, knownParties: null },
  reading: READ_OPTIONS,
  lenient: false,
});

it('a file that was read ahead is what is asked for next in the same words', async () => {
  const path = mapFile('one.geojson', 36);
  const ahead = reader.readAhead(requested(path, '2020-01-01'));
  expect(await reader.read(requested(path, '2020-01-01'))).toBe(await ahead);
  // Once only: whoever asks again reads the file as it then is.
  mapFile('one.geojson', 40);
  const anew = await reader.read(requested(path, '2020-01-01'));
  expect(anew.snapshots[0]?.sha256).not.toBe((await ahead).snapshots[0]?.sha256);
});

it('asked for in other words, a file is read anew', async () => {
  const path = mapFile('two.geojson', 36);
  const ahead = reader.readAhead(requested(path, '2020-01-01'));
  const other = await reader.read(requested(path, '2020-01-02'));
  expect(other).not.toBe(await ahead);
  expect(other.snapshots[0]?.date).toBe('2020-01-02');
});

it('what is wrong with a file that was read ahead is told to who asks for it, and to nobody else', async () => {
  const path = join(folder, 'broken.geojson');
  writeFileSync(path, '{"type": "FeatureCollection", "features": [');
  reader.readAhead(requested(path, '2020-01-01'));
  await expect(reader.read(requested(path, '2020-01-01'))).rejects.toMatchObject({ code: 'invalid_body' });
  reader.readAhead(requested(path, '2020-01-01'));
  const good = mapFile('good.geojson', 36);
  expect((await reader.read(requested(good, '2020-01-01'))).snapshots).toHaveLength(1);
});

/** Takes a thread about a second to read. */
const LONG = new Uint8Array(Buffer.from(`[${'1,'.repeat(8_000_000)}1]`));

it('a file that takes longer than its time is refused, and the next one is read', async () => {
  const hasty = openFileReader({ megabytes: 512, seconds: 0.02, secondsPerMegabyte: 0 });
  try {
    const options = { date: '2020-01-01' as IsoDate, knownParties: null };
    const request = { source: LONG, options, reading: READ_OPTIONS, lenient: false };
    await expect(hasty.read(request)).rejects.toMatchObject({ code: 'too_large', message: /more than 1 s/ });
  } finally {
    await hasty.close();
  }
  expect((await reader.read(requested(mapFile('after.geojson', 36), '2020-01-01'))).snapshots).toHaveLength(1);
});

it('a file that takes more memory than a thread has is refused', async () => {
  const small = openFileReader({ megabytes: 24, seconds: 60, secondsPerMegabyte: 0 });
  try {
    const ring = Array.from({ length: 400_000 }, (_, i) => [36 + i / 1e6, 35 + (i % 7) / 1e6]);
    const geometry = { type: 'Polygon', coordinates: [[...ring, ring[0]]] };
    const path = join(folder, 'large.geojson');
    writeFileSync(path, JSON.stringify({ type: 'Feature', properties: { party: 'north' }, geometry }));
    await expect(small.read(requested(path, '2020-01-01'))).rejects.toMatchObject({
      code: 'too_large',
      message: /24 MB/,
    });
  } finally {
    await small.close();
  }
});

it('reading ends when the work it is for is cancelled', async () => {
  const stop = new AbortController();
  const reading = atWork({ signal: stop.signal }, () =>
    reader.read({ ...requested('', '2020-01-01'), source: LONG }).catch((error) => error),
  );
  setTimeout(() => stop.abort(), 50);
  expect(await reading).toMatchObject({ code: 'cancelled' });
});
