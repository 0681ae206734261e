import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { loadBundle, readBundles } from '../../src/series/bundle/load-bundle.js';
import { migrate } from '../../src/store/migrate.js';
import { type Db, openPool } from '../../src/store/pool.js';
import { database, freshDatabase, SERVER_URL } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { carry, expectSameMaps, FORMS, storedMaps } from '../setup/round-trip.js';
import { serviceOn } from '../setup/service.js';

/*
 * Every map of the M5 goes out as a file of each form and into a store of its own that has the theatre and no map.
 */
const opened: Db[] = [];

async function emptyStore(): Promise<Db> {
  const db = openPool({ connectionString: await freshDatabase(SERVER_URL), max: 4 }, 'server');
  opened.push(db);
  await migrate(db, join(PROJECT_ROOT, 'migrations'));
  for (const bundle of await readBundles(join(PROJECT_ROOT, 'geodata'), () => []))
    await loadBundle(db, bundle, () => {});
  return db;
}

describe.skipIf(!SERVER_URL).each(FORMS)('the 46 maps of the M5 as %s [needs TEST_DATABASE_URL]', (form) => {
  let empty: Promise<Db> | undefined;
  const fresh = () => {
    empty ??= emptyStore();
    return empty;
  };
  const here = serviceOn(async () => m5(await database('server')));
  const there = serviceOn(fresh);
  afterAll(async () => {
    for (const db of opened.splice(0)) await db.close();
  });

  it('are the same maps in a fresh store, class by class', async () => {
    const { dates } = await here.json<{ dates: string[] }>('/series/m5/dates');
    expect(dates).toHaveLength(46);
    const store = await fresh();
    await carry(here, there, form, dates, { series: 'again' });
    const read = await storedMaps(store, 'again', dates);
    const largest = expectSameMaps(read, await storedMaps(await database('server'), 'm5', dates));
    console.log(JSON.stringify({ form, maps: read.length, largest_difference_km2: largest }));
    if (form !== 'geojson') return;
    // What the fresh store gives away is read as the same content again, by its hash.
    await carry(there, there, form, dates, { series: 'thrice', of: 'again' });
    const hashes = (maps: typeof read) => maps.map(({ sha256 }) => sha256);
    const third = await storedMaps(store, 'thrice', dates);
    expect(hashes(third)).toEqual(hashes(read));
    for (const hash of hashes(read)) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
