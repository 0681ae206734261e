import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { currentRevisions } from '../../src/series/revisions.sql.js';
import type { Db } from '../../src/store/pool.js';
import { tileAddress } from '../../src/tiles/address.js';
import { openTiles, type TileService } from '../../src/tiles/service.js';
import { onEachDatabase } from '../setup/databases.js';
import { plantSeries } from '../setup/plain-maps.js';

const FOLDER = join(PROJECT_ROOT, 'tiles');
const DAYS = ['2020-01-01', '2020-01-11', '2020-01-21'] as const;

onEachDatabase('simplified coverages in the store', (open) => {
  const planted = async () => {
    const db = await open();
    const cutAt = (x: number) => [
      { of: `env(-50,-50,${x},50)`, party: 'a' },
      { of: `env(${x},-50,50,50)`, party: 'c' },
    ];
    return {
      db,
      ...(await plantSeries(db, {
        frame: 'env(-50,-50,50,50)',
        maps: [cutAt(0), cutAt(7), cutAt(19)],
        accuracyM: 100,
      })),
    };
  };
  const tile = tileAddress(8, 154, 100);
  const drawn = async (tiles: TileService, series: string, date: string) => {
    const subject = await tiles.onDay({ series, date: date as never, knownAt: null }, tiles.layersNamed(null));
    return Buffer.from((await tiles.draw(subject, tile)).identity);
  };
  /** The store, with what is asked of areas written down. */
  const overheard = (db: Db) => {
    const heard: string[] = [];
    const store: Db = {
      ...db,
      query(...requested) {
        heard.push(`${requested[0]} ${requested[1]?.[0]}`);
        return db.query(...requested);
      },
    };
    const unions = () => heard.filter((text) => text.includes('st_union')).length;
    const unionOf = (revision: number) =>
      heard.some((text) => text.includes('st_union') && text.includes(`"revision":${revision},`));
    const reads = () => heard.filter((text) => text.includes('from kept_coverage')).length;
    return { store, unions, unionOf, reads };
  };

  it('give the same tiles after a restart as before, without a look at the areas', async () => {
    const { db, series } = await planted();
    const first = openTiles(db, FOLDER, 1e7);
    const before = await drawn(first, series, DAYS[1]);
    expect(before.length).toBeGreaterThan(100);
    await first.settled();
    await first.close();

    const { store, unions } = overheard(db);
    const second = openTiles(store, FOLDER, 1e7);
    expect((await drawn(second, series, DAYS[1])).equals(before)).toBe(true);
    expect(unions()).toBe(0);
    await drawn(second, series, DAYS[2]);
    expect(unions()).toBe(1);
    await second.close();
  });

  it('are made of every map that is stored, by whatever process, without anybody asking for a tile, once nothing is imported', async () => {
    const { db, series } = await planted();
    const { store, unionOf } = overheard(db);
    const tiles = openTiles(store, FOLDER, 1e7);
    const stop = new AbortController();
    let importing = true;
    let asked = 0;
    const ready = tiles.keepReady(stop.signal, () => {
      asked++;
      return importing;
    });
    const maps = await currentRevisions(db, series);
    while (asked < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(maps.some(({ id }) => unionOf(id))).toBe(false);
    importing = false;
    while (!maps.every(({ id }) => unionOf(id))) await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort();
    await ready;
    await tiles.close();

    const again = overheard(db);
    const fresh = openTiles(again.store, FOLDER, 1e7);
    for (const date of DAYS) expect((await drawn(fresh, series, date)).length).toBeGreaterThan(100);
    expect(again.unions()).toBe(0);
    await fresh.close();
  });

  it('of the last maps are with the thread after a start, before anybody asks for a tile', async () => {
    const { db, series } = await planted();
    const before = openTiles(db, FOLDER, 1e7);
    for (const date of DAYS) await drawn(before, series, date);
    await before.settled();
    await before.close();

    const { store, reads } = overheard(db);
    const tiles = openTiles(store, FOLDER, 1e7);
    await tiles.drawLatest(new AbortController().signal);
    const sinceStart = reads();
    expect(sinceStart).toBeGreaterThan(0);
    // The layers of posts are with their verdicts, which nobody computes unasked.
    const layers = tiles.layersNamed('control,front,label');
    for (const date of DAYS) {
      const subject = await tiles.onDay({ series, date: date as never, knownAt: null }, layers);
      expect((await tiles.draw(subject, tile)).identity.length).toBeGreaterThan(100);
    }
    expect(reads()).toBe(sinceStart);
    await tiles.close();
  });

  it('and the tiles of the days beside the one that is looked at are drawn ahead', async () => {
    const { db, series } = await planted();
    const tiles = openTiles(db, FOLDER, 1e7, true);
    await drawn(tiles, series, DAYS[1]);
    const etags = await Promise.all(
      DAYS.map(async (date) => {
        const subject = await tiles.onDay({ series, date: date as never, knownAt: null }, tiles.layersNamed(null));
        return tiles.etag(subject, tile);
      }),
    );
    const inMemory = () => etags.filter((etag) => tiles.cache.peek(etag, tile.z) !== undefined).length;
    for (let i = 0; i < 500 && inMemory() < 3; i++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(inMemory()).toBe(3);
    await tiles.settled();
    await tiles.close();
  });
});
