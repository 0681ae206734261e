import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { cacheChange, cachedChange } from '../../src/change/overlay.sql.js';
import { importSnapshots } from '../../src/maps/import.js';
import { purge } from '../../src/maps/withdrawal/purge.js';
import { insertPurge, purgeable, purgeMaps } from '../../src/maps/withdrawal/purges.sql.js';
import { withdrawSnapshot } from '../../src/maps/withdrawal/withdraw.js';
import type { Instant, IsoDate } from '../../src/model/dates.js';
import { once } from '../../src/store/memo.js';
import { cachedResult, cacheResult, lastPurge } from '../../src/store/memo.sql.js';
import type { Db } from '../../src/store/pool.js';
import { openDrawing } from '../../src/tiles/drawing/drawing.js';
import { keptGroups, missingKeys } from '../../src/tiles/kept-coverage.sql.js';
import type { LayerSource } from '../../src/tiles/layer.js';
import { onEachDatabase } from '../setup/databases.js';
import { firstMap } from '../setup/desk-histories.js';
import { strips } from '../setup/strips.js';

/*
 * A map is purged while something is computed of it, by whatever process: what comes late is not kept behind the purge, where it
 * would stand until the next one.
 */

const WORDS = { why: 'court', by: 'the tests' };
const [FIRST, GONE] = ['2024-05-01', '2024-05-02'] as [IsoDate, IsoDate];

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

onEachDatabase('a map that is purged while something is computed of it', (database) => {
  let series = 0;
  /** A series of two maps, the second of them withdrawn; @returns its id and the revisions. */
  async function withdrawn(db: Db) {
    const id = `purge-meanwhile-${++series}`;
    await firstMap(db, id, FIRST, strips([36.4], ['west', 'east']).features);
    const map = JSON.stringify(strips([36.4005], ['west', 'east']));
    const source = 'https://example.org/second';
    await importSnapshots(db, { series: id, map, options: { date: GONE }, source, create: null, accept: null });
    const rows = await db.query<{ id: number }>('select id from revision where series = $1 order by valid_on', [id]);
    await withdrawSnapshot(db, id, GONE, WORDS);
    return { id, revisions: rows.map((row) => row.id) as [number, number] };
  }
  const purged = (db: Db, id: string) => purge(db, id, GONE, WORDS);

  it('leaves no answer behind that was computed of it', async () => {
    const db = await database();
    const { id } = await withdrawn(db);
    const kept = () => db.query('select from kept_answer where kind = $1', [id]);
    const late = once(db, id, [id], async () => {
      await purged(db, id);
      return { km2: 1 };
    });
    expect(await late).toEqual({ km2: 1 });
    expect(await kept()).toEqual([]);
    expect(await once(db, id, [id], async () => ({ km2: 2 }))).toEqual({ km2: 2 });
    expect(await kept()).toHaveLength(1);
  });

  it('leaves no simplified coverage behind, neither of who draws it nor of who simplifies ahead', async () => {
    const db = await database();
    const drawing = openDrawing({ maxBytes: 1e6, kept: keptGroups(db) });
    const part = (key: string, id: string) => ({
      ...{ key, layers: ['control'] },
      sources: async (): Promise<LayerSource[]> => {
        await purged(db, id);
        const features = strips([36.4], ['west', 'east']).features.map(({ geometry }, n) => ({
          ...{ id: n, key: String(n), geometry: geometry as never, properties: {} },
        }));
        return [{ name: 'control', kind: 'areas', features }];
      },
    });
    const [drawn, ahead] = [await withdrawn(db), await withdrawn(db)].map(({ id }) => id) as [string, string];
    expect((await drawing.tile({ z: 6, x: 38, y: 25 } as never, [part(drawn, drawn)])).length).toBeGreaterThan(0);
    await drawing.settled();
    await drawing.keep(part(ahead, ahead));
    expect([...(await missingKeys(db, [drawn, ahead]))].sort()).toEqual([drawn, ahead]);
    await drawing.close();
  });

  it('leaves no change between it and another one', async () => {
    const db = await database();
    const { id, revisions } = await withdrawn(db);
    const rows = [{ from_class: 'west', to_class: 'east', m2: 5 }];
    await purged(db, id);
    await cacheChange(db, ...revisions, rows);
    expect(await cachedChange(db, ...revisions)).toEqual([]);
  });

  it('is waited for: what would be kept while it goes is kept before it and goes too, or not at all', async () => {
    const db = await database();
    const { id } = await withdrawn(db);
    const before = await lastPurge(db);
    const [taken, over] = [gate(), gate()];
    const purging = db.transaction(async (tx) => {
      const gone = await purgeable(tx, id, GONE);
      const shapes = await purgeMaps(tx, gone);
      taken.open();
      await over.opened;
      const at = new Date().toISOString() as Instant;
      await insertPurge(tx, { series: id, date: GONE, taken: gone, shapes, at, ...WORDS });
    });
    await taken.opened;
    const writing = cacheResult(db, id, 'late', '{"km2":1}', before);
    expect(await Promise.race([writing, sleep(300, 'waits')])).toBe('waits');
    over.open();
    await Promise.all([purging, writing]);
    expect((await cachedResult(db, id, 'late')).answer).toBe(null);
  });
});
