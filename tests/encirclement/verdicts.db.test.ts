import { expect, it } from 'vitest';
import { dissolveMasks } from '../../src/encirclement/policy-masks.sql.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { EAST, FRAME, fillGround, measurePost, measureWorld, NORTH, ring } from '../setup/ground.js';

const disc = (r: number, q = 2000) => `st_buffer(st_point(0,0), ${r}, 'quad_segs=${q}')`;
const minus = (a: string, b: string) => `st_difference(${a}, ${b})`;
const union = (...parts: string[]) => `st_union(array[${parts.join(',')}])`;
const RING = minus(disc(20), disc(10));
const E2 = minus(RING, 'env(0,-2,30,2)');

const MEASURED = { strict: 'measured', lenient: 'measured' };

const near = (value: number | null | undefined, expected: number, relative = 0.002) => {
  expect(value).toEqual(expect.any(Number));
  expect(Math.abs((value as number) - expected)).toBeLessThanOrEqual(Math.abs(expected) * relative + 1e-6);
};

const wedge = ring(
  [0, 0],
  [40 * Math.cos(Math.PI / 12), 40 * Math.sin(Math.PI / 12)],
  [40 * Math.cos(Math.PI / 12), -40 * Math.sin(Math.PI / 12)],
);
const corridor = {
  faces: [['own', union('env(-20,-5,-10,5)', 'env(-10,-.5,0,.5)', 'env(0,-50,50,50)')]] as [string, string][],
  rest: 'hostile',
  anchor: EAST,
  post: [-15, 0] as [number, number],
};
const quarters = (first: string) => ({
  faces: [['own', union(first, 'env(0,0,10,10)')]] as [string, string][],
  rest: 'hostile',
  frame: 'env(-10,-10,10,10)',
  anchor: 'env(5,5,10,10)',
  post: [-5, -5] as [number, number],
});

onEachDatabase('encirclement, golden cases', (open) => {
  const measure = async (...args: Parameters<typeof measurePost> extends [Db, ...infer Rest] ? Rest : never) =>
    measurePost(await open(), ...args);

  it('E1: a closed ring of 10 km is a pocket, its thickness the margin', async () => {
    const post = await measure({ faces: [['hostile', RING]], rest: 'own', anchor: NORTH, post: [0, 0] });
    expect(post).toMatchObject({
      verdict: 'encircled',
      kind: 'pocket',
      state: { strict: 'pocket', lenient: 'pocket' },
    });
    near(post.margin_m?.strict, -10_000);
    near(post.margin_m?.lenient, -10_000);
    expect(post.margin_m?.bound).toEqual(MEASURED);
  });

  it('E2: a strip of 4 km through the ring is a neck of 4 km', async () => {
    const post = await measure({ faces: [['hostile', E2]], rest: 'own', anchor: NORTH, post: [0, 0] });
    expect(post).toMatchObject({ verdict: 'not_encircled', grade: 'narrow', state: { strict: 'connected' } });
    near(post.margin_m?.strict, 4000);
  });

  it('E3: a wedge is as wide as its narrow end', async () => {
    const post = await measure({ faces: [['hostile', minus(RING, wedge)]], rest: 'own', anchor: NORTH, post: [0, 0] });
    expect(post).toMatchObject({ verdict: 'not_encircled', grade: 'open' });
    near(post.margin_m?.strict, 20_000 * Math.sin(Math.PI / 12));
  });

  it('E4: a contested plug makes the corridor, and so the verdict, contested', async () => {
    const post = await measure({
      faces: [
        ['hostile', E2],
        ['contested', 'env(14,-2,16,2)'],
      ],
      rest: 'own',
      anchor: NORTH,
      post: [0, 0],
    });
    expect(post).toMatchObject({
      verdict: 'uncertain',
      reason: 'contested',
      state: { strict: 'pocket', lenient: 'connected' },
    });
    near(post.margin_m?.strict, -2000);
    near(post.margin_m?.lenient, 4000);
  });

  it('E5: touching at a corner is no connection and no ring: margin 0', async () => {
    const post = await measure(quarters('env(-10,-10,0,0)'));
    expect(post).toMatchObject({ verdict: 'uncertain', reason: 'accuracy', state: { strict: 'pocket' } });
    expect(post.margin_m).toEqual({ strict: 0, lenient: 0, bound: MEASURED });
  });

  it('E6: half a kilometre of common edge is a neck of half a kilometre', async () => {
    const post = await measure(quarters('env(-10,-10,0,0.5)'));
    expect(post).toMatchObject({ verdict: 'not_encircled', grade: 'narrow', state: { strict: 'connected' } });
    near(post.margin_m?.strict, 500);
  });

  it('E7, E8, E9: behind the line, on it, and before it', async () => {
    const plane = { faces: [['own', 'env(-50,0,50,50)']] as [string, string][], rest: 'hostile', anchor: NORTH };
    const behind = await measure({ ...plane, post: [0, -3] });
    expect(behind).toMatchObject({ verdict: 'encircled', kind: 'engulfed', state: { strict: 'engulfed' } });
    near(behind.margin_m?.strict, -2750);
    const on = await measure({ ...plane, post: [0, -0.2] });
    expect(on).toMatchObject({ verdict: 'not_encircled', state: { strict: 'connected_edge' } });
    const before = await measure({ ...plane, post: [0, 5] });
    expect(before).toMatchObject({ verdict: 'not_encircled', grade: 'open', state: { strict: 'connected' } });
    for (const { margin_m } of [on, before]) {
      // The own ground is 50 km deep, then the map ends: a disc whose centre stands there is 100 km wide.
      near(margin_m?.strict, 100_000);
      expect(margin_m?.bound).toEqual({ strict: 'at_least', lenient: 'at_least' });
    }
  });

  it('E10: at the tip of a salient the neck is its width', async () => {
    const post = await measure({
      faces: [['own', union('env(-50,0,50,50)', 'env(-5,-20,5,0)')]],
      rest: 'hostile',
      anchor: NORTH,
      post: [0, -19],
    });
    near(post.margin_m?.strict, 10_000);
  });

  it('E11: a corridor of 1 km', async () => {
    const post = await measure(corridor);
    expect(post).toMatchObject({ verdict: 'not_encircled', grade: 'narrow' });
    near(post.margin_m?.strict, 1000);
  });

  it('E12: of two corridors the wider counts', async () => {
    const own = union('env(-20,-10,-10,10)', 'env(-10,-5.5,0,-4.5)', 'env(-10,4,0,7)', 'env(0,-50,50,50)');
    const post = await measure({ faces: [['own', own]], rest: 'hostile', anchor: EAST, post: [-15, 0] });
    near(post.margin_m?.strict, 3000);
  });

  it('E13: from corner to corner', async () => {
    const post = await measure({
      faces: [
        ['hostile', 'env(-1,-50,0,0)'],
        ['hostile', 'env(3,0,4,50)'],
      ],
      rest: 'own',
      anchor: EAST,
      post: [-20, 0],
    });
    near(post.margin_m?.strict, 3000);
  });

  it('E14: a hostile island does not matter', async () => {
    const post = await measure({ faces: [['hostile', 'env(-5,-5,5,5)']], rest: 'own', anchor: NORTH, post: [-20, 0] });
    expect(post).toMatchObject({
      verdict: 'not_encircled',
      grade: 'open',
      margin_m: { bound: { strict: 'at_least' } },
    });
    // From the corner of the map to that of the island.
    near(post.margin_m?.strict, 2000 * Math.hypot(45, 45));
  });

  it('E15: a ring broken only at a vertex: margin 0', async () => {
    const barriers = ['env(-12,-12,12,-10)', 'env(-12,-10,-10,12)', 'env(-10,10,10,12)', 'env(10,-10,12,10)'];
    const post = await measure({
      faces: barriers.map((barrier) => ['hostile', barrier] as [string, string]),
      rest: 'own',
      anchor: NORTH,
      post: [0, 0],
    });
    expect(post).toMatchObject({
      verdict: 'uncertain',
      reason: 'accuracy',
      state: { strict: 'pocket' },
      margin_m: { strict: 0 },
    });
  });

  it('E16: another pocket is a stepping stone', async () => {
    const own = union('env(-20,-5,-10,5)', 'env(-6,-5,0,5)', 'env(3,-50,50,50)');
    const post = await measure({ faces: [['own', own]], rest: 'hostile', anchor: EAST, post: [-15, 0] });
    expect(post).toMatchObject({ verdict: 'encircled', kind: 'pocket' });
    near(post.margin_m?.strict, -4000);
  });

  it('E17 and E18: an open border connects, a closed one does not', async () => {
    const pocket = { rest: 'hostile', anchor: 'env(-20,0,0,10)', post: [5, 5] as [number, number] };
    const connected = await measure({
      ...pocket,
      faces: [
        ['own', 'env(0,0,10,10)'],
        ['open', 'env(-20,0,0,10)'],
      ],
    });
    expect(connected).toMatchObject({ verdict: 'not_encircled', state: { strict: 'connected' } });
    near(connected.margin_m?.strict, 10_000);
    const shut = await measure({
      ...pocket,
      faces: [
        ['own', 'env(0,0,10,10)'],
        ['closed', 'env(-20,0,0,10)'],
      ],
    });
    expect(shut).toMatchObject({
      verdict: 'encircled',
      state: { strict: 'pocket' },
      margin_m: { strict: null, bound: { strict: 'no_rear' } },
    });
  });

  it('E19: an anchor in touch along an edge only is no anchor', async () => {
    const post = await measure({
      faces: [['own', 'env(0,0,10,10)']],
      rest: 'hostile',
      anchor: 'env(10,0,20,10)',
      post: [5, 5],
    });
    expect(post).toMatchObject({ verdict: 'encircled', state: { strict: 'pocket', lenient: 'pocket' } });
  });

  it('E20: on the edge a post is connected; on a pinch vertex too, with margin 0', async () => {
    const edge = await measure({ faces: [['own', 'env(-50,0,50,50)']], rest: 'hostile', anchor: NORTH, post: [0, 0] });
    expect(edge).toMatchObject({ verdict: 'not_encircled', state: { strict: 'connected' } });
    const pinch = await measure({ ...quarters('env(-10,-10,0,0)'), post: [0, 0] });
    expect(pinch).toMatchObject({
      verdict: 'uncertain',
      reason: 'accuracy',
      state: { strict: 'connected' },
      margin_m: { strict: 0, bound: MEASURED },
    });
  });

  it('E22: a digitising gap of 10 m is within an accuracy of 250 m', async () => {
    const post = await measure(
      { faces: [['own', union('env(0,0,10,10)', 'env(10.01,0,20,10)')]], anchor: 'env(15,0,20,10)', post: [5, 5] },
      { accuracyM: 250 },
    );
    expect(post).toMatchObject({ verdict: 'uncertain', reason: 'accuracy', state: { strict: 'pocket' } });
    near(post.margin_m?.strict, -10);
  });

  it('E22: closed by 50 m the two squares are one component', async () => {
    const components = await (await open()).transaction(async (tx) => {
      await fillGround(tx, {
        faces: [['own', union('env(0,0,10,10)', 'env(10.01,0,20,10)')]],
        anchor: 'env(15,0,20,10)',
        posts: [],
      });
      await dissolveMasks(tx);
      return tx.query<{ raw: number; closed: number }>(
        `select count(*)::int as raw, st_numgeometries(st_buffer(st_buffer(st_collect(geom), 50), -50))::int as closed
         from mask_component where policy = 'strict'`,
      );
    });
    expect(components).toEqual([{ raw: 2, closed: 1 }]);
  });

  it('E23: a hostile sliver of 10 m does not encircle', async () => {
    const cut = {
      ...corridor,
      faces: [
        ['own', minus(union('env(-20,-5,-10,5)', 'env(-10,-.5,0,.5)', 'env(0,-50,50,50)'), 'env(-5,-1,-4.99,1)')],
      ] as [string, string][],
    };
    const post = await measure(cut, { accuracyM: 250 });
    expect(post).toMatchObject({ verdict: 'uncertain', reason: 'accuracy', state: { strict: 'pocket' } });
    near(post.margin_m?.strict, -10);
  });

  it('E24: the sea is a barrier', async () => {
    const post = await measure({
      faces: [
        ['own', union('env(0,0,10,10)', 'env(30,-50,50,50)')],
        ['sea', 'env(-20,0,0,10)'],
      ],
      rest: 'hostile',
      anchor: EAST,
      post: [5, 5],
    });
    expect(post).toMatchObject({ verdict: 'encircled', state: { strict: 'pocket' } });
    near(post.margin_m?.strict, -20_000);
  });

  it('E25: a larger frame changes no neck', async () => {
    const post = await measure({
      faces: [['hostile', E2]],
      rest: 'own',
      frame: 'env(-500,-500,500,500)',
      anchor: 'env(-500,400,500,500)',
      post: [0, 0],
    });
    near(post.margin_m?.strict, 4000);
  });

  it('E26: claimed by both, the corridor is contested', async () => {
    const post = await measure({ ...corridor, faces: [...corridor.faces, ['hostile', 'env(-8,-5,-2,5)']] });
    expect(post).toMatchObject({
      verdict: 'uncertain',
      reason: 'contested',
      state: { strict: 'pocket', lenient: 'connected' },
    });
    near(post.margin_m?.strict, -6000);
    near(post.margin_m?.lenient, 1000);
  });

  it('E27: outside the map nothing is said', async () => {
    const post = await measure({ faces: [['own', FRAME]], anchor: NORTH, post: [60, 0] });
    expect(post).toEqual({
      id: 1,
      verdict: 'unmapped',
      reason: null,
      grade: null,
      kind: null,
      state: null,
      margin_m: null,
    });
  });
});

onEachDatabase('encirclement, degenerate ground', (open) => {
  const measure = async (...args: Parameters<typeof measurePost> extends [Db, ...infer Rest] ? Rest : never) =>
    measurePost(await open(), ...args);

  it('has a verdict without any hostile ground, and without any friendly ground', async () => {
    const friendly = await measure({ faces: [['own', FRAME]], anchor: NORTH, post: [0, 0] });
    expect(friendly).toMatchObject({ verdict: 'not_encircled', grade: 'open' });
    expect(friendly.margin_m).toEqual({
      strict: null,
      lenient: null,
      bound: { strict: 'no_narrow_place', lenient: 'no_narrow_place' },
    });
    const hostile = await measure({ faces: [['hostile', FRAME]], anchor: NORTH, post: [0, 0] });
    expect(hostile).toMatchObject({ verdict: 'encircled', kind: 'engulfed' });
    expect(hostile.margin_m).toEqual({ strict: null, lenient: null, bound: { strict: 'no_rear', lenient: 'no_rear' } });
  });

  it('isolates every post when the anchor is lost', async () => {
    const post = await measure({
      faces: [['own', 'env(-50,-50,50,40)']],
      rest: 'hostile',
      anchor: NORTH,
      post: [0, 0],
    });
    expect(post).toMatchObject({
      verdict: 'encircled',
      kind: 'pocket',
      margin_m: { strict: null, bound: { strict: 'no_rear' } },
    });
  });

  it('takes the largest component for the main body where no anchor is declared', async () => {
    const own: [string, string][] = [
      ['own', 'env(-50,0,50,50)'],
      ['own', 'env(-5,-30,5,-20)'],
    ];
    const inside = await measure({ faces: own, rest: 'hostile', post: [0, 10] });
    expect(inside).toMatchObject({ verdict: 'not_encircled', state: { strict: 'connected' } });
    const outside = await measure({ faces: own, rest: 'hostile', post: [0, -25] });
    expect(outside).toMatchObject({ verdict: 'encircled', kind: 'pocket' });
    near(outside.margin_m?.strict, -20_000);
  });

  it('tells a post in a hostile island of a friendly pocket from the pocket around it', async () => {
    const nested = {
      faces: [
        ['own', minus('env(-10,-10,10,10)', 'env(-3,-3,3,3)')],
        ['own', 'env(-50,30,50,50)'],
      ] as [string, string][],
      rest: 'hostile',
      anchor: NORTH,
    };
    const island = await measure({ ...nested, post: [0, 0] });
    expect(island).toMatchObject({ verdict: 'encircled', kind: 'engulfed' });
    near(island.margin_m?.strict, -20_000);
    expect(await measure({ ...nested, post: [-6, 0] })).toMatchObject({ verdict: 'encircled', kind: 'pocket' });
  });

  it('gives two posts in one pocket the same verdict, state and gap', async () => {
    const [west, east] = await measureWorld(await open(), {
      faces: [
        ['own', 'env(-10,-10,10,10)'],
        ['own', 'env(-50,30,50,50)'],
      ],
      rest: 'hostile',
      anchor: NORTH,
      posts: [
        [-8, 0],
        [8, 2],
      ],
    });
    expect(west).toMatchObject({ verdict: 'encircled', kind: 'pocket' });
    near(west?.margin_m?.strict, -20_000);
    expect({ ...east, id: 1 }).toEqual(west);
  });

  it('is not led astray by a hole that touches the ring around it', async () => {
    const holed = minus(minus(FRAME, 'env(-20,-20,20,20)'), 'env(20,20,30,30)');
    const post = await measure({ faces: [['own', holed]], rest: 'hostile', anchor: NORTH, post: [-30, 0] });
    expect(post).toMatchObject({ verdict: 'not_encircled', grade: 'open', state: { strict: 'connected' } });
  });

  it('heals a digitising gap only in the verdict, never in the state', async () => {
    const gap = {
      faces: [['own', union('env(-50,0,0,50)', 'env(0.01,0,50,50)')]] as [string, string][],
      rest: 'hostile',
      anchor: EAST,
    };
    const post = await measure({ ...gap, post: [-20, 20] }, { accuracyM: 250 });
    expect(post).toMatchObject({ verdict: 'uncertain', reason: 'accuracy', state: { strict: 'pocket' } });
    expect(await measure({ ...gap, post: [0.005, 20] }, { accuracyM: 250 })).toMatchObject({
      state: { strict: 'connected_edge' },
    });
  });

  it('calls a post in a hole of the map unmapped', async () => {
    const post = await measure({ faces: [['own', minus(FRAME, 'env(-1,-1,1,1)')]], anchor: NORTH, post: [0, 0] });
    expect(post).toMatchObject({ verdict: 'unmapped', state: null, margin_m: null });
  });

  it('simplifies heavy ground by 10 m at most without moving a verdict', async () => {
    const heavy = minus(disc(20, 3000), disc(10, 3000));
    const post = await measure({
      faces: [['hostile', minus(heavy, 'env(0,-2,30,2)')]],
      rest: 'own',
      anchor: NORTH,
      post: [0, 0],
    });
    expect(Math.abs((post.margin_m?.strict ?? 0) - 4000)).toBeLessThanOrEqual(20 + 8);
  });

  it('refuses a ground without faces rather than answer from nothing', async () => {
    await expect(measure({ faces: [], post: [0, 0] })).rejects.toThrow('has no faces');
  });
});
