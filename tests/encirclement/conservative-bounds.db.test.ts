import { expect, it } from 'vitest';
import { measureStates, opensAt } from '../../src/encirclement/connectivity.sql.js';
import {
  BOUNDS_SIMPLIFY_M,
  boundHops,
  boundPasses,
  createBounds,
} from '../../src/encirclement/conservative-bounds.sql.js';
import { dissolveMasks } from '../../src/encirclement/policy-masks.sql.js';
import { isolated } from '../../src/encirclement/verdict.js';
import { onEachDatabase } from '../setup/databases.js';
import { fillMesh, type MeshWorld, measureMesh, meshWorld, seeded } from '../setup/mesh-world.js';

/** Many posts in a world whose edges wave by a hundred metres, so that there is something to simplify. */
function crowded(seed: number): MeshWorld {
  const random = seeded(seed);
  const world = meshWorld(seed, { size: 6, fenced: seed % 2 === 0, posts: 0 });
  const wave = ([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]) =>
    Array.from({ length: 4 }, (_, i): [number, number] => {
      // From the end that comes first, so that both neighbours get the same vertices.
      const t = i / 4;
      const first = ax < bx || (ax === bx && ay < by);
      const u = first ? t : 1 - t;
      const swing = i === 0 ? 0 : 0.1 * Math.sin(37 * u * (1 + Math.abs(ax * bx) + Math.abs(ay * by)));
      const [dx, dy] = first ? [bx - ax, by - ay] : [ax - bx, ay - by];
      const length = Math.hypot(dx, dy);
      return [ax + t * (bx - ax) - (swing * dy) / length, ay + t * (by - ay) + (swing * dx) / length];
    });
  const faces = world.faces.map(({ stance, ring }) => ({
    stance,
    ring: ring.flatMap((point, i) => wave(point, ring[(i + 1) % ring.length] as (typeof ring)[0])),
  }));
  const posts = Array.from({ length: 150 }, (): [number, number] => [-48 + 96 * random(), -48 + 96 * random()]);
  return { ...world, faces, posts };
}

onEachDatabase('the conservative bounds beside the exact method', (open) => {
  it('gives many posts the verdicts of the exact method', async () => {
    const db = await open();
    const found = new Set<string>();
    for (const seed of [1, 2]) {
      for (const accuracyM of seed === 1 ? [0, 1300] : [250]) {
        const options = { accuracyM, narrowM: 15_000, numbers: false };
        const climbed = await measureMesh(db, crowded(seed), { ...options, boundsFrom: 1 });
        const exact = await measureMesh(db, crowded(seed), { ...options, boundsFrom: 1000 });
        expect(climbed).toEqual(exact);
        for (const { verdict, reason, grade } of exact) found.add(`${verdict} ${reason ?? grade}`);
      }
    }
    // All of them, or the worlds show nothing.
    expect([...found].sort()).toEqual([
      'encircled null',
      'not_encircled narrow',
      'not_encircled open',
      'uncertain accuracy',
      'uncertain contested',
      'uncertain unknown',
    ]);
  });

  it('decides nothing otherwise than an erosion of the same width does, most of what is wide, and nothing of what is thin', async () => {
    const db = await open();
    let [decided, requested] = [0, 0];
    for (const seed of [4]) {
      await db.transaction(async (tx) => {
        await fillMesh(tx, crowded(seed));
        await dissolveMasks(tx);
        await createBounds(tx);
        const states = await measureStates(tx);
        for (const policy of ['strict', 'lenient'] as const) {
          const connected = states
            .filter((post) => post.policy === policy && !isolated(post.state))
            .map(({ id }) => id);
          for (const widthM of [2600, 8000]) {
            const { passes, fails } = await boundPasses(tx, policy, widthM, 250, connected);
            const exact = await opensAt(tx, policy, widthM, 250);
            expect([...passes].filter((id) => !exact.has(id))).toEqual([]);
            expect([...fails].filter((id) => exact.has(id))).toEqual([]);
            decided += passes.size + fails.size;
            requested += connected.length;
          }
          const thin = await boundPasses(tx, policy, 4 * BOUNDS_SIMPLIFY_M, 250, connected);
          expect([thin.passes.size, thin.fails.size]).toEqual([0, 0]);
          const touching = await boundHops(
            tx,
            policy,
            0.1,
            states.map(({ id }) => id),
          );
          expect(touching.passes.size).toBe(0);
        }
      });
    }
    expect(decided / requested).toBeGreaterThan(0.9);
  });
});
