import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { snapshotDates } from '../../src/series/series.sql.js';
import { tileAddress } from '../../src/tiles/address.js';
import { openTiles, type TileService } from '../../src/tiles/service.js';
import { database, SERVER_URL } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { faults } from '../tiles/decoded.js';

let tiles: TileService | undefined;
afterAll(() => tiles?.close());

it('every tile of zoom 0 to 12 of every state of the M5 series is valid MVT 2.1 of at most 500 kB', async () => {
  const store = await m5(await database(SERVER_URL ? 'server' : 'embedded'));
  tiles = openTiles(store, join(PROJECT_ROOT, 'tiles'), 200_000_000);
  const days = await snapshotDates(store, 'm5', null);
  const { bounds } = await tiles.dayJson({ series: 'm5', date: null, knownAt: null }, '');
  const [west, south, east, north] = bounds;
  const column = (lon: number, side: number) => Math.floor(((lon + 180) / 360) * side);
  const row = (lat: number, side: number) =>
    Math.floor((0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)) * side);
  let [drawn, largest, total] = [0, 0, 0];
  const since = performance.now();
  for (const date of days) {
    const subject = await tiles.onDay({ series: 'm5', date, knownAt: null }, tiles.tilesets);
    for (let z = 0; z <= 12; z++) {
      const side = 2 ** z;
      for (let x = column(west, side); x <= column(east, side); x++) {
        for (let y = row(north, side); y <= row(south, side); y++) {
          const { identity } = await tiles.draw(subject, tileAddress(z, x, y));
          if (identity.length === 0) continue;
          drawn++;
          total += identity.length;
          largest = Math.max(largest, identity.length);
          const found = faults(identity);
          if (found.length > 0) expect([date, z, x, y, found]).toEqual([date, z, x, y, []]);
        }
      }
    }
  }
  const seconds = (performance.now() - since) / 1000;
  console.log(
    `${days.length} states: ${drawn} tiles that are not empty, ${(total / drawn / 1000).toFixed(1)} kB each, ` +
      `the largest ${(largest / 1000).toFixed(1)} kB; ${seconds.toFixed(0)} s`,
  );
  expect(drawn).toBeGreaterThan(5000);
  expect(largest).toBeLessThanOrEqual(500_000);
});
