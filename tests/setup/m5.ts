import { join } from 'node:path';
import { PROJECT_ROOT } from '../../src/config.js';
import { loadGeodata } from '../../src/open-store.js';
import type { Db } from '../../src/store/pool.js';

const loaded = new Map<Db, Promise<Db>>();

/**
 * The store with the bundled M5 timeline in it, loaded and derived once a run on each database. Nobody writes into its
 * series: a test that stores maps makes a series of its own.
 */
export function m5(store: Db): Promise<Db> {
  let ready = loaded.get(store);
  if (!ready) {
    ready = loadGeodata(store, join(PROJECT_ROOT, 'geodata'), () => {}).then(() => store);
    loaded.set(store, ready);
  }
  return ready;
}
