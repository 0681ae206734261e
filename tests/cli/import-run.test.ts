import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, it } from 'vitest';
import { brokenOff, persistently } from '../../src/cli/import-run.js';
import { SalientError } from '../../src/errors.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { salient, temporaryFolder } from '../setup/spawned.js';

const lost = () => new SalientError('unavailable', 'the connection to the database was lost: try again');

it('what fails by its connection is done again; anything else, and what fails every time, is thrown', async () => {
  let attempts = 0;
  const told: string[] = [];
  const failing = async (line: string) => {
    told.push(line);
  };
  const twice = async () => {
    if (++attempts < 3) throw lost();
    return attempts;
  };
  expect(await persistently(twice, failing, [0, 0, 0])).toBe(3);
  expect(told).toEqual(Array(2).fill('the connection to the database was lost: try again (tried again after 0 s)'));
  await expect(persistently(() => Promise.reject(lost()), failing, [0, 0])).rejects.toThrow('was lost');
  expect(told).toHaveLength(4);
  const other = new SalientError('invalid_body', 'not JSON');
  await expect(persistently(() => Promise.reject(other), failing, [0, 0])).rejects.toBe(other);
  expect(told).toHaveLength(4);
});

it('an import that ends before its last file says how far it came, what was refused before and how to go on', () => {
  const failed = [{ file: 'a.geojson', error: new SalientError('invalid_body', 'a.geojson: not JSON') }];
  const ended = brokenOff('c.geojson', lost(), { done: 2, maps: 9, failed }) as SalientError;
  expect(ended.code).toBe('unavailable');
  expect(ended.message).toBe(
    'c.geojson: the connection to the database was lost: try again (the import ends here: of 9 maps 1 are stored, 1 were refused or wait for review, and 6 behind this file were not looked at; the same command again goes on where this one ended)',
  );
  expect(ended.problems).toEqual([{ code: 'invalid_body', at: 'a.geojson', message: 'a.geojson: not JSON' }]);
  const defect = brokenOff('c.geojson', new TypeError('x is no function'), { done: 2, maps: 9, failed: [] });
  expect(String(defect)).toContain('c.geojson: TypeError: x is no function (the import ends here: of 9 maps 2 are');
  const refused = new SalientError('invalid_snapshot', 'the map cannot be accepted');
  expect(String(brokenOff('b', refused, { done: 1, maps: 3, failed: [] }))).toContain('--keep-going goes on after');
});

it.skipIf(!SERVER_URL)(
  'an import that is taken up again while the server ends its connections reports every map [server: needs TEST_DATABASE_URL]',
  { timeout: 240_000 },
  async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'maps'));
    for (let day = 1; day <= 6; day++) {
      const polygon = { type: 'Polygon', coordinates: [box(36, 35, 36.5 + day / 1000, 36)] };
      const map = { type: 'Feature', properties: { party: 'west' }, geometry: polygon };
      writeFileSync(join(folder, 'maps', `2024-05-0${day}.geojson`), JSON.stringify(map));
    }
    writeFileSync(
      join(folder, 'theatre.json'),
      JSON.stringify({ type: 'Polygon', coordinates: [box(36, 35, 37, 36)] }),
    );
    const url = await freshDatabase(SERVER_URL);
    const environment = { DATABASE_URL: url, SALIENT_GEODATA: '' };
    const words =
      `import ${folder}/maps --series lost --party-property party --date-pattern (\\d{4}-\\d{2}-\\d{2}) --source https://example.org --create --title Lost --publisher P --licence CC0 --accuracy 100 --theatre ${folder}/theatre.json`.split(
        ' ',
      );
    const first = await salient(words, environment);
    expect(first.stdout.match(/: stored/g)).toHaveLength(6);

    // The first file finds a table locked, and the server ends every connection of the import meanwhile.
    const [locks, watches] = [new pg.Client({ connectionString: url }), new pg.Client({ connectionString: url })];
    await Promise.all([locks.connect(), watches.connect()]);
    await locks.query('begin');
    await locks.query('lock table mapping in access exclusive mode');
    const again = salient(words, environment);
    const theirs = `select pid from pg_stat_activity where application_name like 'salient%' and datname = current_database()`;
    for (;;) {
      const { rows } = await watches.query(`${theirs} and wait_event_type = 'Lock'`);
      if (rows.length > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await watches.query(`select pg_terminate_backend(pid) from (${theirs}) as theirs`);
    await locks.query('rollback');
    await Promise.all([locks.end(), watches.end()]);
    const { code, stdout, stderr } = await again;
    expect(stderr).toMatch(/2024-05-0\d\.geojson: the connection to the database was lost: try again \(tried again/);
    expect(stdout.match(/: unchanged/g)).toHaveLength(6);
    expect(code).toBe(0);

    // A map that GEOS gives up on is refused, and those after it are stored.
    const faulty = new pg.Client({ connectionString: url });
    await faulty.connect();
    await faulty.query(`create function give_up() returns trigger language plpgsql as $$ begin
        if new.valid_on = '2024-06-02' then raise 'lwgeom_intersection_prec: GEOS Error: TopologyException: side location conflict at 36 35' using errcode = 'XX000'; end if;
        return new; end $$`);
    await faulty.query('create trigger give_up before insert on revision for each row execute function give_up()');
    await faulty.end();
    for (let day = 1; day <= 3; day++)
      renameSync(join(folder, 'maps', `2024-05-0${day}.geojson`), join(folder, 'maps', `2024-06-0${day}.geojson`));
    const kept = await salient([...words, '--keep-going'], environment);
    expect(kept.stdout.match(/2024-06-0\d: stored/g)).toEqual(['2024-06-01: stored', '2024-06-03: stored']);
    expect(kept.stderr).toMatch(
      /2024-06-02\.geojson \(36, 35\): its geometry cannot be overlaid near 36, 35: repair \(--repair\)/,
    );
    expect(kept.code).not.toBe(0);
  },
);
