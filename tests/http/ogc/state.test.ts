import { expect, it } from 'vitest';
import { importSnapshots } from '../../../src/maps/import.js';
import type { IsoDate } from '../../../src/model/dates.js';
import { onEachDatabase } from '../../setup/databases.js';
import { serviceOn } from '../../setup/service.js';
import { type Items, linkTo, pagesOf } from './reading.js';

/** A map of `size` by `size` squares, each held by the party of the version; `both`: in turns. */
function grid(size: number, party: string): string {
  const features = Array.from({ length: size * size }, (_, index) => {
    const [x, y] = [30 + (index % size) / size, 40 + Math.floor(index / size) / size];
    const step = 1 / size;
    const ring = [
      [x, y],
      [x + step, y],
      [x + step, y + step],
      [x, y + step],
      [x, y],
    ];
    return {
      type: 'Feature',
      properties: { party: party === 'both' ? (index % 2 ? 'red' : 'blue') : party },
      geometry: { type: 'Polygon', coordinates: [ring] },
    };
  });
  return JSON.stringify({ type: 'FeatureCollection', features });
}

let series = 0;

onEachDatabase('readers during an import', (db) => {
  const { get, json, post } = serviceOn(db);

  it('page through one state, the old or the new, never a mixture', async () => {
    const store = await db();
    const id = `readers-${process.pid}-${++series}`;
    const store1 = (party: string, create: boolean) =>
      importSnapshots(store, {
        series: id,
        map: grid(8, party),
        options: { date: '2024-01-01' as IsoDate },
        source: 'a test',
        create: create ? { title: 'Readers', publisher: 'Us', licence: 'CC0', accuracyM: 100, theatre: null } : null,
        accept: 'a test',
      });
    await store1('both', true);
    await store1('red', false);
    const readers = store.engine === 'server' ? 100 : 8;
    let importing = true;
    const imports = (async () => {
      for (const party of ['blue', 'red', 'blue']) await store1(party, false);
      importing = false;
    })();
    const seen = new Set<string>();
    const read = async () => {
      const pages = await pagesOf(get, `/ogc/collections/${id}_control/items?limit=20`);
      const features = pages.flatMap((page) => page.features);
      expect(new Set(features.map((feature) => feature.id)).size).toBe(64);
      const parties = new Set(features.map(({ properties }) => String(properties.party)));
      expect([...parties]).toHaveLength(1);
      for (const party of parties) seen.add(party);
    };
    await Promise.all(Array.from({ length: readers }, read));
    await imports;
    await read();
    expect(importing).toBe(false);
    expect(seen.has('blue')).toBe(true);
  });

  it('a next link taken before a correction still leads to the state before it', async () => {
    const id = `readers-${process.pid}-${++series}`;
    const put = (party: string, create: string) =>
      post(`/series/${id}/snapshots?date=2024-01-01&accept=a+test${create}`, grid(3, party));
    expect((await put('both', '&create=true&title=T&publisher=P&licence=CC0&accuracy=100')).status).toBe(201);
    expect((await put('red', '')).status).toBe(201);
    const first = await json<Items>(`/ogc/collections/${id}_control/items?limit=4`);
    expect((await put('blue', '')).status).toBe(201);
    const rest = await pagesOf(get, linkTo(first.links, 'next'));
    expect(new Set(rest.flatMap(({ features }) => features.map(({ properties }) => properties.party)))).toEqual(
      new Set(['red']),
    );
    const now = await json<Items>(`/ogc/collections/${id}_control/items?limit=4`);
    expect(now.features[0]?.properties.party).toBe('blue');
    const then = await json<Items>(
      `/ogc/collections/${id}_control/items?limit=4&known-at=${encodeURIComponent(first.known_at)}`,
    );
    expect(then.features).toEqual(first.features);
  });
});
