import { describe, expect, it } from 'vitest';
import type { Db } from '../../src/store/pool.js';
import { credentialOf } from '../setup/credential.js';
import { SERVER_URL } from '../setup/databases.js';
import { DATA_FOLDER, spawnService } from '../setup/spawned.js';
import { homes, looked } from './homes.js';
import { FILES, mutated, random } from './mutated-files.js';
import { halves } from './whole.js';

/*
 * Files of every format with faults, sent to the import over HTTP, FUZZ (5,000) in all on each database: none is answered with a
 * 500 or not at all, what is refused changes nothing, and the service is as fit afterwards as before.
 */
const ALL = Number(process.env.FUZZ ?? 5000);
/** One good map of its own day for each file, so that what a sender could mean is stored and all else refused. */
const day = (n: number) => new Date(Date.UTC(2000, 0, 1) + n * 86_400_000).toISOString().slice(0, 10);

const counts = async (db: Db) =>
  (
    await db.query<{ revisions: number; held: number; sources: number }>(
      `select (select count(*) from revision where series = 'fuzz') as revisions,
              (select count(*) from held_snapshot where series = 'fuzz') as held,
              (select count(*) from source) as sources`,
    )
  )[0];

for (const engine of ['embedded', 'server'] as const) {
  describe.skipIf(engine === 'server' && !SERVER_URL)(`files with faults on the ${engine}`, () => {
    it('are refused with a reason and change nothing, or are maps', async () => {
      const home = await homes[engine]();
      const service = spawnService({ ...home.settings, SALIENT_GEODATA: '', SALIENT_LOG_LEVEL: 'error' });
      const base = await service.address;
      const headers = credentialOf(home.settings.SALIENT_DATA ?? DATA_FOLDER);
      const send = async (query: string, body: Uint8Array) => {
        const type = { 'content-type': 'application/octet-stream' };
        const url = `${base}/series/fuzz/snapshots?${query}&accept=x`;
        const answer = await fetch(url, {
          method: 'POST',
          headers: { ...headers, ...type },
          body: Buffer.from(body),
          signal: AbortSignal.timeout(60_000),
        });
        return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
      };
      const create = 'create=true&title=Fuzz&publisher=Test&licence=CC0-1.0&accuracy=500';
      const first = await send(`date=1999-01-01&${create}`, FILES.GeoJSON as Uint8Array);
      expect([first.status, first.body]).toEqual([201, expect.anything()]);
      const formats = Object.keys(FILES);
      const statuses: Record<string, number> = {};
      const wrong: string[] = [];
      let slowest = 0;
      let maps = 1;
      for (let n = 0; n < ALL && wrong.length < 5; n++) {
        const format = formats[n % formats.length] as string;
        const file = mutated(FILES[format] as Uint8Array, random(n * 7919 + 1));
        const began = performance.now();
        const answer = await send(`date=${day(n)}`, file).catch((error: Error) => ({
          status: 0,
          body: { code: error.name },
        }));
        slowest = Math.max(slowest, performance.now() - began);
        const word = `${answer.status} ${(answer.body as { code?: string }).code ?? ''}`.trim();
        statuses[word] = (statuses[word] ?? 0) + 1;
        if (answer.status === 201) maps++;
        else if (answer.status < 400 || answer.status >= 500) {
          wrong.push(`${format} ${n}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`);
        }
      }
      const after = await send('date=1999-01-02', FILES.GeoJSON as Uint8Array);
      expect((await service.end('SIGTERM')).code).toBe(0);
      const found = await looked(home, async (db) => ({ halves: await halves(db), counts: await counts(db) }));
      console.log(JSON.stringify({ engine, sent: ALL, maps, statuses, slowest_ms: Math.round(slowest), ...found }));
      expect(wrong).toEqual([]);
      expect(after.status).toBe(201);
      expect(found.halves).toEqual([]);
      expect(found.counts?.revisions).toBe(maps + 1);
      await home.remove();
    });
  });
}
