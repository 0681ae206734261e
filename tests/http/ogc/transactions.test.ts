import { afterAll, beforeAll, expect, it } from 'vitest';
import { importSnapshots } from '../../../src/maps/import.js';
import { parseDate } from '../../../src/model/dates.js';
import { createToken } from '../../../src/store/tokens.sql.js';
import { onEachDatabase } from '../../setup/databases.js';
import { serviceOn } from '../../setup/service.js';

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
interface Made {
  proposal: number;
  preview: { change: { from: string; to: string; km2: number }[] };
}

onEachDatabase('what a GIS saves', (db) => {
  const { get } = serviceOn(db);
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
    expect(answer.headers.get('location')).toMatch(new RegExp(`/series/${ID}/proposals/${proposal}$`));
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
    const tag = (await get(item)).headers.get('etag') ?? '';
    expect(tag).toMatch(/^"/);
    const change = { properties: { party: 'aland' } };
    expect((await send('PATCH', item + WORDS, change, { 'if-match': tag })).status).toBe(202);
    expect((await send('PATCH', item + WORDS, change, { 'if-match': '"other"' })).status).toBe(412);
  });

  it('tells a GIS what it may save, and asks everybody for a right to it', async () => {
    const item = `${ITEMS}/${await idOf('borland')}`;
    expect((await get(ITEMS, { method: 'OPTIONS' })).headers.get('allow')).toMatch(/POST/);
    expect((await get(item, { method: 'OPTIONS' })).headers.get('allow')).toMatch(/PUT.*DELETE/);
    expect((await get(`/ogc/collections/${ID}_place/items`, { method: 'OPTIONS' })).headers.get('allow')).toBe(
      'GET, HEAD',
    );
    const anonymous = { method: 'DELETE' };
    expect((await get(item + WORDS, anonymous)).status).toBe(401);
    expect((await send('DELETE', `/ogc/collections/${ID}_place/items/x${WORDS}`, null)).status).toBe(405);
    expect((await send('DELETE', `/ogc/collections/nobody_control/items/${DAY}.1${WORDS}`, null)).status).toBe(404);
  });
});
