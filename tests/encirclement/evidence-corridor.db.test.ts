import { expect, it } from 'vitest';
import { corridorOf } from '../../src/encirclement/evidence/corridor.js';
import { corridorMesh, standings } from '../../src/encirclement/evidence/corridor.sql.js';
import { dissolveMasks } from '../../src/encirclement/policy-masks.sql.js';
import type { Policy } from '../../src/encirclement/verdict.js';
import { onEachDatabase } from '../setup/databases.js';
import { EAST, FRAME, fillGround, NORTH, ring, type World } from '../setup/ground.js';
import { fillMesh, meshWorld } from '../setup/mesh-world.js';

const disc = (r: number) => `st_buffer(st_point(0,0), ${r}, 'quad_segs=2000')`;
const minus = (a: string, b: string) => `st_difference(${a}, ${b})`;
const union = (...parts: string[]) => `st_union(array[${parts.join(',')}])`;
const RING = minus(disc(20), disc(10));
const E2 = minus(RING, 'env(0,-2,30,2)');
const [cos, sin] = [40 * Math.cos(Math.PI / 12), 40 * Math.sin(Math.PI / 12)];
const wedge = ring([0, 0], [cos, sin], [cos, -sin]);

onEachDatabase('where the corridor is narrow, and what would close it', (open) => {
  const locate = async (
    world: Omit<World, 'posts'> & { post: readonly [number, number, number?] },
    policy: Policy = 'strict',
  ) =>
    (await open()).transaction(async (tx) => {
      await fillGround(tx, { ...world, posts: [world.post] });
      await dissolveMasks(tx);
      const [at] = await standings(tx, policy);
      if (!at || at.cid === null) return null;
      const mesh = await corridorMesh(tx, policy, at.cid, 250);
      return mesh && corridorOf(mesh, at.spot, at.r0, 5000);
    });
  const own = (...faces: string[]) => faces.map((face) => ['own', face] as [string, string]);
  const two = own('env(-20,-10,-10,10)', 'env(-10,-5.5,0,-4.5)', 'env(-10,4,0,7)', 'env(0,-50,50,50)');

  it.each([
    ['E2: a strip', { faces: [['hostile', E2]], rest: 'own', anchor: NORTH, post: [0, 0] }, 4000, 4000, 1],
    [
      'E3: a wedge',
      { faces: [['hostile', minus(RING, wedge)]], rest: 'own', anchor: NORTH, post: [0, 0] },
      20_000 * Math.sin(Math.PI / 12),
      20_000 * Math.sin(Math.PI / 12),
      1,
    ],
    [
      'E6: half a kilometre in common',
      {
        faces: own(union('env(-10,-10,0,0.5)', 'env(0,0,10,10)')),
        rest: 'hostile',
        frame: 'env(-12,-12,12,12)',
        anchor: 'env(5,5,10,10)',
        post: [-5, -5],
      },
      500,
      500,
      1,
    ],
    [
      'E10: a salient',
      { faces: own(union('env(-50,0,50,50)', 'env(-5,-20,5,0)')), rest: 'hostile', anchor: NORTH, post: [0, -19] },
      10_000,
      10_000,
      1,
    ],
    [
      'E11: a corridor',
      {
        faces: own('env(-20,-5,-10,5)', 'env(-10,-.5,0,.5)', 'env(0,-50,50,50)'),
        rest: 'hostile',
        anchor: EAST,
        post: [-15, 0],
      },
      1000,
      1000,
      1,
    ],
    ['E12: two corridors', { faces: two, rest: 'hostile', anchor: EAST, post: [-15, 0] }, 3000, 4000, 2],
    [
      'E13: from corner to corner',
      {
        faces: [
          ['hostile', 'env(-1,-50,0,0)'],
          ['hostile', 'env(3,0,4,50)'],
        ],
        rest: 'own',
        anchor: EAST,
        post: [-20, 0],
      },
      3000,
      3000,
      1,
    ],
  ] as [string, Omit<World, 'posts'> & { post: [number, number] }, number, number, number][])(
    '%s',
    async (_, world, neck, closure, corridors) => {
      const found = await locate(world);
      expect(Math.abs((found?.neck?.width_m ?? 0) - neck)).toBeLessThanOrEqual(0.002 * neck);
      expect(found?.neck?.at_edge).toBe(false);
      expect(Math.abs((found?.closure.metres ?? 0) - closure)).toBeLessThanOrEqual(0.002 * closure);
      expect(found?.closure).toMatchObject({ at_least: false, corridors });
    },
  );

  it('says where: at the corridor, between its barriers', async () => {
    const found = await locate({ faces: two, rest: 'hostile', anchor: EAST, post: [-15, 0] });
    const [x, y] = found?.neck?.middle ?? [0, 0];
    expect(x).toBeGreaterThanOrEqual(-10_000);
    expect(x).toBeLessThanOrEqual(0);
    expect(y).toBeCloseTo(5500, 0);
    const corner = await locate({
      faces: [
        ['hostile', 'env(-1,-50,0,0)'],
        ['hostile', 'env(3,0,4,50)'],
      ],
      rest: 'own',
      anchor: EAST,
      post: [-20, 0],
    });
    expect(corner?.neck?.middle.map(Math.round)).toEqual([1500, 0]);
  });

  it('E4: through contested ground only under the lenient policy', async () => {
    const plugged = {
      faces: [
        ['hostile', E2],
        ['contested', 'env(14,-2,16,2)'],
      ] as [string, string][],
      rest: 'own',
      anchor: NORTH,
      post: [0, 0] as const,
    };
    expect(await locate(plugged)).toBeNull();
    expect(Math.abs(((await locate(plugged, 'lenient'))?.neck?.width_m ?? 0) - 4000)).toBeLessThanOrEqual(8);
  });

  it('E9, E14: without a narrow place there is no neck between barriers, and the closure is capped or ends on the map', async () => {
    const line = await locate({ faces: own('env(-50,0,50,50)'), rest: 'hostile', anchor: NORTH, post: [0, 5] });
    expect(line?.closure).toMatchObject({ metres: 10_000 * Math.PI, at_least: true, corridors: null });
    expect(line?.neck === null || line?.neck?.at_edge).toBe(true);
    const island = await locate({ faces: [['hostile', 'env(-5,-5,5,5)']], rest: 'own', anchor: NORTH, post: [-20, 0] });
    expect(island?.neck === null || island?.neck?.at_edge).toBe(true);
    expect(island?.closure.at_least).toBe(true);
    const free = await locate({ faces: own(FRAME), anchor: NORTH, post: [0, 0] });
    expect(free).toMatchObject({ neck: null, closure: { at_least: true } });
  });

  it('triangulates ground whose holes touch its edge and one another', async () => {
    const holes = union('env(-20,-20,20,20)', 'env(20,20,30,30)', ring([30, 30], [50, 45], [40, 30]));
    const found = await locate({ faces: own(minus(FRAME, holes)), rest: 'hostile', anchor: NORTH, post: [-30, 0] });
    expect(found).not.toBeNull();
  });

  // Exactly as it is, this ground stops GEOS 3.11 and 3.14 alike; on the embedded engine that would end the connection.
  it('triangulates 24,500 vertices of ground with hundreds of rings that touch', async () => {
    const world = meshWorld(4, { size: 70, fenced: true });
    const faces = world.faces.map(({ stance, ring: corners }) => ({
      stance: ['contested', 'unknown'].includes(stance) ? 'own' : stance,
      ring: corners,
    }));
    const found = await (await open()).transaction(async (tx) => {
      await fillMesh(tx, { ...world, faces });
      await dissolveMasks(tx);
      const at = (await standings(tx, 'strict')).find(({ cid }) => cid !== null);
      const mesh = at?.cid ? await corridorMesh(tx, 'strict', at.cid, 250) : null;
      return at && mesh && corridorOf(mesh, at.spot, at.r0, 1e6);
    });
    expect(found?.neck?.width_m).toBeGreaterThan(0);
    expect(found?.neck?.width_m).toBeLessThanOrEqual(found?.closure.metres ?? 0);
  });

  it('E25: a larger frame moves nothing', async () => {
    const found = await locate({
      faces: [['hostile', E2]],
      rest: 'own',
      frame: 'env(-500,-500,500,500)',
      anchor: 'env(-500,400,500,500)',
      post: [0, 0],
    });
    expect(Math.abs((found?.neck?.width_m ?? 0) - 4000)).toBeLessThanOrEqual(8);
    expect(Math.abs((found?.closure.metres ?? 0) - 4000)).toBeLessThanOrEqual(8);
  });
});
