import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';
import { dump, faults } from '../tiles/decoded.js';

/** Decoded tiles as text, reviewed once. UPDATE_GOLDEN=1 writes them anew (from the embedded engine): read the diff. */
const FOLDER = join(PROJECT_ROOT, 'tests/golden/tiles');
const DAY = '2020-01-29';
/** Ma'arrat al-Nu'man, taken the day before. */
const [LON, LAT] = [36.6749, 35.6436];

function tileAt(zoom: number, lon: number, lat: number): [number, number] {
  const sin = Math.sin((lat * Math.PI) / 180);
  const y = 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI);
  return [Math.floor(((lon + 180) / 360) * 2 ** zoom), Math.floor(y * 2 ** zoom)];
}

onEachDatabase('decoded tiles of the M5 series', (db) => {
  const { raw } = serviceOn(async () => m5(await db()));

  it.each([5, 7, 9, 11, 13])('at zoom %i are as they were', async (zoom) => {
    const [x, y] = tileAt(zoom, LON, LAT);
    const { status, body } = await raw(`/tiles/m5/${zoom}/${x}/${y}.mvt?date=${DAY}`);
    expect(status).toBe(200);
    const file = join(FOLDER, `m5-z${zoom}-${DAY}.txt`);
    const text = `m5 ${DAY} ${zoom}/${x}/${y}\n${dump(body)}`;
    if (process.env.UPDATE_GOLDEN && (await db()).engine === 'embedded') {
      mkdirSync(FOLDER, { recursive: true });
      writeFileSync(file, text);
    }
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  it.each(['2019-04-01', '2019-08-24', '2020-02-11'])(
    'of %s, zoom 0 to 9, are valid and of at most 500 kB',
    async (day) => {
      let drawn = 0;
      for (let zoom = 0; zoom <= 9; zoom++) {
        // The theatre is within 34.9 to 36.7 N, 35.8 to 37.6 E (tests/prove goes to zoom 12, for every state).
        const [west, north] = tileAt(zoom, 35.7, 36.8);
        const [east, south] = tileAt(zoom, 37.7, 34.8);
        for (let x = west; x <= east; x++) {
          for (let y = north; y <= south; y++) {
            const { status, body } = await raw(`/tiles/m5/${zoom}/${x}/${y}.mvt?date=${day}`);
            expect([200, 204]).toContain(status);
            expect([`${zoom}/${x}/${y}`, faults(body)]).toEqual([`${zoom}/${x}/${y}`, []]);
            expect(body.length).toBeLessThanOrEqual(500_000);
            if (status === 200) drawn++;
          }
        }
      }
      expect(drawn).toBeGreaterThan(20);
    },
  );
});
