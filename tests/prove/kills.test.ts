import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Db } from '../../src/store/pool.js';
import { seededRandom } from '../coverage/random.js';
import { credentialOf } from '../setup/credential.js';
import { SERVER_URL } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { DATA_FOLDER, spawnService } from '../setup/spawned.js';
import { type Home, homes, looked, startOnce } from './homes.js';
import { type Contents, contents, halves } from './whole.js';

/*
 * SIGKILL at random moments: during the first load, and while maps are imported. After each one the next start
 * completes by itself, what it finds is whole, and what was acknowledged over HTTP is there. KILLS and KILLS_IN_LOAD (10 each) are
 * how many of each on each database.
 */
const KILLS_IN_LOAD = Number(process.env.KILLS_IN_LOAD ?? 10);
const KILLS_IN_IMPORT = Number(process.env.KILLS ?? 10);

const CREATE = 'create=true&title=Kills&publisher=Test&licence=CC0-1.0&accuracy=500';
const area = (party: string, west: number, east: number) => ({
  type: 'Feature',
  properties: { party, status: 'controlled' },
  geometry: { type: 'Polygon', coordinates: [box(west, 35, east, 36)] },
});

/** The n-th map that is sent: no two are cut at the same meridian, and every fourth corrects the one before. */
function nth(n: number) {
  const lon = Number((36.2 + n * 0.0001).toFixed(4));
  const date = new Date(Date.UTC(2020, 0, 1 + Math.ceil(n * 0.75))).toISOString().slice(0, 10);
  return { lon, date, map: { type: 'FeatureCollection', features: [area('west', 36, lon), area('east', lon, 37)] } };
}

/** The meridians of all stored maps, superseded ones too. */
const storedMeridians = async (db: Db) =>
  (
    await db.query<{ lon: number }>(
      `select st_xmax(s.geom) as lon from revision r join area a on a.revision = r.id join shape s on s.id = a.shape
       where r.series = 'kills' and a.party = 'west' order by r.id`,
    )
  ).map((row) => Number(row.lon.toFixed(4)));

const rounded = (values: number[]) => values.map((value) => Number(value.toFixed(1)));

for (const engine of ['embedded', 'server'] as const) {
  describe.skipIf(engine === 'server' && !SERVER_URL)(`killed on the ${engine}`, () => {
    let undisturbed: Contents;

    it('during the first load, the next start loads all of it', async () => {
      const calm = await homes[engine]();
      const calmSeconds = await startOnce(calm);
      undisturbed = await looked(calm, contents);
      expect(undisturbed.m5.split('\n')).toHaveLength(46);
      await calm.remove();

      const random = seededRandom(20190824);
      const moments: number[] = [];
      const restarts: number[] = [];
      for (let kill = 0; kill < KILLS_IN_LOAD; kill++) {
        const home = await homes[engine]();
        const moment = (kill + random()) / KILLS_IN_LOAD;
        const service = spawnService(home.settings);
        await sleep(moment * calmSeconds * 1000);
        await service.end('SIGKILL');
        restarts.push(await startOnce(home));
        moments.push(moment * calmSeconds);
        await looked(home, async (db) => {
          expect(await halves(db), `killed after ${moments.at(-1)} s`).toEqual([]);
          expect(await contents(db), `killed after ${moments.at(-1)} s`).toEqual(undisturbed);
        });
        await home.remove();
      }
      console.log(
        JSON.stringify({ engine, calm_s: calmSeconds, killed_at_s: rounded(moments), next_start_s: rounded(restarts) }),
      );
    });

    it('during imports, nothing acknowledged is lost and nothing is half stored', async () => {
      const bare = await homes[engine]();
      // Without the bundled maps the embedded engine starts in a second, and imports are what it does when it is killed.
      const home: Home =
        engine === 'embedded' ? { ...bare, settings: { ...bare.settings, SALIENT_GEODATA: '' } } : bare;
      await startOnce(home);
      const loaded = await looked(home, contents);
      const random = seededRandom(20200228);
      const acknowledged: number[] = [];
      const restarts: number[] = [];
      let sent = 0;
      let inFlight = 0;
      let exists = false;
      let took = 500;
      for (let kill = 0; kill < KILLS_IN_IMPORT; kill++) {
        const service = spawnService(home.settings);
        const address = await service.address;
        let killed = false;
        let killing: Promise<unknown> | undefined;
        // However slow the machine is: one to three maps are acknowledged, and the next is at any of its stages.
        const enough = acknowledged.length + 1 + Math.floor(random() * 3);
        while (!killed) {
          if (acknowledged.length >= enough) {
            killing ??= sleep(random() * 1.2 * took).then(() => {
              killed = true;
              return service.end('SIGKILL');
            });
          }
          const began = performance.now();
          const { lon, date, map } = nth(sent);
          const create: string = exists ? '' : `&${CREATE}`;
          const url = `${address}/series/kills/snapshots?date=${date}&accept=test${create}`;
          const headers = {
            'content-type': 'application/geo+json',
            ...credentialOf(home.settings.SALIENT_DATA ?? DATA_FOLDER),
          };
          const answer: Response | null = await fetch(url, {
            method: 'POST',
            headers,
            body: JSON.stringify(map),
          }).catch(() => null);
          if (answer?.status === 201) took = performance.now() - began;
          if (answer?.status === 201) acknowledged.push(lon);
          else if (answer) throw new Error(`${answer.status} ${await answer.text()}`);
          else inFlight++;
          exists ||= answer?.status === 201;
          sent++;
        }
        await killing;
        restarts.push(await startOnce(home));
        await looked(home, async (db) => {
          const stored = await storedMeridians(db);
          const all = Array.from({ length: sent }, (_, n) => nth(n).lon);
          // The first may have been stored and never acknowledged.
          exists = stored.length > 0;
          expect(acknowledged.filter((lon) => !stored.includes(lon))).toEqual([]);
          expect(stored.filter((lon) => !all.includes(lon))).toEqual([]);
          expect(stored).toHaveLength(new Set(stored).size);
          expect(await halves(db)).toEqual([]);
          expect((await contents(db)).m5).toBe(loaded.m5);
        });
      }
      const kept = await looked(home, storedMeridians);
      console.log(
        JSON.stringify({
          engine,
          sent,
          acknowledged: acknowledged.length,
          in_flight: inFlight,
          stored: kept.length,
          next_start_s: rounded(restarts),
        }),
      );
      expect(acknowledged.length).toBeGreaterThan(KILLS_IN_IMPORT);
      await home.remove();
    });
  });
}
