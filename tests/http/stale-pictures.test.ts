import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';
import { strips } from '../setup/strips.js';

/** The only map of a series that states neither until when it is complete nor how long a map stands: fourteen days. */
const MAP = '2024-05-01';
const KNOWN = '2024-05-10';
const TOO_OLD = '2026-11-30';
const CREATE = 'create=true&title=Ridge&publisher=Us&licence=CC0&accuracy=60';

onEachDatabase('a map that is too old for the day', (db) => {
  const { get, json, post } = serviceOn(db);
  const stored = async () =>
    post(`/series/ridge/snapshots?date=${MAP}&accept=test&${CREATE}`, strips([36.5], ['a', 'b']));
  const told = async (path: string) => {
    const { status, headers } = await get(path);
    return [status, headers.get('salient-stale'), headers.get('salient-unknown')];
  };
  const heading = async (query: string) => {
    const text = await (await get(`/maps/ridge.svg${query}`)).text();
    return /font-size="15"[^>]*>([^<]*)</.exec(text)?.[1];
  };

  it('is not drawn as the map of that day: the picture and the style are of the day of the map, and say so', async () => {
    expect((await stored()).status).toBe(201);
    expect(await heading(`?date=${KNOWN}`)).toBe(KNOWN);
    const late = `${MAP} (the last map; nothing is known of ${TOO_OLD})`;
    expect(await heading(`?date=${TOO_OLD}`)).toBe(late);
    expect(await (await get(`/maps/ridge.svg?date=${TOO_OLD}&frame=none`)).text()).toContain(`Ridge, ${late}`);
    const style = await json<{ name: string; metadata: object }>(`/styles/ridge/style.json?date=${TOO_OLD}`);
    expect(style.name).toBe(`Ridge, ${late}`);
    expect(style.metadata).toMatchObject({ 'salient:stale': true, 'salient:unknown': 'map_too_old' });
    const change = await json<{ name: string }>(`/styles/ridge/style.json?from=${MAP}&to=${TOO_OLD}`);
    expect(change.name).toBe(`Ridge, ${MAP} to ${TOO_OLD} (not known on both days)`);
  });

  it('is not shared as the map of that day; a day before the first map has no picture', async () => {
    const shared = async (date: string) => {
      const page = await (await get(`/?series=ridge&date=${date}`, { headers: { accept: 'text/html' } })).text();
      return [/og:title" content="([^"]*) — /.exec(page)?.[1], /og:image" content="[^"?]*([^"]*)"/.exec(page)?.[1]];
    };
    expect(await shared(KNOWN)).toEqual([`Ridge, ${KNOWN}`, `?width=1200&amp;date=${KNOWN}`]);
    const late = `Ridge, ${MAP} (the last map; nothing is known of ${TOO_OLD})`;
    expect(await shared(TOO_OLD)).toEqual([late, `?width=1200&amp;date=${TOO_OLD}`]);
    expect(await shared('2023-01-01')).toEqual(['Ridge', '?width=1200']);
    expect(await shared('2024-02-31')).toEqual(['Ridge', '?width=1200']);
  });

  it('has headers that say so on every form of the answer', async () => {
    for (const path of [
      '/maps/ridge.png?width=200&date=',
      '/maps/ridge.svg?date=',
      '/maps/ridge/8/154/100.png?date=',
      '/styles/ridge/style.json?date=',
      `/styles/ridge/style.json?from=${MAP}&to=`,
      '/tiles/ridge.json?date=',
      '/control?series=ridge&date=',
      '/ogc/collections/ridge_control/items?f=json&datetime=',
      '/ogc/collections/ridge_control/items?f=csv&datetime=',
    ]) {
      expect([path, ...(await told(path + KNOWN))]).toEqual([path, 200, null, null]);
      expect([path, ...(await told(path + TOO_OLD))]).toEqual([path, 200, 'true', 'map_too_old']);
    }
    const open = (await get(`/maps/ridge.png?width=200&date=${TOO_OLD}`)).headers;
    expect(open.get('access-control-expose-headers')).toContain('salient-unknown');
  });

  it('without a date they are all of the last complete day: where none is stated, that of the last map', async () => {
    expect(await heading('')).toBe(MAP);
    expect((await json<{ name: string }>('/styles/ridge/style.json')).name).toBe(`Ridge, ${MAP}`);
    expect(await json('/tiles/ridge.json')).toMatchObject({ date: MAP, valid_from: MAP, stale: false, unknown: null });
    expect(await json('/ogc/collections/ridge_control/items?f=json')).toMatchObject({ datetime: MAP, stale: false });
    for (const path of ['/maps/ridge.png?width=200', '/styles/ridge/style.json', '/tiles/ridge/8/154/100.mvt'])
      expect([path, ...(await told(path))]).toEqual([path, 200, null, null]);
  });
});
