import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { expect, it } from 'vitest';
import { dayNumber, parseDate } from '../../src/model/dates.js';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';
import { faults } from '../tiles/decoded.js';

const number = (day: string) => dayNumber(parseDate(day));

onEachDatabase('tiles over a span', (db) => {
  const { raw, json } = serviceOn(async () => m5(await db()));

  const span = (query: string, address = '8/154/100') => `/tiles/m5/span/${address}.mvt?${query}`;

  /** Each feature of a tile as text: its layer, properties, shape; those of a span only if they hold on the day. */
  function shown(body: Uint8Array, day?: number): string[] {
    return Object.entries(new VectorTile(new PbfReader(body)).layers)
      .flatMap(([name, layer]) =>
        Array.from({ length: layer.length }, (_, i) => {
          const feature = layer.feature(i);
          const { valid_from: from, valid_to: to, ...properties } = feature.properties;
          if (day !== undefined && !(Number(from) <= day && day < Number(to))) return '';
          const paths = feature.loadGeometry().map((path) => path.map(({ x, y }) => `${x},${y}`).join(' '));
          return JSON.stringify([name, feature.id, Object.entries(properties).sort(), paths]);
        }),
      )
      .filter((text) => text !== '')
      .sort();
  }

  it('show on every day what the tile of that day shows, from one request', async () => {
    const { dates } = await json<{ dates: string[] }>('/series/m5/dates');
    const inside = dates.filter((day) => day >= '2019-12-10' && day < '2020-01-15');
    expect(inside.length).toBeGreaterThan(3);
    const { status, body, headers } = await raw(span('from=2019-12-10&to=2020-01-15'));
    expect([status, headers['salient-versions-omitted'], headers['salient-stale']]).toEqual([
      200,
      undefined,
      undefined,
    ]);
    for (const day of ['2019-12-10', ...inside, '2019-12-18', '2020-01-01', '2020-01-14']) {
      const one = await raw(`/tiles/m5/8/154/100.mvt?date=${day}`);
      expect([day, shown(body, number(day))]).toEqual([day, shown(one.body)]);
    }
    expect(shown(body, number('2019-12-09'))).toEqual([]);
    expect(shown(body, number('2020-01-15'))).toEqual([]);
  });

  it('of the whole series stay within 500 kB, valid, and say what is missing', async () => {
    for (const address of ['5/19/12', '8/154/100', '11/1232/804']) {
      const { status, body, headers } = await raw(span('from=2019-01-01&to=2020-03-06', address));
      expect(status).toBe(200);
      expect(body.length).toBeLessThanOrEqual(500_000);
      expect(faults(body).filter((fault) => !fault.endsWith('id twice'))).toEqual([]);
      const omitted = headers['salient-versions-omitted'];
      // Where nothing was left out, the last day shows what its own tile shows.
      if (omitted === undefined) {
        const one = await raw(`/tiles/m5/${address}.mvt?date=2020-03-05`);
        expect(shown(body, number('2020-03-05'))).toEqual(shown(one.body));
      } else {
        expect(Number(omitted)).toBeGreaterThan(0);
        const again = await raw(span('from=2019-01-01&to=2020-03-06', address));
        expect(again.headers['salient-versions-omitted']).toBe(omitted);
      }
    }
  });

  it('have an ETag of their own, are 204 where nothing is, and take a choice of layers', async () => {
    const query = 'from=2020-02-12&to=2020-02-20';
    const one = await raw(span(query));
    expect((await raw(span(query), { 'if-none-match': String(one.headers.etag) })).status).toBe(304);
    expect((await raw(span('from=2020-02-12&to=2020-02-21'))).headers.etag).not.toBe(one.headers.etag);
    expect((await raw(span(query, '8/0/0'))).status).toBe(204);
    const some = await raw(span(`${query}&layers=control,post`));
    expect(Object.keys(new VectorTile(new PbfReader(some.body)).layers).sort()).toEqual(['control', 'post']);
    expect((await raw(span('from=2020-03-01&to=2020-03-20'))).headers['salient-stale']).toBe('true');
  });

  it.each([
    ['from=2020-02-12', 400, 'missing_parameter'],
    ['from=2020-02-12&to=2020-02-12', 400, 'invalid_parameter'],
    ['from=2020-02-12&to=2020-02-30', 400, 'invalid_date'],
    ['from=2019-01-01&to=2019-03-01', 404, 'before_first_snapshot'],
    ['from=2020-02-12&to=2020-02-20&layers=change', 404, 'unknown_layer'],
    ['from=2020-02-12&to=2020-02-20&date=2020-02-12', 400, 'unknown_parameter'],
  ])('%s is %i %s', async (query, status, code) => {
    const answer = await raw(span(query));
    expect([answer.status, JSON.parse(answer.body.toString()).code]).toEqual([status, code]);
  });

  it('are counted, as all tiles are, by zoom', async () => {
    interface Counters {
      zooms: { zoom: number; hits: number; misses: number }[];
      bytes: number;
    }
    const at10 = async () =>
      (await json<Counters>('/tiles/counters', CREDENTIAL)).zooms.find(({ zoom }) => zoom === 10);
    expect(await at10()).toBe(undefined);
    const path = '/tiles/m5/10/616/402.mvt?date=2019-05-05';
    for (let i = 0; i < 3; i++) await raw(path);
    await raw(path, { 'if-none-match': '*' });
    // The memory answers the 304 too.
    expect(await at10()).toEqual({ zoom: 10, hits: 3, misses: 1 });
    expect((await json<Counters>('/tiles/counters', CREDENTIAL)).bytes).toBeGreaterThan(0);
    expect((await raw('/tiles/counters', {}, 'POST')).status).toBe(405);
  });
});
