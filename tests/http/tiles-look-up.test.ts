import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT, readConfig } from '../../src/config.js';
import { type Listening, listen } from '../../src/http/server.js';
import { openImporter } from '../../src/maps/import.js';
import type { Db } from '../../src/store/pool.js';
import { openFreshLookUps } from '../../src/store/single-flight.js';
import { openTiles, type TileService } from '../../src/tiles/service.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { DATA_FOLDER } from '../setup/spawned.js';

/** Who may see what, and what was purged, is looked up once a second, whoever asks: no cost of a request. */
const ONCE_A_SECOND = /\b(series_role|theatre_access|purge)\b/;

/** The store, with every statement that is sent to it written down; each answer comes `laterMs` later. */
function overheard(db: Db) {
  const heard: string[] = [];
  const store: Db & { heard: string[]; laterMs: number } = {
    ...db,
    heard,
    laterMs: 0,
    async query(...requested) {
      if (!ONCE_A_SECOND.test(requested[0])) heard.push(requested[0]);
      await setTimeout(store.laterMs);
      return db.query(...requested);
    },
    transaction: (work) =>
      db.transaction((tx) =>
        work({
          engine: tx.engine,
          query(...requested) {
            heard.push(requested[0]);
            return tx.query(...requested);
          },
        }),
      ),
  };
  return store;
}

onEachDatabase('what a request asks of the database', (db) => {
  let store: ReturnType<typeof overheard>;
  let tiles: TileService;
  let service: Listening;
  beforeAll(async () => {
    store = overheard(await m5(await db()));
    tiles = openTiles(store, join(PROJECT_ROOT, 'tiles'), 50_000_000);
    const config = { ...readConfig({}), dataFolder: DATA_FOLDER };
    service = await listen({ db: store, tiles, importer: openImporter(store), config }, '127.0.0.1', 0);
  });
  afterAll(async () => {
    await service.close();
    await tiles.close();
  });

  /** How many statements the paths take, asked all at once after each was asked before. */
  async function statements(...paths: string[]): Promise<number> {
    const ask = async (path: string) => {
      const response = await fetch(service.address + path);
      await response.arrayBuffer();
      return response.status;
    };
    for (const path of paths) expect([path, await ask(path)]).toEqual([path, 200]);
    await quiet();
    let least = Number.POSITIVE_INFINITY;
    // What the service does of its own accord meanwhile only adds to it.
    for (let time = 0; time < 3; time++) {
      store.heard.length = 0;
      await Promise.all(paths.map(ask));
      least = Math.min(least, store.heard.length);
    }
    return least;
  }

  /** Resolves when what a first drawing leaves to be kept in the store has been sent: nothing for a fifth of a second. */
  async function quiet(): Promise<void> {
    for (let before = -1; before !== store.heard.length; ) {
      before = store.heard.length;
      await setTimeout(200);
    }
  }

  it.each([
    ['a tile of a day', '/tiles/m5/8/154/100.mvt?date=2020-01-29'],
    ['the TileJSON of a day', '/tiles/m5.json?date=2020-01-29'],
    ['the TileJSON of the last day', '/tiles/m5.json'],
    ['a tile as known at an instant', '/tiles/m5/8/154/100.mvt?date=2020-01-29&known-at=2099-01-01T00:00:00Z'],
    ['a tile of a change', '/tiles/m5/change/8/154/100.mvt?from=2019-12-01&to=2020-02-01'],
    ['the TileJSON of a change', '/tiles/m5/change.json?from=2019-12-01&to=2020-02-01'],
    ['a tile of a span', '/tiles/m5/span/8/154/100.mvt?from=2020-01-20&to=2020-02-01'],
    ['the TileJSON of a span', '/tiles/m5/span.json?from=2020-01-20&to=2020-02-01'],
  ])('%s takes one statement; none where no other process writes to the store', async (_what, path) => {
    expect(await statements(path)).toBe(store.version ? 0 : 1);
  });

  it('an immutable tile takes none, whichever kind it is of', async () => {
    for (const path of [
      '.json?date=2020-01-29',
      '/change.json?from=2019-12-01&to=2020-02-01',
      '/span.json?from=2020-01-20&to=2020-02-01',
    ]) {
      const { tiles: urls } = (await (await fetch(`${service.address}/tiles/m5${path}`)).json()) as { tiles: [string] };
      const url = new URL(urls[0].replace('{z}/{x}/{y}', '8/154/100'));
      expect([path, await statements(url.pathname)]).toEqual([path, 0]);
      expect([path, await statements(`${url.pathname}?layers=control`).catch(() => 0)]).toEqual([path, 0]);
    }
  });

  it('a hundred tiles and the TileJSON of one day, asked for at once, share what they ask', async () => {
    const path = '/tiles/m5/8/154/100.mvt?date=2020-01-29';
    // Long enough for many to come meanwhile, on however fast a machine.
    store.laterMs = 20;
    const requested = await statements(...Array.from({ length: 100 }, () => path), '/tiles/m5.json?date=2020-01-29');
    // Not one, for sockets are not read all at once: who comes while a look-up is under way waits for the next.
    expect(requested).toBeGreaterThanOrEqual(store.version ? 0 : 1);
    expect(requested).toBeLessThanOrEqual(store.version ? 0 : 50);
    store.laterMs = 0;
  });
});

describe('a look-up is shared', () => {
  it('by all who came before it began, never by one who came after', async () => {
    const together = openFreshLookUps();
    let now = 0;
    const ends: (() => void)[] = [];
    const lookUp = () => {
      const seen = now;
      return new Promise<number>((resolve) => ends.push(() => resolve(seen)));
    };
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const first = [together('a', lookUp), together('a', lookUp)];
    await turn();
    now = 1;
    const second = [together('a', lookUp), together('a', lookUp)];
    await turn();
    const third = together('a', lookUp);
    const other = together('b', lookUp);
    await turn();
    expect(ends).toHaveLength(2);
    ends[0]?.();
    expect(await Promise.all(first)).toEqual([0, 0]);
    await turn();
    now = 2;
    const fourth = together('a', lookUp);
    ends[2]?.();
    expect(await Promise.all([...second, third])).toEqual([1, 1, 1]);
    await turn();
    for (const end of ends) end();
    expect(await Promise.all([other, fourth])).toEqual([1, 2]);
  });

  it('and so is its failure, which the next one does not inherit', async () => {
    const together = openFreshLookUps();
    const failing = () => Promise.reject(new Error('gone'));
    const both = [together('a', failing), together('a', failing)];
    for (const one of both) await expect(one).rejects.toThrow('gone');
    expect(await together('a', () => Promise.resolve(1))).toBe(1);
  });
});
