import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Db } from '../../src/store/pool.js';
import { seededRandom } from '../coverage/random.js';
import { credentialOf } from '../setup/credential.js';
import { SERVER_URL } from '../setup/databases.js';
import { DATA_FOLDER, spawnService } from '../setup/spawned.js';
import { strips } from '../setup/strips.js';
import { type Home, homes, looked, startOnce } from './homes.js';
import { halves } from './whole.js';

/*
 * SIGKILL at random moments while maps are held and approved, reports issued and backups read, KILLS (10) times on each database:
 * every act that was acknowledged is there after the next start, none is there twice or by half, and a backup that came to its end
 * is whole.
 */
const KILLS = Number(process.env.KILLS ?? 10);
const CREATE = 'accept=x&create=true&title=Desk&publisher=Test&licence=CC0-1.0&accuracy=60';
const REPORT = { id: 'desk', title: 'Desk', series: 'desk', period: { every: 'month' } };

const day = (n: number) => new Date(Date.UTC(2020, 0, 1 + n)).toISOString().slice(0, 10);
/** So many maps of small steps are the history against which a jump stands out. */
const CALM = 8;
/** After them each map is far from the one before, so that a person has to look at it; no two are at the same meridian. */
const line = (n: number) => Number((36.2 + (n < CALM ? 0 : 0.4 * (n % 2)) + n * 0.0006).toFixed(4));

interface Stored {
  held: number[];
  approved: number[];
  /** As `period/edition`. */
  editions: string[];
}

async function stored(db: Db): Promise<Stored> {
  const [row] = await db.query<Stored>(
    `select (select coalesce(json_agg(id order by id), '[]') from held_snapshot where series = 'desk') as held,
            (select coalesce(json_agg(d.held order by d.held), '[]') from held_decision d
               join held_snapshot h on h.id = d.held join revision r on r.id = d.revision
             where h.series = 'desk' and r.valid_on = h.valid_on) as approved,
            (select coalesce(json_agg(period || '/' || edition order by no), '[]') from report_edition where report = 'desk') as editions`,
  );
  return row as Stored;
}

for (const engine of ['embedded', 'server'] as const) {
  describe.skipIf(engine === 'server' && !SERVER_URL)(`the desk killed on the ${engine}`, () => {
    it('keeps every act that it acknowledged, whole and once', async () => {
      const bare = await homes[engine]();
      // Without the bundled maps: a backup of them holds the one connection of the embedded engine for seconds.
      const home: Home = { ...bare, settings: { ...bare.settings, SALIENT_GEODATA: '' } };
      await startOnce(home);
      const random = seededRandom(20200301);
      const known: Stored = { held: [], approved: [], editions: [] };
      const restarts: number[] = [];
      let backups = 0;
      let n = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        const service = spawnService(home.settings);
        const address = await service.address;
        const headers = credentialOf(home.settings.SALIENT_DATA ?? DATA_FOLDER);
        let killed = false;
        const post = async (path: string, body?: object): Promise<Record<string, unknown> | null> => {
          const sent = body && { body: JSON.stringify(body) };
          const type = body && {
            'content-type': path.startsWith('/reports') ? 'application/json' : 'application/geo+json',
          };
          try {
            const answer = await fetch(address + path, { method: 'POST', headers: { ...headers, ...type }, ...sent });
            const parsed = (await answer.json()) as Record<string, unknown>;
            if (answer.status >= 500 || answer.status === 401) throw new Error(`${path}: ${JSON.stringify(parsed)}`);
            return parsed;
          } catch (error) {
            // A connection that was cut is what this is about; before the kill it would be a fault.
            if (!killed || !(error instanceof TypeError || error instanceof SyntaxError)) throw error;
            return null;
          }
        };
        if (kill === 0) {
          for (; n < CALM; n++) {
            const create = n === 0 ? `&${CREATE}` : '';
            const made = await post(
              `/series/desk/snapshots?date=${day(n)}${create}`,
              strips([line(n)], ['west', 'east']),
            );
            expect(made).toMatchObject({ snapshots: [{ result: 'stored' }] });
          }
          await post('/reports', REPORT);
        }
        // One connection for everybody: an act takes seconds beside a backup.
        const longest = engine === 'embedded' ? 12_000 : 3000;
        const ending = sleep(300 + random() * longest).then(() => {
          killed = true;
          return service.end('SIGKILL');
        });
        const review = async () => {
          while (!killed) {
            const sent = await post(`/series/desk/snapshots?date=${day(n)}`, strips([line(n)], ['west', 'east']));
            n++;
            const number = (sent?.problems as { held?: number }[] | undefined)?.[0]?.held;
            if (number === undefined) continue;
            known.held.push(number);
            const approved = await post(`/series/desk/held/${number}/accept?kind=redefinition&why=seen`);
            if (approved && !('code' in approved)) known.approved.push(number);
          }
        };
        const report = async () => {
          while (!killed) {
            const issued = await post('/reports/desk/issue?period=2020-01');
            if (typeof issued?.edition === 'number') known.editions.push(`2020-01/${issued.edition}`);
            await sleep(50);
          }
        };
        const backup = async () => {
          while (!killed) {
            const bytes = await fetch(`${address}/backup`, { method: 'POST', headers })
              .then(async (answer) => Buffer.from(await answer.arrayBuffer()))
              .catch(() => null);
            if (bytes === null) continue;
            const lines = gunzipSync(bytes).toString().trimEnd().split('\n');
            for (const one of lines) JSON.parse(one);
            backups++;
            await sleep(500);
          }
        };
        await Promise.all([ending, review(), report(), backup()]);
        restarts.push(await startOnce(home));
        await looked(home, async (db) => {
          const found = await stored(db);
          for (const what of ['held', 'approved', 'editions'] as const) {
            const [has, had] = [found[what] as unknown[], known[what] as unknown[]];
            expect([what, had.filter((one) => !has.includes(one))]).toEqual([what, []]);
            expect([what, has.length]).toEqual([what, new Set(has).size]);
          }
          expect(await halves(db)).toEqual([]);
        });
      }
      const { held, approved, editions } = await looked(home, stored);
      const counts = { held: held.length, approved: approved.length, editions: editions.length, backups };
      const acknowledged = {
        held: known.held.length,
        approved: known.approved.length,
        editions: known.editions.length,
      };
      console.log(JSON.stringify({ engine, kills: KILLS, stored: counts, acknowledged, next_start_s: restarts }));
      expect(known.approved.length).toBeGreaterThan(0);
      expect(known.editions.length).toBeGreaterThan(0);
      expect(backups).toBeGreaterThan(0);
      await home.remove();
    });
  });
}
