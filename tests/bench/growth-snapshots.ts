import { join } from 'node:path';
import { PROJECT_ROOT } from '../../src/config.js';
import type { IsoDate } from '../../src/model/dates.js';
import { migrate } from '../../src/store/migrate.js';
import { openPool } from '../../src/store/pool.js';
import { tileAddress } from '../../src/tiles/address.js';
import { openTiles } from '../../src/tiles/service.js';
import { seededRandom } from '../coverage/random.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { plantSnapshots } from '../setup/many-snapshots.js';
import { median } from './bench-coverage.js';

export const SNAPSHOT_STEPS = [1, 10, 100, 500, 2000] as const;
const ASKED = 30;

export interface SnapshotCost {
  snapshots: number;
  lookUp: number;
  json: number;
  cold: number;
  cached: number;
}

/** What a tile costs of a series of 1 to 2,000 snapshots, on a server, without HTTP; medians, ms. */
export async function snapshotCosts(): Promise<SnapshotCost[]> {
  const db = openPool({ connectionString: await freshDatabase(SERVER_URL), max: 4 }, 'server');
  await migrate(db, join(PROJECT_ROOT, 'migrations'));
  const costs: SnapshotCost[] = [];
  for (const snapshots of SNAPSHOT_STEPS) {
    const { series, days } = await plantSnapshots(db, snapshots);
    await db.query('analyze');
    // A service that has not drawn anything yet, warmed on the first day.
    const tiles = openTiles(db, join(PROJECT_ROOT, 'tiles'), 128_000_000);
    const random = seededRandom(snapshots);
    const on = (date: IsoDate) => ({ series, date, knownAt: null });
    const tile = tileAddress(8, 154, 100);
    const timed = async (work: () => Promise<unknown>) => {
      const since = performance.now();
      await work();
      return performance.now() - since;
    };
    const draw = async (date: IsoDate) => tiles.draw(await tiles.onDay(on(date), tiles.tilesets), tile);
    for (let i = 0; i < 5; i++) await draw(days[0] as IsoDate);
    const took = { cold: [] as number[], lookUp: [] as number[], json: [] as number[], cached: [] as number[] };
    const chosen = days.map((date) => ({ date, at: random() })).sort((a, b) => a.at - b.at);
    for (const { date } of chosen.slice(0, ASKED)) {
      took.cold.push(await timed(() => draw(date)));
      took.lookUp.push(await timed(() => tiles.onDay(on(date), tiles.tilesets)));
      took.json.push(await timed(() => tiles.dayJson(on(date), '')));
      took.cached.push(await timed(() => draw(date)));
    }
    await tiles.close();
    // Of one snapshot there is one state, and its first tile was the warm-up.
    costs.push({
      snapshots,
      cold: snapshots === 1 ? Number.NaN : median(took.cold),
      lookUp: median(took.lookUp),
      json: median(took.json),
      cached: median(took.cached),
    });
    console.log(JSON.stringify(costs.at(-1)));
  }
  await db.close();
  return costs;
}
