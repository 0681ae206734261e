import { intersect } from '@turf/turf';
import fc from 'fast-check';
import { Geodesic } from 'geographiclib-geodesic';
import type { Feature, MultiPolygon, Polygon, Position } from 'geojson';
import { expect, it } from 'vitest';
import { askChange } from '../../src/change/ask.js';
import { comparedBorders } from '../../src/change/borders.js';
import { differenceOf } from '../../src/change/difference.js';
import { borderEdges } from '../../src/change/digitising-noise.sql.js';
import { type ClaimedTransition, changeByFace, changeByOverlay } from '../../src/change/overlay.sql.js';
import type { BorderEdges } from '../../src/coverage/border-edges.js';
import { askFront } from '../../src/front/ask.js';
import { parseDate } from '../../src/model/dates.js';
import { resolve } from '../../src/series/as-of.js';
import { dissolvedControl } from '../../src/series/control.sql.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { mapWorld, meshWorld, type Point } from '../setup/mesh-world.js';
import { dayOf, type PlainFace, plantSeries } from '../setup/plain-maps.js';
import { shoelace } from '../setup/shoelace.js';

/** Straight in lon, lat, as GeoJSON has it: a vertex at least every `step` degrees, which geodesics then join. */
function densified(ring: Position[], step: number): Position[] {
  return ring.slice(1).flatMap(([x1 = 0, y1 = 0], index) => {
    const [x0 = 0, y0 = 0] = ring[index] as Position;
    const pieces = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / step));
    return Array.from({ length: pieces }, (_, n) => [x0 + ((x1 - x0) * n) / pieces, y0 + ((y1 - y0) * n) / pieces]);
  });
}

/** Karney's area of a ring, km². */
function karney(ring: Position[], step = 0.001): number {
  const polygon = Geodesic.WGS84.Polygon(false);
  for (const [lon = 0, lat = 0] of densified(ring, step)) polygon.AddPoint(lat, lon);
  return Math.abs(polygon.Compute(false, true).area ?? Number.NaN) / 1e6;
}

const ofPolygon = ([shell = [], ...holes]: Position[][]) =>
  karney(shell) - holes.reduce((sum, hole) => sum + karney(hole), 0);

const ring = (...corners: Position[]): Position[] => [...corners, corners[0] as Position];

async function planarKm2(db: Db, corners: Position[]): Promise<number> {
  const [row] = await db.query<{ km2: number }>(
    `select planar_km2(st_setsrid(st_geomfromgeojson($1), 4326), '+proj=laea +lat_0=35.5 +lon_0=36.8 +datum=WGS84') as km2`,
    [JSON.stringify({ type: 'Polygon', coordinates: [corners] })],
  );
  return row?.km2 ?? Number.NaN;
}

onEachDatabase('areas against GeographicLib', (db) => {
  it('A8: a box of one degree is 10 066.2752 km² between parallels, 10 066.2730 between geodesics', async () => {
    const box = ring([36, 35], [37, 35], [37, 36], [36, 36]);
    expect(Math.abs((await planarKm2(await db(), box)) / 10_066.275204 - 1)).toBeLessThan(1e-7);
    expect(Math.abs(karney(box) / 10_066.275204 - 1)).toBeLessThan(1e-8);
    expect(Math.abs(karney(box, 10) / 10_066.272986 - 1)).toBeLessThan(1e-9);
  });

  it('A9: a straight base of 100 km and a geodesic one are 3.17 km² apart', async () => {
    const half = 50 / (111.32 * Math.cos((35.5 * Math.PI) / 180));
    const triangle = ring([36.8 - half, 35.5], [36.8 + half, 35.5], [36.8, 36.16]);
    const straight = await planarKm2(await db(), triangle);
    expect(Math.abs(straight / karney(triangle) - 1)).toBeLessThan(1e-6);
    expect(Math.abs(karney(triangle, 10) - straight)).toBeCloseTo(3.17, 1);
  });

  it('any polygon: to a millionth', async () => {
    const corner = fc.tuple(fc.double({ min: 0.1, max: 0.9, noNaN: true }), fc.integer({ min: 3, max: 12 }));
    await fc.assert(
      fc.asyncProperty(fc.array(corner, { minLength: 3, maxLength: 12 }), async (given) => {
        const star = ring(
          ...given.map(([radius], index): Position => {
            const turn = (2 * Math.PI * index) / given.length;
            return [36.8 + radius * Math.cos(turn), 35.5 + radius * Math.sin(turn)];
          }),
        );
        expect(Math.abs((await planarKm2(await db(), star)) / karney(star) - 1)).toBeLessThanOrEqual(1e-6);
      }),
      { numRuns: 15, seed: 8 },
    );
  });

  // Along the theatre's edge the plane has the chord between vertices 0.02° apart, the published polygon the line that is
  // straight in degrees: 0.046 m apart in the middle, 0.031 m on average where the edge runs east and west.
  it('every class of the M5, measured from the polygons that are published', async () => {
    const store = await m5(await db());
    for (const day of ['2019-04-15', '2020-02-28']) {
      const requested = { series: 'm5', date: parseDate(day), knownAt: null };
      const { parties } = await askChange(store, {
        series: 'm5',
        from: requested.date,
        to: requested.date,
        knownAt: null,
      });
      const { features } = await askFront(store, requested);
      const published = new Map<string, number>();
      for (const { party, status, geometry } of await dissolvedControl(
        store,
        (await resolve(store, requested)).revision,
      )) {
        const name = status === 'controlled' ? (party ?? '') : status === 'unknown' ? 'unknown' : 'contested';
        const { coordinates } = JSON.parse(geometry) as MultiPolygon;
        published.set(name, (published.get(name) ?? 0) + coordinates.reduce((sum, part) => sum + ofPolygon(part), 0));
      }
      for (const [name, km2] of published) {
        const measured = parties.find((row) => row.party === name)?.before_km2 ?? Number.NaN;
        const edge = features.filter(
          ({ properties: { kind, left } }) => left === name && ['frame', 'border'].includes(kind),
        );
        const edgeKm = edge.reduce((sum, { properties }) => sum + properties.length_km, 0);
        expect(Math.abs(measured - km2), `${day} ${name}`).toBeLessThanOrEqual(1e-6 * km2 + 31e-6 * edgeKm);
      }
    }
  });
});

const STANCES: Record<string, string> = { own: 'p', ally: 'p', hostile: 'q', contested: 'q', unknown: 'r' };
const wkt = (points: readonly Point[]) =>
  `'POLYGON((${[...points, points[0] ?? []].map((point) => point.join(' ')).join(',')}))'::geometry`;

/** Two random maps of one theatre: the second another mesh, or the same mesh held otherwise. */
function twoMaps(seed: number) {
  const worlds = [meshWorld(seed, { size: 4 }), mapWorld(meshWorld(seed + 1, { size: 4 }), ([x, y]) => [-x, y])];
  return worlds.map(({ faces }) =>
    faces.map(({ stance, ring: points }) => ({ party: STANCES[stance] as string, points })),
  );
}

onEachDatabase('change against Turf and shoelaces', (db) => {
  it('the overlay of two random maps is what Turf cuts', async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const maps = twoMaps(seed);
      const { revisions } = await plantSeries(await db(), {
        frame: 'env(-50,-50,50,50)',
        maps: maps.map((faces) => faces.map(({ party, points }): PlainFace => ({ of: wkt(points), party }))),
      });
      const found = await changeByOverlay(await db(), revisions[0] as number, revisions[1] as number);
      const expected = new Map<string, number>();
      const feature = (points: readonly Point[]): Feature<Polygon> => ({
        type: 'Feature',
        properties: {},
        // Turf's set operations are planar in the numbers given; areas are taken by shoelace, not by Turf.
        geometry: { type: 'Polygon', coordinates: [ring(...points.map(([x, y]): Position => [x, y]))] },
      });
      for (const a of maps[0] ?? []) {
        for (const b of maps[1] ?? []) {
          const met = intersect({ type: 'FeatureCollection', features: [feature(a.points), feature(b.points)] });
          if (!met) continue;
          const parts = met.geometry.type === 'Polygon' ? [met.geometry.coordinates] : met.geometry.coordinates;
          const km2 = parts.reduce((sum, [shell = []]) => sum + shoelace(shell), 0);
          expected.set(`${a.party} ${b.party}`, (expected.get(`${a.party} ${b.party}`) ?? 0) + km2);
        }
      }
      expect(found.reduce((sum, row) => sum + row.m2, 0) / 1e10).toBeCloseTo(1, 9);
      for (const { from_class, to_class, m2 } of found) {
        expect(m2 / 1e6, `seed ${seed}, ${from_class} to ${to_class}`).toBeCloseTo(
          expected.get(`${from_class} ${to_class}`) ?? Number.NaN,
          4,
        );
      }
    }
  });

  it('what is noded where two maps differ is what the overlay of the whole maps finds, to a millionth, and their borders are the same', async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const maps = twoMaps(seed);
      const { revisions } = await plantSeries(await db(), {
        frame: 'env(-50,-50,50,50)',
        maps: maps.map((faces) => faces.map(({ party, points }): PlainFace => ({ of: wkt(points), party }))),
      });
      const pair = [revisions[0] as number, revisions[1] as number] as const;
      const whole = await changeByOverlay(await db(), ...pair);
      const found = await differenceOf(await db(), ...pair);
      const named = (rows: readonly ClaimedTransition[] = []) =>
        Object.fromEntries(rows.map((row) => [`${row.from_class} ${row.to_class}`, row.m2 / 1e6]));
      const [expected, areas] = [named(whole), named(found?.rows)];
      expect(Object.keys(areas).sort(), `seed ${seed}`).toEqual(Object.keys(expected).sort());
      for (const key of Object.keys(expected))
        expect(areas[key], `seed ${seed}, ${key}`).toBeCloseTo(expected[key] ?? Number.NaN, 6);
      const borders = await borderEdges(await db(), ...pair);
      const inOrder = ({ lone }: BorderEdges) => lone.map((edge) => edge.slice(0, 7).join()).sort();
      expect(found && inOrder(found.borders)).toEqual(inOrder(borders));
      const [reported, stated] = [found && comparedBorders(found.borders), comparedBorders(borders)];
      expect(
        reported?.redrawn.map((row) => [row.left, row.right, row.border_m.toFixed(6), row.redrawn_m.toFixed(6)]),
      ).toEqual(stated.redrawn.map((row) => [row.left, row.right, row.border_m.toFixed(6), row.redrawn_m.toFixed(6)]));
      expect(
        reported?.moved.map((row) => [row.class, row.before_m.toFixed(6), row.after_m.toFixed(6), row.edges]),
      ).toEqual(stated.moved.map((row) => [row.class, row.before_m.toFixed(6), row.after_m.toFixed(6), row.edges]));
    }
  });

  it('property 9 and property 1: by face and by overlay agree; swapping the maps transposes; net adds up over a chain', async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const [first, second] = twoMaps(seed);
      const rotated = (first ?? []).map(({ points }, index) => ({
        points,
        party: 'pqr'[(index + seed) % 3] as string,
      }));
      const given = [first ?? [], rotated, second ?? []].map((faces) =>
        faces.map(({ party, points }): PlainFace => ({ of: wkt(points), party })),
      );
      const { series, revisions } = await plantSeries(await db(), { frame: 'env(-50,-50,50,50)', maps: given });
      const [a, b] = revisions as [number, number, number];
      const [faces, overlaid] = [await changeByFace(await db(), a, b), await changeByOverlay(await db(), a, b)];
      expect(overlaid.map(({ m2, ...cell }) => ({ ...cell, m2: Math.round(m2) }))).toEqual(
        faces.map(({ m2, ...cell }) => ({ ...cell, m2: Math.round(m2) })),
      );
      const ask = async (from: number, to: number) =>
        askChange(await db(), { series, from: parseDate(dayOf(from)), to: parseDate(dayOf(to)), knownAt: null });
      const [there, back, more, whole] = [await ask(0, 2), await ask(2, 0), await ask(1, 2), await ask(0, 1)];
      for (const { from, to, km2 } of there.matrix) {
        expect(back.matrix.find((cell) => cell.from === to && cell.to === from)?.km2).toBeCloseTo(km2, 6);
      }
      for (const { party, net_km2, gained_km2, lost_km2, swap_km2, total_change_km2 } of there.parties) {
        const net = [whole, more].map((step) => step.parties.find((row) => row.party === party)?.net_km2 ?? 0);
        expect((net[0] ?? 0) + (net[1] ?? 0)).toBeCloseTo(net_km2, 6);
        expect(total_change_km2).toBeCloseTo(Math.abs(net_km2) + swap_km2, 9);
        expect(swap_km2).toBeCloseTo(2 * Math.min(gained_km2, lost_km2), 9);
      }
    }
  });
});
