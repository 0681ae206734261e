import { expect, it } from 'vitest';
import { onEachDatabase } from '../../setup/databases.js';
import { m5 } from '../../setup/m5.js';
import { serviceOn } from '../../setup/service.js';
import type { Items } from './reading.js';

onEachDatabase('CQL2 with arithmetic and lists', (db) => {
  const { get, json } = serviceOn(async () => m5(await db()));
  const ids = async (kind: string, filter: string) =>
    (await json<Items>(`/ogc/collections/m5_${kind}/items?limit=1000&filter=${encodeURIComponent(filter)}`)).features
      .map(({ id }) => id)
      .sort();
  const status = async (filter: string) =>
    (await get(`/ogc/collections/m5_control/items?filter=${encodeURIComponent(filter)}`)).status;
  const areas = async () => (await json<Items>('/ogc/collections/m5_control/items?limit=1000')).features;

  it('computes as JavaScript does', async () => {
    const where = async (holds: (km2: number, no: number) => boolean) =>
      (await areas())
        .filter(({ properties }) => holds(Number(properties.km2), Number(properties.no)))
        .map(({ id }) => id)
        .sort();
    expect(await ids('control', 'km2 * 2 + 1 > 100')).toEqual(await where((km2) => km2 * 2 + 1 > 100));
    expect(await ids('control', '(km2 + 1) * 2 > 100 AND (no > 3)')).toEqual(
      await where((km2, no) => (km2 + 1) * 2 > 100 && no > 3),
    );
    expect(await ids('control', 'no % 2 = 1')).toEqual(await where((_, no) => no % 2 === 1));
    expect(await ids('control', 'no div 10 = 2')).toEqual(await where((_, no) => Math.trunc(no / 10) === 2));
    expect(await ids('control', '2 ^ 3 ^ 1 - no >= 0 - km2')).toEqual(await where((km2, no) => 8 - no >= -km2));
    // A quotient by nothing is no number, equal to nothing.
    expect(await ids('control', 'km2 / 0 = 1 OR NOT (km2 / 0 = 1)')).toEqual([]);
    for (const wrong of ['km2 + party > 1', 'km2 +', 'km2 ** 2 > 1', '1e200 * 1e200 > km2', '(km2 > 1'])
      expect(await status(wrong), wrong).toBe(400);
  });

  it('compares lists as sets', async () => {
    const places = (await json<Items>('/ogc/collections/m5_control/items?limit=1000')).features;
    const listed = (value: unknown) => (typeof value === 'string' ? value.split('; ') : []);
    const [first = ''] = places.flatMap(({ properties }) => listed(properties.claims));
    expect(first).not.toBe('');
    const holding = places.filter(({ properties }) => listed(properties.claims).includes(first)).map(({ id }) => id);
    expect(await ids('control', `A_CONTAINS(claims, ('${first}'))`)).toEqual(holding.sort());
    expect(await ids('control', `A_OVERLAPS(claims, ('${first}', 'nothing'))`)).toEqual(holding.sort());
    expect(await ids('control', "A_EQUALS(claims, ('nothing'))")).toEqual([]);
    // What has no list is compared with none.
    for (const none of ['A_EQUALS(claims, ())', "A_CONTAINEDBY(claims, ('a'))"]) {
      expect(await ids('control', none)).toEqual([]);
    }
    expect(await status("A_CONTAINS(party, ('x'))")).toBe(400);
  });

  it('takes a filter as the body of a POST, whose next page is a GET', async () => {
    const post = (body: string, type: string) =>
      get('/ogc/collections/m5_control/items?limit=5', { method: 'POST', body, headers: { 'content-type': type } });
    const byText = await post("party = 'government'", 'text/plain');
    expect(byText.status).toBe(200);
    const page = (await byText.json()) as Items;
    const requested = await json<Items>("/ogc/collections/m5_control/items?limit=5&filter=party%20%3D%20'government'");
    expect(page.features).toEqual(requested.features);
    const byJson = await post(
      JSON.stringify({ op: '=', args: [{ property: 'party' }, 'government'] }),
      'application/json',
    );
    expect(((await byJson.json()) as Items).numberMatched).toBe(requested.numberMatched);
    const next = new URL(page.links.find(({ rel }) => rel === 'next')?.href ?? '');
    const more = await json<Items>(next.pathname + next.search);
    for (const { properties } of more.features) expect(properties.party).toBe('government');
    expect([(await post('party =', 'text/plain')).status, (await post('x', 'text/html')).status]).toEqual([400, 415]);
  });

  it('describes what a feature has (Part 5), linked from its collection', async () => {
    const collection = await json<{ links: Items['links'] }>('/ogc/collections/m5_control');
    const link = collection.links.find(({ rel }) => rel === 'http://www.opengis.net/def/rel/ogc/1.0/schema');
    const { properties } = await json<{ properties: Record<string, Record<string, unknown>> }>(
      new URL(link?.href ?? '').pathname,
    );
    const [area] = await areas();
    expect(Object.keys(properties)).toEqual(['id', 'geometry', ...Object.keys(area?.properties ?? {})]);
    expect(properties.valid_from?.['x-ogc-role']).toBe('primary-interval-start');
    expect(properties.geometry?.format).toBe('geometry-multipolygon');
  });
});
