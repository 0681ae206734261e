import fc from 'fast-check';
import { expect, it } from 'vitest';
import { measureEncirclement, type PostMeasure } from '../../src/encirclement/measure.sql.js';
import { onEachDatabase } from '../setup/databases.js';
import { OPTIONS } from '../setup/ground.js';
import { fillMesh, type MeshWorld, mapWorld, measureMesh, meshWorld, type Point, seeded } from '../setup/mesh-world.js';
import { runs } from '../setup/runs.js';

/** Worlds of 8 × 8 faces behind a hostile edge: every margin is then a number (no corridor ends with the map). */
const worlds = fc.integer({ min: 1, max: 1_000_000 }).map((seed) => meshWorld(seed, { size: 8, fenced: true }));
const RUNS = { numRuns: 6, seed: 20190821 };

const margins = (measures: readonly PostMeasure[]) =>
  measures.flatMap(({ margin_m: margin }) =>
    margin
      ? (['strict', 'lenient'] as const).map((of) => margin[of] ?? (ENDLESS[margin.bound[of]] as number))
      : [Number.NaN],
  );
/** What has no width is beyond all that have one. */
const ENDLESS: Record<string, number> = { no_narrow_place: 1e9, no_rear: -1e9 };
const verdicts = (measures: readonly PostMeasure[]) => measures.map(({ id, margin_m, ...rest }) => rest);
const known = (metres: number) => Math.abs(metres) < 250_000;

/** Equal to a relative tolerance; margins without a main body only in that they have none. */
function same(found: readonly number[], expected: readonly number[], relative: number, absoluteM = 0.02) {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of found.entries()) {
    const other = expected[i] as number;
    if (!known(value) && !known(other)) continue;
    expect(Math.abs(value - other)).toBeLessThanOrEqual(relative * Math.abs(other) + absoluteM);
  }
}

onEachDatabase('encirclement, properties', (open) => {
  const forWorlds = async (check: (world: MeshWorld) => Promise<void>, numRuns = RUNS.numRuns) =>
    fc.assert(fc.asyncProperty(worlds, check), { ...RUNS, numRuns: runs(numRuns) });

  it('property 1 and property 3: moving, turning and mirroring the world changes no verdict and no margin', async () => {
    const db = await open();
    const [cos, sin] = [Math.cos(0.7), Math.sin(0.7)];
    const moves: ((point: Point) => Point)[] = [
      ([x, y]) => [x + 123.456, y - 78.9],
      ([x, y]) => [x * cos - y * sin, x * sin + y * cos],
      ([x, y]) => [-x, y],
    ];
    await forWorlds(async (world) => {
      const plain = await measureMesh(db, world);
      for (const move of moves) {
        const moved = await measureMesh(db, mapWorld(world, move));
        expect(verdicts(moved)).toEqual(verdicts(plain));
        same(margins(moved), margins(plain), 0.0025);
      }
    }, 4);
  });

  it('property 2: twice the scale is twice the margin', async () => {
    const db = await open();
    await forWorlds(async (world) => {
      const plain = await measureMesh(db, world);
      const twice = mapWorld(world, ([x, y]) => [2 * x, 2 * y]);
      const scaled = await measureMesh(db, twice, { r0: 500, reachM: 500, narrowM: 10_000 });
      expect(verdicts(scaled)).toEqual(verdicts(plain));
      same(
        margins(scaled),
        margins(plain).map((m) => 2 * m),
        0.0025,
      );
    });
  });

  it('property 4: more friendly ground never takes from a margin, more hostile ground never adds; strict is never above lenient', async () => {
    const db = await open();
    await forWorlds(async (world) => {
      const before = margins(await measureMesh(db, world));
      const random = seeded(world.faces.length + Math.round(1000 * (world.posts[0]?.[0] ?? 0)));
      for (const [stance, sign] of [
        ['own', 1],
        ['hostile', -1],
      ] as const) {
        const chosen = Math.floor(random() * world.faces.length);
        const faces = world.faces.map((face, i) =>
          i === chosen && face.stance !== 'own' ? { ...face, stance } : face,
        );
        const after = margins(await measureMesh(db, { ...world, faces }));
        for (const [i, value] of after.entries()) {
          const was = before[i] as number;
          if (sign > 0) expect(value).toBeGreaterThanOrEqual(was - 0.002 * Math.abs(was) - 0.02);
          else expect(value).toBeLessThanOrEqual(was + 0.002 * Math.abs(was) + 0.02);
        }
      }
      for (let i = 0; i < before.length; i += 2) expect(before[i]).toBeLessThanOrEqual(before[i + 1] as number);
    });
  });

  it('property 5: no neck is wider than the widest disc in the main body', async () => {
    const db = await open();
    await forWorlds(async (world) => {
      const [measures, widest] = await db.transaction(async (tx) => {
        await fillMesh(tx, world);
        const found = await measureEncirclement(tx, OPTIONS);
        const [row] = await tx.query<{ widest: number | null }>(
          `select max(2 * (st_maximuminscribedcircle(geom)).radius) as widest
           from mask_component where main and policy = 'strict'`,
        );
        return [found, row?.widest ?? 0] as const;
      });
      for (const { margin_m } of measures) expect(margin_m?.strict).toBeLessThanOrEqual(widest * 1.002);
    });
  });

  it('property 8 and property 16: dissolving, splitting, reordering and rewriting polygons changes nothing', async () => {
    const db = await open();
    const rewritings = [
      `create temp table again on commit drop as select stance, class, st_subdivide(geom, 5) as geom from mask_face order by st_ymin(geom)`,
      `create temp table again on commit drop as select stance, stance as class, st_union(geom) as geom from mask_face group by stance`,
      `create temp table again on commit drop as select stance, class, st_multi(st_forcepolygonccw(geom)) as geom from mask_face order by random()`,
      `create temp table again on commit drop as select stance, class, st_segmentize(geom, 1000) as geom from mask_face`,
      `create temp table again on commit drop as select stance, class,
         st_makepolygon(st_scroll(st_exteriorring(geom), st_pointn(st_exteriorring(geom), 3))) as geom from mask_face`,
      `create temp table again on commit drop as select stance, class,
         st_makepolygon(st_addpoint(st_exteriorring(geom), st_startpoint(geom_edge), 0)) as geom
       from mask_face, lateral (select st_exteriorring(geom) as geom_edge) e`,
    ];
    await forWorlds(async (world) => {
      const plain = await measureMesh(db, world);
      for (const rewriting of rewritings) {
        const rewritten = await measureMesh(db, world, {}, async (tx) => {
          await tx.query(rewriting);
          await tx.query('truncate mask_face');
          await tx.query('insert into mask_face select stance, class, geom from again');
        });
        expect(verdicts(rewritten)).toEqual(verdicts(plain));
        same(margins(rewritten), margins(plain), 0.0025);
      }
    }, 4);
  });

  // A post in a corner is reached by discs within `reachM` of it, and how wide these may be is steep in the reach
  // (1 / (√2 − 1) at a right angle). So moving by ε is bounded by a reach of ε more or less, and 2ε of width.
  it('property 13: moving every vertex by up to 50 m moves a margin by 100 m at most, and what 50 m of reach do', async () => {
    const db = await open();
    await forWorlds(async (world) => {
      const random = seeded(7);
      const moved = new Map<string, Point>();
      const jitter = ([x, y]: Point): Point => {
        const key = `${x} ${y}`;
        const angle = 2 * Math.PI * random();
        const found = moved.get(key) ?? [x + 0.05 * Math.cos(angle), y + 0.05 * Math.sin(angle)];
        moved.set(key, found);
        return found;
      };
      const jittered = {
        ...world,
        faces: world.faces.map(({ stance, ring }) => ({ stance, ring: ring.map(jitter) })),
        anchor: world.anchor.map(jitter),
      };
      const [less, after, more] = await Promise.all(
        [
          [world, 250],
          [jittered, 300],
          [world, 350],
        ].map(async ([of, reachM]) =>
          margins(await measureMesh(db, of as MeshWorld, { r0: 200, reachM: reachM as number })),
        ),
      );
      for (const [i, value] of (after as number[]).entries()) {
        const slack = 100 + 0.0025 * Math.abs(value);
        expect(value).toBeGreaterThanOrEqual((less?.[i] as number) - slack);
        expect(value).toBeLessThanOrEqual((more?.[i] as number) + slack);
      }
    });
  });

  it('property 14: posts do not depend on one another', async () => {
    const db = await open();
    await forWorlds(async (world) => {
      const plain = await measureMesh(db, world);
      const [first] = world.posts;
      const mixed = await measureMesh(db, { ...world, posts: [...world.posts].reverse().concat([first as Point]) });
      const order = [4, 3, 2, 1, 1];
      for (const [i, id] of order.entries()) expect(mixed[i]).toMatchObject({ ...plain[id - 1], id: i + 1 });
    });
  });

  it('verdicts without numbers are the verdicts with numbers', async () => {
    const db = await open();
    await forWorlds(async (world) => {
      for (const accuracyM of [0, 300, 1500]) {
        const [full, cheap] = [
          await measureMesh(db, world, { accuracyM }),
          await measureMesh(db, world, { accuracyM, numbers: false }),
        ];
        expect(verdicts(cheap)).toEqual(verdicts(full));
        expect(cheap.every(({ margin_m }) => margin_m === null)).toBe(true);
      }
    });
  });
});
