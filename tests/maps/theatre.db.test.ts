import { expect, it } from 'vitest';
import { followBoundary } from '../../src/maps/theatre/cut-anew.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { instantBetween } from '../setup/instant-between.js';
import { serviceOn } from '../setup/service.js';
import { valley } from '../setup/valley.js';

const box = (west: number, south: number, east: number, north: number) => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ],
});
const area = (party: string, west: number, south: number, east: number, north: number) => {
  return { type: 'Feature', properties: { party }, geometry: box(west, south, east, north) };
};
/** Aland from the west to `front`, borland from there to the east, between 48 and 49 north. */
const map = (front: number, ...more: object[]) => {
  const features = [area('aland', 30, 48, front, 49), area('borland', front, 48, 32, 49), ...more];
  return { type: 'FeatureCollection', features };
};

interface Change {
  matrix: { from: string; to: string; km2: number }[];
  theatre_km2: number;
  residual_km2: number;
}

onEachDatabase('the theatre of imported maps', (db) => {
  const service = serviceOn(db);
  let made = 0;
  const fresh = () => `theatre-${process.pid}-${++made}`;
  const created = 'create=true&title=T&publisher=P&licence=L&accuracy=100';
  const post = (series: string, body: unknown, query: string) =>
    service.post(`/series/${series}/snapshots?${query}`, body);
  const change = (series: string, query: string) => service.json<Change>(`/change?series=${series}&${query}`);
  const areas = ({ matrix }: Change) => {
    const sums: Record<string, number> = {};
    for (const { to, km2 } of matrix) sums[to] = km2 + (sums[to] ?? 0);
    return sums;
  };
  const enlarge = async (series: string, query: string, body?: object) => {
    const response = await service.get(`/series/${series}/theatre?${query}`, {
      method: 'POST',
      headers: { ...CREDENTIAL, ...(body && { 'content-type': 'application/geo+json' }) },
      body: body ? JSON.stringify(body) : null,
    });
    return { status: response.status, body: await response.json() };
  };

  it('is a country by its name, in a language that people name it in, and the note says whose borders these are', async () => {
    const series = fresh();
    const { status, body } = await post(series, map(31), `${created}&date=2024-05-01&theatre=Украина`);
    expect(status).toBe(201);
    expect(body.snapshots?.[0]?.notes.join()).toMatch(/the theatre is Ukraine \(Natural Earth .*as administered/);
    const { theatre_km2 } = await change(series, 'from=2024-05-01&to=2024-05-01');
    // 577,000 km² of the 603,628 of the law are administered; drawn at 1:10 million.
    expect(theatre_km2).toBeGreaterThan(560_000);
    expect(theatre_km2).toBeLessThan(604_000);
    const unknown = await post(fresh(), map(31), `${created}&date=2024-05-01&theatre=Ukrane`);
    expect(unknown.status).toBe(400);
    expect(unknown.body.message).toMatch(
      /no theatre has that id, and no country that name; countries called alike: Ukraine/,
    );
  });

  it('is a country across 180° as large as it is', async () => {
    const series = fresh();
    const whole = [area('north', 176, -17, 180, -12), area('north', -180, -17, -178, -12)];
    const rest = [area('south', 176, -22, 180, -17), area('south', -180, -22, -178, -17)];
    const body = { type: 'FeatureCollection', features: [...whole, ...rest] };
    const sent = await post(series, body, `${created}&date=2024-05-01&theatre=Fiji&outside=clip`);
    expect(sent.status).toBe(201);
    const stated = await change(series, 'from=2024-05-01&to=2024-05-01');
    // On the ellipsoid it has 18,936 km².
    expect(stated.theatre_km2).toBeCloseTo(18_936, -1);
  });

  it('has a holder of its rest by a name as by the id that the name makes, in every import after the first', async () => {
    for (const [name, id] of [
      ['Україна', 'ukraina'],
      ['Free Army', 'free-army'],
    ] as const) {
      const series = fresh();
      const at = (date: string, rest: string) => `date=${date}&rest=${encodeURIComponent(rest)}`;
      expect((await post(series, map(31), `${created}&${at('2024-05-01', name)}`)).status).toBe(201);
      for (const [index, same] of [name, ` ${name}`, id].entries()) {
        const sent = await post(series, map(31.01 + index / 100), at(`2024-05-0${index + 2}`, same));
        expect([same, sent.status, sent.body.message]).toEqual([same, 201, undefined]);
      }
      const other = await post(series, map(31.2), at('2024-05-09', 'Borland'));
      expect(other.body.message).toContain(`series ${series} was created with rest=${id}`);
    }
  });

  it('is enlarged by a stated step: maps are cut anew and balance, what was known before stays as it was', async () => {
    const series = fresh();
    await post(series, map(31), `${created}&date=2024-05-01`);
    await post(series, map(31.01), 'date=2024-05-02');
    const before = await change(series, 'from=2024-05-01&to=2024-05-02');
    const known = await instantBetween();
    const { status, body } = await enlarge(series, '', box(29, 47, 33, 50));
    expect(status).toBe(200);
    expect(body).toMatchObject({ theatre: series, series: [{ series, maps: 2 }] });
    expect(body.after_km2).toBeGreaterThan(2 * body.before_km2);
    const now = await change(series, 'from=2024-05-01&to=2024-05-02');
    for (const party of ['aland', 'borland']) {
      expect(areas(now)[party]).toBeCloseTo(areas(before)[party] as number, 3);
    }
    expect(areas(now).unassigned).toBeCloseTo(body.after_km2 - body.before_km2, 2);
    expect(now.residual_km2).toBeCloseTo(0, 6);
    expect(await change(series, `from=2024-05-01&to=2024-05-02&known-at=${known}`)).toMatchObject({
      matrix: before.matrix,
      theatre_km2: before.theatre_km2,
    });
    // The same file is still known, and the next may use the ground that was won.
    expect((await post(series, map(31.01), 'date=2024-05-02')).body.snapshots?.[0]?.result).toBe('unchanged');
    const wider = map(31.02, area('aland', 30, 49, 31, 49.5));
    expect((await post(series, wider, 'date=2024-05-03')).body.snapshots?.[0]).toMatchObject({ result: 'stored' });
    expect((await change(series, 'from=2024-05-02&to=2024-05-03')).residual_km2).toBeCloseTo(0, 6);
  });

  it('never loses ground of a stored map: refused with the day and place, unless the present boundary is kept too', async () => {
    const series = fresh();
    await post(series, map(31), `${created}&date=2024-05-01`);
    const smaller = box(30.5, 47, 33, 50);
    const refused = await enlarge(series, '', smaller);
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 'invalid_parameter', problems: [{ date: '2024-05-01' }] },
    });
    expect(refused.body.message).toMatch(/union=true \(--union\)/);
    const [lon, lat] = refused.body.problems[0].where;
    expect(lon).toBeLessThan(30.5);
    expect(lat).toBeGreaterThan(48);
    const kept = await enlarge(series, 'union=true', smaller);
    expect(kept.status).toBe(200);
    const now = await change(series, 'from=2024-05-01&to=2024-05-01');
    expect(areas(now).aland).toBeGreaterThan(1000);
    expect((await enlarge(series, '')).body.message).toMatch(/as the body .* or as the name of a country/);
  });

  it('gives the ground that was won to the holder of the rest, and tells less ground outside', async () => {
    const series = fresh();
    const drawn = { ...map(31), features: [area('aland', 30, 48, 31, 49)] };
    const small = { theatre: box(30, 48, 30.99, 49), map: drawn };
    await post(series, small, `${created}&date=2024-05-01&rest=borland`);
    const outside = (await service.json<{ outside_km2: number }>(`/control?series=${series}&date=2024-05-01`))
      .outside_km2;
    expect(outside).toBeGreaterThan(50);
    await enlarge(series, '', box(30, 48, 32, 49));
    const now = await change(series, 'from=2024-05-01&to=2024-05-01');
    expect(areas(now).borland).toBeCloseTo(8217.7317, 3);
    // What a frame's chords leave between two vertices.
    expect(areas(now).unassigned ?? 0).toBeLessThan(1e-3);
    const control = await service.json<{ outside_km2: number }>(`/control?series=${series}&date=2024-05-01`);
    expect(control.outside_km2).toBe(0);
  });

  it('is not where most of a map lies, whoever holds the rest of it', async () => {
    const theatre = box(30, 48, 32, 49);
    // Two thirds of it lie outside, and two hundredths of the theatre with what nobody drew.
    const drawn = { ...map(31), features: [area('aland', 31.99, 48, 32.02, 49)] };
    for (const rest of ['', '&rest=borland']) {
      const { status, body } = await post(fresh(), { theatre, map: drawn }, `${created}&date=2024-05-01${rest}`);
      expect(status).toBe(422);
      expect((body as { message: string }).message).toMatch(/164\.355 of 246\.532 km² is outside the theatre/);
    }
    const elsewhere = { ...map(31), features: [area('aland', 33, 48, 34, 49)] };
    const refused = await post(fresh(), { theatre, map: elsewhere }, `${created}&date=2024-05-01&rest=borland`);
    expect((refused.body as { message: string }).message).toContain('nothing of it');
  });

  it('holds for a map that came before it was enlarged and is accepted afterwards', async () => {
    const series = fresh();
    const theatre = box(30, 48, 31.2, 49);
    const drawn = (front: number) => ({ ...map(31), features: [area('aland', 30, 48, front, 49)] });
    await post(series, { theatre, map: drawn(31) }, `${created}&date=2024-05-01&rest=borland`);
    for (const day of [2, 3, 4, 5, 6]) await post(series, drawn(31 + day / 1000), `date=2024-05-0${day}`);
    // Its ground east of 31.2 lies outside, by less than a twentieth.
    const far = { ...map(31), features: [area('aland', 30, 48, 30.2, 49), area('aland', 31.19, 48, 31.21, 49)] };
    const { status, body } = await post(series, far, 'date=2024-05-07');
    expect(status).toBe(409);
    await enlarge(series, '', box(30, 48, 32, 49));
    const held = (body as { problems: { held: number }[] }).problems[0]?.held;
    // What is made of the same file in the new theatre differs from what waits: it is the same file all the same.
    const again = await post(series, far, 'date=2024-05-07');
    expect(again).toMatchObject({ status: 409, body: { problems: [{ held }] } });
    const accept = `/series/${series}/held/${held}/accept?kind=movement&why=a%20rout`;
    expect((await service.get(accept, { method: 'POST', headers: CREDENTIAL })).status).toBe(200);
    const stored = await post(series, far, 'date=2024-05-07');
    expect(stored.body).toMatchObject({ snapshots: [{ result: 'unchanged' }] });
    const control = await service.json<{ outside_km2: number }>(`/control?series=${series}&date=2024-05-07`);
    expect(control.outside_km2).toBe(0);
    const now = await change(series, 'from=2024-05-06&to=2024-05-07');
    expect(now.residual_km2).toBeCloseTo(0, 6);
    expect(areas(now).unassigned ?? 0).toBeLessThan(1e-3);
    // 0.22 and 1.78 of the two degrees of longitude, each of 8217.7317 km².
    expect(areas(now).aland).toBeCloseTo(0.22 * 8217.7317, 1);
    expect(areas(now).borland).toBeCloseTo(1.78 * 8217.7317, 1);
  });

  it('that a bundle restates is that of the maps imported into it: they are cut anew, and what then lies outside is told', async () => {
    const id = fresh();
    const reading = (theatre: object) =>
      parseBundle(
        valley(id, {
          'theatre.geojson': (text) => {
            const bundle = JSON.parse(text);
            bundle.features[0].geometry = theatre;
            return JSON.stringify(bundle);
          },
        }),
      );
    const told: string[] = [];
    const store = await db();
    const load = (theatre: object) => loadBundle(store, reading(theatre), (line) => told.push(line), followBoundary);
    await load(box(10, 50, 11, 51));
    const series = `${id}-published`;
    const drawn = (front: number) => ({
      type: 'FeatureCollection',
      features: [area('south', 10, 50, 11, front), area('north', 10, front, 11, 51)],
    });
    await post(series, drawn(50.5), `${created}&date=2024-05-01&theatre=${id}`);
    await post(series, drawn(50.51), 'date=2024-05-02');
    const before = await change(series, 'from=2024-05-01&to=2024-05-02');
    told.length = 0;
    await load(box(10, 50, 11, 51));
    expect(told.join()).not.toMatch(/cut anew/);
    await load(box(10, 50, 10.99, 51));
    expect(told.slice(-3)).toEqual([
      expect.stringMatching(/the boundary is restated: 2 imported maps are cut anew$/),
      expect.stringMatching(new RegExp(`km² of the map of 2024-05-01 of series ${series} lie outside the theatre`)),
      expect.stringMatching(new RegExp(`km² of the map of 2024-05-02 of series ${series} lie outside the theatre`)),
    ]);
    const now = await change(series, 'from=2024-05-01&to=2024-05-02');
    expect(now.theatre_km2 / before.theatre_km2).toBeCloseTo(0.99, 6);
    expect(now.residual_km2).toBeCloseTo(0, 6);
    const next = await post(series, drawn(50.52), 'date=2024-05-03');
    expect(next.body.snapshots?.[0]).toMatchObject({ result: 'stored' });
    expect((await change(series, 'from=2024-05-02&to=2024-05-03')).residual_km2).toBeCloseTo(0, 6);
  });

  it('of a bundle is enlarged in its files', async () => {
    const series = fresh();
    await post(series, map(31), `${created}&date=2024-05-01`);
    await (await db()).query(
      `insert into territory (edition, id, kind, name, boundary)
       select id, 'sea', 'sea', 'Sea', boundary from edition where theatre = $1`,
      [series],
    );
    const refused = await enlarge(series, '', box(29, 47, 33, 50));
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_parameter' } });
    expect(refused.body.message).toMatch(/stated by the files of a bundle: enlarge its theatre\.geojson/);
  });
});
