import { expect, it } from 'vitest';
import { corridorMesh, standings } from '../../src/encirclement/evidence/corridor.sql.js';
import { measureDistances, measureRing, measureSweep } from '../../src/encirclement/evidence/ring-and-sweep.sql.js';
import { measureEncirclement } from '../../src/encirclement/measure.sql.js';
import { dissolveMasks } from '../../src/encirclement/policy-masks.sql.js';
import type { Queryable } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { fillGround, NORTH, OPTIONS, type World } from '../setup/ground.js';

/*
 * The embedded engine cannot catch an exception of GEOS: the statement then had no row, and no error. The wire in front
 * of it refuses such a turn (`pool.test.ts`); here the rows themselves are taken away, one statement at a time.
 */

/** A pocket beside a corridor: posts cut off, overrun, connected, and at the end of a corridor. */
const WORLD: World = {
  faces: [
    ['own', 'env(-50,10,50,50)'],
    ['own', 'env(-2,-30,2,10)'],
    ['own', 'env(10,-20,20,-10)'],
    ['own', 'env(24,-20,30,-10)'],
    ['contested', 'env(12,-10,14,10)'],
  ],
  rest: 'hostile',
  anchor: NORTH,
  posts: [
    [0, 30],
    [0, -25],
    [27, -15],
    [15, -15],
    [-30, -30],
  ],
};

/** Answers as `tx` does, but loses the rows of every statement with the given text. */
const losing = (tx: Queryable, text: string | null, seen?: Map<string, number>): Queryable => ({
  engine: tx.engine,
  async query<Row extends object>(sql: string, values?: readonly unknown[]) {
    const rows = await tx.query<Row>(sql, values);
    seen?.set(sql, Math.max(seen.get(sql) ?? 0, rows.length));
    return sql === text ? [] : rows;
  },
});

type Reported = { told: unknown } | { refused: unknown };
const outcome = (work: () => Promise<unknown>): Promise<Reported> =>
  work().then(
    (reported) => ({ told: reported }),
    (refused) => ({ refused }),
  );

onEachDatabase('an answer that is lost', (open) => {
  /** Runs `work` with each of its answering statements emptied in turn; every one must refuse, or say the same. */
  async function loseEach(world: World, work: (tx: Queryable) => Promise<unknown>, prepare = dissolveMasks) {
    const db = await open();
    const run = (text: string | null, seen?: Map<string, number>) =>
      outcome(() =>
        db.transaction(async (tx) => {
          await fillGround(tx, world);
          if (prepare) await prepare(tx);
          return work(losing(tx, text, seen));
        }),
      );
    const seen = new Map<string, number>();
    const whole = await run(null, seen);
    expect(whole).toHaveProperty('told');
    const answering = [...seen].filter(([, rows]) => rows > 0).map(([sql]) => sql);
    const wrong: string[] = [];
    for (const sql of answering) {
      const found = await run(sql);
      if ('refused' in found) expect(found.refused).toBeInstanceOf(Error);
      else if (JSON.stringify(found) !== JSON.stringify(whole)) wrong.push(sql.trim().slice(0, 80));
    }
    return { statements: answering.length, wrong };
  }

  it('never becomes a verdict, a state or a margin', async () => {
    const { statements, wrong } = await loseEach(
      WORLD,
      (tx) => measureEncirclement(tx, OPTIONS),
      async () => {},
    );
    expect(statements).toBeGreaterThan(8);
    expect(wrong).toEqual([]);
  });

  it('never becomes an empty pocket, an open bearing or a missing corridor', async () => {
    const { statements, wrong } = await loseEach(WORLD, async (tx) => {
      const reported: unknown[] = [];
      for (const post of await measureDistances(tx)) {
        reported.push(post, await measureSweep(tx, post, 12_000), await measureRing(tx, 'strict', post.id, 100));
      }
      for (const { cid, ...standing } of await standings(tx, 'strict')) {
        const mesh = cid === null ? null : await corridorMesh(tx, 'strict', cid, 2000);
        reported.push(standing, mesh?.triangles.length);
      }
      return reported;
    });
    expect(statements).toBeGreaterThan(4);
    expect(wrong).toEqual([]);
  });
});
