import { describe, expect, test } from 'vitest';
import { browserFor, NO_BROWSER, picture, SLOW, violations } from '../setup/browser.js';
import { BROWSED, database } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

describe.skipIf(NO_BROWSER)('the documents in a browser [needs /usr/bin/chromium]', () => {
  const service = serviceOn(async () => m5(await database(BROWSED, 'the page')));
  const browser = browserFor();

  test('are read on a desktop and on a telephone, without anything wider than the screen', async () => {
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 390, height: 844 },
    ]) {
      const { page } = await browser.page({ viewport });
      await page.goto(`${service.base}/docs/http`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await picture(page, `documents-${viewport.width}`);
      expect(await violations(page)).toEqual([]);
      await page.emulateMedia({ media: 'print' });
      expect(await violations(page)).toEqual([]);
    }
  });

  test('the reference lists every route, and one is tried where it stands', async () => {
    const { page } = await browser.page();
    await page.goto(`${service.base}/docs/api`);
    await page.locator('.opblock').first().waitFor(SLOW);
    const { paths } = await service.json<{ paths: Record<string, object> }>('/openapi.json');
    const operations = Object.values(paths).reduce((sum, path) => sum + Object.keys(path).length, 0);
    // Of more than a hundred only those in view are in the document: the reader scrolls through all of them.
    const listed = new Set<string>();
    const scrolled = async () => {
      await page.evaluate(() => window.scrollTo(0, 0));
      for (let ended = false; !ended; ) {
        for (const one of await page.locator('.opblock-summary').allTextContents()) listed.add(one);
        ended = await page.evaluate(() => {
          const { scrollY } = window;
          window.scrollBy(0, window.innerHeight / 2);
          return window.scrollY === scrollY;
        });
        await page.waitForTimeout(50);
      }
      return listed.size;
    };
    // A slow machine has not put in yet what is scrolled past: then once more.
    await expect.poll(scrolled, SLOW).toBe(operations);
    await page.evaluate(() => window.scrollTo(0, 0));
    const one = page.locator('.opblock', { has: page.locator('[data-path="/series"]') }).first();
    await one.locator('.opblock-summary-control').click();
    await one.getByRole('button', { name: 'Execute' }).click();
    await one.locator('.live-responses-table .microlight', { hasText: '"m5"' }).first().waitFor(SLOW);
    await picture(page, 'documents-api');
    expect(await violations(page)).toEqual([]);
  });
});
