import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importSnapshots } from '../../src/maps/import.js';
import { parseDate } from '../../src/model/dates.js';
import { browserFor, NO_BROWSER, SLOW } from '../setup/browser.js';
import { CREDENTIAL } from '../setup/credential.js';
import { BROWSED, database } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { openPublisher, type Publisher } from '../setup/publisher.js';
import { serviceOn } from '../setup/service.js';

const SERIES = 'pulled-page';
const store = () => database(BROWSED, 'desk page');
const mapOf = (border: number) => {
  const area = (party: string, west: number, east: number) => ({
    ...{ type: 'Feature', properties: { party } },
    geometry: { type: 'Polygon', coordinates: [box(west, 40, east, 41)] },
  });
  return JSON.stringify({
    type: 'FeatureCollection',
    features: [area('aland', 30, border), area('borland', border, 32)],
  });
};

describe.skipIf(NO_BROWSER)('files of other publishers at the desk [needs /usr/bin/chromium]', () => {
  const service = serviceOn(store, { pullPrivate: ['127.0.0.1'] });
  const browser = browserFor();
  let publisher: Publisher;
  const post = async (path: string, body?: object) =>
    (await service.get(path, { method: 'POST', headers: { ...CREDENTIAL, 'content-type': 'application/json' }, ...(body && { body: JSON.stringify(body) }) })).json() as Promise<{ id: number; token: string }>; // biome-ignore format: one request

  beforeAll(async () => {
    publisher = await openPublisher();
    await importSnapshots(await store(), {
      ...{ series: SERIES, map: mapOf(31), options: { date: parseDate('2024-05-01') }, source: null, accept: null },
      create: { title: 'A front', publisher: 'Us', licence: 'CC0', accuracyM: 100 } as never,
    });
  });
  afterAll(() => publisher.close());

  test('are listed as they stand; who may import pulls one at once, a reader sees its host alone, and no button', async () => {
    const address = `http://${publisher.host}/latest_2024-05-02.geojson?key=s3cret`;
    const stated = { address, publisher: 'A paper', date_from: 'modified' };
    const { id } = await post(`/series/${SERIES}/subscriptions`, stated);
    publisher.answer = (_, response) =>
      response.writeHead(200, { 'last-modified': 'Thu, 02 May 2024 06:00:00 GMT' }).end(mapOf(31.01));
    const { token: reader } = await post('/tokens/pulled-reader?scopes=read');
    const { token: editor } = await post('/tokens/pulled-editor?scopes=write');
    const open = async (token: string) => {
      const { page } = await browser.page({ viewport: { width: 1200, height: 800 } });
      await page.goto(`${service.base}/desk?series=${SERIES}`);
      await page.getByLabel('Your token').fill(token);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'Files of other publishers' }).waitFor(SLOW);
      return page;
    };
    const asReader = await open(reader);
    const list = asReader.getByRole('region', { name: 'Files of other publishers' });
    expect(await list.textContent()).toContain(`http://${publisher.host}/***`);
    expect(await list.textContent()).not.toContain('s3cret');
    expect(await list.getByRole('button', { name: /Pull now/ }).count()).toBe(0);

    const page = await open(editor);
    const region = page.getByRole('region', { name: 'Files of other publishers' });
    expect(await region.textContent()).toContain('s3cret');
    await region.getByRole('button', { name: /Pull now/ }).click();
    await region.getByText('held: waiting for review: the map of 2024-05-02').waitFor(SLOW);
    expect(publisher.requests).toHaveLength(1);
    await post(`/series/${SERIES}/subscriptions/${id}/remove?why=done`);
  });
});
