import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { sendMap, WHOLE } from '../setup/sent-map.js';
import { serviceOn } from '../setup/service.js';

const box = (west: number, south: number, east: number, north: number) => [
  [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ],
];
/** Both sides of 180 degrees, cut there. */
const THEATRE = { type: 'MultiPolygon', coordinates: [box(175, 48, 180, 54), box(-180, 48, -175, 54)] };
const crs = (code: number) => ({ type: 'name', properties: { name: `urn:ogc:def:crs:EPSG::${code}` } });
const mapOf = (code: number, side: string, coordinates: unknown) => ({
  type: 'FeatureCollection',
  crs: crs(code),
  features: [{ type: 'Feature', properties: { side }, geometry: { type: 'Polygon', coordinates } }],
});
/** A disc of 150 km in a projection about the given position, metres. */
function disc(x: number, y: number) {
  const ring = Array.from({ length: 120 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 120;
    return [x + 150_000 * Math.cos(angle), y + 150_000 * Math.sin(angle)];
  });
  return [[...ring, ring[0]]];
}
/** EPSG:3832, a Mercator projection of the Pacific about 150° E, in which 180° is nothing special. */
const pacific = (lon: number): [number, number] => [
  ((lon - 150) * Math.PI * 6_378_137) / 180,
  6_594_000, // 51 degrees north, about
];

onEachDatabase('maps in a projection', (db) => {
  const service = serviceOn(db);
  let made = 0;

  const send = (series: string, date: string, map: object, more: Record<string, string> = {}) =>
    sendMap(service, series, { map, theatre: THEATRE, query: { date, ...more } });
  async function created() {
    const series = `across-${process.pid}-${++made}`;
    const area = (side: string, coordinates: unknown) => ({
      type: 'Feature',
      properties: { side },
      geometry: { type: 'MultiPolygon', coordinates },
    });
    const all = {
      type: 'FeatureCollection',
      features: [
        area('aland', [box(175, 48, 175.5, 54)]),
        area('borland', [box(175.5, 48, 180, 54), box(-180, 48, -175, 54)]),
      ],
    };
    expect(await send(series, '2024-05-01', all, WHOLE)).toMatchObject({ status: 201 });
    return series;
  }
  async function areas(series: string, date: string): Promise<Record<string, number>> {
    const { matrix } = await service.json<{ matrix: { from: string; to: string; km2: number }[] }>(
      `/change?series=${series}&from=${date}&to=${date}`,
    );
    return Object.fromEntries(matrix.map(({ from, km2 }) => [from, km2]));
  }

  it('across 180 degrees are as large as the same ground that is not', async () => {
    const series = await created();
    for (const [date, lon] of [
      ['2024-05-02', 177.5],
      ['2024-05-03', 180],
      ['2024-05-04', 181],
    ] as const) {
      const sent = await send(series, date, mapOf(3832, 'aland', disc(...pacific(lon))), { accept: 'a test' });
      expect(sent).toMatchObject({ status: 201, body: { snapshots: [{ result: 'stored' }] } });
    }
    const { aland: whole = 0 } = await areas(series, '2024-05-02');
    expect(whole).toBeGreaterThan(25_000);
    for (const date of ['2024-05-03', '2024-05-04']) {
      expect((await areas(series, date)).aland).toBeCloseTo(whole, 0);
    }
    const { features } = await service.json<{ features: { geometry: { coordinates: number[][][][] } }[] }>(
      `/control?series=${series}&date=2024-05-03`,
    );
    const lons = features.flatMap(({ geometry }) =>
      geometry.coordinates.flat(2).map(([lon]) => Math.abs(lon as number)),
    );
    expect(Math.min(...lons)).toBeGreaterThan(178);
  });

  it('across 180 degrees come from a zone of UTM too, and with repair', async () => {
    const series = await created();
    const zone60 = box(500_000, 5_400_000, 850_000, 5_600_000);
    for (const [nth, more] of [{}, { repair: 'true' }].entries()) {
      const sent = await send(series, `2024-05-0${nth + 2}`, mapOf(32660, 'aland', zone60), {
        accept: 'a test',
        ...more,
      });
      expect(sent).toMatchObject({ status: 201 });
      const { aland = 0 } = await areas(series, `2024-05-0${nth + 2}`);
      // 350 by 200 km; UTM's scale there is 0.9996 to 1.0015.
      expect(Math.abs(aland / 70_000 - 1)).toBeLessThan(0.003);
    }
  });

  it('over a pole are refused, and say where', async () => {
    const series = await created();
    const sent = await send(series, '2024-05-02', mapOf(3995, 'aland', disc(0, 0)), {
      outside: 'clip',
      accept: 'a test',
    });
    expect(sent).toMatchObject({
      status: 422,
      body: { code: 'invalid_snapshot', problems: [{ code: 'antimeridian', at: '/features/0' }] },
    });
    expect(sent.body.message).toMatch(/180°.*covers a pole.*-wrapdateline/);
  });

  it('that counts from the centre of the earth are refused by its name', async () => {
    const sent = await send(await created(), '2024-05-02', mapOf(4978, 'aland', box(176, 49, 177, 50)), {
      accept: 'a test',
    });
    expect(sent).toMatchObject({ status: 422, body: { problems: [{ code: 'crs' }] } });
    expect(sent.body.message).toMatch(/from the centre of the earth/);
  });

  it('of which a ring is its own hole are repaired or refused, in words', async () => {
    const series = await created();
    const ring = box(176, 49, 177, 50)[0] as number[][];
    const map = mapOf(4326, 'aland', [ring, [...ring].reverse()]);
    const other = { type: 'Feature', properties: { side: 'borland' }, geometry: THEATRE };
    const both = { ...map, features: [...map.features, other] };
    const sent = await send(series, '2024-05-02', both, { repair: 'true', accept: 'a test' });
    expect(sent.body).toMatchObject({
      snapshots: [{ notes: [expect.stringMatching(/made valid: 0 km² before, 0 km² after/)] }],
    });
    const alone = await send(series, '2024-05-03', map, { repair: 'true', accept: 'a test' });
    expect(alone.status).toBe(422);
    expect(alone.body.message).not.toMatch(/rule \w+_check|table/);
  });

  it('of which a hole lies outside its shell are repaired without it, and others of the same area stay', async () => {
    const series = await created();
    const [shell, hole] = [box(176, 49, 177, 50), box(176.4, 49.4, 176.6, 49.6)].map(([ring = []]) => ring);
    const [outside, far] = [box(177.2, 49.2, 177.4, 49.4), box(178, 49, 178.1, 49.1)].map(([ring = []]) => ring);
    const more = { repair: 'true', accept: 'a test' };
    const whole = await send(series, '2024-05-02', mapOf(4326, 'aland', [shell, hole]), more);
    expect(whole.status).toBe(201);
    const sent = await send(series, '2024-05-03', mapOf(4326, 'aland', [shell, outside, hole, far]), more);
    expect(sent).toMatchObject({ status: 201 });
    const notes = (sent.body as { snapshots: { notes: string[] }[] }).snapshots[0]?.notes.join('\n');
    expect(notes).toMatch(
      /2 holes outside their shells left out, 404\.\d* km² at 177\.2, 49\.2: a hole takes away ground/,
    );
    expect((await areas(series, '2024-05-03')).aland).toBe((await areas(series, '2024-05-02')).aland);
    // What a shell that crosses itself encloses is not outside it, nor is a hole across its shell.
    const [bow = []] = [
      [
        [176, 51],
        [178, 52],
        [178, 51],
        [176, 52],
        [176, 51],
      ],
    ];
    const crossing = [bow, box(177.7, 51.4, 177.8, 51.6)[0], box(177.9, 51.4, 178.1, 51.6)[0]];
    const bowTie = await send(series, '2024-05-04', mapOf(4326, 'aland', crossing), more);
    expect(bowTie).toMatchObject({ status: 201 });
    expect(JSON.stringify(bowTie.body)).not.toMatch(/outside (its|their) shells?/);
  });
});
