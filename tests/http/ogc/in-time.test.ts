import { describe, expect, it } from 'vitest';
import { OGC_ROUTES } from '../../../src/http/ogc/router.js';
import { importSnapshots } from '../../../src/maps/import.js';
import type { IsoDate } from '../../../src/model/dates.js';
import { withdrawSeries } from '../../../src/series/withdraw.js';
import { onEachDatabase } from '../../setup/databases.js';
import { HAS_GDAL, runGdal } from '../../setup/gdal.js';
import { m5 } from '../../setup/m5.js';
import { serviceOn } from '../../setup/service.js';
import type { Items } from './reading.js';

interface Linked {
  links: { href: string; rel: string; type: string; templated?: boolean }[];
}

const DAY = '2019-06-01';
/** What a client that knows one address only may follow. */
/** The `$id` of a schema is its name, shown as an address. */
const isOurs = (href: string) => new URL(href).pathname.startsWith('/ogc') && !href.endsWith('/queryables');

/** Every link of a resource, at any depth. */
function linksIn(json: unknown): Linked['links'] {
  if (typeof json !== 'object' || json === null) return [];
  if (Array.isArray(json)) return json.flatMap(linksIn);
  const own = 'href' in json && 'rel' in json ? [json as Linked['links'][number]] : [];
  return [...own, ...Object.values(json).flatMap(linksIn)];
}

onEachDatabase('the OGC API in time', (db) => {
  const service = serviceOn(async () => m5(await db()));
  const { get, json } = service;

  it('every route takes datetime and known-at, and every link to another one carries them, as JSON and as a page', async () => {
    const knownAt = (await json<Items>('/ogc/collections/m5_control/items?limit=1')).known_at;
    const time = `datetime=${DAY}&known-at=${encodeURIComponent(knownAt)}`;
    const waiting = [`/ogc?${time}`];
    const seen = new Set<string>();
    const forms = new Set<string>();
    while (waiting.length > 0) {
      const path = waiting.pop() as string;
      // As JSON every collection and a feature of each, as a page one of them.
      const one = path.replace(/items\/[^?]+/, 'items/x');
      const kind = path.includes('f=html') ? one.replace(/m5_[a-z_]+/, 'm5_x') : one;
      // Series of other tests have no map on the day.
      if (/\/collections\/(?!m5_)/.test(path)) continue;
      if (seen.has(kind) || !/(^\/ogc[^/]|m5|conformance|api|collections\?|tiles|tileMatrixSets)/.test(path)) continue;
      seen.add(kind);
      const answer = await get(path);
      // Of some layers there is nothing in the tile on the day.
      const isTile = /\/tiles\/\w+\/\d/.test(path);
      expect(isTile ? [200, 204] : [200], path).toContain(answer.status);
      const type = answer.headers.get('content-type') ?? '';
      forms.add(type.split(';')[0] as string);
      const text = await answer.text();
      // A file has no links.
      if (!/json|html/.test(type)) continue;
      const links = type.startsWith('text/html')
        ? [...text.matchAll(/<a href="([^"]+)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'))
        : linksIn(JSON.parse(text)).map(({ href }) => href);
      for (const href of links.filter((link) => /^https?:/.test(link) && isOurs(link))) {
        const { searchParams, pathname, search } = new URL(href);
        expect(searchParams.get('datetime'), `${path} → ${href}`).toBe(DAY);
        expect(searchParams.get('known-at'), `${path} → ${href}`).toBe(knownAt);
        // A template is filled in with the tile of zoom 0 that the theatre is in.
        const column = pathname.includes('WorldCRS84Quad') ? '1' : '0';
        const filled = decodeURI(pathname)
          .replace('{tileMatrix}/{tileRow}/{tileCol}', `0/0/${column}`)
          .replace('{featureId}', 'x');
        if (!filled.includes('{')) waiting.push(filled + search);
      }
    }
    // Each route of the table was met, so that none can be added that does not carry the time.
    const met = [...seen].map((path) => path.replace(/\?.*$/, ''));
    for (const { path } of OGC_ROUTES) {
      const pattern = new RegExp(`^/ogc${path.replace(/\{[^}]+\}/g, '[^/]+')}$`);
      expect(
        met.some((one) => pattern.test(one)),
        `${path} of ${met.length} addresses`,
      ).toBe(true);
    }
    expect(forms).toContain('application/vnd.mapbox-vector-tile');
    expect(forms).toContain('text/html');
    expect(forms).toContain('application/geo+json');
    for (const wrong of [
      '',
      '/conformance',
      '/collections',
      '/collections/m5_control',
      '/tiles',
      '/tileMatrixSets',
      '/api',
    ])
      expect((await get(`/ogc${wrong}?datetime=yesterday`)).status, wrong).toBe(400);
  });

  it('an interval and an instant stand in every link to the letter: QGIS puts them to a link that has them otherwise, and twice is 400', async () => {
    const knownAt = (await json<Items>('/ogc/collections/m5_control/items?limit=1')).known_at;
    const time = ['datetime=../2020-01-31', `known-at=${knownAt}`];
    for (const path of [
      '/ogc',
      '/ogc/collections',
      '/ogc/collections/m5_control',
      '/ogc/collections/m5_control/items',
    ]) {
      const links = linksIn(await json(`${path}?${time.join('&')}${path.endsWith('items') ? '&limit=1' : ''}`));
      expect(links.some(({ rel }) => rel === 'self')).toBe(true);
      for (const { href } of links.filter((link) => /^https?:/.test(link.href) && isOurs(link.href)))
        expect(href.split(/[?&]/), href).toEqual(expect.arrayContaining(time));
    }
  });

  it('a root of a day gives that day to clients that drop queries', async () => {
    const root = await json<Linked>(`/ogc/at/${DAY}`);
    for (const { href } of root.links.filter((link) => isOurs(link.href))) expect(href).toContain(`/ogc/at/${DAY}`);
    const there = await json<Items>(`/ogc/at/${DAY}/collections/m5_control/items?limit=1000`);
    const requested = await json<Items>(`/ogc/collections/m5_control/items?limit=1000&datetime=${DAY}`);
    expect(there.features).toEqual(requested.features);
    expect(there.numberMatched).toBeGreaterThan(0);
    // What is asked for by hand wins over the root.
    const other = await json<Items>(`/ogc/at/${DAY}/collections/m5_control/items?limit=1000&datetime=2020-02-01`);
    expect(other.features).not.toEqual(there.features);
    const tile = await get(`/ogc/at/${DAY}/collections/m5_control/tiles/WebMercatorQuad/8/100/153`);
    expect(tile.headers.get('ogcapi-datetime')).toBe(DAY);
    expect((await get('/ogc/at/tomorrow')).status).toBe(400);
    expect((await get(`/ogc/at/${DAY}/collections`, { method: 'DELETE' })).status).toBe(405);
  });

  it('as known before a withdrawal the collections of a series are there; now they are not', async () => {
    const store = await db();
    const id = `gone-${process.pid}-${store.engine}`;
    const square = [
      [
        [30, 40],
        [31, 40],
        [31, 41],
        [30, 41],
        [30, 40],
      ],
    ];
    await importSnapshots(store, {
      series: id,
      map: JSON.stringify({
        type: 'FeatureCollection',
        features: [
          { type: 'Feature', properties: { party: 'red' }, geometry: { type: 'Polygon', coordinates: square } },
        ],
      }),
      options: { date: '2024-01-01' as IsoDate },
      source: 'a test',
      create: { title: 'Gone', publisher: 'Us', licence: 'CC0', accuracyM: 100, theatre: null },
      accept: null,
    });
    const before = await json<Items>(`/ogc/collections/${id}_control/items`);
    await withdrawSeries(store, id, 'a test');
    expect((await get(`/ogc/collections/${id}_control/items`)).status).toBe(410);
    expect((await get(`/ogc/collections/${id}_control`)).status).toBe(410);
    const known = `known-at=${encodeURIComponent(before.known_at)}`;
    const then = await json<Items>(`/ogc/collections/${id}_control/items?${known}`);
    expect(then.features).toEqual(before.features);
    const listed = async (query: string) =>
      (await json<{ collections: { id: string }[] }>(`/ogc/collections?${query}`)).collections.map((one) => one.id);
    expect(await listed('')).not.toContain(`${id}_control`);
    expect(await listed(known)).toContain(`${id}_control`);
    const early = await get(`/ogc/collections/${id}_control/items?known-at=2001-01-01T00:00:00Z`);
    expect([early.status, ((await early.json()) as { code: string }).code]).toEqual([404, 'not_yet_known']);
  });

  it('an entry of a list of tilesets says which tiles there are and where', async () => {
    for (const path of ['/ogc/tiles', '/ogc/collections/m5_control/tiles']) {
      const { tilesets } = await json<{ tilesets: (Linked & { tileMatrixSetLimits: unknown[] })[] }>(path);
      const tileset = await json<Linked & { tileMatrixSetLimits: unknown[] }>(`${path}/WebMercatorQuad`);
      expect(tilesets[0]?.tileMatrixSetLimits).toEqual(tileset.tileMatrixSetLimits);
      expect(tilesets[0]?.tileMatrixSetLimits.length).toBeGreaterThan(5);
      const item = (of: Linked | undefined) => of?.links.find(({ rel }) => rel === 'item');
      expect(item(tilesets[0])).toEqual(item(tileset));
      expect(item(tileset)?.templated).toBe(true);
    }
  });

  describe.skipIf(!HAS_GDAL)('GDAL [needs gdal-bin]', () => {
    it('shows any day by the address of the connection', async () => {
      const valid = async (address: string) => {
        const { out, told: reported } = await runGdal(
          'ogrinfo',
          '-al',
          '-geom=NO',
          `OAPIF:${service.base}${address}`,
          'm5_control',
        );
        expect(reported).not.toMatch(/ERROR/);
        return new Set([...out.matchAll(/valid_from \(Date\) = (\S+)/g)].map(([, day]) => day));
      };
      const day = DAY.replaceAll('-', '/');
      for (const address of [`/ogc?datetime=${DAY}`, `/ogc/at/${DAY}`]) {
        const days = await valid(address);
        expect(days.size, address).toBeGreaterThan(0);
        for (const from of days) expect((from as string) <= day, `${address}: ${from}`).toBe(true);
      }
      expect(await valid('/ogc')).not.toEqual(await valid(`/ogc?datetime=${DAY}`));
    });
  });
});
