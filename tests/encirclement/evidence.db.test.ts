import { expect, it } from 'vitest';
import { measureDistances, measureRing, measureSweep } from '../../src/encirclement/evidence/ring-and-sweep.sql.js';
import { seamBefore } from '../../src/encirclement/evidence/surroundings.sql.js';
import { dissolveMasks } from '../../src/encirclement/policy-masks.sql.js';
import { onEachDatabase } from '../setup/databases.js';
import { EAST, FRAME, fillGround, NORTH, ring, type World } from '../setup/ground.js';

const RING = `st_difference(st_buffer(st_point(0,0), 20, 'quad_segs=2000'), st_buffer(st_point(0,0), 10, 'quad_segs=2000'))`;
const minus = (a: string, b: string) => `st_difference(${a}, ${b})`;
const cos = 40 * Math.cos(Math.PI / 12);
const sin = 40 * Math.sin(Math.PI / 12);

onEachDatabase('evidence beside the verdict', (open) => {
  const measure = async (world: Omit<World, 'posts'> & { post: [number, number] }, ...radiiKm: number[]) =>
    (await open()).transaction(async (tx) => {
      await fillGround(tx, { ...world, posts: [world.post] });
      await dissolveMasks(tx);
      const [distances] = await measureDistances(tx);
      if (!distances) throw new Error('no distances');
      const shares = [];
      for (const km of radiiKm) shares.push((await measureSweep(tx, distances, km * 1000)).open);
      return { ...distances, sweeps: shares, ring: await measureRing(tx, 'strict', 1, 100) };
    });
  const shares = ({ sweeps }: Awaited<ReturnType<typeof measure>>) => sweeps.map(({ share }) => share);

  it('E1: the ring leaves no bearing open beyond it, every one before it', async () => {
    const post = await measure({ faces: [['hostile', RING]], rest: 'own', anchor: NORTH, post: [0, 0] }, 30, 8);
    expect(shares(post)).toEqual([0, 1]);
    expect(Math.abs((post.d_main_m as number) - 20_000)).toBeLessThan(0.02);
    expect(Math.abs((post.d_hostile_m as number) - 10_000)).toBeLessThan(0.02);
    expect(post.ring?.shares.hostile).toBeCloseTo(1, 5);
  });

  it('E2, E3: what is open of the ring is open', async () => {
    const strip = await measure(
      { faces: [['hostile', minus(RING, 'env(0,-2,30,2)')]], rest: 'own', anchor: NORTH, post: [0, 0] },
      30,
    );
    expect(strip.sweeps[0]?.share).toBeCloseTo(0.031884, 5);
    const wedge = ring([0, 0], [cos, sin], [cos, -sin]);
    const open30 = await measure(
      { faces: [['hostile', minus(RING, wedge)]], rest: 'own', anchor: NORTH, post: [0, 0] },
      30,
    );
    expect(open30.sweeps[0]?.share).toBeCloseTo(1 / 12, 5);
    expect(open30.sweeps[0]?.largest?.from).toBeCloseTo(75, 3);
    expect(open30.sweeps[0]?.largest?.to).toBeCloseTo(105, 3);
  });

  it('a seam: a strip that the map leaves in no area is all that lies before the rear, and only while widths are not sure', async () => {
    const seam = async (faces: World['faces'], widthM: number) =>
      (await open()).transaction(async (tx) => {
        await fillGround(tx, { faces, anchor: NORTH, posts: [[0, 0]] });
        await dissolveMasks(tx);
        return seamBefore(tx, 1, widthM);
      });
    // 20 m on average over 100 km, between 0 and 40 m wide.
    const strip = ring([-50, 40], [50, 40], [50, 39.96]);
    const home: World['faces'][number] = ['open', NORTH];
    const apart: World['faces'] = [['own', minus('env(-50,-50,50,40)', strip)], ['unknown', strip, 'unassigned'], home];
    const found = await seam(apart, 200);
    expect(found?.width_m).toBeCloseTo(20, 1);
    expect(found?.area_m2).toBeCloseTo(2e6, -1);
    expect(found?.pieces).toBe(1);
    expect(found?.spot[1]).toBeGreaterThan(39_960);
    expect(await seam(apart, 19)).toBeNull();
    // Contested ground is drawn, not forgotten; and what is whole has no seam.
    expect(await seam([apart[0] as World['faces'][number], ['contested', strip], home], 200)).toBeNull();
    expect(await seam([['own', 'env(-50,-50,50,40)'], home], 200)).toBeNull();
  });

  it('E5: isolated, with half of all bearings open', async () => {
    const own: [string, string][] = [
      ['own', 'env(-10,-10,0,0)'],
      ['own', 'env(0,0,10,10)'],
      ['hostile', 'env(-10,0,0,10)'],
      ['hostile', 'env(0,-10,10,0)'],
    ];
    const post = await measure({ faces: own, anchor: 'env(5,5,10,10)', post: [-5, -5] }, 30);
    expect(post.sweeps[0]?.share).toBeCloseTo(0.5, 5);
  });

  it('E7, E9: none from behind the line; before it as far as it is away, north in the middle', async () => {
    const plane: [string, string][] = [['own', 'env(-50,0,50,50)']];
    expect(shares(await measure({ faces: plane, rest: 'hostile', anchor: NORTH, post: [0, -3] }, 30))).toEqual([0]);
    const post = await measure({ faces: plane, rest: 'hostile', anchor: NORTH, post: [0, 5] }, 30, 8);
    expect(post.sweeps[0]?.share).toBeCloseTo(0.5533, 5);
    expect(post.sweeps[1]?.share).toBeCloseTo(0.714901, 5);
    const { from, to } = post.sweeps[0]?.largest ?? { from: 0, to: 0 };
    expect(from + to).toBeCloseTo(360, 5);
    expect(post.sweeps[0]?.sectors.length).toBe(1);
  });

  it('E10, E12: a salient 1 km deep in front of the post; two corridors that no bearing passes', async () => {
    const salient = await measure({
      faces: [
        ['own', 'env(-50,0,50,50)'],
        ['own', 'env(-5,-20,5,0)'],
      ],
      rest: 'hostile',
      anchor: NORTH,
      post: [0, -19],
    });
    expect(salient.d_hostile_m).toBeCloseTo(1000, 6);
    const own = ['env(-20,-10,-10,10)', 'env(-10,-5.5,0,-4.5)', 'env(-10,4,0,7)', 'env(0,-50,50,50)'];
    const two = await measure(
      { faces: own.map((g) => ['own', g] as [string, string]), rest: 'hostile', anchor: EAST, post: [-15, 0] },
      30,
    );
    expect(shares(two)).toEqual([0]);
  });

  it('E15: through a ring broken at a vertex the main body is as far as that vertex', async () => {
    const barriers = ['env(-20,-20,20,-10)', 'env(-20,-10,-10,20)', 'env(-10,10,10,20)', 'env(10,-10,20,10)'];
    const post = await measure({
      faces: barriers.map((barrier) => ['hostile', barrier] as [string, string]),
      rest: 'own',
      anchor: NORTH,
      post: [0, 0],
    });
    expect(post.d_main_m).toBeCloseTo(10_000 * Math.SQRT2, 6);
    expect(post.d_hostile_m).toBeCloseTo(10_000, 6);
  });

  it('E18, E24: the ring by who holds it adds up to 1', async () => {
    for (const stance of ['closed', 'sea']) {
      const post = await measure({
        faces: [
          ['own', 'env(0,0,10,10)'],
          [stance, 'env(-20,0,0,10)'],
        ],
        rest: 'hostile',
        anchor: NORTH,
        post: [5, 5],
      });
      expect(post.ring?.area_m2).toBeCloseTo(1e8, 0);
      expect(post.ring?.shares[stance]).toBeCloseTo(0.25, 5);
      expect(post.ring?.shares.hostile).toBeCloseTo(0.75, 5);
      expect(Object.values(post.ring?.shares ?? {}).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    }
  });

  it('a seam between two drawings is no part of the ring: who holds the other side is, and wide ground in no area stays', async () => {
    const enclave = async (marginKm: number) => {
      const hole = `env(-5,-5,5,5)`;
      const gap = `env(${-5 - marginKm},${-5 - marginKm},${5 + marginKm},${5 + marginKm})`;
      const post = await measure({
        faces: [
          ['own', hole],
          ['unknown', minus(gap, hole), 'unassigned'],
          ['hostile', minus('env(-50,-50,0,50)', gap), 'west'],
          ['hostile', minus('env(0,-50,50,50)', gap), 'east'],
        ],
        anchor: NORTH,
        post: [0, 0],
      });
      return post.ring?.shares;
    };
    const seam = await enclave(0.02);
    expect(Object.keys(seam ?? {}).sort()).toEqual(['east', 'west']);
    expect((seam?.west ?? 0) + (seam?.east ?? 0)).toBeCloseTo(1, 6);
    expect(await enclave(0.2)).toEqual({ unassigned: expect.closeTo(1, 6) });
  });

  it('E21: a barrier shades what it covers', async () => {
    const post = await measure({ faces: [['hostile', 'env(-3,4,3,5)']], rest: 'own', anchor: NORTH, post: [0, 0] }, 10);
    expect(post.sweeps[0]?.share).toBeCloseTo(0.795167, 5);
  });

  it('calls the edge of the map unmapped in the ring, and is null in no friendly ground', async () => {
    const edge = await measure({ faces: [['own', 'env(-50,0,50,50)']], rest: 'hostile', anchor: NORTH, post: [0, 5] });
    expect(edge.ring?.shares.hostile).toBeCloseTo(1 / 3, 5);
    expect(edge.ring?.shares.unmapped).toBeCloseTo(2 / 3, 5);
    expect((await measure({ faces: [['hostile', FRAME]], anchor: NORTH, post: [0, 5] })).ring).toBeNull();
  });
});
