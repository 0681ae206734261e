import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { importSnapshots } from '../../src/maps/import.js';
import { parseDate } from '../../src/model/dates.js';
import { browserFor, NO_BROWSER, ready, SLOW, shows } from '../setup/browser.js';
import { CREDENTIAL } from '../setup/credential.js';
import { BROWSED, database } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';

const SERIES = 'live-page';
const store = () => database(BROWSED, 'live page');

/** Two parties, or three, with their border at a meridian. */
const map = (edge: number, east = 'borland', to = 32) => {
  const box = (party: string, west: number, east: number) => ({
    ...{ type: 'Feature', properties: { party } },
    geometry: {
      type: 'Polygon',
      coordinates: [[at(west, 40), at(east, 40), at(east, 41), at(west, 41), at(west, 40)]],
    },
  });
  const at = (lon: number, lat: number) => [lon, lat];
  return JSON.stringify({ type: 'FeatureCollection', features: [box('aland', 30, edge), box(east, edge, to)] });
};

async function draw(
  edge: number,
  date: string,
  create: object | null = null,
  east = 'borland',
  to = 32,
): Promise<void> {
  await importSnapshots(await store(), {
    ...{ series: SERIES, map: map(edge, east, to), options: { date: parseDate(date) }, source: null },
    ...{ create: create as never, accept: 'a test' },
  });
}

describe.skipIf(NO_BROWSER)('a page that stays open [needs /usr/bin/chromium]', () => {
  const service = serviceOn(store);
  const browser = browserFor();

  beforeAll(async () => {
    await draw(30.5, '2024-05-01', { title: 'A living map', publisher: 'Us', licence: 'CC0', accuracyM: 100 });
    await draw(30.6, '2024-05-02');
  });

  async function opened(day: string): Promise<Page> {
    const { page } = await browser.page({ viewport: { width: 900, height: 560 } });
    await page.goto(`${service.base}/?series=${SERIES}#date=${day}`);
    await ready(page);
    await shows(page, day);
    await page.evaluate(() => Object.assign(window, { same: true }));
    return page;
  }
  const isSame = (page: Page) => page.evaluate(() => 'same' in window);
  const balance = (page: Page) => page.locator('#balance').textContent();

  test('a correction is shown on the day that the reader looks at, without a reload and without a bare frame', async () => {
    const page = await opened('2024-05-02');
    const before = await balance(page);
    // At every drawing from now on: a pixel of ground, and the day.
    await page.evaluate(() => {
      const seen: [number, string][] = [];
      Object.assign(window, { seen });
      const canvas = document.querySelector<HTMLCanvasElement>('#map canvas');
      const gl = canvas?.getContext('webgl2');
      if (!canvas || !gl) throw new Error('no WebGL');
      const flush = gl.drawElements.bind(gl);
      let queued = false;
      gl.drawElements = (...given) => {
        flush(...given);
        if (queued) return;
        queued = true;
        queueMicrotask(() => {
          queued = false;
          const pixel = new Uint8Array(4);
          gl.readPixels(canvas.width / 2, canvas.height / 2, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
          const [r = 0, g = 0, b = 0] = pixel;
          seen.push([Math.max(r, g, b) - Math.min(r, g, b), document.body.dataset.shown ?? '']);
        });
      };
    });
    await draw(30.8, '2024-05-02');
    await expect.poll(() => balance(page), SLOW).not.toBe(before);
    await page.waitForTimeout(500);
    const seen = await page.evaluate(() => (window as unknown as { seen: [number, string][] }).seen);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.filter(([hue, day]) => hue < 12 || day !== '2024-05-02')).toEqual([]);
    expect(await isSame(page)).toBe(true);
    expect(await page.locator('#banner').isHidden()).toBe(true);
  });

  test('who looks at an earlier day keeps it and is told of a newer map; who looks at the newest follows', async () => {
    const [earlier, latest] = [await opened('2024-05-01'), await opened('2024-05-02')];
    await draw(31, '2024-05-03');
    await shows(latest, '2024-05-03');
    await expect.poll(() => latest.locator('#newer').textContent(), SLOW).toContain('3 May 2024');
    const hint = earlier.getByRole('button', { name: 'A newer map: 3 May 2024' });
    await hint.waitFor(SLOW);
    expect(await earlier.locator('body').getAttribute('data-shown')).toBe('2024-05-01');
    await hint.click();
    await shows(earlier, '2024-05-03');
    expect(await earlier.locator('#newer').isHidden()).toBe(true);
    expect([await isSame(earlier), await isSame(latest)]).toEqual([true, true]);
  });

  test('a party that comes while the page is open has its name, its colour and its marks, and a theatre that grows is drawn', async () => {
    const page = await opened('2024-05-01');
    const legend = page.locator('#legend');
    expect(await legend.textContent()).toContain('aland');
    expect(await legend.textContent()).not.toContain('The Clands');
    const party = { id: 'cland', name: 'The Clands', colour: '#0a8f3c' };
    const parties = { type: 'FeatureCollection', features: [{ type: 'Feature', geometry: null, properties: party }] };
    expect((await service.post(`/series/${SERIES}/parties?source=us`, parties)).status).toBe(200);
    const ring = [30, 33].flatMap((lon) => (lon === 30 ? [40, 41] : [41, 40]).map((lat) => [lon, lat]));
    const theatre = { type: 'Polygon', coordinates: [[...ring, ring[0]]] };
    expect((await service.post(`/series/${SERIES}/theatre`, theatre)).status).toBe(200);
    await draw(30.5, '2024-05-04', null, 'cland', 33);
    const hint = page.getByRole('button', { name: 'A newer map: 4 May 2024' });
    await hint.waitFor(SLOW);
    await hint.click();
    await shows(page, '2024-05-04');
    expect(await legend.textContent()).toContain('The Clands');
    expect(await balance(page)).toContain('The Clands');
    const swatches = page.locator('#balance .swatch');
    const colours = await swatches.evaluateAll((all) =>
      all.map((one) => (one as HTMLElement).style.getPropertyValue('--colour')),
    );
    expect(colours).toContain(party.colour);
    // East of 32 degrees there was no ground when the page was opened.
    await page.evaluate(() => {
      location.hash = location.hash.replace(/map=[^&]*/, 'map=8.00/40.5000/32.5000');
    });
    await expect.poll(() => hueIn(page), SLOW).toMatch(/^[^rb]*g/);
    expect(await isSame(page)).toBe(true);
  });

  /** Which of red, green and blue is the strongest in the middle of the map, when it is clearly so. */
  async function hueIn(page: Page): Promise<string> {
    const image = (await page.locator('#map canvas').screenshot()).toString('base64');
    return page.evaluate(async (png) => {
      const picture = new Image();
      picture.src = `data:image/png;base64,${png}`;
      await picture.decode();
      const canvas = document.createElement('canvas');
      const pen = canvas.getContext('2d');
      const [w, h] = [picture.naturalWidth, picture.naturalHeight];
      pen?.drawImage(picture, w / 2, h / 2, 40, 40, 0, 0, 1, 1);
      const [r = 0, g = 0, b = 0] = pen?.getImageData(0, 0, 1, 1).data ?? [];
      const most = Math.max(r, g, b);
      return most - Math.min(r, g, b) < 12 ? '' : most === r ? 'r' : most === g ? 'g' : 'b';
    }, image);
  }

  test('a newer map that is withdrawn is offered no longer; one that stands between is', async () => {
    const page = await opened('2024-05-01');
    const hint = page.locator('#newer');
    await draw(30.7, '2024-05-06');
    await expect.poll(() => hint.textContent(), SLOW).toContain('6 May 2024');
    await draw(30.7, '2024-05-08');
    await expect.poll(() => hint.textContent(), SLOW).toContain('8 May 2024');
    await withdrawMap('2024-05-08');
    await expect.poll(() => hint.textContent(), SLOW).toContain('6 May 2024');
    await withdrawMap('2024-05-06');
    await expect.poll(() => hint.isHidden(), SLOW).toBe(true);
    expect(await isSame(page)).toBe(true);
  });

  test('that a newer map is shown is said no longer once it is withdrawn', async () => {
    const page = await opened('2024-05-04');
    await draw(30.7, '2024-05-07');
    await shows(page, '2024-05-07');
    const hint = page.locator('#newer');
    await expect.poll(() => hint.textContent(), SLOW).toContain('7 May 2024');
    await withdrawMap('2024-05-07');
    await expect.poll(() => hint.isHidden(), { timeout: 8000 }).toBe(true);
    expect(await isSame(page)).toBe(true);
  });

  const withdrawMap = async (day: string) =>
    expect((await service.post(`/series/${SERIES}/snapshots/${day}/withdraw?why=wrong`, '')).status).toBe(200);

  test('a series that is withdrawn is not shown on: the page says so, without the reason, and comes back where it was when it is restored', async () => {
    const { page, complaints } = await browser.page({ viewport: { width: 900, height: 560 } });
    await page.goto(`${service.base}/?series=${SERIES}#date=2024-05-02`);
    await ready(page);
    await shows(page, '2024-05-02');
    const withdraw = (query: string) => service.post(`/series/${SERIES}/withdraw?${query}`, '');
    expect((await withdraw('why=a%20forged%20source')).status).toBe(200);
    const notice = page.locator('#notice');
    await expect.poll(() => notice.textContent(), SLOW).toContain('The series “live-page” was withdrawn');
    expect(await page.locator('#balance').textContent()).toBe('');
    expect(await page.locator('#map canvas').count()).toBe(0);
    expect(await page.content()).not.toContain('forged');
    const answers = async (query: string) => (await service.raw(`/?${query}`, { accept: 'text/html' })).status;
    expect(await answers(`series=${SERIES}`)).toBe(410);
    expect(await answers(`series=${SERIES}&lang=tr`)).toBe(410);
    expect(await answers('series=nosuch')).toBe(404);
    const known = await service.raw(`/?series=${SERIES}`, { accept: 'text/html', ...CREDENTIAL });
    expect([known.status, known.body.toString().includes('a forged source')]).toEqual([410, true]);
    expect((await withdraw('restore=true')).status).toBe(200);
    await shows(page, '2024-05-02');
    expect(await answers(`series=${SERIES}`)).toBe(200);
    expect(complaints.splice(0)).toEqual([expect.stringContaining('410')]);
  });

  test('a page that was hidden while the series was withdrawn says so when it is seen again', async () => {
    const { page, complaints } = await browser.page({ viewport: { width: 900, height: 560 } });
    await page.goto(`${service.base}/?series=${SERIES}#date=2024-05-02`);
    await ready(page);
    const hide = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { configurable: true, value });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await hide(true);
    const withdraw = (query: string) => service.post(`/series/${SERIES}/withdraw?${query}`, '');
    expect((await withdraw('why=wrong')).status).toBe(200);
    await page.waitForTimeout(1500);
    await hide(false);
    await expect.poll(() => page.locator('#notice').textContent(), SLOW).toContain('was withdrawn');
    expect((await withdraw('restore=true')).status).toBe(200);
    await shows(page, '2024-05-02');
    expect(complaints.splice(0).length).toBeGreaterThan(0);
  });

  test('what changed before the page followed the updates is shown too', async () => {
    const { page } = await browser.page({ viewport: { width: 900, height: 560 } });
    // The stream comes late: the map changes in between.
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/updates', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${service.base}/?series=${SERIES}#date=2024-05-01`);
    await ready(page);
    await draw(30.4, '2024-05-01');
    const before = await balance(page);
    release();
    await expect.poll(() => balance(page), SLOW).not.toBe(before);
  });
});
