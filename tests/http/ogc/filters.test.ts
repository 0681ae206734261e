import { expect, it } from 'vitest';
import { KIND_NAMES } from '../../../src/features/collection-kinds.js';
import { onEachDatabase } from '../../setup/databases.js';
import { m5 } from '../../setup/m5.js';
import { serviceOn } from '../../setup/service.js';
import type { Items } from './reading.js';

/* OGC API Features Part 2 (coordinate systems) and Part 3 (filters). */

const EPSG = 'http://www.opengis.net/def/crs/EPSG/0';

onEachDatabase('OGC API Features, Parts 2 and 3', (db) => {
  const { get, json, raw } = serviceOn(async () => m5(await db()));
  const items = (kind: string, query: Record<string, string>) =>
    json<Items>(`/ogc/collections/m5_${kind}/items?${new URLSearchParams(query)}`);
  const count = async (kind: string, filter: string, more = {}) =>
    (await items(kind, { filter, resultType: 'hits', ...more })).numberMatched;
  const status = async (kind: string, query: Record<string, string>) =>
    (await get(`/ogc/collections/m5_${kind}/items?${new URLSearchParams(query)}`)).status;
  const first = async (crs: string) =>
    (await items('post', { crs, limit: '1' })).features[0]?.geometry?.coordinates as [number, number];

  it('/req/crs: CRS84 by default, EPSG:4326 with latitude first, and metres in the UTM zone of the theatre', async () => {
    const { crs } = await json<{ crs: string[] }>('/ogc/collections/m5_post');
    expect(crs).toEqual(
      [
        'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
        `${EPSG}/4326`,
        `${EPSG}/3857`,
        `${EPSG}/32636`,
        `${EPSG}/32637`,
      ].filter((uri) => crs.includes(uri)),
    );
    expect(crs).toContain(`${EPSG}/32637`);
    const [lon, lat] = await first(crs[0] as string);
    expect(await first(`${EPSG}/4326`)).toEqual([lat, lon]);
    const [x, y] = await first(`${EPSG}/3857`);
    expect(x).toBeCloseTo((lon * Math.PI * 6378137) / 180, 2);
    expect(y).toBeCloseTo(6378137 * Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)), 2);
    const [east, north] = await first(`${EPSG}/32637`);
    expect(east > 100_000 && east < 900_000 && north > 3_800_000 && north < 4_100_000).toBe(true);
  });

  it('RFC 7946: a geometry is a type and coordinates, in every system, in a page and alone', async () => {
    const members = new Set<string>();
    for (const kind of KIND_NAMES) {
      // Tables have none.
      const { crs = [] } = await json<{ crs?: string[] }>(`/ogc/collections/m5_${kind}`);
      for (const system of crs) {
        const { features } = await items(kind, { crs: system, limit: '3' });
        const [one] = features;
        if (one) {
          const path = `/ogc/collections/m5_${kind}/items/${encodeURIComponent(one.id)}?${new URLSearchParams({ crs: system })}`;
          features.push(await json<Items['features'][number]>(path));
        }
        for (const { geometry } of features) for (const member of Object.keys(geometry ?? {})) members.add(member);
      }
    }
    expect([...members].sort()).toEqual(['coordinates', 'type']);
  });

  it('/req/crs/ogc-crs-header: Content-Crs on every answer; a system that is not listed is 400', async () => {
    expect((await raw('/ogc/collections/m5_post/items')).headers['content-crs']).toBe(
      '<http://www.opengis.net/def/crs/OGC/1.3/CRS84>',
    );
    expect((await raw(`/ogc/collections/m5_post/items?crs=${EPSG}/4326`)).headers['content-crs']).toBe(
      `<${EPSG}/4326>`,
    );
    expect(await status('post', { crs: `${EPSG}/2154` })).toBe(400);
    expect(await status('post', { 'bbox-crs': 'nonsense', bbox: '1,2,3,4' })).toBe(400);
  });

  it('/req/crs/fc-bbox-crs: the same box in every system finds the same features', async () => {
    const found = async (query: Record<string, string>) =>
      (await items('place', { limit: '1000', ...query })).features.map(({ id }) => id);
    const degrees = await found({ bbox: '36.7,35.4,36.9,35.7' });
    expect(degrees.length).toBeGreaterThan(3);
    expect(await found({ bbox: '35.4,36.7,35.7,36.9', 'bbox-crs': `${EPSG}/4326` })).toEqual(degrees);
    const corner = (lon: number, lat: number) => [
      (lon * Math.PI * 6378137) / 180,
      6378137 * Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)),
    ];
    expect(
      await found({ bbox: [...corner(36.7, 35.4), ...corner(36.9, 35.7)].join(), 'bbox-crs': `${EPSG}/3857` }),
    ).toEqual(degrees);
    const all = await found({});
    const mercator = (bbox: string) => found({ bbox, 'bbox-crs': `${EPSG}/3857` });
    // The view of a map that shows the world more than once, and two boxes across the antimeridian.
    expect(await mercator('-60000000,-60000000,60000000,60000000')).toEqual(all);
    expect(await mercator('19000000,-20000000,18000000,20000000')).toEqual(all);
    expect(await mercator('19000000,-20000000,-19000000,20000000')).toEqual([]);
    expect(await status('place', { bbox: '300000,3900000,200000,4000000', 'bbox-crs': `${EPSG}/32637` })).toBe(400);
    expect(await found({ bbox: '170,-90,-180,90' })).toEqual([]);
    expect(await found({ bbox: '180,-90,-180,90' })).toEqual([]);
    expect(await found({ bbox: '180,-90,40,90' })).toEqual(all);
    expect(await status('place', { bbox: '1e30,1e30,1e31,1e31', 'bbox-crs': `${EPSG}/32637` })).toBe(400);
  });

  it('/req/queryables: JSON Schema; the geometry has a format and no type', async () => {
    for (const kind of KIND_NAMES) {
      const answer = await get(`/ogc/collections/m5_${kind}/queryables?f=json`);
      expect(answer.headers.get('content-type')).toBe('application/schema+json');
      const { properties } = (await answer.json()) as {
        properties: Record<string, { type?: string; format?: string }>;
      };
      if (kind.endsWith('_unlocated')) expect(properties).not.toHaveProperty('geometry');
      else expect(properties.geometry?.format).toMatch(/^geometry-/);
      expect(properties.geometry ?? {}).not.toHaveProperty('type');
    }
  });

  it('/req/queryables-query-parameters: a property as a parameter is a filter of equality', async () => {
    const all = (await items('control', { limit: '1000' })).features.filter(
      ({ properties }) => properties.party === 'government',
    );
    expect((await items('control', { party: 'government', resultType: 'hits' })).numberMatched).toBe(all.length);
    expect((await items('snapshot', { valid_from: '2020-01-29' })).numberMatched).toBe(1);
    expect(await status('control', { km2: 'many' })).toBe(400);
    expect(await status('snapshot', { valid_from: '2020-13-01' })).toBe(400);
  });

  it('/req/filter: what is true of every feature by hand is what the filter finds', async () => {
    const all = (await items('control', { limit: '1000' })).features;
    const km2 = ({ properties }: Items['features'][number]) => Number(properties.km2);
    const checks: [string, (of: Items['features'][number]) => boolean][] = [
      [`km2 > 50 AND party = 'government'`, (f) => km2(f) > 50 && f.properties.party === 'government'],
      [
        `NOT (km2 BETWEEN 20 AND 80) OR place IS NULL`,
        (f) => !(km2(f) >= 20 && km2(f) <= 80) || f.properties.place === null,
      ],
      [`party BETWEEN 'a' AND 'm'`, (f) => f.properties.party === 'government'],
      [`party NOT BETWEEN 'a' AND CASEI('M')`, (f) => f.properties.party === 'opposition'],
      [`valid_from BETWEEN DATE('2020-01-01') AND '2021-01-01'`, () => true],
      [`place LIKE 'kh%'`, (f) => String(f.properties.place ?? '').startsWith('kh')],
      [
        `casei(party_name) LIKE casei('%GOVERNMENT%')`,
        (f) => String(f.properties.party_name).toLowerCase().includes('government'),
      ],
      [`no IN (1, 2, 3)`, (f) => [1, 2, 3].includes(Number(f.properties.no))],
      [`confidence >= 0.3`, (f) => Number(f.properties.confidence ?? 0) >= 0.3],
    ];
    for (const [filter, holds] of checks) expect(await count('control', filter), filter).toBe(all.filter(holds).length);
    const json2 = JSON.stringify({ op: '>', args: [{ property: 'km2' }, 50] });
    expect(await count('control', json2, { 'filter-lang': 'cql2-json' })).toBe(all.filter((f) => km2(f) > 50).length);
    expect(await count('control', 'km2 > 50', { 'filter-lang': 'cql-text' })).toBe(
      all.filter((f) => km2(f) > 50).length,
    );
  });

  it('/req/features-filter: filter, bbox and datetime hold together, and the geometry may be in any listed system', async () => {
    const box = 'S_INTERSECTS(geometry, BBOX(36.7,35.4,36.9,35.7))';
    const inBox = await count('place', box);
    expect(inBox).toBeGreaterThan(3);
    expect(
      await count('place', 'S_INTERSECTS(geometry, BBOX(35.4,36.7,35.7,36.9))', { 'filter-crs': `${EPSG}/4326` }),
    ).toBe(inBox);
    expect(await count('place', `${box} AND party = 'opposition'`, { datetime: '2019-04-01' })).toBe(
      (
        await items('place', {
          bbox: '36.7,35.4,36.9,35.7',
          party: 'opposition',
          datetime: '2019-04-01',
          resultType: 'hits',
        })
      ).numberMatched,
    );
    // The maps of 4 and 5 March, and that of the 2nd, whose last instant is the first of the 4th.
    expect(await count('snapshot', `T_INTERSECTS(INTERVAL(valid_from, valid_to), INTERVAL('2020-03-04','..'))`)).toBe(
      3,
    );
    expect(await count('snapshot', `valid_from >= '2020-01-01T'`)).toBe(
      await count('snapshot', `valid_from >= DATE('2020-01-01')`),
    );
  });

  it('a polygon drawn by hand may be as long as 1,500 vertices, though it stands in the address', async () => {
    const ring = Array.from({ length: 1500 }, (_, index) => {
      const angle = (index * 2 * Math.PI) / 1500;
      return `${(36.8 + 0.1 * Math.cos(angle)).toFixed(7)} ${(35.55 + 0.15 * Math.sin(angle)).toFixed(7)}`;
    });
    const drawn = `S_INTERSECTS(geometry, POLYGON((${[...ring, ring[0]].join(',')})))`;
    expect(drawn.length).toBeGreaterThan(32_000);
    const found = await count('place', drawn);
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(await count('place', 'S_INTERSECTS(geometry, BBOX(36.7,35.4,36.9,35.7))'));
  });

  it('an invalid filter is 400 and never a part of one, nor a defect', async () => {
    for (const filter of [
      'a = 1',
      'km2 = 1) OR true',
      `km2 = 'x'`,
      'km2',
      `S_INTERSECTS(geometry, POLYGON((0 0,1 1,0 1,1 0,0 0)))`,
      `S_INTERSECTS(geometry, POINT(200 10))`,
      `S_TOUCHES(geometry, GEOMETRYCOLLECTION(POINT(1 2)))`,
      `place LIKE 'x\\'`,
      `valid_from > 'soon'`,
      'geometry = geometry',
      `party = '\u0000'`,
      'T_AFTER(km2, no)',
      `s_intersects(party, POINT(1 2))`,
    ]) {
      expect(await status('control', { filter }), filter).toBe(400);
    }
    for (const filter of [
      '{',
      '[]',
      '{"op":"="}',
      '{"op":"and","args":[]}',
      '{"op":"=","args":[{"property":"__proto__"},1]}',
      '"x"',
      '{"op":"constructor","args":[1,2]}',
    ]) {
      expect(await status('control', { filter, 'filter-lang': 'cql2-json' }), filter).toBe(400);
    }
    expect(await status('control', { filter: 'true', 'filter-lang': 'sql' })).toBe(400);
  });
});
