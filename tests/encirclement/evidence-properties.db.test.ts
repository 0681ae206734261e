import fc from 'fast-check';
import { expect, it } from 'vitest';
import { corridorOf } from '../../src/encirclement/evidence/corridor.js';
import { corridorMesh, standings } from '../../src/encirclement/evidence/corridor.sql.js';
import { measureDistances, measureRing, measureSweep } from '../../src/encirclement/evidence/ring-and-sweep.sql.js';
import { measureEncirclement } from '../../src/encirclement/measure.sql.js';
import { between, nearestOn, type Spot } from '../../src/encirclement/mesh.js';
import { isolated } from '../../src/encirclement/verdict.js';
import { widthOf } from '../../src/geometry/bearing-sectors.js';
import type { Queryable } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { OPTIONS } from '../setup/ground.js';
import { fillMesh, type MeshWorld, mapWorld, meshWorld } from '../setup/mesh-world.js';
import { runs } from '../setup/runs.js';

type Line = readonly [Spot, Spot];
/** Between two segments that do not cross, metres. */
const apart = ([a, b]: Line, [c, d]: Line): number =>
  Math.min(
    ...[a, b].map((end) => between(nearestOn(c, d, end), end)),
    ...[c, d].map((end) => between(nearestOn(a, b, end), end)),
  );
/** The edges of the anchor, metres. */
const sides = ({ anchor }: MeshWorld): Line[] => {
  const corners = anchor.map(([x, y]): Spot => [1000 * x, 1000 * y]);
  return corners.flatMap((corner, i): Line[] => [[corner, corners[(i + 1) % corners.length] ?? corner]]);
};

const worlds = fc.integer({ min: 1, max: 1_000_000 }).map((seed) => meshWorld(seed, { size: 8, fenced: true }));
const RUNS = { numRuns: 8, seed: 20191223 };

/** Corridors, states and margins of every post of a world. */
async function corridors(tx: Queryable) {
  const measures = await measureEncirclement(tx, OPTIONS);
  const found = [];
  for (const { id, cid, spot, r0 } of await standings(tx, 'strict')) {
    const mesh = cid === null ? null : await corridorMesh(tx, 'strict', cid, 500);
    // Ground that a post stands in is always triangulated.
    if (cid !== null) expect(mesh).not.toBeNull();
    const measure = measures.find((row) => row.id === id);
    if (measure) found.push({ id, measure, spot, r0, mesh, corridor: mesh && corridorOf(mesh, spot, r0, 1e6) });
  }
  return found;
}

onEachDatabase('evidence, properties', (open) => {
  const inWorld = async <Answer>(world: MeshWorld, work: (tx: Queryable) => Promise<Answer>): Promise<Answer> =>
    (await open()).transaction(async (tx) => {
      await fillMesh(tx, world);
      return work(tx);
    });
  const forWorlds = (check: (world: MeshWorld) => Promise<void>, numRuns = RUNS.numRuns) =>
    fc.assert(fc.asyncProperty(worlds, check), { ...RUNS, numRuns: runs(numRuns) });

  it('property 5: no neck is wider than what closes it, which is what its segments add up to', async () => {
    let compared = 0;
    await forWorlds(async (world) => {
      const found = await inWorld(world, corridors);
      for (const { corridor } of found) {
        if (!corridor?.neck || corridor.closure.corridors === null) continue;
        expect(corridor.neck.width_m).toBeLessThanOrEqual(corridor.closure.metres + 1e-6);
        const segments = corridor.closure.segments.reduce((sum, { metres }) => sum + metres, 0);
        expect(segments).toBeCloseTo(corridor.closure.metres, 3);
        compared++;
      }
    });
    expect(compared).toBeGreaterThan(5);
  });

  // A disc reaches a post, or the anchor, that lies less than half its width behind a narrower place from before it; and
  // the narrowest may be the corner the post itself stands in, where no disc as wide as the place on its way has room.
  it('property 5: the segment drawn is as wide as the margin of record, but for posts close behind it or in a corner', async () => {
    let equal = 0;
    await forWorlds(async (world) => {
      for (const { corridor, measure, spot, r0, mesh } of await inWorld(world, corridors)) {
        const width = measure.margin_m?.strict ?? 0;
        if (!corridor?.neck || corridor.neck.at_edge || width <= 0) continue;
        const { width_m, from, to } = corridor.neck;
        const room = Math.min(...(mesh?.barriers ?? []).map(([a, b]) => between(nearestOn(a, b, spot), spot)));
        if (width_m > 1.02 * width) expect(room).toBeLessThanOrEqual(width / 2 + r0);
        else if (width_m < 0.98 * width) {
          const ends = [apart([from, to], [spot, spot]) - r0, ...sides(world).map((side) => apart([from, to], side))];
          expect(Math.min(...ends)).toBeLessThanOrEqual(width / 2);
        } else equal++;
      }
    }, 24);
    expect(equal).toBeGreaterThan(5);
  });

  it('property 6: isolated, closed by nothing, and without a neck are one', async () => {
    await forWorlds(async (world) => {
      for (const { corridor, measure } of await inWorld(world, corridors)) {
        const cutOff = measure.state !== null && isolated(measure.state.strict);
        expect(corridor === null).toBe(cutOff);
        if (cutOff) expect(measure.margin_m?.strict).toBeLessThanOrEqual(0);
        else {
          expect(corridor?.closure.metres).toBeGreaterThan(0);
          expect(measure.margin_m?.strict).toBeGreaterThanOrEqual(0);
        }
      }
    });
  });

  it('property 3: in a mirrored world every bearing is negated', async () => {
    const looks = (of: MeshWorld) =>
      inWorld(of, async (tx) => {
        await measureEncirclement(tx, { ...OPTIONS, numbers: false });
        const sweeps = [];
        for (const post of await measureDistances(tx)) sweeps.push((await measureSweep(tx, post, 12_000)).open.sectors);
        return sweeps;
      });
    let sectors = 0;
    await forWorlds(async (world) => {
      const [plain, mirrored] = [await looks(world), await looks(mapWorld(world, ([x, y]) => [-x, y]))];
      const negated = (degrees: number) => (360 - degrees) % 360;
      for (const [i, found] of plain.entries()) {
        const expected = found.map(({ from, to }) => ({ from: negated(to), to: negated(from) }));
        const order = (of: readonly { from: number; to: number }[]) =>
          of.map(({ from, to }) => [from % 360, to % 360].map((d) => d.toFixed(6))).sort();
        expect(order(mirrored[i] ?? [])).toEqual(order(expected));
        sectors += found.length;
      }
    }, 4);
    expect(sectors).toBeGreaterThan(10);
  });

  it('property 7: a longer look opens no bearing, turning the world turns the sectors only, and they sum to the share', async () => {
    await forWorlds(async (world) => {
      const look = (of: MeshWorld, radii: number[]) =>
        inWorld(of, async (tx) => {
          await measureEncirclement(tx, { ...OPTIONS, numbers: false });
          const sweeps = [];
          for (const post of await measureDistances(tx)) {
            for (const radius of radii) sweeps.push(await measureSweep(tx, post, radius));
          }
          return sweeps;
        });
      const plain = await look(world, [5000, 12_000, 30_000]);
      for (const [i, { open: found, reach_share }] of plain.entries()) {
        const sum = found.sectors.reduce((degrees, sector) => degrees + widthOf(sector), 0);
        expect(Math.abs(sum - 360 * found.share)).toBeLessThan(1e-6);
        expect(reach_share).toBeGreaterThanOrEqual(0);
        expect(reach_share).toBeLessThanOrEqual(1 + 1e-9);
        const nearer = i % 3 ? plain[i - 1] : undefined;
        if (!nearer) continue;
        expect(found.share).toBeLessThanOrEqual(nearer.open.share + 1e-9);
        // Farther out the main body may come into view and nothing that was met changes.
        expect(reach_share).toBeGreaterThanOrEqual(nearer.reach_share - 1e-9);
      }
      const [cos, sin] = [Math.cos(0.7), Math.sin(0.7)];
      const turned = await look(
        mapWorld(world, ([x, y]) => [x * cos - y * sin, x * sin + y * cos]),
        [5000, 12_000, 30_000],
      );
      for (const [i, sweep] of turned.entries()) {
        expect(sweep.open.share).toBeCloseTo(plain[i]?.open.share ?? -1, 6);
        expect(sweep.reach_share).toBeCloseTo(plain[i]?.reach_share ?? -1, 6);
      }
    }, 6);
  });

  it('the ring around a pocket adds up to 1', async () => {
    let rings = 0;
    await forWorlds(async (world) => {
      await inWorld(world, async (tx) => {
        await measureEncirclement(tx, { ...OPTIONS, numbers: false });
        for (const [index] of world.posts.entries()) {
          const ring = await measureRing(tx, 'strict', index + 1, 100);
          if (!ring) continue;
          expect(Object.values(ring.shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
          rings++;
        }
      });
    });
    expect(rings).toBeGreaterThan(5);
  });
});
