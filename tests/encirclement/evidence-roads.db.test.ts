import { expect, it } from 'vitest';
import { standings } from '../../src/encirclement/evidence/corridor.sql.js';
import { measureDistances, measureSweep } from '../../src/encirclement/evidence/ring-and-sweep.sql.js';
import { judgeRoads } from '../../src/encirclement/evidence/roads.js';
import { createRoads, roadAccesses, roadPieces } from '../../src/encirclement/evidence/roads.sql.js';
import { groundQuality, mainClasses } from '../../src/encirclement/evidence/surroundings.sql.js';
import { dissolveMasks } from '../../src/encirclement/policy-masks.sql.js';
import type { Queryable } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { EAST, fillGround, NORTH, type World } from '../setup/ground.js';

type Alone = Omit<World, 'posts'> & { post: readonly [number, number, number?] };

onEachDatabase('roads, reach and doubts', (open) => {
  const on = async <Answer>(world: Alone, work: (tx: Queryable) => Promise<Answer>): Promise<Answer> =>
    (await open()).transaction(async (tx) => {
      await fillGround(tx, { ...world, posts: [world.post] });
      await dissolveMasks(tx);
      return work(tx);
    });

  /** Roads as points in kilometres. */
  const roads = (world: Alone, lines: Record<string, string>) =>
    on(world, async (tx) => {
      await createRoads(tx);
      for (const [route, line] of Object.entries(lines)) {
        await tx.query(`insert into mask_road select $1, st_scale(st_geomfromtext($2), 1000, 1000)`, [
          route,
          `LINESTRING(${line})`,
        ]);
      }
      const accesses = await roadAccesses(tx, 3000);
      const pieces = await roadPieces(tx, accesses);
      const [at] = await standings(tx, 'strict');
      const standing = !at?.held ? 'none' : at.cid === null ? 'pocket' : 'main';
      return { report: judgeRoads(pieces, accesses[0] ?? null, standing), pieces };
    });
  const split = {
    faces: [
      ['own', 'env(-50,-50,-10,50)'],
      ['hostile', 'env(-10,-50,0,0)'],
      ['contested', 'env(-10,0,0,50)'],
      ['own', 'env(0,-50,50,50)'],
    ] as [string, string][],
    anchor: EAST,
    post: [-20, -20] as const,
  };

  it('cut by the enemy between kilometre 30 and 40, and nowhere else', async () => {
    const { report, pieces } = await roads(split, { A: '-40 -21,50 -21' });
    expect(report).toMatchObject({ state: 'cut', to: 'anchor', access: { route: 'A', at_m: 20_000, away_m: 1000 } });
    expect(report.cuts).toEqual([
      { route: 'A', from_km: expect.closeTo(30, 6), to_km: expect.closeTo(40, 6), class: 'hostile' },
    ]);
    expect(report.open_stretch).toEqual({ from_km: 0, to_km: expect.closeTo(30, 6) });
    expect(pieces.reduce((sum, { from_m, to_m }) => sum + to_m - from_m, 0)).toBeCloseTo(90_000, 3);
  });

  it('open over contested ground only by the lenient policy, by another road that it meets', async () => {
    const { report } = await roads(split, { A: '-40 -21,50 -21', B: '-30 -40,-30 20,50 20' });
    expect(report).toMatchObject({ state: 'open_lenient', to: 'anchor', known_routes: ['A', 'B'] });
    expect(report.cuts.map(({ class: name }) => name).sort()).toEqual(['contested', 'hostile']);
  });

  it('open to the anchor, as near to the enemy as it comes', async () => {
    const free = { ...split, post: [10, 1] as const };
    const { report } = await roads(free, { A: '2 0,50 0' });
    expect(report).toMatchObject({ state: 'open', to: 'anchor', independent_routes: 1, cuts: [] });
    expect(report.margin_m).toBeCloseTo(10_000, 3);
  });

  it('a road along the border belongs to neither side', async () => {
    const { pieces } = await roads(split, { A: '-10 -40,-10 -10' });
    expect(pieces.map(({ class: name, strict, lenient }) => [name, strict, lenient])).toEqual([
      ['front', false, false],
    ]);
  });

  it('has no access across a front, far away, or from mask_face that is not held', async () => {
    const south = { ...split, post: [-11, -20] as const };
    expect((await roads(south, { A: '-9 -40,-9 -10' })).report.reason).toBe('no_access_within_reach');
    expect((await roads(split, { A: '-16 -40,-16 -10' })).report.reason).toBe('no_access_within_reach');
    const overrun = { ...split, post: [-5, -20] as const };
    expect((await roads(overrun, { A: '-5 -40,-5 -10' })).report.reason).toBe('no_ground_held');
  });

  it('a post is not led around a hostile bar by a road on its other side', async () => {
    const bar = {
      faces: [['hostile', 'env(-5,0,5,0.5)']] as [string, string][],
      rest: 'own',
      anchor: NORTH,
      post: [0, -0.5] as const,
    };
    expect((await roads(bar, { A: '-4 1,4 1' })).report.reason).toBe('no_access_within_reach');
  });

  const ring = `st_difference(st_buffer(st_point(0,0), 20, 'quad_segs=500'), st_buffer(st_point(0,0), 10, 'quad_segs=500'))`;
  const strip = `st_difference(${ring}, 'POLYGON((0 -2,30 -2,30 2,0 2,0 -2))'::geometry)`;
  const sweep = (world: Alone) =>
    on(world, async (tx) => {
      const [distances] = await measureDistances(tx);
      if (!distances) throw new Error('no distances');
      return measureSweep(tx, distances, 30_000);
    });

  it('E4: a pocket looks out at its main body through the plug; E1 not at all; E2 is in it; E7 is overrun', async () => {
    const plugged = await sweep({
      faces: [
        ['hostile', strip],
        ['contested', 'env(14,-2,16,2)'],
      ],
      rest: 'own',
      anchor: NORTH,
      post: [0, 0],
    });
    expect(plugged.reach_share).toBeCloseTo(Math.atan2(2, 16) / Math.PI, 6);
    const closed = await sweep({ faces: [['hostile', ring]], rest: 'own', anchor: NORTH, post: [0, 0] });
    expect(closed.reach_share).toBe(0);
    const joined = await sweep({ faces: [['hostile', strip]], rest: 'own', anchor: NORTH, post: [0, 0] });
    expect(joined.reach_share).toBe(1);
    const overrun = await sweep({
      faces: [['own', 'env(-50,0,50,50)']],
      rest: 'hostile',
      anchor: NORTH,
      post: [0, -3],
    });
    expect(overrun.reach_share).toBe(0);
  });

  it('E26: ground of both sides is a doubt, and so is a missing anchor', async () => {
    const corridor = (faces: [string, string][]): Alone => ({
      faces: [['own', 'env(-20,-5,-10,5)'], ['own', 'env(-10,-.5,0,.5)'], ['own', 'env(0,-50,50,50)'], ...faces],
      rest: 'hostile',
      anchor: EAST,
      post: [-15, 0],
    });
    const both = await on(corridor([['hostile', 'env(-8,-5,-2,5)']]), groundQuality);
    expect(both.anchored).toBe(true);
    expect(both.contradicted_m2).toBeCloseTo(6e6, -1);
    expect(await on(corridor([]), groundQuality)).toEqual({ contradicted_m2: 0, anchored: true });
    const { anchor, ...loose } = corridor([]);
    expect(await on(loose, groundQuality)).toEqual({ contradicted_m2: 0, anchored: false });
  });

  it('names the class of the ground that the way back begins with', async () => {
    const classes = await on(
      {
        faces: [
          ['own', 'env(-50,0,0,50)', 'turkey'],
          ['ally', 'env(0,0,50,50)', 'opposition'],
        ],
        rest: 'hostile',
        anchor: NORTH,
        post: [20, -5],
      },
      mainClasses,
    );
    expect([...classes]).toEqual([[1, 'opposition']]);
  });
});
