import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { ARCHIVE_THEATRE, archive } from '../setup/archive.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { temporaryFolder } from '../setup/spawned.js';

/*
 * An archive with the habits of a real one (tests/setup/archive.ts) comes in with one command and one mapping file; what a person has
 * to decide is decided afterwards. Set MAPS for another number than 900.
 */
const MAPS = Number(process.env.MAPS ?? 900);

beforeAll(() => execFileSync('npm', ['run', 'build'], { cwd: PROJECT_ROOT, stdio: 'ignore' }));

it.skipIf(!SERVER_URL)('an archive of 900 maps comes in with one command [needs TEST_DATABASE_URL]', async () => {
  const folder = temporaryFolder();
  const maps = [...archive(MAPS)];
  mkdirSync(join(folder, 'maps'));
  for (const { file, document } of maps) writeFileSync(join(folder, 'maps', file), JSON.stringify(document));
  writeFileSync(
    join(folder, 'theatre.geojson'),
    JSON.stringify({ type: 'Polygon', coordinates: [box(...ARCHIVE_THEATRE)] }),
  );
  const mapping = {
    title: 'The paper',
    parties: [{ id: 'invader', name: 'Invader' }],
    rules: [{ when: { property: { kind: ['held', 'gains'] } }, party: 'invader' }],
    ignore: { farther_than_km: 200 },
  };
  writeFileSync(join(folder, 'mapping.json'), JSON.stringify(mapping));
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, DATABASE_URL: await freshDatabase(SERVER_URL), SALIENT_GEODATA: '' };
  const salient = (words: string[]) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(PROJECT_ROOT, 'dist/cli.js'), ...words], {
      ...{ env, cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 },
    });
    return { stdout, stderr, status };
  };
  const began = Date.now();
  const import_ =
    'import maps --series paper --mapping mapping.json --member /value --date-pattern (\\d{4}-\\d{2}-\\d{2}) --repair --keep-going --source https://example.org --create --title Paper --publisher Paper --licence CC0 --accuracy 100 --theatre theatre.geojson';
  const run = salient(import_.split(' '));
  const seconds = (Date.now() - began) / 1000;
  const notes = run.stdout.split('\n').filter((line) => line.includes('note:'));
  const count = (pattern: RegExp) => notes.filter((line) => pattern.test(line)).length;
  const of = (habit: (typeof maps)[number]['habits'][number]) =>
    maps.filter(({ habits }) => habits.includes(habit)).length;
  const [final = ''] = run.stderr.split('\n').filter((line) => /maps .* are stored/.test(line));
  console.log(`${seconds.toFixed(0)} s, ${(MAPS / seconds).toFixed(1)} maps a second\n${final}`);
  console.log(
    `same ground twice ${count(/overlapped itself/)}, flat rings ${count(/without ground|no ground|dropped/)}, outside ${count(/outside the theatre/)}, far ${count(/farther than/)}`,
  );
  if (!final.includes('0 were refused')) console.log(run.stderr.slice(0, 4000));
  expect(final).toContain(`of ${MAPS} maps ${MAPS - 31} are stored, 31 wait for review and 0 were refused`);
  const stored = (habit: Parameters<typeof of>[0]) =>
    maps.filter(
      ({ habits }) => habits.includes(habit) && !habits.includes('redefinition') && !habits.includes('silent loss'),
    ).length;
  expect(count(/of invader overlapped itself: counted once/)).toBe(stored('overlap'));
  expect(count(/outside the theatre: kept on the map, counted in no figure/)).toBe(stored('outside'));
  expect(count(/farther than 200 km from the theatre left out/)).toBe(1);

  const { held } = JSON.parse(salient(['--json', 'held', 'list', '--series', 'paper']).stdout) as {
    held: { id: number; date: string }[];
  };
  const [loss, redefined] = held as [{ id: number; date: string }, { id: number; date: string }];
  expect(maps.find(({ date }) => date === loss.date)?.habits).toContain('silent loss');
  expect(maps.find(({ date }) => date === redefined.date)?.habits).toContain('redefinition');
  salient(['held', 'refuse', String(loss.id), '--series', 'paper', '--why', 'the paper forgot a district for a day']);
  const accepted = salient([
    '--json',
    'held',
    'accept',
    String(redefined.id),
    '--series',
    'paper',
    '--kind',
    'redefinition',
    '--why',
    'the west is no longer counted',
  ]);
  expect(JSON.parse(accepted.stdout).released).toHaveLength(29);

  for (const [index, map] of maps.entries()) {
    if (index % Math.ceil(MAPS / 40) !== 0 || map.habits.includes('silent loss')) continue;
    const day = map.date;
    const { stdout } = salient(['--json', 'change', '--series', 'paper', '--from', day, '--to', day]);
    const { matrix } = JSON.parse(stdout) as { matrix: { from: string; km2: number }[] };
    const km2 = matrix.find(({ from }) => from === 'invader')?.km2 as number;
    expect(Math.abs(km2 / map.km2 - 1), `${day}: ${km2} and ${map.km2}`).toBeLessThan(1e-6);
  }
  const again = salient(import_.split(' '));
  const other = again.stdout.split('\n').filter((line) => line.startsWith('paper') && !line.includes('unchanged'));
  console.log(
    `again: status ${again.status}, others ${other.length}\n${other.slice(0, 12).join('\n')}\n${other.slice(-3).join('\n')}\n${again.stderr.slice(0, 2500)}`,
  );
  expect(again.stdout.split('\n').filter((line) => line.includes('unchanged'))).toHaveLength(MAPS - 1);
});
