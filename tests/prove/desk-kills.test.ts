import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { verifyAudit } from '../../src/desk/audit.sql.js';
import { openPool } from '../../src/store/pool.js';
import { createToken } from '../../src/store/tokens.sql.js';
import { seededRandom } from '../coverage/random.js';
import { freshDatabase, onServer, SERVER_URL } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { type Spawned, spawnService } from '../setup/spawned.js';

/*
 * Ten people propose and two review at once, on PostGIS, while the service is killed at random moments: no proposal that was
 * acknowledged is lost, none is decided twice, every decision that was acknowledged stands. DESK_SECONDS (600) and DESK_KILLS (6).
 */
const SECONDS = Number(process.env.DESK_SECONDS ?? 600);
const KILLS = Number(process.env.DESK_KILLS ?? 6);
const PROPOSERS = Array.from({ length: 10 }, (_, n) => `proposer-${n}`);
const REVIEWERS = ['reviewer-0', 'reviewer-1'];
const DAY = '2024-05-01';
const CREATE = `create=true&title=Kills&publisher=Us&licence=CC0-1.0&accuracy=100&date=${DAY}&party-property=party&source=us`;

onServer('a desk whose service is killed', () => {
  it(
    'loses no acknowledged proposal and decides none twice',
    async () => {
      const url = await freshDatabase(SERVER_URL);
      let service: Spawned = spawnService({ DATABASE_URL: url, SALIENT_GEODATA: '' });
      let address = await service.address;
      const db = openPool({ connectionString: url, max: 2 }, 'server');
      const tokens = new Map<string, string>();
      for (const name of [...PROPOSERS, ...REVIEWERS, 'owner']) {
        const scopes =
          name === 'owner'
            ? (['admin'] as const)
            : name.startsWith('rev')
              ? (['review'] as const)
              : (['write'] as const);
        tokens.set(name, (await createToken(db, { name, scopes, expiresAt: null, by: 'the tests' })).token);
      }
      /** Null: the service went away before it answered. */
      async function send(who: string, path: string, body: object | null, method = 'POST') {
        const headers = { authorization: `Bearer ${tokens.get(who)}`, 'content-type': 'application/json' };
        try {
          const response = await fetch(address + path, {
            method,
            headers,
            ...(body && { body: JSON.stringify(body) }),
          });
          return {
            status: response.status,
            body: (await response.json()) as { code?: string; proposal?: number; proposals?: { id: number }[] },
          };
        } catch {
          await sleep(100);
          return null;
        }
      }
      const feature = (party: string, west: number, east: number) => ({
        type: 'Feature',
        properties: { party },
        geometry: { type: 'Polygon', coordinates: [box(west, 40, east, 40.5)] },
      });
      const map = { type: 'FeatureCollection', features: [feature('aland', 30, 30.5), feature('borland', 30.5, 31)] };
      expect((await send('owner', `/series/desk-kills/snapshots?${CREATE}`, map))?.status).toBe(201);

      const until = performance.now() + SECONDS * 1000;
      const acknowledged = new Set<number>();
      const decided = new Map<number, string[]>();
      const codes: Record<string, number> = {};
      const count = (code: string) => {
        codes[code] = (codes[code] ?? 0) + 1;
      };

      async function proposes(who: string, n: number): Promise<void> {
        const random = seededRandom(100 + n);
        while (performance.now() < until) {
          const [west, south] = [30 + 0.9 * random(), 40 + 0.4 * random()];
          const geometry = { type: 'Polygon', coordinates: [box(west, south, west + 0.05, south + 0.05)] };
          const sources = [{ url: 'https://example.org/a', publisher: 'A paper' }];
          const party = random() < 0.5 ? 'aland' : 'borland';
          const words = { kind: 'edit', date: DAY, why: 'seen', sources, geometry, party };
          const answer = await send(who, '/series/desk-kills/proposals', words);
          count(answer === null ? 'propose cut off' : `propose ${answer.status} ${answer.body.code ?? ''}`);
          if (answer?.status === 200) acknowledged.add(answer.body.proposal as number);
          await sleep(500 + 1500 * random());
        }
      }
      async function reviews(who: string, n: number): Promise<void> {
        const random = seededRandom(200 + n);
        while (performance.now() < until) {
          const list = await send(who, '/series/desk-kills/proposals?open=true', null, 'GET');
          // Both take the oldest: they meet at the same proposals.
          const id = list?.body.proposals?.[0]?.id;
          if (id === undefined) {
            await sleep(300);
            continue;
          }
          const verb = random() < 0.3 ? 'reject' : 'approve';
          const rebase = verb === 'approve' ? '&rebase=true' : '';
          const answer = await send(who, `/series/desk-kills/proposals/${id}/${verb}?why=looked${rebase}`, null);
          count(answer === null ? `${verb} cut off` : `${verb} ${answer.status} ${answer.body.code ?? ''}`);
          if (answer?.status === 200) decided.set(id, [...(decided.get(id) ?? []), verb]);
          else if (answer?.body.code === 'invalid_proposal')
            await send(who, `/series/desk-kills/proposals/${id}/reject?why=nothing`, null);
        }
      }
      const people = [...PROPOSERS.map(proposes), ...REVIEWERS.map(reviews)];
      const random = seededRandom(18);
      for (let kill = 0; kill < KILLS; kill++) {
        await sleep(((SECONDS * 1000) / (KILLS + 1)) * (0.7 + 0.6 * random()));
        await service.end('SIGKILL');
        service = spawnService({ DATABASE_URL: url, SALIENT_GEODATA: '' });
        address = await service.address;
      }
      await Promise.all(people);

      const rows = await db.query<{ id: number; outcomes: string[]; releases: number }>(
        `select p.id, array(select outcome from proposal_outcome o where o.proposal = p.id) as outcomes,
                (select count(*)::int from proposal_release r where r.proposal = p.id) as releases
         from proposal p where series = 'desk-kills'`,
      );
      const stored = new Map(rows.map((row) => [row.id, row]));
      console.log(
        JSON.stringify({
          kills: KILLS,
          seconds: SECONDS,
          stored: rows.length,
          acknowledged: acknowledged.size,
          decided: decided.size,
          codes,
        }),
      );
      expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
      expect([...decided].filter(([, verbs]) => verbs.length > 1)).toEqual([]);
      for (const [id, [verb]] of decided) {
        const { outcomes, releases } = stored.get(id) ?? {};
        expect([id, outcomes, releases]).toEqual([
          id,
          [verb === 'approve' ? 'approved' : 'rejected'],
          verb === 'approve' ? 1 : 0,
        ]);
      }
      // Each release is one map, and each map but the first is one release.
      const [maps] = await db.query<{ n: number }>(
        `select count(*)::int as n from revision where series = 'desk-kills'`,
      );
      expect(maps?.n).toBe(1 + rows.reduce((sum, { releases }) => sum + releases, 0));
      expect(await verifyAudit(db)).toMatchObject({ broken_at: null });
      expect(acknowledged.size).toBeGreaterThan(KILLS);
      expect(decided.size).toBeGreaterThan(0);
      await service.end('SIGTERM');
      await db.close();
    },
    SECONDS * 1000 + 300_000,
  );
});
