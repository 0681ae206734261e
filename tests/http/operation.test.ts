import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT, readConfig } from '../../src/config.js';
import { type Listening, listen } from '../../src/http/server.js';
import { openImporter } from '../../src/maps/import.js';
import type { Db } from '../../src/store/pool.js';
import { openTiles } from '../../src/tiles/service.js';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';
import { DATA_FOLDER } from '../setup/spawned.js';

/** A service on a store that can be made to hang: every question waits until it is let go. */
async function onAStoreThatHangs(db: Db): Promise<{ service: Listening; hang(): () => void; end(): Promise<void> }> {
  let held: Promise<void> = Promise.resolve();
  const store: Db = {
    ...db,
    query: async (...requested) => {
      await held;
      return db.query(...requested);
    },
  };
  const config = { ...readConfig({}), dataFolder: DATA_FOLDER };
  const tiles = openTiles(store, join(PROJECT_ROOT, 'tiles'), 1e6);
  const importer = openImporter(store);
  const service = await listen({ db: store, tiles, importer, config }, '127.0.0.1', 0);
  return {
    service,
    hang() {
      let letGo = () => {};
      held = new Promise((resolve) => {
        letGo = resolve;
      });
      return letGo;
    },
    async end() {
      await tiles.close();
      await importer.close();
    },
  };
}

onEachDatabase('an operator', (db) => {
  const { get, raw } = serviceOn(db);

  it('sees that the process lives and that questions can be answered', async () => {
    for (const path of ['/live', '/ready', '/health']) {
      const answer = await get(path);
      expect([path, answer.status, await answer.json()]).toEqual([path, 200, { status: 'ok' }]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
    expect((await get('/live?x=1')).status).toBe(400);
  });

  it('finds the figures that alerts rest on, counted by class and status', async () => {
    await get('/control?series=nobody&date=2020-01-01');
    const answer = await get('/metrics', { headers: CREDENTIAL });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')]);
    const text = await answer.text();
    expect(text).toMatch(/salient_http_requests_total\{class="answer",status="404"\} 1\n/);
    for (const name of [
      'http_duration_seconds_bucket',
      'work_requests',
      'work_refused',
      'database_connections',
      'tile_cache_bytes',
      'newest_map_age_days',
      'maps_under_review',
    ]) {
      expect(text).toContain(`# TYPE salient_${name.replace('_bucket', '')}`);
    }
    // What alerts and dashboard ask for is there.
    const told = new Set(text.match(/(?<=^# TYPE )\w+/gm));
    for (const file of ['alerts.yml', 'grafana-dashboard.json']) {
      const asked = readFileSync(join(PROJECT_ROOT, 'docs/operating', file), 'utf8').match(
        /\b(salient|nodejs|process)_\w+/g,
      );
      expect(asked?.filter((name) => !told.has(name.replace(/_bucket$/, '')))).toEqual([]);
    }
  });

  it('finds the id of a request in its answer', async () => {
    expect((await raw('/series')).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is told after a second that the database does not answer, and that the process lives all the same', async () => {
    const { service, hang, end } = await onAStoreThatHangs(await db());
    const letGo = hang();
    const began = performance.now();
    const ready = await fetch(`${service.address}/ready`);
    expect(performance.now() - began).toBeLessThan(20_000);
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { reason: expect.stringContaining('since the start') },
    ]);
    expect((await fetch(`${service.address}/live`)).status).toBe(200);
    letGo();
    expect((await fetch(`${service.address}/ready`)).status).toBe(200);
    await service.close();
    await end();
  });

  it('ends a service without breaking off what is under way', async () => {
    const { service, hang, end } = await onAStoreThatHangs(await db());
    const letGo = hang();
    const underWay = fetch(`${service.address}/series`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closed = service.close(10_000);
    await expect(fetch(`${service.address}/live`)).rejects.toThrow();
    letGo();
    const answer = await underWay;
    expect([answer.status, Array.isArray(await answer.json())]).toEqual([200, true]);
    await closed;
    await end();
  });
});
