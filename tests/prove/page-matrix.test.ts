import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { browserFor, SLOW, violations } from '../setup/browser.js';
import { BROWSED, database } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

/*
 * The page on every screen, in both directions of writing, with and without WebGL: each tool is opened, looked at by axe-core and closed
 * again by keyboard, days are stepped through and compared, a post is chosen. What was seen goes as one sheet a cell to MATRIX_TO
 * (a folder of the system's temporary one), to be looked at. SALIENT_TEST_ENGINE chooses the database.
 */

const FOLDER = process.env.MATRIX_TO ?? join(tmpdir(), 'salient-page-matrix');
const LONG = { timeout: 180_000 };
const SCREENS = {
  desktop: { viewport: { width: 1440, height: 900 } },
  tablet: { viewport: { width: 820, height: 1180 }, hasTouch: true },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  lying: { viewport: { width: 844, height: 390 }, hasTouch: true, isMobile: true },
} satisfies Record<string, BrowserContextOptions>;
const LANGUAGES = { ltr: ['en', 'en-GB'], rtl: ['ar', 'ar-SY-u-nu-latn'] } as const;
const TOOLS = ['series', 'search', 'compare', 'events', 'measure', 'region', 'download', 'share', 'help'];
const ONLY = process.env.MATRIX_ONLY ?? '';

describe.each([
  ['webgl', []],
  ['still', ['--disable-gpu', '--disable-3d-apis']],
] as const)('%s', (drawing, args) => {
  const service = serviceOn(async () => m5(await database(BROWSED, 'the page')));
  const browser = browserFor(args);
  mkdirSync(FOLDER, { recursive: true });

  const cells = Object.keys(SCREENS)
    .flatMap((screen) => Object.keys(LANGUAGES).map((way) => [screen, way] as const))
    .filter(([screen, way]) => `${screen}-${way}-${drawing}`.includes(ONLY));

  test.runIf(cells.length > 0).each(cells)(
    '%s, %s',
    async (screen, way) => {
      const [lang, locale] = LANGUAGES[way as keyof typeof LANGUAGES];
      const options = { ...SCREENS[screen as keyof typeof SCREENS], bypassCSP: true };
      const one = await browser.page(options);
      const { page } = one;
      page.setDefaultNavigationTimeout(LONG.timeout);
      const sheet: string[] = [];
      const wrong: string[] = [];
      const look = async (name: string) => {
        sheet.push((await page.screenshot({ type: 'jpeg', quality: 70 })).toString('base64'));
        const [wide, found] = [await overflow(page), await violations(page)];
        wrong.push(
          ...(wide > 0 ? [`${name}: ${wide} px wider than the screen`] : []),
          ...found.map((x) => `${name}: ${x}`),
        );
      };
      await countShifts(page);
      await page.goto(`${service.base}/?series=m5&lang=${lang}#date=2020-02-08`);
      await page.locator('body[data-ready]').waitFor({ state: 'attached', ...LONG });
      expect(await page.locator('body').getAttribute('data-map')).toBe(drawing === 'webgl' ? 'moving' : 'still');
      expect(await page.evaluate(() => document.dir || 'ltr')).toBe(way);
      await look('front');
      wrong.push(...(await covered(page)));

      // Label, headline and map are of one day after each step.
      for (let step = 0; step < 2; step++) {
        const before = (await page.locator('body').getAttribute('data-shown')) ?? '';
        await page.locator('#earlier').click();
        await page.locator(`body:not([data-shown="${before}"])`).waitFor({ state: 'attached', ...LONG });
        const shown = (await page.locator('body').getAttribute('data-shown')) ?? '';
        const words = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(shown));
        expect(await page.locator('#when').textContent()).toBe(words);
      }
      for (const name of TOOLS) {
        const button = page.locator(`#tool-${name}`);
        await button.focus();
        await page.keyboard.press('Enter');
        await page.locator('#tool h2').waitFor(LONG);
        await page.locator('#tool').scrollIntoViewIfNeeded();
        await look(name);
        await page.keyboard.press('Escape');
        await page.locator('#tool h2').waitFor({ state: 'detached', ...SLOW });
        expect(await page.evaluate(() => document.activeElement?.id), `focus after ${name}`).toBe(`tool-${name}`);
      }
      // Two days, in each of the ways to show them.
      for (const mode of ['difference', 'swipe', 'side']) {
        await page.goto(`${service.base}/reports`);
        await page.goto(`${service.base}/?series=m5&lang=${lang}#date=2020-02-08&compare=2019-08-10&mode=${mode}`);
        await page.locator('body[data-ready]').waitFor({ state: 'attached', ...LONG });
        await page.locator('#compared table').waitFor(LONG);
        if (mode !== 'difference')
          await page.locator('#second :is(canvas, img)').waitFor({ state: 'attached', ...LONG });
        await settled(page);
        await look(`compare ${mode}`);
      }
      // A post that is chosen comes into view.
      await page.goto(`${service.base}/reports`);
      await page.goto(`${service.base}/?series=m5&lang=${lang}#date=2019-08-24`);
      await page.locator('body[data-ready]').waitFor({ state: 'attached', ...LONG });
      await page.locator('#posts [data-post="turkey/9"]').click(LONG);
      await page.locator('#chosen .card').waitFor(LONG);
      await settled(page);
      const top = await page
        .locator('#chosen .card')
        .evaluate((card) => card.getBoundingClientRect().top / innerHeight);
      if (top < 0 || top > 0.9) wrong.push(`the chosen card is at ${top.toFixed(2)} of the screen`);
      await look('post');
      const moved = await page.evaluate(() => (window as unknown as { moved: { sum: number } }).moved.sum);
      if (moved >= 0.05) wrong.push(`layout shift ${moved}`);
      one.complaints.length = 0;
      await keep(sheet, `${screen}-${way}-${drawing}`, screen);
      expect(wrong).toEqual([]);
    },
    1_800_000,
  );

  /** All pictures of a cell as one. */
  async function keep(pictures: readonly string[], name: string, screen: string): Promise<void> {
    const columns = { desktop: 4, tablet: 6, phone: 7, lying: 5 }[screen] ?? 4;
    const width = { desktop: 480, tablet: 300, phone: 240, lying: 422 }[screen] ?? 400;
    const { page } = await browser.page({ viewport: { width: columns * (width + 6), height: 400 } });
    await page.setContent(
      `<body style="margin:0;background:#888;display:grid;gap:6px;grid-template-columns:repeat(${columns},${width}px)">${pictures
        .map((one) => `<img width="${width}" src="data:image/jpeg;base64,${one}">`)
        .join('')}</body>`,
    );
    await page.screenshot({ path: join(FOLDER, `${name}.jpg`), type: 'jpeg', quality: 60, fullPage: true });
  }
  afterAll(() => process.stdout.write(`pictures are in ${FOLDER}\n`));
});

const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

async function countShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const moved = { sum: 0 };
    Object.assign(window, { moved });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) moved.sum += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** Controls under the middle of which something else lies. */
const covered = (page: Page) =>
  page.evaluate(() =>
    ['play', 'earlier', 'later', 'slider', 'tool-search', 'tool-help'].flatMap((id) => {
      const control = document.getElementById(id);
      control?.scrollIntoView({ block: 'nearest' });
      const { left = 0, top = 0, width = 0, height = 0 } = control?.getBoundingClientRect() ?? {};
      const met = document.elementFromPoint(left + width / 2, top + height / 2);
      return met && control?.contains(met) ? [] : [`${id} is covered by ${met?.id || met?.className || met?.tagName}`];
    }),
  );

async function settled(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await page.waitForTimeout(600);
}
