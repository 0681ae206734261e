import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fromWkb } from '../../src/geometry/wkb.js';
import { openFileReader } from '../../src/maps/file-reader.js';
import { READ_OPTIONS } from '../../src/maps/import-request.js';
import { borderLines, borderLinesOfMap } from '../../src/maps/theatre/border-lines.js';
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

it('of a large map the thread seeks the borders as well, each once; of a small one it does not', async () => {
  // Two areas of 270,000 vertices each along one border: 8.6 MB as they are packed.
  const steps = 270_000;
  const border = Array.from({ length: steps + 1 }, (_, i) => [37 + ((i * 7919) % 100) / 1e7, 35 + i / steps]);
  const area = (party: string, far: number, along: number[][]) => {
    const corners = [
      [far, (along.at(-1) as number[])[1]],
      [far, (along[0] as number[])[1]],
    ];
    const ring = [...along, ...corners, along[0]];
    return { type: 'Feature', properties: { party }, geometry: { type: 'Polygon', coordinates: [ring] } };
  };
  const features = [area('north', 36, border), area('south', 38, [...border].reverse())];
  const path = join(folder, 'much.geojson');
  writeFileSync(path, JSON.stringify({ type: 'FeatureCollection', features }));
  const [map] = (await reader.read(requested(path, '2020-01-01'))).snapshots;
  if (!map) throw new Error('no map');

  const lines = borderLinesOfMap(map, []);
  expect(lines === map.lines).toBe(true);
  const edges = edgesOf(lines as Uint8Array);
  // The border once, and three edges around either area.
  expect(edges.length).toBe(steps + 6);
  expect(new Set(edges).size).toBe(steps + 6);
  expect(Buffer.compare(lines as Uint8Array, borderLines(map.areas))).toBe(0);
  // Nobody sought them: they are not sought beside requests.
  expect(borderLinesOfMap({ areas: map.areas }, []) === null).toBe(true);

  const [small] = (await reader.read(requested(mapFile('small.geojson', 36), '2020-01-01'))).snapshots;
  expect(small).not.toHaveProperty('lines');
  expect(edgesOf(borderLinesOfMap(small as NonNullable<typeof small>, []) as Uint8Array)).toHaveLength(4);
});

/** The edges of lines, each with its lower end first. */
function edgesOf(wkb: Uint8Array): string[] {
  const of = fromWkb(wkb).geometry as { coordinates: number[][][] } | { geometries: { coordinates: number[][][] }[] };
  const parts = 'geometries' in of ? of.geometries : [of];
  return parts
    .flatMap(({ coordinates }) => coordinates)
    .flatMap((line) =>
      line.slice(1).map((to, i) => {
        return [(line[i] as number[]).join(' '), to.join(' ')].sort().join();
      }),
    );
}

it('reading ends when the work it is for is cancelled', async () => {
  const stop = new AbortController();
  const reading = atWork({ signal: stop.signal }, () =>
    reader.read({ ...requested('', '2020-01-01'), source: LONG }).catch((error) => error),
  );
  setTimeout(() => stop.abort(), 50);
  expect(await reading).toMatchObject({ code: 'cancelled' });
});
