import { expect, it } from 'vitest';
import { edgeBoxes, edgeDistance } from '../../src/coverage/nearest-edges.js';
import { mayBeClosed } from '../../src/front/near-pockets.js';
import { partitionEdges, theatreEdges } from '../../src/front/partition-edges.js';
import { closedPockets } from '../../src/front/pockets.js';
import { parseDate } from '../../src/model/dates.js';
import { resolve } from '../../src/series/as-of.js';
import { onEachDatabase } from '../setup/databases.js';
import { meshWorld, type Point, seeded } from '../setup/mesh-world.js';
import { dayOf, type PlainFace, plantSeries } from '../setup/plain-maps.js';
import { plainNearPockets } from '../setup/plain-near-pockets.js';
import { plainGap, plainPockets } from '../setup/plain-pockets.js';
import { runs } from '../setup/runs.js';

const ringOf = (ring: readonly Point[]) =>
  `'POLYGON((${[...ring, ring[0] as Point].map(([x, y]) => `${x} ${y}`).join(',')}))'::geometry`;

/** Ground of four parties, two of them allied, much of it cut off; some contested or in no area, and the sea, open to one of them, in the west. */
function worldOf(seed: number) {
  const random = seeded(seed);
  const { faces } = meshWorld(seed, { size: 9 });
  const held: PlainFace[] = faces.map(({ ring }) => {
    const of = ringOf(ring);
    const drawn = random();
    if (drawn < 0.08) return { of };
    if (drawn < 0.16) return { of, party: null, status: 'contested' };
    const west = ring.every(([x]) => x < -35);
    return west && drawn < 0.4 ? { of, abroad: 'sea' } : { of, party: 'apqz'[Math.floor(4 * random())] as string };
  });
  return {
    frame: 'env(-50,-50,50,50)',
    maps: [held],
    // Cells in no area are seams to a map as vague as this.
    accuracyM: seed % 2 === 0 ? 3500 : 100,
    relations: [
      ['p', 'p', 'own'],
      ['p', 'a', 'ally'],
    ] as const,
    places: { middle: [1, 1], north: [2, 38] } as const,
  };
}

/**
 * Rooms of p, four by four, between walls of q with a door of some hundred metres in most; a door that leads out here and there. Rings have
 * a vertex wherever a door begins.
 */
function roomsOf(seed: number) {
  const random = seeded(seed);
  const [wall, pitch] = [2, 24];
  const doors = new Map<string, readonly [number, number] | null>();
  /** Where the door is on a wall: from and to, along it from its room's corner. */
  const door = (key: string) => {
    const width = random() < 0.25 ? 0 : 0.2 + 1.6 * random();
    const from = 2 + 15 * random();
    if (!doors.has(key)) doors.set(key, width === 0 ? null : [from, from + width]);
    return doors.get(key) ?? null;
  };
  const faces: PlainFace[] = [];
  const box = (w: number, s: number, e: number, n: number, party: string) =>
    void faces.push({ of: ringOf([[w, s], [e, s], [e, n], [w, n]]), party }); // biome-ignore format: one line
  const side = pitch - wall;
  for (let i = 0; i <= 4; i++) {
    for (let j = 0; j <= 4; j++) {
      const [x, y] = [-49 + pitch * i, -49 + pitch * j];
      box(x, y, x + wall, y + wall, 'q');
      // The wall to the south of the room, and that to the west of it.
      for (const [along, key] of [
        [i < 4, `south ${i} ${j}`],
        [j < 4, `west ${i} ${j}`],
      ] as const) {
        // biome-ignore format: one line
        if (!along) continue;
        const part = (from: number, to: number, party: string) =>
          key.startsWith('south')
            ? box(x + wall + from, y, x + wall + to, y + wall, party)
            : box(x, y + wall + from, x + wall, y + wall + to, party);
        const [from, to] = door(key) ?? [null, null];
        if (from === null || to === null) part(0, side, 'q');
        else for (const [a, b, party] of [[0, from, 'q'], [from, to, 'p'], [to, side, 'q']] as const) part(a, b, party); // biome-ignore format: one line
      }
    }
  }
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      const [w, s] = [-49 + pitch * i + wall, -49 + pitch * j + wall];
      const at = (key: string) => doors.get(key) ?? [];
      const ring: Point[] = [
        [w, s],
        ...at(`south ${i} ${j}`).map((d): Point => [w + d, s]),
        [w + side, s],
        ...at(`west ${i + 1} ${j}`).map((d): Point => [w + side, s + d]),
        [w + side, s + side],
        ...at(`south ${i} ${j + 1}`)
          .toReversed()
          .map((d): Point => [w + d, s + side]),
        [w, s + side],
        ...at(`west ${i} ${j}`)
          .toReversed()
          .map((d): Point => [w, s + d]),
      ];
      faces.push({ of: ringOf(ring), party: 'p' });
    }
  }
  return { ...worldOf(seed), frame: 'env(-49,-49,49,49)', maps: [faces] };
}

onEachDatabase('pockets from the edges', (db) => {
  const planted = async (world: ReturnType<typeof worldOf>) => {
    const { series } = await plantSeries(await db(), world);
    const asOf = await resolve(await db(), { series, date: parseDate(dayOf(0)), knownAt: null });
    await (await db()).query(
      `insert into border_policy (edition, side, territory, policy, valid, source)
       select edition, 'q', id, 'open', daterange(null, null), 'a test' from territory where edition = $1`,
      [asOf.edition],
    );
    return asOf;
  };

  it('are those of all ground united, by area, ring, gap and outline', async () => {
    let [found, seams, hops] = [0, 0, 0];
    for (let seed = 1; seed <= runs(2); seed++) {
      const world = worldOf(seed);
      const { revision, edition, date } = await planted(world);
      const input = { revision, edition, date, accuracyM: world.accuracyM };
      const partition = await partitionEdges(await db(), revision);
      const plain = await plainPockets(await db(), input, partition);
      const quick = await closedPockets(await db(), input, partition);
      const summary = quick.map(({ party, ring, places }) => [party, Object.keys(ring), places]);
      expect(summary, `seed ${seed}`).toEqual(
        plain.map(({ party, ring, places }) => [party, Object.keys(ring), places]),
      );
      for (const [index, row] of quick.entries()) {
        const expected = plain[index] as (typeof plain)[number];
        const what = `seed ${seed}, ${row.party}, ${row.area_m2} m²`;
        expect(row.area_m2 / expected.area_m2, what).toBeCloseTo(1, 12);
        expect(row.perimeter_m / expected.perimeter_m, what).toBeCloseTo(1, 12);
        for (const [name, metres] of Object.entries(expected.ring))
          expect((row.ring[name] ?? 0) / metres, `${what}, beside ${name}`).toBeCloseTo(1, 12);
        const gap = plainGap(expected, plain);
        expect(row.gap_m === null, what).toBe(gap === null);
        expect(Math.abs((row.gap_m ?? 0) - (gap ?? 0)), what).toBeLessThan(1e-6);
        hops += Number((gap ?? 0) > 0);
        seams += Number(world.accuracyM > 1000 && Object.keys(row.ring).length > 1);
      }
      const [apart] = await (await db()).query<{ metres: number }>(
        `select coalesce(max(st_hausdorffdistance(st_geomfromgeojson(a), st_geomfromgeojson(b))), 0) as metres from unnest($1::text[], $2::text[]) t(a, b)`,
        [quick.map(({ geometry }) => geometry), plain.map(({ geometry }) => geometry)],
      );
      expect(apart?.metres, `outlines, seed ${seed}`).toBe(0);
      found += quick.length;
    }
    expect(Math.min(found, seams, hops)).toBeGreaterThan(0);
  });

  it('and what may be closed is that of all ground united, by area, corridor and outline', async () => {
    let found = 0;
    for (let seed = 1; seed <= runs(2); seed++) {
      const { revision, edition, date } = await planted(roomsOf(seed));
      const input = { revision, edition, date, accuracyM: 500 };
      const partition = await partitionEdges(await db(), revision);
      const plain = await plainNearPockets(await db(), input, theatreEdges(partition));
      const quick = await mayBeClosed(await db(), input, partition);
      const near = (metres: number) => Number(metres.toPrecision(9));
      const summary = (rows: readonly ((typeof quick)[number] | (typeof plain)[number])[]) =>
        rows.map((row) => [
          row.party,
          near(row.area_m2),
          near(row.perimeter_m),
          row.passes_m,
          row.closes_at_m,
          row.places,
        ]);
      expect(summary(quick), `seed ${seed}`).toEqual(summary(plain));
      found += quick.length;
    }
    expect(found).toBeGreaterThan(3);
  });
});

it('edges in boxes are as far from others as each edge from each', () => {
  const random = seeded(3);
  const line = (x: number, count: number) => {
    const at = Array.from({ length: count + 1 }, (_, i) => [x + 3 * random(), i + random()]);
    return Float64Array.from(at.slice(1).flatMap((to, i) => [...(at[i] as number[]), ...to]));
  };
  const distance = (a: Float64Array, b: Float64Array) => edgeDistance(edgeBoxes(a), edgeBoxes(b));
  for (const [m, n] of [
    [1, 1],
    [9, 200],
    [70, 33],
    [120, 130],
  ] as const) {
    const [a, b] = [line(0, m), line(3.2, n)];
    let least = Infinity;
    for (let i = 0; i < a.length; i += 4)
      for (let k = 0; k < b.length; k += 4) least = Math.min(least, distance(a.slice(i, i + 4), b.slice(k, k + 4)));
    expect(distance(a, b)).toBe(least);
    expect(edgeDistance(edgeBoxes(a), edgeBoxes(b), least / 2)).toBe(least / 2);
  }
});
