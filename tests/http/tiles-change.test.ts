import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

const change = (query: string, address = '6/38/25') => `/tiles/m5/change/${address}.mvt?${query}`;
const BOTH = 'from=2019-08-01&to=2020-02-15';

onEachDatabase('tiles of what changed hands', (db) => {
  const { raw, json } = serviceOn(async () => m5(await db()));

  async function patches(query: string, address?: string) {
    const { body } = await raw(change(query, address));
    const { change: layer, ...rest } = new VectorTile(new PbfReader(body)).layers;
    expect(rest).toEqual({});
    return Array.from({ length: layer?.length ?? 0 }, (_, i) => layer?.feature(i));
  }

  it('hold the patches of /change, under the same ids and with the area of the whole patch', async () => {
    const answer = await json<{
      features: { id: string; properties: { from: string; to: string; km2: number } }[];
    }>(`/change?series=m5&${BOTH}&f=geojson`);
    const found = new Map<unknown, Record<string, unknown>>();
    // At zoom 10 nothing of the size of a patch is too small to be drawn.
    for (let x = 612; x <= 620; x++) {
      for (let y = 398; y <= 408; y++) {
        for (const feature of await patches(BOTH, `10/${x}/${y}`)) {
          found.set(feature?.properties.id, feature?.properties ?? {});
        }
      }
    }
    const big = answer.features.filter(({ properties }) => properties.km2 > 1);
    expect(big.length).toBeGreaterThan(0);
    for (const { id, properties } of big) {
      const { from, to, km2 } = properties;
      expect(found.get(id)).toEqual({ id, from, to, km2 });
    }
    for (const id of found.keys()) expect(answer.features.map((feature) => feature.id)).toContain(id);
  });

  it('are the same backwards, with the classes swapped', async () => {
    const classes = (features: Awaited<ReturnType<typeof patches>>, swapped: boolean) =>
      features.map((feature) => {
        const { from, to, km2 } = feature?.properties ?? {};
        return `${swapped ? `${to} ${from}` : `${from} ${to}`} ${Number(km2).toFixed(3)}`;
      });
    const there = await patches(BOTH);
    const back = await patches('from=2020-02-15&to=2019-08-01');
    expect(classes(back, true).sort()).toEqual(classes(there, false).sort());
  });

  it('are 204 between days of one map, with an ETag that is another than that of days apart', async () => {
    const same = await raw(change('from=2020-02-12&to=2020-02-15'));
    expect([same.status, same.body.length]).toEqual([204, 0]);
    expect((await raw(change('from=2020-02-12&to=2020-02-12'))).status).toBe(204);
    const apart = await raw(change(BOTH));
    expect([apart.status, apart.headers['content-type']]).toEqual([200, 'application/vnd.mapbox-vector-tile']);
    expect(apart.headers.etag).not.toBe(same.headers.etag);
    expect(apart.headers['cache-control']).toMatch(/no-cache/);
  });

  it('are one tile for all days of the two validities, and not sent again to who has it', async () => {
    const [one, other] = [
      await raw(change('from=2019-08-01&to=2020-02-12')),
      await raw(change('from=2019-08-01&to=2020-02-15')),
    ];
    expect(one.headers.etag).toBe(other.headers.etag);
    expect(one.body.equals(other.body)).toBe(true);
    const again = await raw(change(BOTH), { 'if-none-match': String(one.headers.etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect((await raw(change('from=2019-09-01&to=2020-02-16'))).headers.etag).not.toBe(one.headers.etag);
  });

  it.each([
    ['from=2019-08-01', 400, 'missing_parameter'],
    ['from=2019-08-01&to=2020-02-30', 400, 'invalid_date'],
    [`${BOTH}&date=2019-08-01`, 400, 'unknown_parameter'],
    [`${BOTH}&layers=control`, 400, 'unknown_parameter'],
    ['from=2019-03-01&to=2020-02-15', 404, 'before_first_snapshot'],
  ])('%s is %i %s', async (query, status, code) => {
    const answer = await raw(change(query));
    expect([answer.status, JSON.parse(answer.body.toString()).code]).toEqual([status, code]);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('are asked for in the grid and of a series that exists; the layer is not one of a single day', async () => {
    expect((await raw(change(BOTH, '15/0/0'))).status).toBe(400);
    expect((await raw(change(BOTH).replace('m5', 'm6'))).status).toBe(404);
    expect((await raw('/tiles/m5/6/38/25.mvt?date=2020-01-29&layers=change')).status).toBe(404);
  });
});
