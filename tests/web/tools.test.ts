import { readFile } from 'node:fs/promises';
import { BufferSource, EncodedPacketSink, Input, WEBM } from 'mediabunny';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { browserFor, NO_BROWSER, picture, ready, SLOW, shows } from '../setup/browser.js';
import { BROWSED, database } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';
import { strips } from '../setup/strips.js';

const SMALL = { viewport: { width: 1000, height: 640 } };

describe.skipIf(NO_BROWSER)('the tools of the page [needs /usr/bin/chromium]', () => {
  const service = serviceOn(async () => m5(await database(BROWSED, 'the tools')));
  const browser = browserFor();

  async function opened(address: string): Promise<Page> {
    const { page } = await browser.page(SMALL);
    await page.goto(`${service.base}/${address}`);
    await ready(page);
    return page;
  }
  const tool = (page: Page, name: string) => page.locator('#tools').getByRole('button', { name, exact: true });
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');

  test('a place is found in any spelling, a post by its number, a day by its words; by keyboard alone', async () => {
    const page = await opened('?series=m5#date=2020-02-08');
    await page.keyboard.press('/');
    await page.locator('#search-for').waitFor(SLOW);
    await page.keyboard.type('serakib');
    await page.locator('#found button').first().waitFor(SLOW);
    await page.keyboard.press('Enter');
    await page.locator('#chosen h2', { hasText: 'Saraqib' }).waitFor(SLOW);
    expect(await page.locator('#chosen').textContent()).toContain('What was reported');
    // The focus went to what opened, and goes back when it is closed.
    expect(await focused(page)).toContain('Saraqib');
    await page.keyboard.press('Escape');
    await page.locator('#chosen .card').waitFor({ state: 'detached', ...SLOW });
    await page.keyboard.press('/');
    await page.locator('#search-for').waitFor(SLOW);
    await page.keyboard.type('9');
    await page.locator('#found button').first().waitFor(SLOW);
    await page.keyboard.press('Enter');
    await page.locator('#chosen h2', { hasText: 'Morek' }).waitFor(SLOW);
    await page.keyboard.press('/');
    await page.locator('#search-for').waitFor(SLOW);
    await page.keyboard.type('23 Aug 2019');
    await page.keyboard.press('Enter');
    await shows(page, '2019-08-23');
  });

  test('two days are compared: what changed hands, how much, from whom; the address keeps it', async () => {
    const page = await opened('?series=m5#date=2020-02-20');
    await tool(page, 'Compare').click();
    await page.locator('#other-day').fill('2019-08-10');
    await page.locator('#tool').getByRole('button', { name: 'Difference' }).click();
    await page.locator('#compared .matrix li').first().waitFor(SLOW);
    const { matrix } = await service.json<{ matrix: { from: string; to: string; km2: number }[] }>(
      '/change?series=m5&from=2019-08-10&to=2020-02-20',
    );
    const most = Math.max(...matrix.filter(({ from, to }) => from !== to).map(({ km2 }) => km2));
    const words = `${most.toLocaleString('en-GB', { maximumFractionDigits: 0 })} km²`;
    expect(await page.locator('#compared .matrix li').first().textContent()).toContain(words);
    await expect.poll(() => new URL(page.url()).hash, SLOW).toContain('compare=2019-08-10&mode=difference');
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/\.mvt/, async (route) => {
      await held;
      await route.continue();
    });
    await page.locator('#compared').getByRole('button', { name: 'Swipe' }).click();
    await page.locator('body[data-compare="swipe"] #second canvas').waitFor({ state: 'attached', ...SLOW });
    // Until the other map is there its side says so.
    const sides = () => page.locator('#sides').textContent();
    await expect.poll(sides, SLOW).toBe('Loading 10 August 2019…20 February 2020');
    release();
    await expect.poll(sides, SLOW).toBe('10 August 201920 February 2020');
    await page.locator('.divider').focus();
    await page.keyboard.press('End');
    expect(await page.locator('#stage').evaluate((stage) => stage.style.getPropertyValue('--divide'))).toBe('98%');
    await page.reload();
    await ready(page);
    await page.locator('body[data-compare="swipe"] #second canvas').waitFor({ state: 'attached', ...SLOW });
    await picture(page, 'tools-swipe');
    await page.locator('#compared').getByRole('button', { name: 'Stop comparing' }).click();
    await expect.poll(() => page.locator('#second').isVisible(), SLOW).toBe(false);
  });

  test('a distance and an area are measured on the ellipsoid, with the error of the map; a region has its figures', async () => {
    const page = await opened('?series=m5#date=2020-02-08&map=9.00/35.6000/36.6000');
    await tool(page, 'Measure').click();
    await page.locator('#tool h2').waitFor(SLOW);
    const box = await page.locator('#map').boundingBox();
    const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2];
    for (const [dx, dy] of [
      [0, 0],
      [150, 0],
      [150, 150],
    ] as const)
      await page.mouse.click(x + dx, y + dy);
    await expect.poll(() => page.locator('#tool .figure').count(), SLOW).toBe(2);
    // 512-pixel tiles: at zoom 9 and 35.6° N a pixel is 124 m.
    const metres = (40_075_016.686 * Math.cos((35.6 * Math.PI) / 180)) / (512 * 2 ** 9);
    const [length = ''] = await page.locator('#tool .figure strong').allTextContents();
    expect(Math.abs(Number.parseFloat(length) - (300 * metres) / 1000)).toBeLessThan(1);
    expect(await page.locator('#tool .figure').first().textContent()).toContain('1 σ');
    await page.keyboard.press('Escape');
    await tool(page, 'Region').click();
    await page.locator('#region-since').waitFor(SLOW);
    for (const [dx, dy] of [
      [0, -80],
      [150, -80],
      [150, 100],
      [0, 100],
    ] as const)
      await page.mouse.click(x + dx, y + dy);
    await page.locator('#tool').getByRole('button', { name: 'Figures of the region' }).click();
    await page.locator('#tool table').waitFor(SLOW);
    expect(await page.locator('#tool tbody tr').count()).toBeGreaterThan(1);
  });

  test('events and claims are on map, timeline and panel, by kind, each with its sources', async () => {
    const page = await opened('?series=m5#date=2019-08-21');
    await expect.poll(() => page.locator('#event-ticks i').count(), SLOW).toBeGreaterThan(5);
    const strike = page.locator('#happened .happening', { hasText: 'Strike' }).first();
    await strike.click();
    await page.locator('#chosen h2', { hasText: 'Strike' }).waitFor(SLOW);
    expect((await page.locator('#chosen .sources').textContent())?.length).toBeGreaterThan(3);
    await tool(page, 'Events').click();
    const before = await page.locator('#event-ticks i').count();
    await page.locator('#tool label', { hasText: 'Claims of control' }).click();
    await expect.poll(() => page.locator('#event-ticks i').count(), SLOW).toBeGreaterThan(before);
  });

  test('what is seen is saved as a picture with title, day, legend and scale, and as data', async () => {
    const page = await opened('?series=m5#date=2020-02-08');
    await tool(page, 'Download').click();
    const saved = page.waitForEvent('download', SLOW);
    await page.getByRole('button', { name: /Picture of the map/ }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toBe('m5-2020-02-08.png');
    const bytes = await readFile((await file.path()) ?? '');
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    // Three times the screen and more: the legend stands underneath.
    expect(bytes.readUInt32BE(16)).toBeGreaterThan(1500);
    for (const form of ['geojson', 'gpkg']) {
      const href = await page.locator(`#tool a[href$=".${form}"]`).getAttribute('href');
      expect((await service.get(`/${href}`)).status, form).toBe(200);
    }
  });

  test('a span is recorded as a film in which each of its maps has its time', async () => {
    const page = await opened('?series=m5#date=2020-02-08');
    await tool(page, 'Download').click();
    await page.locator('#film-from').fill('2020-02-06');
    await page.locator('#film-to').fill('2020-02-08');
    const saved = page.waitForEvent('download', SLOW);
    await page.getByRole('button', { name: 'Record' }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toBe('m5-2020-02-06-2020-02-08.webm');
    const film = new Input({ source: new BufferSource(await readFile((await file.path()) ?? '')), formats: [WEBM] });
    const track = await film.getPrimaryVideoTrack();
    const times: number[] = [];
    if (track) for await (const { timestamp } of new EncodedPacketSink(track).packets()) times.push(timestamp);
    const size = [track?.displayWidth ?? 0, track?.displayHeight ?? 0];
    expect(Math.min(...size), 'the map, its legend underneath').toBeGreaterThan(400);
    // The days of two maps; the last frame twice, at its beginning and its end.
    expect(times).toEqual([0, 0.9, 2.9]);
  });

  test('the shared link opens the same, its day where a server reads it; the code holds an iframe', async () => {
    const page = await opened('?series=m5#date=2019-08-21&map=8.50/35.5000/36.6000&post=turkey/9');
    await tool(page, 'Share').click();
    const link = await page.locator('#share-link').inputValue();
    expect(link).toContain('?series=m5&date=2019-08-21');
    expect(await page.locator('#share-code').inputValue()).toMatch(/^<iframe src="http[^"]+lang=en/);
    const text = await (await service.get(new URL(link).pathname + new URL(link).search)).text();
    expect(text).toMatch(/property="og:image" content="[^"]+\/maps\/m5\.png\?width=1200&amp;date=2019-08-21"/);
    const other = await opened(link.slice(service.base.length + 1));
    await shows(other, '2019-08-21');
    expect(await other.locator('#chosen h2').textContent()).toBe('Morek');
    expect(new URL(other.url()).hash).toBe('#date=2019-08-21&map=8.50/35.5000/36.6000&post=turkey/9');
  });

  test('another series does not change what an address means; two are compared', async () => {
    const query = 'create=true&title=Drawn&publisher=P&licence=CC0-1.0&accuracy=500';
    const made = await service.post(
      `/series/aaa-other/snapshots?date=2020-01-01&${query}`,
      strips([36.5], ['west', 'east']),
    );
    expect([200, 201]).toContain(made.status);
    // Without a series the one recorded first opens, and the address says which it is from then on.
    const page = await opened('#date=2020-02-08&post=turkey/9');
    expect(await page.locator('h1').textContent()).toBe('M5 corridor, Hama to Aleppo');
    await expect.poll(() => page.url(), SLOW).toContain('?series=m5#date=2020-02-08');
    await tool(page, 'Series').click();
    await page.locator('#tool .series a', { hasText: 'Drawn' }).waitFor(SLOW);
    expect(await page.locator('#tool .series a').allTextContents()).toContain('Drawn');
    expect(await page.locator('#tool .series').textContent()).toContain('CC0-1.0');
    await page.locator('#tool .series a', { hasText: 'Drawn' }).click();
    await page.locator('h1', { hasText: 'Drawn' }).waitFor(SLOW);
    await ready(page);
    // What it does not have is not spoken of: no posts, no towns, no events, nothing contested.
    expect(await page.locator('#legend').textContent()).not.toMatch(/post|Contested|known/);
    expect(await page.locator('#panel').textContent()).not.toMatch(/places? changed hands|Observation posts/);
    const { page: unknown, complaints } = await browser.page(SMALL);
    await unknown.goto(`${service.base}/?series=nope`);
    await ready(unknown);
    // Its status is that of no page.
    expect(complaints.splice(0)).toEqual([expect.stringContaining('404')]);
    expect(await unknown.locator('#notice').textContent()).toContain('There is no series “nope” here');
    expect(await unknown.locator('#notice .series a').count()).toBeGreaterThan(1);
  });

  test('printing has the map as a picture', async () => {
    const page = await opened('?series=m5#date=2020-02-08');
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    const source = await page.locator('.printed img').getAttribute('src');
    expect(source?.length).toBeGreaterThan(20_000);
    expect((await page.pdf({ format: 'A4', printBackground: true })).length).toBeGreaterThan(50_000);
  });

  test('a span drawn over the chart is compared', async () => {
    const page = await opened('?series=m5#date=2020-02-08');
    await page.locator('#chart svg').waitFor(SLOW);
    const box = await page.locator('#chart').boundingBox();
    const [x, w, y] = [box?.x ?? 0, box?.width ?? 0, (box?.y ?? 0) + 15];
    await page.mouse.move(x + w * 0.4, y);
    await page.mouse.down();
    await page.mouse.move(x + w * 0.8, y, { steps: 4 });
    await page.mouse.up();
    await page.locator('#compared .kicker').waitFor(SLOW);
    await expect.poll(() => new URL(page.url()).hash, SLOW).toMatch(/date=2019-12-2\d.*compare=2019-08-1/);
  });
});
