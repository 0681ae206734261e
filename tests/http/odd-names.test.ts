import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { serviceOn } from '../setup/service.js';

/** What every object of JavaScript has: where a table is looked into by a name from outside, these are found in it. */
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
const MARKUP = '<img src=x onerror=alert(1)>"\'&';
const CREATE = 'create=true&publisher=Test&licence=CC0-1.0&accuracy=500';

const area = (party: string, west: number, east: number) => ({
  type: 'Feature',
  properties: { party },
  geometry: { type: 'Polygon', coordinates: [box(west, 35, east, 36)] },
});
const map = (west: string, east: string) => ({
  type: 'FeatureCollection',
  features: [area(west, 36, 36.5), area(east, 36.5, 37)],
});

onEachDatabase('names that mean something else to a program', (db) => {
  const { get, post } = serviceOn(db);

  it.each(NAMES)('%s is refused or unknown wherever it may stand, and never a defect', async (name) => {
    const paths = [
      `/${name}`,
      `/series/${name}`,
      `/series?${name}=1`,
      `/reports/${name}`,
      `/alerts/${name}/feed.atom`,
      `/web/${name}`,
      `/docs/${name}`,
      `/control?series=odd-names&date=2020-01-06&${name}=1`,
      `/report?series=odd-names&from=2020-01-01&to=2020-01-05&lang=${name}`,
      `/ogc/collections/${name}`,
      `/ogc/collections/m5_${name}/items`,
      `/ogc/collections/m5_control/items?f=${name}`,
      `/ogc/collections/m5_control/items?filter=${name}%3D1`,
      `/ogc/collections/m5_control/items?filter=${name}(party)%3D1`,
      `/ogc/collections/m5_control/items?crs=${name}`,
      `/ogc/collections/m5_control/tiles/${name}/1/0/0`,
      `/styles/fonts/${name}/0-255.pbf`,
      `/styles/webfonts/${name}/400.css`,
      `/styles/${name}/style.json`,
      `/snapshots/m5/2020-01-01.${name}`,
      `/tiles/m5/2020-01-05/8/154/100.mvt?layers=${name}`,
    ];
    const answers = await Promise.all(paths.map(async (path) => [path, (await get(path)).status] as const));
    expect(answers.filter(([, status]) => status < 400 || status >= 500)).toEqual([]);
    const sent = await post(`/series/odd-names/snapshots?date-format=${name}&${CREATE}`, map('west', 'east'));
    expect([400, 422]).toContain(sent.status);
    const filter = await post('/ogc/collections/m5_control/items', '{}', { 'content-type': name });
    expect([404, 415]).toContain(filter.status);
  });

  it.each(NAMES)('a party may be called %s', async (name) => {
    const series = `odd-${name.replaceAll('_', '').toLowerCase()}`;
    const send = (day: string, features: unknown, more = '') =>
      post(`/series/${series}/snapshots?date=${day}&accept=x${more}`, features);
    expect(await send('2020-01-01', map(name, 'other'), `&${CREATE}&title=T`)).toMatchObject({ status: 201 });
    expect(await send('2020-01-05', map('other', name))).toMatchObject({ status: 201 });
    for (const path of [
      `/control?series=${series}&date=2020-01-05`,
      `/change?series=${series}&from=2020-01-01&to=2020-01-05`,
      `/front?series=${series}&date=2020-01-05`,
      `/styles/${series}/style.json?date=2020-01-05`,
      `/ogc/collections/${series}_control/items?f=html`,
      `/report?series=${series}&from=2020-01-01&to=2020-01-05`,
    ]) {
      const answer = await get(path);
      const text = await answer.text();
      expect([path, answer.status]).toEqual([path, 200]);
      expect(text).not.toContain('[native code]');
    }
  });

  it('a title, publisher or reason that is markup is text wherever it is shown', async () => {
    const odd = encodeURIComponent(MARKUP);
    const query = `date=2020-01-01&create=true&licence=CC0-1.0&accuracy=500&title=${odd}&publisher=${odd}&source=${odd}&accept=${odd}`;
    expect(await post(`/series/odd-markup/snapshots?${query}`, map('west', 'east'))).toMatchObject({ status: 201 });
    expect(await post('/series/odd-markup/snapshots?date=2020-01-05&accept=x', map('east', 'west'))).toMatchObject({
      status: 201,
    });
    for (const path of [
      '/?series=odd-markup',
      '/?series=odd-markup&date=2020-01-01',
      '/desk',
      '/ogc?f=html',
      '/ogc/collections?f=html',
      '/ogc/collections/odd-markup_control?f=html',
      '/ogc/collections/odd-markup_control/items?f=html',
      '/maps/odd-markup.svg?date=2020-01-05',
      `/${odd}`,
      `/series/${odd}`,
      `/control?series=${odd}&date=2020-01-01`,
      `/ogc/collections/${odd}`,
    ]) {
      const answer = await get(path, { headers: { accept: 'text/html' } });
      const text = await answer.text();
      expect([path, text.includes('<img src=x')]).toEqual([path, false]);
      expect(answer.headers.get('content-security-policy')).not.toMatch(/unsafe-inline|unsafe-eval/);
    }
  });
});
