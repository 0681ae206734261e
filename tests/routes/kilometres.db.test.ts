import geodesic from 'geographiclib-geodesic';
import { expect, it } from 'vitest';
import { askChange } from '../../src/change/ask.js';
import { parseDate } from '../../src/model/dates.js';
import { askRoute, askRouteHistory } from '../../src/routes/ask.js';
import { kilometresByClass } from '../../src/routes/stretches.js';
import type { Db } from '../../src/store/pool.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { dayOf, type PlainFace, type PlainSeries, plantSeries } from '../setup/plain-maps.js';

const FRAME = 'env(0,-10,100,10)';
const columns = (...held: readonly (readonly [from: number, to: number, party: string])[]): PlainFace[] =>
  held.map(([from, to, party]) => ({ of: `env(${from},-10,${to},10)`, party }));

/** Kilometres are on the ellipsoid: 100 km of this plane are 1 m longer there, more evenly than one part in ten thousand of that. */
const ON_THE_ELLIPSOID = 1.0000102197;
const near = (km: number) => expect.closeTo(km * ON_THE_ELLIPSOID, 2);
const whole = (km: number) => expect.closeTo(km * ON_THE_ELLIPSOID, 6);

async function plant(db: Db, given: Omit<PlainSeries, 'frame'>) {
  const { series } = await plantSeries(db, { frame: FRAME, ...given });
  const on = (index: number) => ({ series, date: parseDate(dayOf(index)), knownAt: null });
  return { series, on };
}

/** A vertex every 100 m: between two of them, straight in degrees is straight in the plane to a fifth of a millimetre. */
const road = (x: number) => `st_segmentize('LINESTRING(0 0,${x} 0)'::geometry, 0.1)`;

onEachDatabase('the measure of a route', (db) => {
  it('is Karney’s length on the ellipsoid across a continent, where a plane is short, and is found again by its metres', async () => {
    const [from, to] = [
      [-10, 40],
      [40, 60],
    ] as const;
    const pieces = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / 0.02);
    const at = (n: number): [number, number] => [
      from[0] + ((to[0] - from[0]) * n) / pieces,
      from[1] + ((to[1] - from[1]) * n) / pieces,
    ];
    let karney = 0;
    for (let n = 0; n < pieces; n++) {
      const [[lon0, lat0], [lon1, lat1]] = [at(n), at(n + 1)];
      karney += geodesic.Geodesic.WGS84.Inverse(lat0, lon0, lat1, lon1).s12 ?? Number.NaN;
    }
    const [row] = await (await db()).query<{ m: number; plane: number; half: number; back: number }>(
      `with road as (select st_setsrid('LINESTRING(-10 40,40 60)'::geometry, 4326) as geom,
                            '+proj=laea +lat_0=50 +lon_0=15 +datum=WGS84 +units=m +no_defs'::text as projection),
       line as materialized (select route_line(geom, projection) as measured,
                                    st_length(st_transform(st_segmentize(geom, 0.02), projection)) as plane from road)
       select metres_along(measured, 1) as m, plane, metres_along(measured, 0.5) as half,
              share_along(measured, metres_along(measured, 0.5)) as back from line`,
    );
    expect(row?.m).toBeCloseTo(karney, 1);
    expect(Math.abs((row?.plane ?? 0) / karney - 1)).toBeGreaterThan(0.001);
    expect(row?.back).toBeCloseTo(0.5, 9);
    expect(row?.half).toBeLessThan(karney);
  });
});

onEachDatabase('corridor: golden cases', (db) => {
  it('H1: who holds each kilometre, and what passed from whom to whom', async () => {
    const { series, on } = await plant(await db(), {
      routes: { road: road(100) },
      maps: [
        columns([0, 30, 'a'], [30, 45, 'b'], [45, 100, 'a']),
        columns([0, 30, 'a'], [30, 35, 'b'], [35, 100, 'a']),
      ],
    });
    const { stretches, length_km } = await askRoute(await db(), on(0), 'road');
    expect(length_km).toEqual(whole(100));
    expect(stretches).toEqual([
      { from_km: 0, to_km: near(30), class: 'a' },
      { from_km: near(30), to_km: near(45), class: 'b' },
      { from_km: near(45), to_km: near(100), class: 'a' },
    ]);
    const { route } = await askChange(await db(), { series, from: on(0).date, to: on(1).date, knownAt: null });
    expect(route).toEqual([
      { route: 'road', from: 'a', to: 'a', km: near(85) },
      { route: 'road', from: 'b', to: 'a', km: near(10) },
      { route: 'road', from: 'b', to: 'b', km: near(5) },
    ]);
    const { states } = await askRouteHistory(await db(), { series, knownAt: null }, 'road');
    expect(states).toMatchObject([
      {
        from: dayOf(0),
        to: dayOf(1),
        km: [
          { class: 'a', km: near(85) },
          { class: 'b', km: near(15) },
        ],
      },
      {
        from: dayOf(1),
        to: null,
        km: [
          { class: 'a', km: near(95) },
          { class: 'b', km: near(5) },
        ],
      },
    ]);
    expect(states[0]?.cuts).toMatchObject([
      { km: near(30), from: 'a', to: 'b' },
      { km: near(45), from: 'b', to: 'a' },
    ]);
    for (const { position } of states[0]?.cuts ?? []) expect(position?.[1]).toBeCloseTo(35.7, 1);
  });

  it('H2: a road on the border is the front’s, once', async () => {
    const { on } = await plant(await db(), {
      routes: { road: road(10) },
      maps: [
        [
          { of: 'env(0,-10,10,0)', party: 'a' },
          { of: 'env(0,0,10,10)', party: 'b' },
          { of: 'env(10,-10,100,10)', party: 'a' },
        ],
      ],
    });
    const { stretches } = await askRoute(await db(), on(0), 'road');
    expect(kilometresByClass(stretches)).toEqual([{ class: 'front', km: near(10) }]);
  });
});

onEachDatabase('corridor: over the M5', (db) => {
  it('H3: kilometres by class add up to the road on every map, and each state is what the day’s answer says', async () => {
    const store = await m5(await db());
    const { states, length_km } = await askRouteHistory(store, { series: 'm5', knownAt: null }, 'M5');
    expect(states.length).toBeGreaterThan(30);
    for (const [index, { to, km, stretches, cuts }] of states.entries()) {
      expect(to).toBe(states[index + 1]?.from ?? null);
      expect(km.reduce((sum, row) => sum + row.km, 0)).toBeCloseTo(length_km, 9);
      expect(cuts).toHaveLength(stretches.length - 1);
      for (const { position } of cuts) {
        const [lon = 0, lat = 0] = position ?? [];
        expect(lon > 36.4 && lon < 37.4 && lat > 34.9 && lat < 36.5).toBe(true);
      }
    }
    for (const state of [states[0], states[20], states.at(-1)]) {
      const requested = { series: 'm5', knownAt: null, date: parseDate(state?.from ?? '') };
      const { stretches } = await askRoute(store, requested, 'M5');
      expect(state?.stretches.map((row) => row.class)).toEqual(stretches.map((row) => row.class));
      for (const [index, row] of stretches.entries()) expect(state?.stretches[index]?.to_km).toBeCloseTo(row.to_km, 9);
    }
    const government = (day: string) => states.find(({ from, to }) => from <= day && (to === null || day < to))?.km;
    expect(government('2020-02-11')).toEqual([{ class: 'government', km: expect.closeTo(length_km, 9) }]);
  });

  it('an unknown road is named with those that there are', async () => {
    const store = await m5(await db());
    await expect(askRouteHistory(store, { series: 'm5', knownAt: null }, 'M4')).rejects.toMatchObject({
      code: 'unknown_route',
    });
  });
});
