import { expect, it } from 'vitest';
import { KIND_NAMES } from '../../../src/features/collection-kinds.js';
import { onEachDatabase } from '../../setup/databases.js';
import { m5 } from '../../setup/m5.js';
import { serviceOn } from '../../setup/service.js';
import { describedOf, type Items, linkTo, pagesOf } from './reading.js';

/*
 * OGC API - Features Part 1: each test is named for the requirement it holds the service to (OGC 17-069r4).
 */

onEachDatabase('OGC API Features, Part 1', (db) => {
  const { get, json, raw } = serviceOn(async () => m5(await db()));
  const items = (kind: string, query = '') => json<Items>(`/ogc/collections/m5_${kind}/items?${query}`);
  const statusOf = async (path: string) => (await get(path)).status;

  it('/req/core/root-success: the landing page links to the definition, the conformance and the data', async () => {
    const { links } = await json<Items>('/ogc');
    for (const rel of ['self', 'alternate', 'service-desc', 'service-doc', 'conformance', 'data']) {
      expect(
        links.some((link) => link.rel === rel),
        rel,
      ).toBe(true);
    }
    const answer = await get(linkTo(links, 'service-desc'));
    expect(answer.headers.get('content-type')).toBe('application/vnd.oai.openapi+json;version=3.0');
  });

  it('/req/core/conformance-success: every class that is declared is a URI of the standards', async () => {
    const { conformsTo } = await json<{ conformsTo: string[] }>('/ogc/conformance');
    expect(new Set(conformsTo).size).toBe(conformsTo.length);
    expect(conformsTo).toContain('http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core');
    for (const uri of conformsTo)
      expect(uri).toMatch(/^http:\/\/www\.opengis\.net\/spec\/[\w-]+\/[12]\.0\/conf\/[\w-]+$/);
  });

  it('/req/core/fc-md-success: every kind of every series is a collection with extent, systems and links', async () => {
    const { collections } = await json<{ collections: { id: string; links: Items['links']; crs?: string[] }[] }>(
      '/ogc/collections',
    );
    const own = collections.filter(({ id }) => id.startsWith('m5_'));
    expect(own.map(({ id }) => id)).toEqual(KIND_NAMES.map((kind) => `m5_${kind}`));
    for (const { id, links, crs } of own) {
      if (id.endsWith('_unlocated')) expect(crs).toBeUndefined();
      else expect(crs?.[0]).toBe('http://www.opengis.net/def/crs/OGC/1.3/CRS84');
      expect(linkTo(links, 'items')).toContain(`/ogc/collections/${id}/items`);
      expect(await json(`/ogc/collections/${id}`)).toMatchObject({ id });
    }
  });

  it('/req/core/fc-op: every collection answers features that its extent contains, each found again by its id', async () => {
    for (const kind of KIND_NAMES) {
      const { extent } = await json<{ extent: { spatial?: { bbox: [[number, number, number, number]] } } }>(
        `/ogc/collections/m5_${kind}`,
      );
      const bounds = extent.spatial?.bbox[0];
      expect(bounds === undefined, kind).toBe(kind.endsWith('_unlocated'));
      const [west, south, east, north] = bounds ?? [0, 0, 0, 0];
      const { features, numberMatched } = await items(kind, 'limit=3');
      expect(numberMatched, kind).toBeGreaterThan(0);
      for (const feature of features) {
        expect(feature.geometry === null, kind).toBe(kind.endsWith('_unlocated'));
        for (const [lon, lat] of positions(feature.geometry)) {
          expect(lon >= west - 1e-6 && lon <= east + 1e-6 && lat >= south - 1e-6 && lat <= north + 1e-6, kind).toBe(
            true,
          );
        }
        const alone = await json<Items['features'][number]>(
          `/ogc/collections/m5_${kind}/items/${encodeURIComponent(feature.id)}`,
        );
        expect(alone.properties, `${kind} ${feature.id}`).toEqual(feature.properties);
      }
    }
  });

  it('/req/core/fc-limit-response-1: following every next link yields numberMatched features, none twice, no empty page', async () => {
    const pages = await pagesOf(get, '/ogc/collections/m5_control/items?limit=17');
    const ids = pages.flatMap(({ features }) => features.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(pages[0]?.numberMatched);
    expect(
      pages.every(({ features, numberReturned }) => features.length > 0 && numberReturned === features.length),
    ).toBe(true);
    expect(pages.every(({ numberMatched }) => numberMatched === ids.length)).toBe(true);
  });

  it('/req/core/fc-limit-definition: a limit above the maximum is clamped, below the minimum refused', async () => {
    for (const limit of ['1000000', `1${'0'.repeat(30)}`])
      expect((await items('place', `limit=${limit}`)).numberReturned, limit).toBe(108);
    for (const limit of ['0', '-1', 'x', '1.5', ''])
      expect(await statusOf(`/ogc/collections/m5_place/items?limit=${limit}`), limit).toBe(400);
  });

  it('/req/core/query-param-unknown and -invalid: 400, with the name of the parameter', async () => {
    for (const query of [
      'nonsense=1',
      'bbox=1,2,3',
      'bbox=a,b,c,d',
      'bbox=0x10,1,50,40',
      'revision=0.5',
      'km2=0x10',
      'after=%00',
      'after=2020%00',
      'bbox=1,50,2,40',
      'datetime=yesterday',
      'datetime=2020-02-01/2020-01-01',
      'f=xml',
      'resultType=all',
      'limit=2&limit=3',
    ]) {
      const answer = await get(`/ogc/collections/m5_control/items?${query}`);
      expect(answer.status, query).toBe(400);
      expect(((await answer.json()) as { message: string }).message, query).toContain(query.split('=')[0]);
    }
    const unknownForm = await get('/ogc/collections/m5_control/items?f=xml');
    expect(((await unknownForm.json()) as { message: string }).message).toMatch(/json, .*gpkg/);
    for (const path of ['/ogc?x=1', '/ogc/conformance?x=1', '/ogc/collections?x=1', '/ogc/api?x=1'])
      expect(await statusOf(path), path).toBe(400);
  });

  it('/req/core/http: an unknown collection or feature is 404, another method 405', async () => {
    expect(await statusOf('/ogc/collections/nobody_control')).toBe(404);
    expect(await statusOf('/ogc/collections/m5_nothing/items')).toBe(404);
    expect(await statusOf('/ogc/collections/m5_control/items/2020-01-28.99999')).toBe(404);
    expect(await statusOf('/ogc/collections/m5_control/items/nonsense')).toBe(404);
    expect((await get('/ogc/collections', { method: 'POST' })).status).toBe(405);
  });

  it('/req/core/fc-bbox-response: only features that meet the box, as many as a comparison by hand finds', async () => {
    const all = (await items('place', 'limit=1000')).features;
    const [west, south, east, north] = [36.7, 35.4, 36.9, 35.7];
    const inside = all.filter(({ geometry }) =>
      positions(geometry).every(([lon, lat]) => lon >= west && lon <= east && lat >= south && lat <= north),
    );
    const found = (await items('place', `limit=1000&bbox=${[west, south, east, north]}`)).features;
    expect(found.map(({ id }) => id)).toEqual(inside.map(({ id }) => id));
    expect(found.length).toBeGreaterThan(3);
    expect((await items('place', 'bbox=170,-10,-170,10')).numberMatched).toBe(0);
    expect((await items('place', 'bbox=170,-10,100,80')).numberMatched).toBe(all.length);
    expect((await items('place', 'bbox=30,0,29,80')).numberMatched).toBe(all.length);
  });

  it('/req/core/fc-time-response: datetime is the map as of the day; an interval, every map in force in it', async () => {
    const day = async (datetime: string) =>
      (await items('snapshot', `datetime=${datetime}`)).features.map(({ id }) => id);
    const { dates } = await json<{ dates: string[] }>('/series/m5/dates');
    expect(await day('../..')).toEqual(dates);
    expect(await day('2020-01-28')).toEqual([dates.findLast((date) => date <= '2020-01-28')]);
    expect(await day('2020-01-28T12:00:00Z')).toEqual(await day('2020-01-28'));
    expect(await day('../2019-05-01')).toEqual(dates.filter((date) => date <= '2019-05-01'));
    const from = dates.findLast((date) => date <= '2020-01-28') as string;
    expect(await day('2020-01-28/..')).toEqual(dates.filter((date) => date >= from));
    expect(await day('2020-01-28/2020-02-11')).toEqual(dates.filter((date) => date >= from && date <= '2020-02-11'));
    // What has no time matches every one.
    for (const kind of ['event', 'event_unlocated', 'claim']) {
      const matched = async (query: string) => (await items(kind, `limit=1&${query}`)).numberMatched;
      expect(await matched('datetime=../..'), kind).toBe(await matched(''));
    }
    const undated = (await items('event', 'limit=1000&datetime=1999-01-01')).features;
    expect(undated.length).toBeGreaterThan(0);
    for (const { properties } of undated) expect([properties.earliest, properties.latest]).toEqual([null, null]);
    const before = await items('control', 'datetime=1999-01-01');
    expect([before.numberMatched, before.features]).toEqual([0, []]);
  });

  it('lines run as they do elsewhere: left of a front is who stands on its left, a road begins at its beginning', async () => {
    interface Lines {
      features: {
        id: string;
        geometry: { coordinates: unknown[] };
        properties: { left: string | null; right: string | null };
      }[];
    }
    const ends = ({ geometry }: Lines['features'][number]) => {
      const points = geometry.coordinates.flat(Number.POSITIVE_INFINITY) as number[];
      return [...points.slice(0, 2), ...points.slice(-2)].map((degrees) => Number(degrees.toFixed(4)));
    };
    const of = ({ features }: Lines) =>
      features
        .flatMap((one) =>
          one.properties.left && one.properties.right
            ? [[one.properties.left, one.properties.right, ...ends(one)]]
            : [],
        )
        .sort();
    const own = of(await json<Lines>('/front?series=m5&date=2020-01-28'));
    const items = of(await json<Lines>('/ogc/collections/m5_front/items?f=json&datetime=2020-01-28&limit=1000'));
    expect(own.length).toBeGreaterThan(0);
    expect(items).toEqual(own);
  });

  it('control as of a day holds the same ground as /control says', async () => {
    const areas = new Map<string, number>();
    for (const { properties } of (await items('control', 'datetime=2020-01-28&limit=1000')).features) {
      const key = `${properties.party} ${properties.status}`;
      areas.set(key, (areas.get(key) ?? 0) + Number(properties.km2 ?? 0));
    }
    const { parties } = await json<{ parties: { party: string; before_km2: number }[] }>(
      '/change?series=m5&from=2020-01-28&to=2020-01-28',
    );
    const held = parties.filter(({ party }) => party === 'government' || party === 'opposition');
    expect(held).toHaveLength(2);
    for (const { party, before_km2 } of held)
      expect(areas.get(`${party} controlled`), party).toBeCloseTo(before_km2, 6);
  });

  it('/req/core/fc-timeStamp and numberMatched; resultType=hits counts and shows nothing', async () => {
    const { timeStamp, numberMatched, numberReturned, features } = await items('event', 'resultType=hits');
    expect(Math.abs(Date.now() - Date.parse(timeStamp))).toBeLessThan(60_000);
    expect([numberReturned, features]).toEqual([0, []]);
    expect(numberMatched).toBe((await items('event', 'limit=1000')).features.length);
  });

  it('/req/core/fc-bbox-response C: a box matches everything that has no geometry', async () => {
    for (const kind of ['event', 'claim']) {
      const hits = async (query: string) => (await items(`${kind}_unlocated`, `resultType=hits${query}`)).numberMatched;
      expect(await hits('')).toBeGreaterThan(0);
      expect(await hits('&bbox=0,0,1,1')).toBe(await hits(''));
      expect((await items(kind, 'resultType=hits&bbox=0,0,1,1')).numberMatched).toBe(0);
    }
    expect((await get('/ogc/collections/m5_event_unlocated/items?bbox=0,0,1')).status).toBe(400);
    const { features } = await json<{ features: unknown[] }>('/events?series=m5');
    const [located, unlocated] = [await items('event', 'limit=1000'), await items('event_unlocated', 'limit=1000')];
    expect(located.numberMatched + unlocated.numberMatched).toBe(features.length);
  });

  it('/req/geojson/content: every property is on every feature, null when absent, of one type throughout', async () => {
    for (const kind of KIND_NAMES) {
      const { features } = await items(kind, 'datetime=2020-01-28/2020-01-29&limit=1000');
      const names = Object.keys(features[0]?.properties ?? {});
      const types = new Map<string, Set<string>>();
      for (const { properties } of features) {
        expect(Object.keys(properties)).toEqual(names);
        for (const [name, value] of Object.entries(properties)) {
          if (value !== null) types.set(name, (types.get(name) ?? new Set()).add(typeof value));
        }
      }
      for (const [name, found] of types) expect([...found], `${kind}.${name}`).toHaveLength(1);
    }
  });

  it('/req/html/content: every resource has a page with the same data, links and no script', async () => {
    const paths = ['/ogc', '/ogc/conformance', '/ogc/api', '/ogc/collections'];
    const own = ['', '/queryables', '/items', '/items?limit=2&datetime=2020-01-28'].map(
      (path) => `/ogc/collections/m5_control${path}`,
    );
    for (const path of [...paths, ...own, '/ogc/collections/m5_control/items/2020-01-28.1']) {
      const answer = await get(path, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
      expect(answer.headers.get('content-type'), path).toBe('text/html; charset=utf-8');
      const page = await answer.text();
      expect(page, path).toMatch(/^<!doctype html>\n<html lang="en">/);
      expect(page).not.toMatch(/<script|src=/);
      expect(page).toContain('<h1>');
    }
    const landing = await (await get('/ogc?f=html')).text();
    for (const path of ['collections', 'tiles', 'tileMatrixSets', 'conformance', 'api'])
      expect(landing.split(`/ogc/${path}?f=html"`).length, path).toBe(2);
    const scheme = await (await get('/ogc/tileMatrixSets/WebMercatorQuad?f=html')).text();
    expect(scheme.match(/<th scope="col">scaleDenominator<\/th>/g)).toHaveLength(1);
    const page = await (await get('/ogc/collections/m5_control/items?limit=2&f=html')).text();
    const { features } = await items('control', 'limit=2');
    for (const { id } of features) expect(page).toContain(`items/${id}?f=html`);
    expect(page).toContain('<svg class="map" role="img"');
    expect(page).toContain('rel="next"');
  });

  it('/req/oas30/oas-definition: a concrete path per collection; limit, bbox and datetime by reference', async () => {
    const api = await json<Api>('/ogc/api?f=json');
    expect(api.openapi).toBe('3.0.3');
    for (const kind of KIND_NAMES) {
      const { parameters } = describedOf(api.paths, 'm5', `${kind}/items`)?.get ?? { parameters: [] };
      for (const name of ['limit', 'bbox', 'datetime']) {
        expect(parameters, kind).toContainEqual({ $ref: `#/components/parameters/${name}` });
      }
    }
    const { limit, bbox, datetime } = api.components.parameters;
    expect(limit).toMatchObject({
      in: 'query',
      style: 'form',
      explode: false,
      schema: { type: 'integer', minimum: 1, maximum: 10_000, default: 1000 },
    });
    expect(bbox).toMatchObject({
      in: 'query',
      style: 'form',
      explode: false,
      schema: { type: 'array', items: { type: 'number' }, minItems: 4, maxItems: 6 },
    });
    expect(datetime).toMatchObject({ in: 'query', style: 'form', explode: false, schema: { type: 'string' } });
    const ids = Object.values(api.paths).map(({ get: { operationId } }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('/req/oas30/completeness: every parameter of the definition is accepted, every path answers', async () => {
    const api = await json<Api>('/ogc/api?f=json');
    const plain = Object.keys(api.paths)
      .map((path) => path.replace('{series}', 'm5'))
      .filter((path) => !path.includes('{') && (path.includes('m5_') || !path.includes('/collections/')));
    for (const path of plain) expect(await statusOf(`/ogc${path}`), path).toBe(200);
    const { headers } = await raw('/ogc/collections/m5_post/items');
    expect(headers.vary).toContain('accept');
  });
});

interface Api {
  openapi: string;
  paths: Record<string, { get: { operationId: string; parameters: object[] } }>;
  components: { parameters: Record<string, object> };
}

function positions(geometry: { coordinates: unknown } | null): [number, number][] {
  const flat = (nested: unknown): [number, number][] =>
    !Array.isArray(nested) ? [] : typeof nested[0] === 'number' ? [nested as [number, number]] : nested.flatMap(flat);
  return geometry ? flat(geometry.coordinates) : [];
}
