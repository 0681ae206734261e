import * as turf from '@turf/turf';
import type { Feature, Geometry } from 'geojson';
import { afterAll, expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

/*
 * What the two executable suites of the OGC ask of a service, ets-ogcapi-features10 and ets-ogcapi-tiles10, method by
 * method under their names, in words of ours: they cannot be had here. Where a suite leaves its answer unread (a TODO,
 * or a comparison whose result is dropped), the answer is compared here.
 */

const CRS84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';
const GEOJSON = 'application/geo+json';
const OPENAPI = 'application/vnd.oai.openapi+json;version=3.0';
const TILESETS = 'http://www.opengis.net/def/rel/ogc/1.0/tilesets-';
/** Of many features so many are looked at. */
const FEATURES = 100;

interface Link {
  href: string;
  rel: string;
  type?: string;
  templated?: boolean;
}
interface Collection {
  id: string;
  title: string;
  description: string;
  itemType?: string;
  extent: { spatial?: { bbox: [Box] }; temporal?: { interval: [[string | null, string | null]] } };
  crs?: string[];
  storageCrs?: string;
  links: Link[];
}
interface Parameter {
  $ref?: string;
  name: string;
  in: string;
  required?: boolean;
  style: string;
  explode: boolean;
  schema: { type: string; minimum?: number; maximum?: number; default?: number; minItems?: number; maxItems?: number };
}
interface Page {
  type: string;
  timeStamp: string;
  numberMatched: number;
  numberReturned: number;
  links: Link[];
  features: (Feature<Geometry | null> & { id: string })[];
}
type Box = [number, number, number, number];

onEachDatabase('the official suites', (db) => {
  const service = serviceOn(async () => m5(await db()));
  const counts: Record<string, number> = {};
  const held = (suite: string) => {
    counts[suite] = (counts[suite] ?? 0) + 1;
  };
  afterAll(() =>
    console.log(
      Object.entries(counts)
        .map(([suite, count]) => `${suite}: ${count}`)
        .join(', '),
    ),
  );

  const root = () => `${service.base}/ogc`;
  const ask = async (address: string, accept: string, query: Record<string, string | number> = {}) => {
    const url = new URL(address);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    return fetch(url, { headers: { accept } });
  };
  const read = async <T>(address: string, accept = 'application/json', query = {}): Promise<T> => {
    const answer = await ask(address, accept, query);
    expect(answer.status, address).toBe(200);
    return (await answer.json()) as T;
  };
  const landing = () => read<{ links: Link[] }>(`${root()}/`);
  const listed = () => read<{ collections: Collection[]; links: Link[]; crs?: string[] }>(`${root()}/collections`);
  /** The suites look at what is a feature, by its own word or by none. */
  const collections = async () =>
    (await listed()).collections.filter(
      ({ id, itemType = 'feature', links }) =>
        id.startsWith('m5_') && itemType === 'feature' && links.some(({ rel }) => rel === 'items'),
    );
  const itemsOf = ({ links }: Collection) => {
    const found = links.find(({ rel, type }) => rel === 'items' && type === GEOJSON);
    if (!found) throw new Error('no items as GeoJSON');
    return found.href;
  };
  const featureOf = (collection: Collection, id: string) => `${itemsOf(collection).replace(/\?.*$/, '')}/${id}`;
  /** A link to itself and one to each other form, each with its relation and its type. */
  const hasForms = (links: readonly Link[], own: string, others: readonly string[]) => {
    expect(links.find(({ rel }) => rel === 'self')?.type).toBe(own);
    for (const type of others) expect(links.some((link) => link.rel === 'alternate' && link.type === type)).toBe(true);
    for (const { rel, type } of links) if (rel === 'self' || rel === 'alternate') expect(type).toBeDefined();
  };
  const inCrs84 = (features: Page['features']) => {
    for (const { geometry } of features.slice(0, FEATURES)) {
      if (geometry === null) continue;
      const [west = -999, south = -999, east = 999, north = 999] = turf.bbox(geometry);
      expect(west >= -180 && east <= 180 && south >= -90 && north <= 90).toBe(true);
    }
  };
  /** What every answer with features is held to; following its next pages yields as many as it says. */
  const isWhole = async (page: Page, asked: number) => {
    held('response: type');
    expect(page.type).toBe('FeatureCollection');
    held('response: features');
    expect(Array.isArray(page.features)).toBe(true);
    held('response: links');
    hasForms(page.links, GEOJSON, ['text/html']);
    held('response: timeStamp');
    expect(Math.abs(Date.parse(page.timeStamp) - asked)).toBeLessThan(60_000);
    held('response: numberReturned');
    expect(page.numberReturned).toBe(page.features.length);
    held('response: numberMatched');
    let count = page.features.length;
    for (let { links } = page; ; ) {
      const next = links.find(({ rel }) => rel === 'next');
      if (!next) break;
      const more = await read<Page>(next.href, GEOJSON, { limit: 10_000 });
      expect(more.features.length).toBeGreaterThan(0);
      count += more.features.length;
      links = more.links;
    }
    expect(count).toBe(page.numberMatched);
    held('response: CRS84');
    inCrs84(page.features);
  };
  const asked = async (collection: Collection, query: Record<string, string | number> = {}) => {
    const began = Date.now();
    const page = await read<Page>(itemsOf(collection), GEOJSON, query);
    await isWhole(page, began);
    return page;
  };

  it('general, landing page, conformance, definition', async () => {
    const { links } = await landing();
    const rels = new Set(links.map(({ rel }) => rel));
    held('landingPageValidation');
    expect(rels.has('service-desc') || rels.has('service-doc')).toBe(true);
    for (const rel of ['conformance', 'data']) expect(rels.has(rel), rel).toBe(true);
    held('openapiDocumentRetrieval');
    const definition = links.find(({ rel, type }) => rel === 'service-desc' && type === OPENAPI);
    const answer = await ask(definition?.href ?? '', OPENAPI);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, OPENAPI]);
    held('validateConformanceOperationAndResponse');
    const { conformsTo } = await read<{ conformsTo: string[] }>(`${root()}/conformance`);
    for (const uri of ['features-1/1.0/conf/core', 'features-2/1.0/conf/crs', 'tiles-1/1.0/conf/core'])
      expect(conformsTo).toContain(`http://www.opengis.net/spec/ogcapi-${uri}`);
  });

  it('collections, each as it is listed, with what the definition says of its parameters', async () => {
    const { links } = await listed();
    held('collections: links');
    hasForms(links, 'application/json', ['text/html']);
    const api = await read<{
      paths: Record<string, { get: { parameters: Parameter[] } }>;
      components: { parameters: Record<string, Parameter> };
    }>(`${root()}/api`, OPENAPI);
    const all = await collections();
    expect(all.length).toBeGreaterThan(9);
    for (const collection of all) {
      const { id, title, description, extent, crs } = collection;
      held('collection: metadata');
      const alone = await read<Collection>(`${root()}/collections/${id}`);
      expect([alone.title, alone.description, alone.extent, alone.crs]).toEqual([title, description, extent, crs]);
      const parameters = (api.paths[`/collections/${id}/items`]?.get.parameters ?? []).map((one) =>
        one.$ref ? (api.components.parameters[one.$ref.split('/').at(-1) ?? ''] as Parameter) : one,
      );
      const defined = (name: string) => {
        held('collection: parameter');
        const found = parameters.find((one) => one.name === name);
        expect(found, `${id} ${name}`).toMatchObject({ in: 'query', style: 'form', explode: false });
        expect(found?.required ?? false).toBe(false);
        return found?.schema;
      };
      expect(defined('limit')).toMatchObject({ type: 'integer', minimum: 1, maximum: 10_000, default: 1000 });
      expect(defined('bbox')).toMatchObject({ type: 'array', minItems: 4, maxItems: 6, items: { type: 'number' } });
      expect(defined('datetime')).toMatchObject({ type: 'string' });
    }
  });

  it('features: whole answers, limits, boxes, times, errors, one feature', async () => {
    for (const collection of await collections()) {
      const { id, extent } = collection;
      const all = await asked(collection, { limit: 10_000 });
      for (const limit of [1, 100]) {
        held('limit');
        expect((await asked(collection, { limit })).features.length, id).toBeLessThanOrEqual(limit);
      }
      const boxes: Box[] = [
        ...(extent.spatial?.bbox ?? []),
        ...([
          [-1.5, 50, 1.5, 53],
          [-80, -5, -70, 5],
          [177, 65, -177, 70],
          [-180, 85, 180, 90],
          [-180, -90, 180, -85],
        ] as Box[]),
      ];
      for (const [index, box] of boxes.entries()) {
        held('bbox');
        const { features } = await asked(collection, { bbox: box.join(), limit: 10_000 });
        if (index === 0) expect(features.length, `${id}: all lie in the extent`).toBe(all.features.length);
        const polygons =
          box[0] > box[2]
            ? [
                [box[0], box[1], 180, box[3]],
                [-180, box[1], box[2], box[3]],
              ]
            : [box];
        for (const { geometry } of features.slice(0, FEATURES)) {
          if (geometry === null) continue;
          expect(polygons.some((one) => turf.booleanIntersects(geometry, turf.bboxPolygon(one as Box)))).toBe(true);
        }
      }
      const [begin, end] = extent.temporal?.interval[0] ?? [null, null];
      const [first, last] = [Date.parse(begin ?? ''), end === null ? Date.now() : Date.parse(end)];
      const instant = (part: number) => `${new Date(first + (last - first) * part).toISOString().slice(0, 19)}Z`;
      for (const datetime of [begin ?? '', `${instant(0.25)}/${instant(0.5)}`, `${instant(0.25).slice(0, 10)}/P2D`]) {
        held('datetime');
        const { features } = await asked(collection, { datetime, limit: 10_000 });
        const [from = '', to = from] = datetime.split('/').map((text) => text.slice(0, 10));
        const until = to === 'P2D' ? new Date(Date.parse(from) + 86_400_000).toISOString().slice(0, 10) : to;
        for (const { properties } of features) {
          const [holds, ends] = [properties?.valid_from, properties?.valid_to];
          if (holds != null) expect(holds <= until && (ends == null || ends > from), `${id} ${datetime}`).toBe(true);
        }
      }
      held('errors');
      expect((await ask(itemsOf(collection), GEOJSON, { limit: 'unlimited' })).status).toBe(400);
      expect((await ask(itemsOf(collection), GEOJSON, { unknownQueryParameter12345: 1 })).status).toBe(400);
      held('feature');
      const feature = await read<Page['features'][number] & { links: Link[] }>(
        featureOf(collection, all.features[0]?.id ?? ''),
        GEOJSON,
      );
      expect(feature.links.some(({ rel }) => rel === 'collection')).toBe(true);
      hasForms(feature.links, GEOJSON, ['text/html']);
    }
  });

  it('coordinate systems', async () => {
    const global = (await listed()).crs ?? [];
    for (const collection of await collections()) {
      const { id, crs = [], storageCrs = '', extent } = collection;
      const all = await read<Page>(itemsOf(collection), GEOJSON, { limit: FEATURES });
      const featureId = all.features[0]?.id ?? '';
      held('CRS: default, stored, uris');
      expect(crs[0]).toBe(CRS84);
      expect([...crs, ...global]).toContain(storageCrs);
      for (const uri of crs)
        expect(uri).toMatch(/^http:\/\/www\.opengis\.net\/def\/crs\/(OGC\/1\.3\/CRS84|EPSG\/0\/\d+)$/);
      for (const [address, query] of [
        [itemsOf(collection), { limit: FEATURES }],
        [featureOf(collection, featureId), {}],
      ] as const) {
        held('CRS: none');
        expect((await ask(address, GEOJSON, query)).headers.get('content-crs')).toBe(`<${CRS84}>`);
        held('CRS: invalid');
        expect(
          (await ask(address, GEOJSON, { ...query, crs: 'http://www.opengis.net/def/crs/0/unsupported' })).status,
        ).toBe(400);
        for (const uri of crs) {
          held('CRS: header');
          const answer = await ask(address, GEOJSON, { ...query, crs: uri });
          expect([answer.status, answer.headers.get('content-crs')]).toEqual([200, `<${uri}>`]);
          held('CRS: transformed');
          const found = (await answer.json()) as Page & Page['features'][number];
          for (const { id: one, geometry } of found.features ?? [found]) {
            const known = all.features.find((feature) => feature.id === one)?.geometry ?? null;
            const [theirs, ours] = [positionsOf(geometry), positionsOf(known).map((at) => projected(at, uri))];
            expect(theirs.length, `${id} ${one}`).toBe(ours.length);
            const tolerance = /CRS84|4326$/.test(uri) ? 1e-6 : 0.01;
            const apart = theirs.map(([x, y], index) =>
              Math.max(Math.abs(x - (ours[index]?.[0] ?? 0)), Math.abs(y - (ours[index]?.[1] ?? 0))),
            );
            expect(Math.max(0, ...apart), `${id} ${one} ${uri}`).toBeLessThan(tolerance);
          }
        }
      }
      const [west, south, east, north] = extent.spatial?.bbox[0] ?? [0, 0, 0, 0];
      const middle: Box = [west + (east - west) / 4, south + (north - south) / 4, east - (east - west) / 4, north];
      for (const box of [[west, south, east, north] as Box, middle]) {
        const plain = await read<Page>(itemsOf(collection), GEOJSON, { bbox: box.join(), limit: 10_000 });
        const ids = new Set(plain.features.map((feature) => feature.id));
        held('CRS: bbox without bbox-crs');
        const same = await read<Page>(itemsOf(collection), GEOJSON, {
          ...{ bbox: box.join(), 'bbox-crs': CRS84, limit: 10_000 },
        });
        expect(same.features.map((feature) => feature.id)).toEqual([...ids]);
        for (const uri of crs) {
          held('CRS: bbox-crs');
          const corners = [
            [0, 1],
            [2, 1],
            [2, 3],
            [0, 3],
          ].map(([x = 0, y = 0]) => projected([box[x] as number, box[y] as number], uri));
          // The largest box within: what it meets, the other meets.
          const [xs, ys] = [
            corners.map(([x]) => x).sort((a, b) => a - b),
            corners.map(([, y]) => y).sort((a, b) => a - b),
          ];
          const found = await read<Page>(itemsOf(collection), GEOJSON, {
            ...{ bbox: [xs[1], ys[1], xs[2], ys[2]].join(), 'bbox-crs': uri, limit: 10_000 },
          });
          for (const feature of found.features) {
            // A meridian is no line of a zone: what lies within metres of the edge may be on either side.
            if (!ids.has(feature.id)) expect(/EPSG\/0\/326/.test(uri), `${id} ${feature.id} ${uri}`).toBe(true);
          }
        }
      }
      held('CRS: bbox-crs invalid');
      expect(
        (
          await ask(itemsOf(collection), GEOJSON, {
            bbox: '5,49,6,50',
            'bbox-crs': 'http://www.opengis.net/def/crs/0/unsupported',
          })
        ).status,
      ).toBe(400);
    }
  });

  it('tiles', async () => {
    interface Tileset {
      links: Link[];
      tileMatrixSetURI: string;
      tileMatrixSetLimits: { tileMatrix: string; maxTileRow: number; minTileCol: number }[];
    }
    const { links } = await landing();
    const { collections: every } = await listed();
    const lists = [links, ...every.filter(({ id }) => id.startsWith('m5_')).map((one) => one.links)].flatMap((own) =>
      own.filter(({ rel, type }) => rel.startsWith(TILESETS) && type === 'application/json'),
    );
    held('tiles: landing page, collections');
    expect(links.some(({ rel }) => rel === `${TILESETS}vector`)).toBe(true);
    expect(lists.length).toBeGreaterThan(5);
    for (const { href } of lists) {
      expect(href).toContain('/tiles');
      const { tilesets } = await read<{ tilesets: Tileset[] }>(href);
      expect(tilesets.length).toBe(2);
      for (const listedSet of tilesets) {
        held('tiles: list');
        expect(listedSet.tileMatrixSetURI).toMatch(/^http:\/\/www\.opengis\.net\/def\/tilematrixset\/OGC\/1\.0\/W/);
        const set = await read<Tileset>(listedSet.links.find(({ rel }) => rel === 'self')?.href ?? '');
        for (const one of [listedSet, set]) {
          const template = one.links.find(({ rel }) => rel === 'item')?.href ?? '';
          for (const variable of ['tileMatrix', 'tileRow', 'tileCol']) {
            held('tiles: template');
            expect(template).toContain(`{${variable}}`);
          }
          const [limits] = one.tileMatrixSetLimits;
          const tile = (row: number) =>
            template
              .replace('{tileMatrix}', limits?.tileMatrix ?? '')
              .replace('{tileRow}', String(row))
              .replace('{tileCol}', String(limits?.minTileCol));
          held('tiles: success');
          expect([200, 204]).toContain((await fetch(tile(limits?.maxTileRow ?? 0))).status);
          held('tiles: error');
          expect([400, 404]).toContain((await fetch(tile((limits?.maxTileRow ?? 0) + 1))).status);
          expect([400, 404]).toContain((await fetch(tile(2_147_483_647))).status);
        }
        for (const link of set.links.filter(({ templated }) => !templated)) {
          held('tiles: links');
          expect((await ask(link.href, link.type ?? '')).status, link.href).toBe(200);
        }
      }
    }
    held('tiles: tileMatrixSets');
    const { tileMatrixSets } = await read<{ tileMatrixSets: { links: Link[] }[] }>(`${root()}/tileMatrixSets`);
    for (const { links: own } of tileMatrixSets)
      for (const { href, type } of own) expect((await ask(href, type ?? '')).status).toBe(200);
    held('tiles: operation ids');
    const api = await read<{ paths: Record<string, { get: { operationId: string } }> }>(`${root()}/api`, OPENAPI);
    const operations = Object.values(api.paths).map(({ get }) => get.operationId);
    for (const kind of ['collection.vector', 'dataset.vector'])
      for (const what of ['getTile', 'getTileSet', 'getTileSetsList'])
        expect(
          operations.some((one) => one.endsWith(`${kind}.${what}`)),
          `${kind}.${what}`,
        ).toBe(true);
  });
});

function positionsOf(geometry: Geometry | null): [number, number][] {
  return geometry === null ? [] : (turf.coordAll(geometry) as [number, number][]);
}

/** A longitude and a latitude in a system, by formulas of our own (Snyder 1987: Mercator; Krüger's series for the zones of UTM). */
function projected([lon, lat]: readonly [number, number], uri: string): [number, number] {
  const code = Number(uri.split('/').at(-1));
  const radians = Math.PI / 180;
  if (Number.isNaN(code)) return [lon, lat];
  if (code === 4326) return [lat, lon];
  if (code === 3857) return [6_378_137 * lon * radians, 6_378_137 * Math.asinh(Math.tan(lat * radians))];
  const [a, f] = [6_378_137, 1 / 298.257223563];
  const n = f / (2 - f);
  const A = (a / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64);
  const alphas = [
    n / 2 - (2 / 3) * n ** 2 + (5 / 16) * n ** 3 + (41 / 180) * n ** 4,
    (13 / 48) * n ** 2 - (3 / 5) * n ** 3 + (557 / 1440) * n ** 4,
    (61 / 240) * n ** 3 - (103 / 140) * n ** 4,
    (49_561 / 161_280) * n ** 4,
  ];
  const e = (2 * Math.sqrt(n)) / (1 + n);
  const t = Math.sinh(Math.atanh(Math.sin(lat * radians)) - e * Math.atanh(e * Math.sin(lat * radians)));
  const across = (lon - ((code % 100) * 6 - 183)) * radians;
  const [xi, eta] = [Math.atan2(t, Math.cos(across)), Math.atanh(Math.sin(across) / Math.sqrt(1 + t * t))];
  let [x, y] = [eta, xi];
  for (const [index, alpha] of alphas.entries()) {
    const twice = 2 * (index + 1);
    x += alpha * Math.cos(twice * xi) * Math.sinh(twice * eta);
    y += alpha * Math.sin(twice * xi) * Math.cosh(twice * eta);
  }
  return [500_000 + 0.9996 * A * x, 0.9996 * A * y + (code >= 32_700 ? 10_000_000 : 0)];
}
