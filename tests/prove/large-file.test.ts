import { once } from 'node:events';
import { createWriteStream, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { salient, temporaryFolder } from '../setup/spawned.js';

/*
 * A file of 300 MB: the same map as a small one, each area with a long description, as published maps have. It is read
 * feature by feature in a heap far smaller than the file, and is the same ground to the last digit.
 */
const SIDE = 20;
const DESCRIPTION = 'what was written about this area, '.repeat(22_500);

function* features(description: string | null) {
  for (let i = 0; i < SIDE * SIDE; i++) {
    const [west, south] = [36 + 0.05 * (i % SIDE), 35 + 0.05 * Math.floor(i / SIDE)];
    const properties = {
      party: i % 3 === 0 ? 'west' : 'east',
      status: 'controlled',
      ...(description && { description }),
    };
    const geometry = { type: 'Polygon', coordinates: [box(west, south, west + 0.05, south + 0.05)] };
    yield JSON.stringify({ type: 'Feature', properties, geometry });
  }
}

async function writeLarge(file: string): Promise<void> {
  const out = createWriteStream(file);
  out.write('{"type":"FeatureCollection","features":[\n');
  let first = true;
  for (const feature of features(DESCRIPTION)) {
    if (!out.write(`${first ? '' : ',\n'}${feature}`)) await once(out, 'drain');
    first = false;
  }
  out.end('\n]}\n');
  await once(out, 'finish');
}

describe.skipIf(!SERVER_URL)('a file of 300 MB', () => {
  it('is read in a heap of 200 MB, and is the ground of the small file it was made from', async () => {
    const folder = temporaryFolder();
    const [small, large] = [join(folder, 'small.geojson'), join(folder, 'large.geojson')];
    writeFileSync(small, `{"type":"FeatureCollection","features":[${[...features(null)].join(',')}]}`);
    await writeLarge(large);
    expect(statSync(large).size).toBeGreaterThan(300e6);
    const environment = { DATABASE_URL: await freshDatabase(SERVER_URL), NODE_OPTIONS: '--max-old-space-size=200' };
    const words = (file: string) => [
      'import',
      file,
      '--series',
      'wide',
      '--date',
      '2024-05-01',
      '--source',
      'https://example.org/map',
      '--json',
    ];
    const created = ['--create', '--title', 'Wide', '--publisher', 'Us', '--licence', 'CC0-1.0', '--accuracy', '500'];
    const first = await salient([...words(small), ...created], environment);
    expect([first.code, first.stderr]).toEqual([0, '']);
    const began = performance.now();
    const second = await salient(words(large), environment);
    process.stdout.write(`300 MB read and judged in ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
    expect([second.code, second.stderr]).toEqual([0, '']);
    expect(second.stdout).toContain('"unchanged"');
  });
});
