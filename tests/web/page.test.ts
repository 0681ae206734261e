import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { BROWSED, database } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';
import { strips } from '../setup/strips.js';

/*
 * The page in a real browser, on the bundled series. SALIENT_SCREENSHOTS=1 renews the picture that the README shows.
 */

const CHROMIUM = '/usr/bin/chromium';
const ARGS =
  '--headless --no-sandbox --use-angle=swiftshader --enable-unsafe-swiftshader --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const SLOW = { timeout: 60_000 };

describe.skipIf(!existsSync(CHROMIUM))('the page [needs /usr/bin/chromium]', () => {
  const service = serviceOn(async () => m5(await database(BROWSED, 'the page')));
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let outside: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS.split(' ') });
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    complaints = [];
    outside = [];
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol !== 'data:' && protocol !== 'blob:' && hostname !== '127.0.0.1') outside.push(request.url());
    });
  });
  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
    expect(outside).toEqual([]);
  });

  async function open(hash: string): Promise<void> {
    await page.goto(`${service.base}/?series=m5${hash}`);
    await page.locator('body[data-ready]').waitFor({ state: 'attached', ...SLOW });
  }

  /** Moves the slider as a hand does, and waits until map and panel have followed. */
  async function slideTo(day: string): Promise<void> {
    await page.locator('#slider').evaluate((slider, to) => {
      const input = slider as HTMLInputElement;
      const days = (Date.parse(to) - Date.parse(input.dataset.first ?? '')) / 86_400_000;
      input.value = String(days);
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.dispatchEvent(new Event('change', { bubbles: true }));
    }, day);
    await shows(day);
  }

  async function shows(day: string): Promise<void> {
    await page.locator(`body[data-shown="${day}"]`).waitFor({ state: 'attached', ...SLOW });
    await page.locator(`#panel[data-day="${day}"][aria-busy="false"]`).waitFor({ state: 'attached', ...SLOW });
  }

  const verdictOf = (post: string) => page.locator(`#posts [data-post="${post}"]`).getAttribute('data-verdict');

  test('a map that somebody drew is not told as if it were made from reports', async () => {
    const made = await service.post(
      '/series/page-drawn/snapshots?date=2020-01-01&create=true&title=Drawn&publisher=P&licence=CC0-1.0&accuracy=500',
      strips([36.5], ['west', 'east']),
    );
    expect([200, 201]).toContain(made.status);
    await page.goto(`${service.base}/?series=page-drawn`);
    await page.locator('body[data-ready]').waitFor({ state: 'attached', ...SLOW });
    const reported = (await page.locator('#method').textContent()) ?? '';
    expect(reported).toContain('as its publisher drew it');
    expect(reported).toContain('from 1 January 2020');
    // Of its first map nothing is known that changed.
    expect(await page.locator('#changed h2').textContent()).toBe('The series begins here');
    expect(await page.locator('#balance thead th').allTextContents()).toEqual(['Ground', 'Area']);
    expect(await page.locator('#balance tbody tr').count()).toBe(2);
    expect(await page.locator('#balance tbody td').count()).toBe(2);
    expect(`${reported} ${await page.locator('#legend').textContent()}`).not.toMatch(/report/);
  });

  test('from August 2019 to February 2020: post 9 is encircled, the panel says what changed and on whose word', async () => {
    await open('#date=2019-08-10');
    await shows('2019-08-10');
    expect(await page.locator('h1').textContent()).toBe('M5 corridor, Hama to Aleppo');
    expect(await page.locator('#when').textContent()).toBe('10 August 2019');
    expect(await verdictOf('turkey/9')).toBe('not_encircled');

    await slideTo('2019-08-24');
    expect(await verdictOf('turkey/9')).toBe('encircled');
    expect(await page.locator('#changed').textContent()).toMatch(
      /23 August 2019: what changed since 21 August 2019.*gained \d+ km².*Captured by .*23 August 2019/s,
    );
    expect(await page.locator('#balance thead th').allTextContents()).toEqual(['Ground', 'Area', 'Change']);
    expect(await page.locator('#changed .sources a').first().getAttribute('href')).toMatch(/^https?:/);

    await slideTo('2020-02-08');
    expect(await page.locator('#when').textContent()).toBe('8 February 2020');
    expect(await page.locator('#changed').textContent()).toContain('Saraqib');
    expect(await page.locator('#routes h3').textContent()).toContain('M5');
    expect(await page.locator('#method').textContent()).toContain('accuracy 1.3 km — not a surveyed line');
    expect(new URL(page.url()).hash).toContain('date=2020-02-08');
    if (process.env.SALIENT_SCREENSHOTS) {
      await page.waitForTimeout(1500);
      await page.screenshot({ path: join(PROJECT_ROOT, 'docs/page.png') });
    }

    await page.goBack();
    await shows('2019-08-24');
    expect(await page.locator('#when').textContent()).toBe('24 August 2019');
    expect(await verdictOf('turkey/9')).toBe('encircled');
  });

  test('a post and a place tell what is known of them; date, view and choice outlive a reload', async () => {
    await open('#date=2019-08-24&map=9.00/35.4000/36.7000');
    await page.locator('#posts [data-post="turkey/9"]').click();
    const card = page.locator('#chosen .card');
    await card.waitFor(SLOW);
    const text = await card.textContent();
    expect(text).toContain('Morek');
    expect(text).toMatch(/Engulfed since .*2019/);
    expect(text).toContain('The number is documented.');
    expect(await card.locator('.verdict').getAttribute('data-verdict')).toBe('encircled');

    await page.reload();
    await page.locator('body[data-ready]').waitFor({ state: 'attached', ...SLOW });
    expect(await card.locator('h2').textContent()).toBe('Morek');
    expect(new URL(page.url()).hash).toBe('#date=2019-08-24&map=9.00/35.4000/36.7000&post=turkey/9');

    await page.getByRole('button', { name: 'Close' }).click();
    await card.waitFor({ state: 'detached' });
    await page.locator('#changed .places .name').first().click();
    await card.waitFor(SLOW);
    expect(await card.textContent()).toMatch(/What was reported.*the map rests on this/s);
    expect(new URL(page.url()).hash).toMatch(/&place=/);
  });

  test('a click on the map chooses the post under it', async () => {
    await open('#date=2019-08-24&map=10.00/35.3730/36.7000');
    const box = await page.locator('#map').boundingBox();
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2);
    await page.locator('#chosen .card').waitFor(SLOW);
    expect(await page.locator('#chosen h2').textContent()).toBe('Morek');
  });

  test('buttons and keys step from change to change and from day to day; play goes on by itself', async () => {
    await open('#date=2019-08-21');
    await page.getByRole('button', { name: 'Next change' }).click();
    await shows('2019-08-23');
    await page.locator('#slider').press('ArrowRight');
    await shows('2019-08-24');
    await page.getByRole('button', { name: 'Previous change' }).click();
    await shows('2019-08-21');
    await page.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => page.locator('body').getAttribute('data-shown'), SLOW).not.toBe('2019-08-21');
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect.poll(() => new URL(page.url()).hash, SLOW).not.toContain('2019-08-21');
  });

  test('a day after the series ends says so', async () => {
    await open('#date=2020-04-01');
    expect(await page.locator('#notice').textContent()).toBe(
      'Nothing is known of 1 April 2020. Map and figures are those of the last map, of 5 March 2020.',
    );
  });

  test('what happened to posts after the last map is not told as what changed with it', async () => {
    const turnedOn = async (day: string) => {
      await open(`#date=${day}`);
      await shows(day);
      const list = page.locator(':is(#changed, #posts) .turned li');
      await expect.poll(() => list.count(), SLOW).toBeGreaterThan(0);
      return list.allTextContents();
    };
    const onItsDay = await turnedOn('2020-03-05');
    await page.goto('about:blank');
    expect(await turnedOn('2021-01-01')).toEqual(onItsDay);
    expect(await page.locator('#posts .roll').textContent()).toContain('Not in place');
  });

  test('on a small screen nothing sticks out', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open('#date=2020-02-08&place=saraqib');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    for (const id of ['#slider', '#play', '#map', '#chosen .card']) {
      const box = await page.locator(id).boundingBox();
      expect(box && box.x >= 0 && box.x + box.width <= 390, id).toBe(true);
    }
  });
});
