import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { readMapping } from '../../src/formats/read-mapping.js';
import type { Polygon } from '../../src/geometry/geojson-geometry.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { kml, shapefile, zip } from '../setup/map-files.js';
import { salient, temporaryFolder } from '../setup/spawned.js';

const PAGE = readFileSync(join(PROJECT_ROOT, 'docs/importing.md'), 'utf8');

/** The block of that name, without its fence. */
function block(name: string): string {
  const found = new RegExp(`<!-- ${name} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\`\\n<!-- /${name} -->`).exec(PAGE)?.[1];
  if (!found) throw new Error(`docs/importing.md has no block ${name}`);
  return found;
}

/** The commands of a block as words: what a shell would make of these. */
function commands(name: string, folder: string): string[][] {
  return block(name)
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '').slice(1))
    .map((words) =>
      words.map((word) => (/^(maps\/|mapping\.json|control\.zip)$/.test(word) ? join(folder, word) : word)),
    );
}

const drawn = (lon: number, fill: string) =>
  kml([
    { properties: { name: 'West', fill }, polygons: [[box(36, 35, lon, 36)]] as Polygon[] },
    { properties: { name: 'فصائل المعارضة / Opposition' }, polygons: [[box(lon, 35, 37, 36)]] as Polygon[] },
  ]);
const UTM = 'PROJCS["WGS_1984_UTM_Zone_37N",GEOGCS["GCS_WGS_1984"]]';

it('the mapping on the page about importing keeps to its schema', () => {
  expect(readMapping(block('mapping')).rules).toHaveLength(6);
});

it.skipIf(!SERVER_URL)(
  'the worked examples of the page do what it says [server: needs TEST_DATABASE_URL]',
  { timeout: 300_000 },
  async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'maps'));
    writeFileSync(join(folder, 'mapping.json'), block('mapping'));
    writeFileSync(join(folder, 'maps', 'map-20200301.kml'), drawn(36.5, '#0000ff'));
    writeFileSync(join(folder, 'maps', 'map-20200302.kmz'), zip({ 'doc.kml': drawn(36.51, '#0000ff') }));
    const survey = [
      { properties: { side: 'north' }, polygons: [[box(235000, 3880000, 270000, 3980000)]] as Polygon[] },
      { properties: { side: 'south' }, polygons: [[box(270000, 3880000, 310000, 3980000)]] as Polygon[] },
    ];
    writeFileSync(join(folder, 'control.zip'), zip({ ...shapefile(survey), 'control.prj': UTM }));
    const environment = { DATABASE_URL: await freshDatabase(SERVER_URL), SALIENT_GEODATA: '' };
    const stated: string[] = [];
    for (const words of [
      ...commands('kml', folder),
      ...commands('kml', folder).slice(1),
      ...commands('shapefile', folder),
    ]) {
      const { code, stdout, stderr } = await salient(words, environment);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      stated.push(stdout);
    }
    expect(stated[0]).toContain('every feature has a rule');
    expect(stated[1]).toMatch(/drawn 2020-03-01: stored[\s\S]*drawn 2020-03-02: stored/);
    expect(stated[2]).toMatch(/drawn 2020-03-01: unchanged[\s\S]*drawn 2020-03-02: unchanged/);
    expect(stated[3]).toMatch(/surveyed 2020-03-01: stored[\s\S]*transformed from EPSG:32637/);
  },
);

it.skipIf(!SERVER_URL)(
  'a folder goes on after refused files when asked to, and says of each which it is, what is wrong and where [server: needs TEST_DATABASE_URL]',
  { timeout: 300_000 },
  async () => {
    const folder = temporaryFolder();
    const map = (lon: number) => {
      const area = (party: string, ring: number[][]) => {
        return { type: 'Feature', properties: { party }, geometry: { type: 'Polygon', coordinates: [ring] } };
      };
      const features = [area('west', box(36, 35, lon, 36)), area('east', box(lon, 35, 37, 36))];
      return JSON.stringify({ type: 'FeatureCollection', features });
    };
    const [a, b, c, d] = box(36, 35, 36.5, 35.5);
    const crossed = { type: 'Polygon', coordinates: [[a, c, b, d, a]] };
    writeFileSync(join(folder, '2020-03-01.geojson'), map(36.5));
    writeFileSync(join(folder, '2020-03-02.geojson'), map(36.51).slice(0, 300));
    writeFileSync(
      join(folder, '2020-03-03.geojson'),
      JSON.stringify({ type: 'Feature', properties: { party: 'west' }, geometry: crossed }),
    );
    writeFileSync(join(folder, '2020-03-04.geojson'), map(36.52));
    writeFileSync(join(folder, 'notes.txt'), 'to do');
    const environment = { DATABASE_URL: await freshDatabase(SERVER_URL), SALIENT_GEODATA: '' };
    const words = [
      'import',
      folder,
      '--series',
      'drawn',
      '--date-pattern',
      '\\d{4}-\\d\\d-\\d\\d',
      '--source',
      'a test',
    ];
    const creation = ['--create', '--title', 'T', '--publisher', 'P', '--licence', 'CC0', '--accuracy', '100'];

    const going = await salient([...words, ...creation, '--keep-going'], environment);
    expect(going.code).toBe(1);
    expect(going.stdout).toMatch(/2020-03-01: stored[\s\S]*2020-03-04: stored/);
    expect(going.stderr).toContain('of 5 maps 2 are stored, 0 wait for review and 3 were refused');
    expect(going.stderr).toMatch(/2020-03-02\.geojson: line 1, column \d+: .*half a file/);
    expect(going.stderr).toMatch(/2020-03-03\.geojson \(36\.25, 35\.25\): not a valid polygon: Self-intersection/);
    expect(going.stderr).toMatch(/notes\.txt: --date-pattern .* does not match the file name/);

    const stopping = await salient(words, environment);
    expect(stopping.code).toBe(1);
    expect(stopping.stdout).toMatch(/2020-03-01: unchanged/);
    expect(stopping.stderr).toMatch(/^salient: \S+2020-03-02\.geojson: line 1/);

    const stated = async (...requested: string[]) => (await salient(requested, environment)).stdout;
    expect(await stated('series', 'list')).toMatch(/^drawn +T +2020-03-01/m);
    const listed = await stated('snapshot', 'list', '--series', 'drawn');
    expect(listed).toMatch(/^2020-03-01 +1 +2 .* current/m);
    expect(listed).toMatch(/^2020-03-04 +2 +2 .* current/m);
    expect(await stated('held', 'list', '--series', 'drawn')).toContain('no map of drawn waits');
    const compared = ['compare', '--series', 'drawn', '--with', 'drawn'];
    expect(await stated(...compared, '--date', '2020-03-04')).toMatch(/^2020-03-04 .* 100\.0 % +0 +100\.0 %$/m);
    const days = await stated(...compared, '--from', '2020-03-01', '--to', '2020-03-10');
    expect(days.match(/^2020-03-0[14] /gm)).toHaveLength(2);
  },
);
