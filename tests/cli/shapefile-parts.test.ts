import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, expect, it, vi } from 'vitest';
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

it('what programs keep beside a map is left out of a folder, and of several files, with a word', async () => {
  const among = mkdtempSync(join(tmpdir(), 'salient-beside-'));
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const maps = ['2024-05-01_aland.geojson', '2024-05-01_borland.gpkg'];
    const beside = ['qml', 'qmd', 'png', 'PDF', 'png.aux.xml', 'geojson.xml', 'gpkg-wal'].map(
      (ending) => `2024-05-01_aland.${ending}`,
    );
    for (const name of [...maps, ...beside]) writeFileSync(join(among, name), 'x');
    const paths = (names: readonly string[]) => names.map((name) => join(among, name));
    expect(await mapFiles([among])).toEqual(paths(maps));
    expect(await mapFiles(paths([...maps, ...beside]))).toEqual(paths(maps));
    const words = said.mock.calls.join('');
    for (const path of paths(beside)) expect(words).toContain(`${path} left out: no map`);
    // Named alone it is what is to be imported: the importer says what it is.
    expect(await mapFiles(paths(['2024-05-01_aland.qml']))).toEqual(paths(['2024-05-01_aland.qml']));
  } finally {
    said.mockRestore();
    rmSync(among, { recursive: true, force: true });
  }
});
