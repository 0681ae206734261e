import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { textsOf } from '../../src/reports/render/texts/texts-of.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { type Ended, type Spawned, salient, spawnService, temporaryFolder } from '../setup/spawned.js';

/*
 * The command line as a person or a script meets it: processes of their own, exit codes, what is said where. The same
 * words work on a folder that nobody has open and through the service that has it open; the tests run in order.
 */
const DONE = 0;
const REFUSED = 1;
const WRONG_USAGE = 2;
const SLOW = 120_000;

const files = temporaryFolder();
const folder = join(temporaryFolder(), 'data');
const settings = { SALIENT_DATA: folder };
/** What is at work for long is told every half minute, as on a busy machine; when is told in working.test.ts. */
const AT_WORK = /^salient: the service is at work \(\d+ s\)\n/gm;
async function run(...words: string[]): Promise<Ended> {
  const ended = await salient(words, settings);
  return { ...ended, stderr: ended.stderr.replace(AT_WORK, '') };
}

function written(name: string, content: unknown): string {
  const file = join(files, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const area = (party: string, west: number, east: number, properties: object = {}) => ({
  type: 'Feature',
  properties: { party, status: 'controlled', ...properties },
  geometry: { type: 'Polygon', coordinates: [box(west, 35.2, east, 35.6)] },
});
const map = (lon: number) => ({ type: 'FeatureCollection', features: [area('west', 36, lon), area('east', lon, 37)] });
const OF_A_SERIES = ['--title', 'Ours', '--publisher', 'Us', '--licence', 'CC0-1.0', '--accuracy', '500'];
const FROM = ['--source', 'https://example.org/map'];

function returned<T>({ code, stdout, stderr }: Ended): T {
  expect({ code, stderr }).toEqual({ code: DONE, stderr: '' });
  return JSON.parse(stdout) as T;
}

describe('without a database', () => {
  it.each([
    [['--help'], 'salient encirclement --series m5 --date 2019-08-24'],
    [['import', '--help'], '--date-pattern'],
    [['change', '--help'], '--from <day>'],
  ])('%j says how, with examples, and is done', { timeout: SLOW }, async (words, example) => {
    const { code, stdout, stderr } = await run(...words);
    expect({ code, stderr }).toEqual({ code: DONE, stderr: '' });
    expect(stdout).toContain(example);
  });

  it.each([
    [[], 'Usage: salient'],
    [['conquer'], "unknown command 'conquer'"],
    [['change', '--series', 'm5', '--from', '2019-08-01'], "required option '--to <day>'"],
    [['places', '--series', 'm5', '--date', '2019-08-01', '--colour', 'red'], "unknown option '--colour'"],
    [['import', '--series', 'ours', '--source', 'us'], "missing required argument 'files'"],
    [['series', 'show'], "missing required argument 'id'"],
  ])('%j is wrong usage', { timeout: SLOW }, async (words, reason) => {
    const { code, stdout, stderr } = await run(...words);
    expect({ code, stdout }).toEqual({ code: WRONG_USAGE, stdout: '' });
    expect(stderr).toContain(reason);
  });

  it('a setting that cannot be used is named', { timeout: SLOW }, async () => {
    const { code, stderr } = await salient(['series', 'list'], { ...settings, PORT: 'many' });
    expect(code).toBe(REFUSED);
    expect(stderr).toContain('PORT="many"');
  });
});

describe('on a folder that nobody has open', () => {
  it.each([
    ['series list', ['series', 'list']],
    ['encirclement', ['encirclement', '--series', 'm5', '--date', '2019-08-24']],
    ['an import into a series that there is', ['import', 'map.geojson', '--series', 'ours', ...FROM]],
    ['a backup', ['backup', join(files, 'nothing.gz')]],
  ])('a name that is misspelt is no new database: %s', { timeout: SLOW }, async (_, words) => {
    written('map.geojson', map(36.5));
    const none = join(files, 'mistyped');
    const given = words.map((word) => (word === 'map.geojson' ? join(files, word) : word));
    const { code, stdout, stderr } = await salient(given, { SALIENT_DATA: none });
    expect({ code, stdout }).toEqual({ code: REFUSED, stdout: '' });
    expect(stderr).toMatch(/^salient: there is no database in .*mistyped: SALIENT_DATA says which folder; serve, /);
    expect(existsSync(none)).toBe(false);
    expect(readdirSync(files).filter((name) => name.startsWith('nothing'))).toEqual([]);
  });

  it.skipIf(!SERVER_URL)(
    'nor does a command that reads make tables on a server [server: needs TEST_DATABASE_URL]',
    { timeout: SLOW },
    async () => {
      const url = await freshDatabase(SERVER_URL);
      for (const words of [
        ['series', 'list'],
        ['backup', join(files, 'nothing.gz')],
      ]) {
        const { code, stderr } = await salient(words, { DATABASE_URL: url });
        expect({ code, stderr }).toEqual({
          code: REFUSED,
          stderr: expect.stringContaining('has no tables of Salient: DATABASE_URL says which database'),
        });
      }
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query(`select count(*)::int as tables from pg_tables where schemaname = 'public'`);
      await client.end();
      expect(rows).toEqual([{ tables: 0 }]);
    },
  );

  it('the database is created when there is none', { timeout: SLOW }, async () => {
    expect(returned(await run('migrate', '--json'))).toEqual({ migrated: true });
    expect(returned(await run('series', 'list', '--json'))).toEqual([]);
  });

  it('a backup that cannot be written ends in one sentence, and the database is free again', {
    timeout: SLOW,
  }, async () => {
    const nowhere = await run('backup', join(files, 'nowhere', 'all.gz'));
    expect(nowhere).toEqual({
      code: REFUSED,
      stdout: '',
      stderr: `salient: a backup cannot be written into ${join(files, 'nowhere')}: there is no such folder (invalid_parameter)\n`,
    });
    const inFile = await run('backup', join(written('a-file', '{}'), 'all.gz'));
    expect(inFile).toMatchObject({ code: REFUSED, stderr: expect.stringMatching(/^salient: .*a-file: .*\n$/) });
    expect(existsSync(join(folder, 'lock.json'))).toBe(false);
  });

  it('the backup of a store in which nothing is says so', { timeout: SLOW }, async () => {
    const { code, stdout, stderr } = await run('backup', join(files, 'empty.gz'));
    expect({ code, stdout }).toEqual({ code: DONE, stdout: expect.stringContaining(': 0 rows, ') });
    expect(stderr).toContain('empty.gz holds no rows: nothing was ever stored there');
  });

  it('a folder is no backup, and no database is made for it', { timeout: SLOW }, async () => {
    const none = join(files, 'for-restoring');
    const { code, stderr } = await salient(['restore', files], { SALIENT_DATA: none });
    expect({ code, stderr }).toEqual({
      code: REFUSED,
      stderr: `salient: ${files}: it is a folder (invalid_backup)\n`,
    });
    expect(existsSync(none)).toBe(false);
  });

  it('a map makes a series whose theatre is a file, and once more changes nothing', { timeout: SLOW }, async () => {
    const theatre = written('theatre.geojson', { type: 'Polygon', coordinates: [box(36, 35.2, 37, 35.6)] });
    const file = written('ours-2024-05-01.geojson', map(36.5));
    const words = [file, '--series', 'ours', '--date-pattern', String.raw`(\d{4})-(\d\d)-(\d\d)`, ...FROM, '--json'];
    const made = returned<{ snapshots: object[] }>(
      await run('import', ...words, '--create', ...OF_A_SERIES, '--theatre', theatre),
    );
    expect(made).toMatchObject({ series: 'ours', snapshots: [{ date: '2024-05-01', result: 'stored', notes: [] }] });
    const again = returned<{ snapshots: object[] }>(await run('import', ...words));
    expect(again.snapshots).toMatchObject([{ date: '2024-05-01', result: 'unchanged' }]);
  });

  it('the audit log names what was done by the command line, as through a service', { timeout: SLOW }, async () => {
    const { entries } = returned<{ entries: object[] }>(await run('audit', 'export'));
    const imported = { principal: 'local', action: '/series/{id}/snapshots', subject: '/series/ours/snapshots' };
    expect(entries).toHaveLength(2);
    for (const entry of entries)
      expect(entry).toMatchObject({ ...imported, detail: { id: 'ours', source: 'https://example.org/map' } });
  });

  it('what is refused is said on stderr with its reasons, nothing on stdout', { timeout: SLOW }, async () => {
    const bowTie = map(36.5);
    bowTie.features[0] = {
      ...area('west', 36, 36.5),
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [36, 35.2],
            [36.5, 35.6],
            [36.5, 35.2],
            [36, 35.6],
            [36, 35.2],
          ],
        ],
      },
    };
    const broken = await run(
      'import',
      written('broken.geojson', bowTie),
      '--series',
      'ours',
      '--date',
      '2024-05-02',
      ...FROM,
    );
    expect({ code: broken.code, stdout: broken.stdout }).toEqual({ code: REFUSED, stdout: '' });
    expect(broken.stderr).toMatch(
      /^salient: .*\(invalid_snapshot\)\n {2}\/features\/0\/geometry.* \(36\.25, 35\.40*6?\): not a valid polygon/,
    );
    const unknown = await run('series', 'show', 'theirs');
    expect(unknown).toEqual({ code: REFUSED, stdout: '', stderr: expect.stringContaining('(unknown_series)') });
  });
});

let service: Spawned;
const READS: Record<string, string[]> = {
  'series list': ['series', 'list'],
  'series show': ['series', 'show', 'm5'],
  control: ['control', '--series', 'm5', '--date', '2020-01-28'],
  places: ['places', '--series', 'm5', '--date', '2020-01-28'],
  encirclement: ['encirclement', '--series', 'm5', '--date', '2019-08-24'],
  post: ['post', '9', '--series', 'm5'],
  route: ['route', 'M5', '--series', 'm5', '--date', '2020-02-11'],
  change: ['change', '--series', 'm5', '--from', '2019-08-01', '--to', '2020-02-15'],
  claims: ['claims', '--series', 'm5', '--place', 'khan-shaykhun'],
  events: ['events', '--from', '2019-12-01', '--to', '2020-01-01'],
};
const through = new Map<string, unknown>();

describe('through the service that has the folder open', () => {
  it('the lock says who has it and where it answers', { timeout: SLOW }, async () => {
    service = spawnService(settings);
    const address = await service.address;
    const lock: unknown = JSON.parse(readFileSync(join(folder, 'lock.json'), 'utf8'));
    expect(lock).toMatchObject({ pid: service.pid, address });
  });

  it('a second service is refused, and told who has the folder', { timeout: SLOW }, async () => {
    const { code, stderr } = await spawnService(settings).ended;
    expect(code).toBe(REFUSED);
    expect(stderr).toContain(`in use by process ${service.pid}`);
  });

  it.each(Object.keys(READS))('%s answers', { timeout: SLOW }, async (name) => {
    const words = READS[name] ?? [];
    through.set(name, returned(await run(...words, '--json')));
  });

  it('text is for reading: post 9 is encircled, Khan Shaykhun changed hands', { timeout: SLOW }, async () => {
    const change = await run('change', '--series', 'm5', '--from', '2019-08-01', '--to', '2019-09-01');
    expect(change.stdout).toMatch(/^Khan Shaykhun +opposition +government/m);
    const { stdout } = await run('encirclement', '--series', 'm5', '--date', '2019-08-24');
    expect(stdout).toMatch(/^ +9 +Morek +encircled/m);
    expect(stdout).toContain('derived from town-level reports');
  });

  it('a report by a definition is in its language', { timeout: SLOW }, async () => {
    const period = { every: 'week', time_zone: 'UTC' };
    const definition = { id: 'weekly', title: 'Weekly', series: 'm5', period, language: 'tr' };
    const words = ['--definition', written('report.json', definition), '--from', '2020-02-03', '--to', '2020-02-10'];
    expect(returned(await run('report', ...words, '--format', 'json'))).toMatchObject({ language: 'tr' });
    const { stdout } = await run('report', ...words);
    expect(stdout).toContain(textsOf('tr').sections.method);
  });

  it('maps named by day are imported in order: a correction is a revision, the same again is unchanged', {
    timeout: SLOW,
  }, async () => {
    const second = written('ours-20240502.geojson', map(36.51));
    const third = written('ours-20240503.geojson', map(36.52));
    const words = ['--series', 'ours', '--date-pattern', String.raw`-(\d{4})(\d\d)(\d\d)\.`, ...FROM, '--json'];
    const results = async (...given: string[]) => {
      const { code, stdout, stderr } = await run('import', ...given, ...words);
      expect({ code, stderr }).toEqual({ code: DONE, stderr: '' });
      const lines = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { snapshots: { date: string; result: string }[] });
      return lines.flatMap(({ snapshots }) => snapshots.map(({ date, result }) => `${date} ${result}`));
    };
    expect(await results(second, third)).toEqual(['2024-05-02 stored', '2024-05-03 stored']);
    expect(await results(second, third)).toEqual(['2024-05-02 unchanged', '2024-05-03 unchanged']);
    writeFileSync(second, JSON.stringify(map(36.515)));
    expect(await results(second)).toEqual(['2024-05-02 revised']);
  });

  it('a map makes a series without a theatre of its own, dated by a property', { timeout: SLOW }, async () => {
    const dated = { type: 'FeatureCollection', features: [area('north', 36, 37, { day: '2024-06-01' })] };
    const words = ['import', written('dated.geojson', dated), '--series', 'other', '--date-property', 'day', ...FROM];
    const { code, stdout } = await run(...words, '--create', ...OF_A_SERIES);
    expect({ code, stdout }).toEqual({ code: DONE, stdout: expect.stringContaining('other 2024-06-01: stored') });
    const again = await run(...words, '--create', ...OF_A_SERIES);
    expect({ ...again, stderr: '' }).toMatchObject({ code: DONE, stdout: expect.stringContaining('unchanged') });
    const twice = await run(...words, '--create', ...OF_A_SERIES, '--title', 'Another');
    expect(twice).toEqual({ code: REFUSED, stdout: '', stderr: expect.stringContaining('(series_exists)') });
  });

  it.each([
    ['a file that is not there', ['missing.geojson', '--date', '2024-05-04'], 'missing.geojson'],
    ['a pattern that fits no name', ['ours-20240502.geojson', '--date-pattern', 'map-(.*)'], 'invalid_date'],
    ['a day that is none', ['ours-20240502.geojson', '--date', '2024-02-30'], 'invalid_date'],
  ])('%s is refused', { timeout: SLOW }, async (_, [name = '', ...words], reason) => {
    const { code, stdout, stderr } = await run('import', join(files, name), '--series', 'ours', ...FROM, ...words);
    expect({ code, stdout }).toEqual({ code: REFUSED, stdout: '' });
    expect(stderr).toContain(reason);
  });

  it('a pattern that is no pattern is wrong usage', { timeout: SLOW }, async () => {
    const file = join(files, 'ours-20240502.geojson');
    const { code, stderr } = await run('import', file, '--series', 'ours', '--date-pattern', '(', ...FROM);
    expect(code).toBe(WRONG_USAGE);
    expect(stderr).toMatch(/--date-pattern.*Invalid regular expression/);
  });

  it('a series is withdrawn with a reason, shown as withdrawn, and restored', { timeout: SLOW }, async () => {
    const without = await run('series', 'withdraw', 'other');
    expect(without).toMatchObject({
      code: REFUSED,
      stderr: expect.stringMatching(/\(why, --why TEXT\).*\(restore=true, --restore\)/),
    });
    const map = await run('snapshot', 'withdraw', '2024-05-01', '--series', 'other');
    expect(map.stderr).toBe(without.stderr.replace('the series is', 'the map is'));
    expect(returned(await run('series', 'withdraw', 'other', '--why', 'a test'))).toMatchObject({
      withdrawn_why: 'a test',
    });
    expect((await run('series', 'list')).stdout).toContain('withdrawn: a test');
    const late = await run('control', '--series', 'other', '--date', '2024-06-01');
    expect(late).toEqual({ code: REFUSED, stdout: '', stderr: expect.stringContaining('(withdrawn)') });
    // As of the map of a day, why it is taken back may be said, and is kept.
    const back = ['series', 'withdraw', 'other', '--restore', '--why', 'the test is over'];
    expect(returned(await run(...back))).toMatchObject({ withdrawn_why: null });
    const { entries } = returned<{ entries: object[] }>(await run('audit', 'export'));
    expect(entries).toContainEqual(
      expect.objectContaining({ action: 'restore', subject: 'other/withdraw', detail: { why: 'the test is over' } }),
    );
  });

  it('deriving the same claims again changes nothing', { timeout: SLOW }, async () => {
    expect(returned(await run('derive', '--series', 'm5'))).toEqual({
      series: 'm5',
      states: 46,
      stored: 0,
      retired: 0,
    });
  });

  it('the audit log is exported, and the file is verified without a database: whole, changed, cut off', {
    timeout: SLOW,
  }, async () => {
    type Log = { entries: { action: string }[]; head: { no: number; hash: string } };
    const log = returned<Log>(await run('audit', 'export'));
    expect(log.head.no).toBe(log.entries.length);
    const [whole, cut] = [written('audit.json', log), structuredClone(log)];
    expect(returned(await run('audit', 'verify', whole, '--head', log.head.hash))).toMatchObject({
      entries: log.entries.length,
      broken_at: null,
    });
    const said = JSON.stringify(log).replace('ours', 'hers');
    const changed = await run('audit', 'verify', written('changed.json', said));
    expect(changed).toMatchObject({ code: REFUSED, stdout: expect.stringContaining('"broken_at": ') });
    cut.entries.pop();
    const shorter = await run('audit', 'verify', written('cut.json', cut));
    expect(shorter).toMatchObject({ code: REFUSED, stdout: expect.stringContaining('cut off') });
  });

  it('the service ends in order and gives the folder back', { timeout: SLOW }, async () => {
    expect((await service.end('SIGTERM')).code).toBe(DONE);
    expect(() => readFileSync(join(folder, 'lock.json'))).toThrow('ENOENT');
  });
});

describe('on the folder again, when the service has gone', () => {
  it.each(Object.keys(READS).filter((name) => name !== 'series list'))(
    '%s answers the same',
    { timeout: SLOW },
    async (name) => {
      expect(returned(await run(...(READS[name] ?? []), '--json'))).toEqual(through.get(name));
    },
  );

  it('what was imported through the service is there', { timeout: SLOW }, async () => {
    const ours = returned<{ dates: string[] }>(await run('series', 'show', 'ours'));
    expect(ours.dates).toEqual(['2024-05-01', '2024-05-02', '2024-05-03']);
  });

  it('a lock left behind by a service that was killed holds nobody up', { timeout: SLOW }, async () => {
    const killed = spawnService({ ...settings, SALIENT_GEODATA: '' });
    await killed.address;
    await killed.end('SIGKILL');
    expect(returned<object[]>(await run('series', 'list', '--json'))).toHaveLength(3);
  });
});
