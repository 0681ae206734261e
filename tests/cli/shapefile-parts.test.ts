import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, expect, it } from 'vitest';
import { mapFiles } from '../../src/cli/map-files.js';

const folder = mkdtempSync(join(tmpdir(), 'salient-parts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const cases = join(import.meta.dirname, '../maps/cases');

it('a .shp stands for the files of its shapefile, and a folder of them for as many maps', async () => {
  const parts = unzipSync(readFileSync(join(cases, '33-deleted-record.zip')));
  for (const [name, bytes] of Object.entries(parts)) {
    const extension = name.slice(name.lastIndexOf('.'));
    writeFileSync(join(folder, `map_20240501${extension}`), bytes);
    writeFileSync(join(folder, `MAP_20240601${extension.toUpperCase()}`), bytes);
  }
  writeFileSync(join(folder, 'map_20240501.shp.xml'), '<metadata/>');
  writeFileSync(join(folder, 'readme.txt'), 'of somebody');
  const found = await mapFiles([folder]);
  expect(found.map((path) => path.split('/').at(-1))).toEqual(['MAP_20240601.zip', 'map_20240501.zip', 'readme.txt']);
  const [upper = '', lower = ''] = found;
  expect(
    Object.keys(unzipSync(readFileSync(lower)))
      .map((name) => name.split('.').at(-1))
      .sort(),
  ).toEqual(expect.arrayContaining(['dbf', 'shp']));
  expect(Object.keys(unzipSync(readFileSync(upper)))).toContain('MAP_20240601.SHP');
});

it('a .shp without its table is given on as it is, and the importer says what it is', async () => {
  const alone = join(folder, 'alone.shp');
  writeFileSync(alone, 'x');
  expect(await mapFiles([alone])).toEqual([alone]);
});
