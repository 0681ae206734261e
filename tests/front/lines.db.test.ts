import fc from 'fast-check';
import { expect, it } from 'vitest';
import { buildTopology } from '../../src/coverage/topology.js';
import { askFront } from '../../src/front/ask.js';
import { grayStrips } from '../../src/front/gray-strips.js';
import { frontLengths, perimeters } from '../../src/front/lengths.js';
import { frontLines } from '../../src/front/lines.sql.js';
import { classLines, partitionEdges } from '../../src/front/partition-edges.js';
import { classOf } from '../../src/model/classes.js';
import { parseDate } from '../../src/model/dates.js';
import { resolve } from '../../src/series/as-of.js';
import { controlCells } from '../../src/series/control.sql.js';
import type { Db } from '../../src/store/pool.js';
import { fronts } from '../coverage/fronts-between.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { meshWorld } from '../setup/mesh-world.js';
import { dayOf, type PlainFace, type PlainSeries, plantSeries } from '../setup/plain-maps.js';
import { runs } from '../setup/runs.js';

async function linesOf(db: Db, given: PlainSeries, rulerM = 1000) {
  const { series, revisions } = await plantSeries(db, given);
  const asOf = await resolve(db, { series, date: parseDate(dayOf(0)), knownAt: null });
  const partition = await partitionEdges(db, asOf.revision);
  const input = { revision: asOf.revision, edition: asOf.edition, date: asOf.date, rulerM };
  const rows = await frontLines(db, input, classLines(partition));
  return { rows, strips: await grayStrips(db, revisions[0] as number, partition, rulerM), series };
}

const km = (rows: readonly { left: string; right: string | null; kind: string; length_m: number }[]) =>
  Object.fromEntries(
    rows.map((row) => [`${row.kind} ${row.left} ${row.right}`, Number((row.length_m / 1000).toFixed(3))]),
  );

/** Lengths are geodesic: within 100 km of its middle a plane is right to 1e-5, and so is what is said of it here. */
const PLANE = 4.3;

const held = (of: string, party: string): PlainFace => ({ of, party });

onEachDatabase('front: golden cases', (db) => {
  it('F1: two squares of 10 km meet along 10 km; 60 km are the edge of the theatre', async () => {
    const { rows } = await linesOf(await db(), {
      frame: 'env(0,0,20,10)',
      maps: [[held('env(0,0,10,10)', 'p'), held('env(10,0,20,10)', 'q')]],
    });
    expect(km(rows)).toEqual({ 'front p q': 10, 'frame p null': 30, 'frame q null': 30 });
  });

  it('F2: at a T-junction the lengths add up', async () => {
    const { rows } = await linesOf(await db(), {
      frame: 'env(0,0,20,20)',
      maps: [
        [
          held(`'POLYGON((0 10,10 10,20 10,20 20,0 20,0 10))'::geometry`, 'p'),
          held('env(0,0,10,10)', 'q'),
          held('env(10,0,20,10)', 'r'),
        ],
      ],
    });
    expect(km(rows)).toMatchObject({ 'front p q': 10, 'front p r': 10, 'front q r': 10 });
    expect(perimeters(rows, ['p', 'q', 'r'])).toEqual([
      { class: 'p', km: expect.closeTo(60, 3) },
      { class: 'q', km: expect.closeTo(40, 3) },
      { class: 'r', km: expect.closeTo(40, 3) },
    ]);
  });

  it('F3: across a gray strip 1 km wide nothing is shared, and the front is its mid-line', async () => {
    for (const gap of [
      {},
      { party: null, status: 'contested' as const },
      { party: null, status: 'unknown' as const },
    ]) {
      const { rows, strips, series } = await linesOf(await db(), {
        frame: 'env(0,0,21,10)',
        maps: [[held('env(0,0,10,10)', 'p'), { of: 'env(10,0,11,10)', ...gap }, held('env(11,0,21,10)', 'q')]],
      });
      expect(rows.filter((row) => row.kind === 'front')).toEqual([]);
      expect(rows.filter((row) => row.kind === 'gray').map((row) => Math.round(row.length_m))).toEqual([
        10_000, 10_000,
      ]);
      expect(strips).toHaveLength(1);
      const [strip] = strips;
      expect(strip?.area_m2).toBeCloseTo(10e6, 3);
      for (const metres of [strip?.middle_m, strip?.left_edge_m, strip?.right_edge_m])
        expect((metres ?? 0) / 10_000).toBeCloseTo(1, PLANE);
      const reported = await askFront(await db(), { series, date: parseDate(dayOf(0)), knownAt: null });
      const feature = reported.features.find(({ properties }) => properties.kind === 'strip');
      expect(feature?.properties).toMatchObject({ left: 'p', right: 'q', mean_width_m: expect.closeTo(1000, 2) });
      expect(reported.fronts).toMatchObject([{ left: 'p', right: 'q', shared_km: 0, front_km: expect.closeTo(10, 4) }]);
    }
  });

  it('a strip that narrows to a point is halved by its bisector, which ends in the point', async () => {
    const { strips } = await linesOf(await db(), {
      frame: 'env(0,-5,10,5)',
      maps: [
        [
          { of: `'POLYGON((0 0,10 2,10 -2,0 0))'::geometry` },
          held(`'POLYGON((0 0,10 2,10 5,0 5,0 0))'::geometry`, 'p'),
          held(`'POLYGON((0 0,0 -5,10 -5,10 -2,0 0))'::geometry`, 'q'),
        ],
      ],
    });
    expect(Math.abs((strips[0]?.middle_m ?? 0) / 10_000 - 1)).toBeLessThanOrEqual(5e-3);
    expect(strips[0]?.area_m2).toBeCloseTo(20e6, 3);
  });

  it('F4: a sawtooth of 100 km is 141.4214 as drawn, 100 by ruler and 120.6655 by the area within its reach', async () => {
    const teeth = Array.from({ length: 201 }, (_, i) => `${i / 2} ${i % 2 === 0 ? 0 : 0.5}`).join(',');
    const p = `'POLYGON((0 -10,100 -10,${teeth.split(',').reverse().join(',')},0 -10))'::geometry`;
    const { rows } = await linesOf(await db(), {
      frame: 'env(0,-10,100,10)',
      maps: [[held(p, 'p'), held(`st_difference(env(0,-10,100,10), ${p})`, 'q')]],
    });
    const front = rows.find((row) => row.kind === 'front');
    expect((front?.length_m ?? 0) / 141_421.4).toBeCloseTo(1, PLANE);
    expect((front?.ruled_m ?? 0) / 100_000).toBeCloseTo(1, PLANE);
    expect((front?.minkowski_m ?? 0) / 1000).toBeCloseTo(120.6655, 2);
  });

  it('F6: a straight line of 100 km is 100 km by any ruler', async () => {
    const { rows } = await linesOf(await db(), {
      frame: 'env(0,-10,100,10)',
      maps: [[held('env(0,-10,100,0)', 'p'), held('env(0,0,100,10)', 'q')]],
    });
    const front = rows.find((row) => row.kind === 'front');
    for (const metres of [front?.length_m, front?.ruled_m, front?.minkowski_m])
      expect((metres ?? 0) / 100_000).toBeCloseTo(1, PLANE);
  });

  it('a border, a coast, allies and opponents are told apart; the class that sorts first is on the left', async () => {
    const { rows } = await linesOf(await db(), {
      frame: 'env(0,0,30,10)',
      relations: [
        ['s', 'a', 'ally'],
        ['s', 'b', 'ally'],
        ['s', 'z', 'hostile'],
      ],
      maps: [
        [
          held('env(0,0,10,10)', 'z'),
          held('env(10,0,20,10)', 'b'),
          held('env(20,0,30,10)', 'a'),
          { of: 'env(-5,0,0,10)', abroad: 'state' },
          { of: 'env(30,0,35,10)', abroad: 'sea' },
        ],
      ],
    });
    expect(km(rows)).toEqual({
      'allied a b': 10,
      'front b z': 10,
      'border z state': 10,
      'coast a sea': 10,
      'frame a null': 20,
      'frame b null': 20,
      'frame z null': 20,
    });
    // b lies east of z: with b on its left, the line runs south.
    const front = rows.find((row) => row.kind === 'front');
    const [first, last] = (JSON.parse(front?.geometry ?? '') as { coordinates: [number, number][] }).coordinates;
    expect((first as [number, number])[1]).toBeGreaterThan((last as [number, number])[1]);
  });
});

onEachDatabase('front: pockets', (db) => {
  const pocketsOf = async (given: PlainSeries) => {
    const { series } = await plantSeries(await db(), given);
    const { pockets } = await askFront(await db(), { series, date: parseDate(dayOf(0)), knownAt: null });
    return pockets.map(({ properties }) => properties);
  };
  const frame = 'env(-50,-50,50,50)';
  const ring = 'st_difference(env(-20,-20,20,20), env(-10,-10,10,10))';

  it('E18 within: ground in a closed ring has its area, its ring by who forms it, its places and its gap', async () => {
    const [pocket, ...more] = await pocketsOf({
      frame,
      places: { inner: [1, 1], outer: [30, 30] },
      maps: [
        [
          held('env(-10,-10,10,10)', 'p'),
          held(`st_difference(${ring}, env(10,-10,20,10))`, 'q'),
          { of: 'env(10,-10,20,10)', party: null, status: 'contested' },
          held(`st_difference(${frame}, env(-20,-20,20,20))`, 'p'),
        ],
      ],
    });
    expect(more).toEqual([]);
    expect(pocket).toMatchObject({
      party: 'p',
      km2: expect.closeTo(400, 6),
      perimeter_km: expect.closeTo(80, 6),
      ring: { q: expect.closeTo(0.75, 9), contested: expect.closeTo(0.25, 9) },
      gap_m: expect.closeTo(10_000, 3),
      posts: [],
    });
    expect(pocket?.places.map(({ name }) => name)).toEqual(['inner']);
  });

  it('E16: over a stepping stone the gap is the longest hop; ground at the edge of the theatre is no pocket', async () => {
    const pockets = await pocketsOf({
      frame,
      maps: [
        [
          held('env(-20,-5,-10,5)', 'p'),
          held('env(-6,-5,0,5)', 'p'),
          held('env(3,-50,50,50)', 'p'),
          held('env(-50,40,-40,50)', 'p'),
          held(
            `st_difference(${frame}, st_union(array[env(-20,-5,-10,5), env(-6,-5,0,5), env(3,-50,50,50), env(-50,40,-40,50)]))`,
            'q',
          ),
        ],
      ],
    });
    expect(pockets.map(({ party, km2, gap_m }) => [party, Math.round(km2), Math.round(gap_m ?? -1)])).toEqual([
      ['p', 100, 4000],
      ['p', 60, 3000],
    ]);
  });

  it('ground inside that of an ally is one with it; without the alliance it is a pocket', async () => {
    const north = 'env(-50,40,50,50)';
    const maps = [
      [
        held('env(-10,-10,10,10)', 'p'),
        held(ring, 'a'),
        held(north, 'p'),
        held(`st_difference(${frame}, st_union(env(-20,-20,20,20), ${north}))`, 'q'),
      ],
    ];
    const relations = ['p', 'a'].map((party) => ['s', party, 'ally'] as const);
    const summary = (rows: Awaited<ReturnType<typeof pocketsOf>>) =>
      rows.map(({ party, km2, ring: around }) => [party, Math.round(km2), Object.keys(around ?? {})]);
    expect(summary(await pocketsOf({ frame, maps, relations }))).toEqual([
      ['a', 1600, ['q']],
      ['p', 1600, ['q']],
    ]);
    expect(summary(await pocketsOf({ frame, maps }))).toEqual([['p', 400, ['a']]]);
  });

  it('on the M5 the pocket of Morek is there while it lasts, with the post in it', async () => {
    const on = async (date: string) =>
      (await askFront(await m5(await db()), { series: 'm5', date: parseDate(date), knownAt: null })).pockets;
    expect(await on('2019-04-15')).toEqual([]);
    const [pocket, ...more] = await on('2019-08-22');
    expect(more).toEqual([]);
    expect(pocket?.properties).toMatchObject({
      party: 'opposition',
      km2: expect.closeTo(217, 0),
      ring: { government: expect.closeTo(1, 9) },
      posts: [{ operator: 'turkey', number: 9, name: 'Morek' }],
    });
    expect(pocket?.properties.gap_m).toBeGreaterThan(1000);
  });
});

onEachDatabase('front: what must hold', (db) => {
  it('property 10: the perimeter of a class is what it shares with every other and with the edge, and only the edge has one side', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), async (seed) => {
        const world = meshWorld(seed, { size: 5 });
        const faces = world.faces.map(({ stance, ring }): PlainFace => {
          const of = `'POLYGON((${[...ring, ring[0] ?? []].map((point) => point.join(' ')).join(',')}))'::geometry`;
          return stance === 'unknown'
            ? { of }
            : stance === 'contested'
              ? { of, party: null, status: stance }
              : { of, party: stance };
        });
        const { rows, series } = await linesOf(await db(), { frame: 'env(-50,-50,50,50)', maps: [faces] });
        const frame = rows.filter((row) => row.right === null).reduce((sum, row) => sum + row.length_m, 0);
        expect(frame / 400_000).toBeCloseTo(1, PLANE);
        const measured = await (await db()).query<{ class: string; km: number }>(
          `select coalesce(class_of(area.status, area.party), 'unassigned') as class, st_perimeter(st_union(f.geom)) / 1000 as km
           from revision r join plane_face f on f.plane = r.plane
             left join area on area.revision = r.id and area.shape = f.shape
           where r.series = $1 group by 1 order by 1`,
          [series],
        );
        const reported = perimeters(
          rows,
          measured.map((row) => row.class),
        );
        for (const [index, { km: expected }] of measured.entries())
          expect((reported[index]?.km ?? 0) / expected).toBeCloseTo(1, PLANE);
      }),
      { numRuns: runs(6), seed: 10 },
    );
  });

  it('property 1, property 2 and property 3: moved, scaled and mirrored maps have the same lines, moved, scaled and mirrored', async () => {
    const { faces } = meshWorld(5, { size: 4 });
    const measured = async (frame: string, move: (point: readonly [number, number]) => readonly [number, number]) => {
      const map = faces.map(({ stance, ring }): PlainFace => {
        const corners = ring.map(move);
        const of = `'POLYGON((${[...corners, corners[0] ?? []].map((point) => point.join(' ')).join(',')}))'::geometry`;
        return { of, party: stance };
      });
      return (await linesOf(await db(), { frame, maps: [map] })).rows;
    };
    const plain = await measured('env(-50,-50,50,50)', (point) => point);
    const variants = [
      { rows: await measured('env(-20,-60,80,40)', ([x, y]) => [x + 30, y - 10]), scale: 1 },
      { rows: await measured('env(-25,-25,25,25)', ([x, y]) => [x / 2, y / 2]), scale: 0.5 },
      { rows: await measured('env(-50,-50,50,50)', ([x, y]) => [-x, y]), scale: 1 },
    ];
    for (const { rows, scale } of variants) {
      expect(rows.map(({ left, right, kind }) => [left, right, kind])).toEqual(
        plain.map(({ left, right, kind }) => [left, right, kind]),
      );
      for (const [index, row] of plain.entries()) {
        expect((rows[index]?.length_m ?? 0) / (row.length_m * scale)).toBeCloseTo(1, PLANE);
      }
    }
  });

  it.each(['2019-04-15', '2019-12-25', '2020-02-28'])(
    'on %s the measured lines of the M5 are those that are drawn from shared arcs',
    async (day) => {
      const store = await m5(await db());
      const requested = { series: 'm5', date: parseDate(day), knownAt: null };
      const { features } = await askFront(store, requested);
      const cells = await controlCells(store, (await resolve(store, requested)).revision);
      const members = cells.map(({ no, geometry }) => {
        const { type, coordinates } = JSON.parse(geometry);
        return { id: no, polygons: type === 'Polygon' ? [coordinates] : coordinates };
      });
      const drawn = fronts(buildTopology(members), (index) => {
        const cell = cells[index] as (typeof cells)[number];
        return classOf(cell.status, cell.party);
      });
      for (const pair of new Set(drawn.map(({ left, right }) => `${left} ${right}`))) {
        const [left, right] = pair.split(' ');
        const found = features.find(
          ({ properties }) => properties.kind !== 'strip' && properties.left === left && properties.right === right,
        );
        const lines = drawn.filter((line) => `${line.left} ${line.right}` === pair).map((line) => line.coordinates);
        const [expected] = await store.query<{ km: number }>(
          `select st_length(st_transform(st_segmentize(st_setsrid(st_geomfromgeojson($1), 4326), 0.02), projection)) / 1000 as km
         from revision join edition on edition.id = revision.edition where series = 'm5' limit 1`,
          [JSON.stringify({ type: 'MultiLineString', coordinates: lines })],
        );
        expect(
          Math.abs((found?.properties.length_km ?? 0) / (expected?.km ?? Number.NaN) - 1),
          pair,
        ).toBeLessThanOrEqual(1e-5);
      }
      expect(features.filter(({ properties }) => properties.kind === 'front').length).toBe(
        new Set(
          drawn
            .filter(({ left, right }) => ![left, right].includes('unknown') && ![left, right].includes('contested'))
            .map(({ left, right }) => `${left} ${right}`),
        ).size,
      );
    },
  );

  it('lengths by pair put together what is shared and what is halfway', () => {
    const lines = [
      { left: 'p', right: 'q', kind: 'front', length_m: 3000, ruled_m: 2900 },
      { left: 'p', right: 'q', kind: 'allied', length_m: 1, ruled_m: 1 },
    ];
    const strips = [{ left: 'p', right: 'q', middle_m: 2000, middle_ruled_m: 1900 }];
    expect(frontLengths(lines, strips)).toEqual([
      { left: 'p', right: 'q', shared_km: 3, middle_km: 2, front_km: 5, ruled_km: 2.9 + 1.9 },
    ]);
  });
});
