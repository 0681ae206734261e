import { afterAll, beforeAll, expect, it } from 'vitest';
import { approve, propose } from '../../../src/desk/desk.js';
import { parseProposal } from '../../../src/desk/proposal.js';
import { importSnapshots } from '../../../src/maps/import.js';
import { parseDate } from '../../../src/model/dates.js';
import { createToken } from '../../../src/store/tokens.sql.js';
import { onEachDatabase } from '../../setup/databases.js';
import { serviceOn } from '../../setup/service.js';
import { describedOf } from './reading.js';

/* What a GIS saves (OGC API – Features, Part 4) is a proposal: create, replace, update, delete of the areas of a map. */

const DAY = '2024-05-01';
const ID = 'saved-gis';
const ITEMS = `/ogc/collections/${ID}_control/items`;
const WORDS = '?why=a+town+fell&source=https://example.org/report&publisher=A+paper';
const box = (w: number, s: number, e: number, n: number) => ({
  type: 'Polygon' as const,
  coordinates: [[[w, s], [e, s], [e, n], [w, n], [w, s]]], // biome-ignore format: one line
});
const feature = (party: string | null, geometry: object, more: object = {}) => ({
  type: 'Feature',
  properties: { party, ...more },
  geometry,
});
interface Linked {
  links: { rel: string; href: string }[];
}
interface Made {
  proposal: number;
  preview: { change: { from: string; to: string; km2: number }[] };
}

onEachDatabase('what a GIS saves', (db) => {
  const { get, raw } = serviceOn(db);
  let token = '';
  beforeAll(async () => {
    const store = await db();
    const features = [feature('aland', box(30, 40, 30.5, 40.5)), feature('borland', box(30.5, 40, 31, 40.5))];
    const stated = { title: 'A map', publisher: 'Us', licence: 'CC0', accuracyM: 100, theatre: null };
    await importSnapshots(store, {
      series: ID,
      map: JSON.stringify({ type: 'FeatureCollection', features }),
      options: { date: parseDate(DAY) },
      source: 'https://example.org/first',
      create: stated as never,
      accept: null,
    });
    token = (await createToken(store, { name: 'saved-gis', scopes: ['write'], expiresAt: null, by: 'the tests' }))
      .token;
  });
  afterAll(async () => {
    await (await db()).query(
      `update token set revoked_at = now(), revoked_by = 'the tests' where revoked_at is null and name = 'saved-gis'`,
    );
  });

  const send = (method: string, path: string, body: object | null, headers: Record<string, string> = {}) =>
    get(path, {
      method,
      headers: { 'content-type': 'application/geo+json', authorization: `Bearer ${token}`, ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
  const items = async () =>
    (await (await get(`${ITEMS}?datetime=${DAY}`)).json()) as {
      features: { id: string; properties: { party: string } }[];
    };
  const idOf = async (party: string) =>
    (await items()).features.find(({ properties }) => properties.party === party)?.id ?? '';

  it('a new area is a proposal at its Location, and the map stays until somebody else approves it', async () => {
    const before = await (await get(`/control?series=${ID}&date=${DAY}`)).text();
    const sent = feature('aland', box(30.5, 40.1, 30.6, 40.2), { date: DAY });
    const answer = await send('POST', ITEMS + WORDS, sent);
    expect(answer.status).toBe(202);
    const { proposal, preview } = (await answer.json()) as Made;
    expect(preview.change).toEqual([expect.objectContaining({ from: 'borland', to: 'aland' })]);
    // What is new is below the items, and leads to the proposal as long as it is none of them.
    expect(answer.headers.get('location')).toMatch(new RegExp(`${ITEMS}/proposal\\.${proposal}$`));
    expect(answer.headers.get('link')).toMatch(new RegExp(`/series/${ID}/proposals/${proposal}>; rel="monitor"$`));
    const shown = await fetch(answer.headers.get('location') ?? '', { headers: { authorization: `Bearer ${token}` } });
    expect(await shown.json()).toMatchObject({ state: 'open', kind: 'edit', proposed_by: 'token:saved-gis' });
    expect(await (await get(`/control?series=${ID}&date=${DAY}`)).text()).toBe(before);
  });

  it('day, reason and source are properties of the feature too; what is missing is named', async () => {
    const words = { why: 'it fell', source: 'https://example.org/x', publisher: 'A paper', date: DAY };
    expect((await send('POST', ITEMS, feature('aland', box(30.5, 40.1, 30.6, 40.2), words))).status).toBe(202);
    const refused = await send('POST', ITEMS, feature('aland', box(30.5, 40.1, 30.6, 40.2), { why: 'it fell' }));
    expect(refused.status).toBe(422);
    const { problems } = (await refused.json()) as { problems: { at: string }[] };
    expect(problems.map(({ at }) => at)).toEqual(['/properties/source', '/properties/publisher', '/properties/date']);
  });

  it('an update passes an area, a replacement widens it, a deletion leaves its ground unknown', async () => {
    const item = `${ITEMS}/${await idOf('borland')}`;
    const changes = async (answer: Response) => {
      expect(answer.status).toBe(202);
      return ((await answer.json()) as Made).preview.change.map(({ from, to }) => `${from} to ${to}`);
    };
    const passed = await send('PATCH', item + WORDS, { properties: { party: 'aland' } });
    expect(await changes(passed)).toEqual(['borland to aland']);
    const wider = feature('borland', box(30.4, 40, 31, 40.5));
    expect(await changes(await send('PUT', item + WORDS, wider))).toEqual(['aland to borland']);
    expect(await changes(await send('DELETE', item + WORDS, null))).toEqual(['borland to unknown']);
  });

  it('a replacement that would leave ground to nobody is refused', async () => {
    const item = `${ITEMS}/${await idOf('borland')}`;
    const answer = await send('PUT', item + WORDS, feature('borland', box(30.6, 40, 31, 40.5)));
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'invalid_proposal', problems: [{ at: '/geometry' }] });
  });

  it('If-Match saves only over what was read', async () => {
    const item = `${ITEMS}/${await idOf('borland')}`;
    const change = { properties: { party: 'aland' } };
    const plain = (await raw(item)).headers.etag ?? '';
    expect(plain).toMatch(/^"/);
    // As it is received, packed (where there are more vertices) or not.
    for (const tag of [plain, plain.replace(/"$/, '-gzip"'), plain.replace(/"$/, '-br"')]) {
      expect((await send('PATCH', item + WORDS, change, { 'if-match': `"a", ${tag}` })).status).toBe(202);
      expect((await send('PATCH', item + WORDS, change, { 'if-match': `W/${tag}` })).status).toBe(412);
      for (const header of ['*', tag]) {
        const made = await send('PATCH', item + WORDS, change, { 'if-none-match': header });
        expect([made.status, await made.json()]).toMatchObject([412, { code: 'precondition_failed' }]);
      }
    }
    expect((await send('PATCH', item + WORDS, change, { 'if-match': '"other"' })).status).toBe(412);
    expect((await send('PATCH', item + WORDS, change, { 'if-none-match': '"other"' })).status).toBe(202);
  });

  it('takes back what it put out, with what was altered', async () => {
    const item = `${ITEMS}/${await idOf('borland')}`;
    const read = (await (await get(item)).json()) as { properties: Record<string, unknown> };
    expect(Object.keys(read.properties)).toContain('source');
    const words = {
      'Salient-Why': 'a town fell',
      'Salient-Source': 'https://example.org/1',
      'Salient-Publisher': 'A paper',
    };
    const altered = (properties: object) => ({ ...read, properties: { ...read.properties, ...properties } });
    for (const [method, path, headers] of [
      ['PUT', item, words],
      ['PATCH', item, words],
      ['PUT', item + WORDS, {}],
    ] as const) {
      const saved = await send(method, path, altered({ party: 'aland' }), headers);
      const made = (await saved.json()) as Made & { proposal: number };
      expect([method, saved.status, made]).toMatchObject([method, 202, {}]);
      const shown = await send('GET', `/series/${ID}/proposals/${made.proposal}`, null);
      const url = 'Salient-Why' in headers ? 'https://example.org/1' : 'https://example.org/report';
      expect(await shown.json()).toMatchObject({ sources: [{ url }] });
    }
    // A source of the feature that is another than that of the map goes before.
    const own = await send('PATCH', item, altered({ party: 'aland', source: 'https://example.org/own' }), words);
    const { proposal } = (await own.json()) as Made;
    const shown = await send('GET', `/series/${ID}/proposals/${proposal}`, null);
    expect(await shown.json()).toMatchObject({ sources: [{ url: 'https://example.org/own' }] });
    // What follows from the map is nobody's to set.
    const forged = await send('PUT', item, altered({ party: 'aland', valid_to: '2031-01-01' }), words);
    expect([forged.status, await forged.json()]).toMatchObject([422, { problems: [{ at: '/properties/valid_to' }] }]);
  });

  it('what cannot be saved says what its address takes', async () => {
    for (const [method, path, allowed] of [
      ['POST', 'place/items', 'GET, HEAD, POST'],
      ['PUT', 'place/items/x', 'GET, HEAD'],
      ['PATCH', 'claim/items/x', 'GET, HEAD'],
      ['DELETE', 'event/items/x', 'GET, HEAD'],
    ] as const) {
      const answer = await send(
        method,
        `/ogc/collections/${ID}_${path}${WORDS}`,
        feature('aland', box(30, 40, 31, 41)),
      );
      expect([method, path, answer.status, answer.headers.get('allow')]).toEqual([method, path, 405, allowed]);
    }
  });

  it('a geometry is in the system that Content-Crs names, and one of no listed system is refused', async () => {
    const square: [number, number][] = [[30.5, 40.1], [30.6, 40.1], [30.6, 40.2], [30.5, 40.2]]; // biome-ignore format: one line
    const mercator = ([lon, lat]: [number, number]): [number, number] => [
      (6378137 * lon * Math.PI) / 180,
      6378137 * Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)),
    ];
    const corners: Record<string, [number, number][]> = {
      'http://www.opengis.net/def/crs/OGC/1.3/CRS84': square,
      'http://www.opengis.net/def/crs/EPSG/0/4326': square.map(([lon, lat]) => [lat, lon]),
      'http://www.opengis.net/def/crs/EPSG/0/3857': square.map(mercator),
    };
    const changed = await Promise.all(
      Object.entries(corners).map(async ([crs, [first, ...rest]]) => {
        const shape = { type: 'Polygon', coordinates: [[first, ...rest, first]] };
        const sent = feature('aland', shape, { date: DAY });
        const answer = await send('POST', ITEMS + WORDS, sent, { 'content-crs': `<${crs}>` });
        expect(answer.status, crs).toBe(202);
        return ((await answer.json()) as Made).preview.change[0]?.km2 ?? 0;
      }),
    );
    for (const km2 of changed) expect(km2).toBeCloseTo(changed[0] ?? 0, 3);
    const post = (crs: string, shape: object) =>
      send('POST', ITEMS + WORDS, feature('aland', shape, { date: DAY }), { 'content-crs': crs });
    const degrees = box(30.5, 40.1, 30.6, 40.2);
    const unknown = await post('<http://www.opengis.net/def/crs/EPSG/0/2154>', degrees);
    expect([unknown.status, await unknown.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'invalid_parameter' }),
    ]);
    const outside = await post('<http://www.opengis.net/def/crs/EPSG/0/4326>', box(100, 40, 101, 41));
    expect(await outside.json()).toMatchObject({
      problems: [{ code: 'coordinates', at: '/geometry/coordinates/0/0' }],
    });
  });

  it('a body without a type is 400, and the id of what is saved does not change', async () => {
    const item = `${ITEMS}/${await idOf('borland')}`;
    const untyped = (method: string, path: string) =>
      raw(path + WORDS, { authorization: `Bearer ${token}` }, method, '{}');
    for (const [method, path] of [['POST', ITEMS], ['PUT', item], ['PATCH', item]] as const) // biome-ignore format: one line
      expect([method, (await untyped(method, path)).status]).toEqual([method, 400]);
    const moved = await send('PATCH', item + WORDS, { id: 'another', properties: { party: 'aland' } });
    expect(await moved.json()).toMatchObject({ code: 'invalid_proposal', problems: [{ at: '/id' }] });
    expect((await send('PUT', `${ITEMS}/${DAY}.none${WORDS}`, feature('aland', box(30, 40, 31, 41)))).status).toBe(404);
  });

  it('takes what QGIS sends (3.30 and later: providers/wfs/oapif): no parameter, the reason in headers of its credential', async () => {
    const collections = new URL(
      ((await (await get('/ogc?f=json')).json()) as Linked).links.find(({ rel }) => rel === 'data')?.href ?? '',
    );
    // It drops the query and adds what follows to the path.
    const address = `${collections.pathname}/${ID}_control/items`;
    const credential = {
      authorization: `Bearer ${token}`,
      'Salient-Why': Buffer.from('Şehir düştü').toString('latin1'),
      'Salient-Source': 'https://example.org/report',
      'Salient-Publisher': 'A paper',
    };
    const sent = (method: string, path: string, type: string | null, body: object | null) =>
      raw(
        path,
        { ...credential, ...(type && { 'content-type': type }) },
        method,
        body ? JSON.stringify(body) : undefined,
      );
    const first = (await items()).features[0]?.id ?? '';
    for (const path of [address, `${address}/${first}`]) {
      const { headers } = await get(path, { method: 'OPTIONS' });
      expect(headers.get('allow')?.split(', ')).toEqual(
        expect.arrayContaining(path === address ? ['POST'] : ['PUT', 'PATCH', 'DELETE']),
      );
    }
    // A new feature has every field of the layer, those not filled in as null, and neither id nor bbox.
    const { properties } = (await items()).features[0] as unknown as { properties: Record<string, unknown> };
    const empty = Object.fromEntries(Object.keys(properties).map((name) => [name, null]));
    const made = await sent('POST', address, 'application/geo+json', {
      type: 'Feature',
      geometry: box(30.5, 40.1, 30.6, 40.2),
      properties: { ...empty, party: 'aland', valid_from: DAY },
    });
    expect([made.status, made.body.toString()]).toEqual([202, expect.stringContaining('"proposal"')]);
    // It compares the name of the header by its letters, and takes what follows the last /items/ as the id.
    const at = made.rawHeaders.indexOf('Location');
    const id = made.rawHeaders[at + 1]?.split('/items/').at(-1);
    expect([at >= 0, id]).toEqual([true, expect.stringMatching(/^proposal\.\d+$/)]);
    const shown = await get(`${address}/${id}`, { headers: { authorization: `Bearer ${token}` } });
    expect(await shown.json()).toMatchObject({ state: 'open', why: 'Şehir düştü' });
    const item = `${address}/${await idOf('borland')}`;
    const patch = 'application/merge-patch+json';
    expect((await sent('PATCH', item, patch, { properties: { party: 'aland' } })).status).toBe(202);
    expect((await sent('PATCH', item, patch, { geometry: box(30.4, 40, 31, 40.5) })).status).toBe(202);
    expect((await sent('DELETE', item, null, null)).status).toBe(202);
    // A later change of what is proposed only: not there, which it reports.
    expect((await sent('PATCH', `${address}/${id}`, patch, { properties: { party: 'aland' } })).status).toBe(404);
  });

  it('Part 4 is declared, and the definition has each of its operations', async () => {
    const { conformsTo } = (await (await get('/ogc/conformance?f=json')).json()) as { conformsTo: string[] };
    const part4 = conformsTo.filter((uri) => uri.includes('/ogcapi-features-4/')).map((uri) => uri.split('/').at(-1));
    expect(part4).toEqual(['create-replace-delete', 'update', 'optimistic-locking-etags', 'features']);
    const { paths } = (await (await get('/ogc/api?f=json')).json()) as { paths: Record<string, object> };
    const methods = (path: string) => Object.keys(describedOf(paths, ID, path) ?? {});
    expect(methods('control/items')).toEqual(['get', 'post']);
    expect(methods('control/items/{featureId}')).toEqual(['get', 'put', 'patch', 'delete']);
    expect(methods('place/items')).toEqual(['get', 'post']);
    expect(methods('place/items/{featureId}')).toEqual(['get']);
  });

  it('tells a GIS what it may save, and asks everybody for a right to it', async () => {
    const item = `${ITEMS}/${await idOf('borland')}`;
    const options = async (path: string) => {
      const { status, headers } = await get(path, { method: 'OPTIONS' });
      return [status, ...['allow', 'accept-post', 'accept-patch'].map((name) => headers.get(name))];
    };
    const filters = 'application/json, application/query-cql-json, application/query-cql, text/plain';
    expect(await options(ITEMS)).toEqual([200, 'GET, HEAD, POST', `application/geo+json, ${filters}`, null]);
    const changes = 'application/geo+json, application/merge-patch+json, application/json';
    expect(await options(item)).toEqual([200, 'GET, HEAD, PUT, PATCH, DELETE', null, changes]);
    // Of places nothing is saved; a filter in a body is read, below the root of a day as well.
    const places = `collections/${ID}_place/items`;
    // QGIS would read a POST as leave to add places.
    expect(await options(`/ogc/${places}`)).toEqual([200, 'GET, HEAD', filters, null]);
    for (const path of [`/ogc/${places}`, `/ogc/at/${DAY}/${places}`]) {
      const wrong = await get(path, { method: 'PUT' });
      expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
      const body = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: "name = 'x'" };
      expect((await get(path, body)).status).toBe(200);
    }
    const anonymous = { method: 'DELETE' };
    expect((await get(item + WORDS, anonymous)).status).toBe(401);
    expect((await send('DELETE', `/ogc/collections/${ID}_place/items/x${WORDS}`, null)).status).toBe(405);
    expect((await send('DELETE', `/ogc/collections/nobody_control/items/${DAY}.1${WORDS}`, null)).status).toBe(404);
  });

  it('concerns the area that was read, or is refused, while a change of the map is under embargo', async () => {
    const store = await db();
    const series = 'saved-ahead';
    const items = `/ogc/collections/${series}_control/items`;
    const pockets = [box(30.1, 40.05, 30.2, 40.15), box(30.1, 40.3, 30.2, 40.4)] as const;
    const around = {
      type: 'Polygon',
      coordinates: [box(30, 40, 30.5, 40.5), ...pockets].flatMap((one) => one.coordinates),
    };
    const stated = { title: 'A map', publisher: 'Us', licence: 'CC0', accuracyM: 100, theatre: null };
    await importSnapshots(store, {
      series,
      map: JSON.stringify({
        type: 'FeatureCollection',
        features: [
          feature('red', around),
          ...pockets.map((one) => feature('blue', one)),
          feature('blue', box(30.5, 40, 31, 40.5)),
        ],
      }),
      options: { date: parseDate(DAY) },
      source: 'https://example.org/first',
      create: stated as never,
      accept: null,
    });
    const sources = [{ url: 'https://example.org/a', publisher: 'A paper' }];
    const words = { kind: 'edit', date: DAY, why: 'seen', sources, geometry: pockets[0], party: 'red' };
    const { proposal } = await propose(store, series, parseProposal(words), 'token:ann');
    const decision = { why: 'two say so', by: 'token:ben', embargo: { until: 'release' as const }, rebase: false };
    await approve(store, series, proposal, decision);

    const asMember = { authorization: `Bearer ${token}` };
    const read = await get(`${items}?datetime=${DAY}`, { headers: asMember });
    expect(read.headers.get('salient-record')).toBe('members');
    const { features } = (await read.json()) as {
      features: { id: string; properties: { party: string; km2: number } }[];
    };
    const saved: Record<string, unknown[]> = {};
    for (const { id, properties } of features) {
      const tag = (await get(`${items}/${id}`, { headers: asMember })).headers.get('etag') ?? '';
      const change = { properties: { party: properties.party === 'red' ? 'blue' : 'red' } };
      const answer = await send('PATCH', `${items}/${id}${WORDS}`, change, { 'if-match': tag });
      const body = (await answer.json()) as Made & { code?: string };
      const km2 = body.preview?.change.reduce((sum, { km2 }) => sum + km2, 0) ?? null;
      saved[`${properties.party} ${Math.round(properties.km2)}`] = [answer.status, body.code ?? Math.round(km2 ?? 0)];
    }
    // The pocket that is left and the east are public as members read them; what red has taken is not.
    expect(saved).toEqual({
      'blue 94': [202, 94],
      'blue 2362': [202, 2362],
      'red 2268': [409, 'proposal_conflict'],
    });
  });
});
