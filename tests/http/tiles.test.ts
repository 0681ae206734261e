import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { m5 } from '../setup/m5.js';
import { readPng } from '../setup/png.js';
import { serviceOn } from '../setup/service.js';

/** The tile of zoom 8 that holds the middle of the theatre. */
const HERE = '8/154/100.mvt';

interface TileJson {
  tiles: string[];
  vector_layers: { id: string; fields: Record<string, string> }[];
  state: string;
}

onEachDatabase('tiles', (db) => {
  const service = serviceOn(async () => m5(await db()));
  const { raw, json, get, post } = service;

  const on = (date: string, more = '') => `/tiles/m5/${HERE}?date=${date}${more}`;
  const decode = (bytes: Uint8Array) => new VectorTile(new PbfReader(bytes)).layers;
  const etagOf = async (path: string) => {
    const { status, headers } = await raw(path);
    return `${status} ${headers.etag}`;
  };

  it('hold every layer of a point in time, each with the fields it declares and no other', async () => {
    const layers = decode((await raw(on('2020-01-29'))).body);
    const { vector_layers } = await json<TileJson>('/tiles/m5.json?date=2020-01-29');
    const names = ['control', 'event', 'front', 'label', 'place', 'pocket', 'post', 'route'];
    expect(Object.keys(layers).sort()).toEqual(names);
    expect(vector_layers.map(({ id }) => id).sort()).toEqual(names);
    for (const { id, fields } of vector_layers) {
      const layer = layers[id];
      expect([layer?.version, layer?.extent]).toEqual([2, 4096]);
      const names = new Set<string>();
      for (let i = 0; i < (layer?.length ?? 0); i++) {
        const { properties, id: number } = layer?.feature(i) ?? {};
        for (const name of Object.keys(properties ?? {})) names.add(name);
        expect(Number.isSafeInteger(number)).toBe(true);
      }
      expect(Object.keys(fields)).toEqual(expect.arrayContaining([...names]));
      expect(names.size).toBeGreaterThan(0);
    }
  });

  it('say on a day what the answers say on that day', async () => {
    // One zoom out, so that Morek is in it too.
    const { place, post: posts, control } = decode((await raw('/tiles/m5/7/77/50.mvt?date=2020-01-29')).body);
    const features = (layer: typeof place) => Array.from({ length: layer?.length ?? 0 }, (_, i) => layer?.feature(i));
    const maarrat = features(place).find((feature) => feature?.properties.id === 'maarrat-al-numan');
    expect(maarrat?.properties).toMatchObject({ party: 'government', status: 'controlled' });
    const morek = features(posts).find((feature) => feature?.properties.number === 9);
    expect(morek?.properties).toMatchObject({ operator: 'turkey', name: 'Morek', verdict: 'encircled' });
    const colours = features(control).map((feature) => feature?.properties.colour);
    expect(colours).toEqual(expect.arrayContaining(['#b5403a', '#2b6ca3']));
  });

  it('Tiles: are 204 where nothing is, 404 before the first map, 400 outside the grid: three different answers', async () => {
    const empty = await raw('/tiles/m5/8/0/0.mvt?date=2020-01-29');
    expect([empty.status, empty.body.length, empty.headers['content-type']]).toEqual([204, 0, undefined]);
    expect(empty.headers.etag).toBeDefined();
    const before = await get(on('2019-03-31'));
    expect([before.status, (await before.json()).code]).toEqual([404, 'before_first_snapshot']);
    expect(before.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    '31/0/0',
    '15/0/0',
    '8/256/0',
    '8/0/256',
    '-1/0/0',
    '8/-1/0',
    '8/0/-1',
    '8/1.5/0',
    '08/1/0',
    '8/1e2/0',
    '8/0x1/0',
    'z/x/y',
    '0/1/0',
    '8/99999999999999999999/0',
    '8/%20/0',
  ])('%s is no address in the grid', async (address) => {
    for (const path of [`/tiles/m5/${address}.mvt?date=2020-01-29`, `/tiles/m5/@r1.e1.s1.2020-01-29/${address}.mvt`]) {
      const { status, body, headers } = await raw(path);
      expect([status, JSON.parse(body.toString()).code]).toEqual([400, 'invalid_tile']);
      expect(headers['access-control-allow-origin']).toBe('*');
    }
  });

  it.each([
    [`/tiles/m5/${HERE}?date=2020-02-30`, 400, 'invalid_date'],
    [`/tiles/m5/${HERE}?date=2020-01-29&zoom=9`, 400, 'unknown_parameter'],
    [`/tiles/m5/${HERE}?date=2020-01-29&date=2020-01-29`, 400, 'invalid_parameter'],
    [`/tiles/m5/${HERE}?date=2020-01-29&layers=roads`, 404, 'unknown_layer'],
    [`/tiles/m5/${HERE}?date=2020-01-29&layers=control,roads`, 404, 'unknown_layer'],
    [`/tiles/m5/${HERE}?date=2020-01-29&layers=`, 400, 'invalid_parameter'],
    [`/tiles/m6/${HERE}?date=2020-01-29`, 404, 'unknown_series'],
    [`/tiles/m5%00/${HERE}?date=2020-01-29`, 400, 'invalid_parameter'],
    [`/tiles/%FF/${HERE}?date=2020-01-29`, 400, 'invalid_parameter'],
    [`/tiles/m5/@latest/${HERE}`, 404, 'unknown_state'],
    [`/tiles/m5/@r999999.e1.s1.2020-01-29/${HERE}`, 404, 'unknown_state'],
    [`/tiles/m5/@r1.e999999.s1.2020-01-29/${HERE}`, 404, 'unknown_state'],
    [`/tiles/m5/@r1.e1.s1.2020-02-30/${HERE}`, 404, 'unknown_state'],
    [`/tiles/m5/@r1.e1.s1.2020-01-29/${HERE}?zoom=9`, 400, 'unknown_parameter'],
    // OpenLayers passes on what the address of a style ended with; the state says the day.
    [`/tiles/m5/@r1.e1.s1.2020-01-29/${HERE}?date=2020-01-29`, 404, 'unknown_state'],
    [`/tiles/m5/@r1.e1.s1.2020-01-29/${HERE}?date=soon`, 400, 'invalid_date'],
  ])('%s is %i %s', async (path, status, code) => {
    const answer = await raw(path);
    expect([answer.status, JSON.parse(answer.body.toString()).code]).toEqual([status, code]);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect((await raw(path, {}, 'HEAD')).body).toHaveLength(0);
  });

  it('without a date are of the last complete day, and called .pbf are the same', async () => {
    const { complete_until } = (await json<{ id: string; complete_until: string }[]>('/series')).find(
      ({ id }) => id === 'm5',
    ) as { complete_until: string };
    const [none, dated] = [await raw(`/tiles/m5/${HERE}`), await raw(on(complete_until))];
    expect([none.status, none.headers.etag]).toEqual([200, dated.headers.etag]);
    expect(none.body.equals(dated.body)).toBe(true);
    const pbf = await raw(on('2020-02-12').replace('.mvt', '.pbf'));
    expect(pbf.body.equals((await raw(on('2020-02-12'))).body)).toBe(true);
    expect(pbf.headers['content-type']).toBe('application/vnd.mapbox-vector-tile');
    expect((await raw(on('2020-02-12').replace('.mvt', '.pbf'), {}, 'POST')).headers.allow).toBe('GET, HEAD');
  });

  it('are listed for every series at /tiles, with addresses that answer', async () => {
    interface Listed {
      layers: { id: string }[];
      tilesets: {
        series: string;
        tilejson: string;
        tiles: string;
        change: { tilejson: string };
        span: { tiles: string };
      }[];
    }
    const { layers, tilesets } = await json<Listed>('/tiles');
    expect(layers.map(({ id }) => id)).toEqual(expect.arrayContaining(['control', 'front', 'label', 'post']));
    const listed = tilesets.find(({ series }) => series === 'm5');
    const filled = (template = '') =>
      new URL(template.replace('{z}/{x}/{y}.mvt', HERE).replace('{from}', '2020-02-01').replace('{to}', '2020-02-11'));
    for (const template of [listed?.tilejson, listed?.tiles, listed?.change.tilejson, listed?.span.tiles]) {
      const { pathname, search } = filled(template);
      expect([template, (await raw(pathname + search)).status]).toEqual([template, 200]);
    }
    expect((await raw('/tiles?x=1')).status).toBe(400);
  });

  it('are pictures too, for clients without vector tiles: the colours of the ground, seamless, empty elsewhere', async () => {
    const picture = async (place: string, query = '?date=2020-01-28') => {
      const { status, headers, body } = await raw(`/maps/m5/${place}.png${query}`);
      return { status, headers, png: status === 200 ? readPng(body) : null };
    };
    const edge = await picture('8/153/100');
    expect([edge.status, edge.headers['content-type']]).toEqual([200, 'image/png']);
    expect([edge.png?.width, edge.png?.height]).toEqual([512, 512]);
    const pixel = ({ png }: typeof edge, x: number, y: number) => [
      ...(png?.pixels.subarray(4 * (y * 512 + x), 4 * (y * 512 + x) + 4) ?? []),
    ];
    // North of the theatre nothing is drawn, within it everything is.
    expect(pixel(edge, 10, 10)[3]).toBe(0);
    expect(pixel(edge, 500, 500)[3]).toBe(255);
    // Two of them are one picture of both: but for what stands at an edge, the names that have no room there.
    const [north, south] = [await picture('10/616/402'), await picture('10/616/403')];
    const west = (616 / 1024) * 360 - 180;
    const parallel = (row: number) => (Math.atan(Math.sinh(Math.PI * (1 - row / 512))) * 180) / Math.PI;
    const bbox = [west, parallel(404), west + 360 / 1024, parallel(402)];
    const whole = readPng(
      (await raw(`/maps/m5.png?date=2020-01-28&bbox=${bbox}&width=256&height=512&frame=none`)).body,
    );
    expect([whole.width, whole.height]).toEqual([512, 1024]);
    let [differing, drawn] = [0, 0];
    for (let y = 0; y < 1024; y += 3)
      for (let x = 0; x < 512; x += 3) {
        const one = pixel(y < 512 ? north : south, x, y % 512);
        const other = [...whole.pixels.subarray(4 * (y * 512 + x), 4 * (y * 512 + x) + 4)];
        if (one[3] === 255) drawn++;
        if (one.some((value, index) => Math.abs(value - (other[index] ?? 0)) > 40)) differing++;
      }
    expect(drawn).toBeGreaterThan(50_000);
    expect(differing / drawn).toBeLessThan(0.03);
    const empty = await picture('8/0/0');
    expect(empty.png?.pixels.every((value) => value === 0)).toBe(true);
    const again = await raw('/maps/m5/8/153/100.png?date=2020-01-28', { 'if-none-match': edge.headers.etag ?? '' });
    expect(again.status).toBe(304);
    expect((await picture('8/153/100', '')).headers.etag).not.toBe(edge.headers.etag);
    for (const wrong of ['15/0/0', '8/256/0', '8/x/0', '8/153/100.png?layers=control'])
      expect((await raw(`/maps/m5/${wrong}${wrong.includes('?') ? '' : '.png'}`)).status, wrong).toBe(400);
    expect((await raw('/maps/nobody/8/153/100.png')).status).toBe(404);
    const framed = readPng((await raw('/maps/m5.png?date=2020-01-28&width=200&frame=none')).body);
    expect(framed.pixels[3]).toBe(0);
  });

  it('are one state under any day of its validity: one ETag, equal bytes', async () => {
    const [first, later] = [await raw(on('2020-02-12')), await raw(on('2020-02-15'))];
    expect(first.headers.etag).toBe(later.headers.etag);
    expect(first.body.equals(later.body)).toBe(true);
    expect((await raw(on('2020-02-16'))).headers.etag).not.toBe(first.headers.etag);
  });

  it('are not sent again to who has them', async () => {
    const { headers } = await raw(on('2020-01-29'));
    for (const has of [headers.etag, `W/${headers.etag}`, `"other", ${headers.etag}`, '*']) {
      const again = await raw(on('2020-01-29'), { 'if-none-match': String(has) });
      expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, headers.etag]);
    }
    expect((await raw(on('2020-01-29'), { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('come in the smallest encoding the client takes, each the same tile', async () => {
    const plain = await raw(on('2020-01-29'));
    expect(plain.headers['content-encoding']).toBe(undefined);
    expect(plain.headers).toMatchObject({
      vary: 'accept-encoding',
      'content-type': 'application/vnd.mapbox-vector-tile',
    });
    expect(Number(plain.headers['content-length'])).toBe(plain.body.length);
    const as = async (accepted: string) => raw(on('2020-01-29'), { 'accept-encoding': accepted });
    const [gzip, br] = [await as('gzip, deflate'), await as('gzip, deflate, br')];
    expect([gzip.headers['content-encoding'], br.headers['content-encoding']]).toEqual(['gzip', 'br']);
    expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
    expect(brotliDecompressSync(br.body).equals(plain.body)).toBe(true);
    expect((await as('br;q=0, gzip;q=0.5')).headers['content-encoding']).toBe('gzip');
    expect((await as('identity')).headers['content-encoding']).toBe(undefined);
    expect((await as('br;q=0, gzip;q=0')).headers['content-encoding']).toBe(undefined);
  });

  it('hold only the layers asked for, in whatever order they are named', async () => {
    const { body, headers } = await raw(on('2020-01-29', '&layers=post,control'));
    expect(Object.keys(decode(body)).sort()).toEqual(['control', 'post']);
    expect((await raw(on('2020-01-29', '&layers=control,post,control'))).headers.etag).toBe(headers.etag);
    expect((await raw(on('2020-01-29'))).headers.etag).not.toBe(headers.etag);
    // A layer that does not depend on the posts' verdicts keeps its ETag while those change.
    expect(await etagOf(on('2020-01-29', '&layers=control'))).not.toBe(await etagOf(on('2020-01-29', '&layers=place')));
  });

  it('have one ETag however often they are asked for', async () => {
    const requested = await Promise.all(
      Array.from({ length: 20 }, () => etagOf(`/tiles/m5/9/308/200.mvt?date=2019-12-26`)),
    );
    expect(new Set(requested).size).toBe(1);
    expect(requested[0]).toMatch(/^200 "/);
  });

  it('have a URL of their own state that never changes, and the same bytes as the day', async () => {
    const { tiles } = await json<TileJson>('/tiles/m5.json?date=2020-01-29');
    const path = (tiles[0] ?? '').replace(service.base, '').replace('{z}/{x}/{y}.mvt', HERE);
    const [state, day] = [await raw(path), await raw(on('2020-01-29'))];
    expect(state.status).toBe(200);
    expect(state.headers['cache-control']).toMatch(/max-age=31536000, immutable/);
    expect(day.headers['cache-control']).toMatch(/no-cache/);
    expect(state.body.equals(day.body)).toBe(true);
    expect(state.headers.etag).toBe(day.headers.etag);
  });

  it('after the last complete day are those of the last state, and a header says so', async () => {
    const [late, last] = [await raw(on('2020-05-01')), await raw(on('2020-03-05'))];
    expect([late.status, late.headers['salient-stale'], late.headers.etag]).toEqual([200, 'true', last.headers.etag]);
    expect(last.headers['salient-stale']).toBe(undefined);
  });

  it('are described by TileJSON 3.0, with a template that works as it stands', async () => {
    const response = await get('/tiles/m5.json?date=2020-01-29');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const described = await response.json();
    expect(described).toMatchObject({
      tilejson: '3.0.0',
      scheme: 'xyz',
      tiles: [expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/tiles\/m5\/@[^/]+\/\{z\}\/\{x\}\/\{y\}\.mvt$/)],
      minzoom: 0,
      maxzoom: 14,
      attribution: 'Salient, CC BY-SA 4.0',
      date: '2020-01-29',
      valid_from: '2020-01-29',
    });
    const [west, south, east, north] = described.bounds as [number, number, number, number];
    expect(west < 36.05 && south < 35.2 && east > 37.1 && north > 36.2).toBe(true);
    const [lon, lat, zoom] = described.center as [number, number, number];
    expect(lon > west && lon < east && lat > south && lat < north && zoom >= 0 && zoom <= 14).toBe(true);
    const url = described.tiles[0].replace('{z}', '8').replace('{x}', '154').replace('{y}', '100');
    expect((await fetch(url)).status).toBe(200);
    const today = await json<TileJson & { date: string }>('/tiles/m5.json');
    expect(today.date).toBe('2020-03-05');
  });

  it('of a corrected map are other tiles from the next request on; the old state keeps its own', async () => {
    const ground = (party: string, ring: [number, number][]) => ({
      type: 'Feature',
      properties: { party },
      geometry: { type: 'Polygon', coordinates: [ring] },
    });
    const map = (border: number) => ({
      type: 'FeatureCollection',
      features: [ground('north', box(36, 35, border, 36)), ground('south', box(border, 35, 37, 36))],
    });
    const create = 'date=2020-01-01&create=true&title=Tiles&publisher=Test&licence=CC0-1.0&accuracy=500';
    expect((await post(`/series/tiles-corrected/snapshots?${create}`, map(36.4))).body).toMatchObject({
      series: 'tiles-corrected',
    });
    const path = `/tiles/tiles-corrected/${HERE}?date=2020-01-05`;
    const before = await raw(path);
    const { tiles } = await json<TileJson>('/tiles/tiles-corrected.json?date=2020-01-05');
    const state = (tiles[0] ?? '').replace(service.base, '').replace('{z}/{x}/{y}.mvt', HERE);
    expect((await post('/series/tiles-corrected/snapshots?date=2020-01-01', map(36.6))).status).toBe(201);
    const after = await raw(path, { 'if-none-match': String(before.headers.etag) });
    expect([before.status, after.status]).toEqual([200, 200]);
    expect(after.headers.etag).not.toBe(before.headers.etag);
    expect(after.body.equals(before.body)).toBe(false);
    const kept = await raw(state);
    expect([kept.status, kept.body.equals(before.body)]).toEqual([200, true]);
  });
});
