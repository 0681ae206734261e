import { beforeAll, describe, expect, test } from 'vitest';
import { writeDocumentSite } from '../../src/http/document-site.js';
import { browserFor, NO_BROWSER, picture, SLOW, violations } from '../setup/browser.js';
import { BROWSED, database } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { plainServer } from '../setup/plain-server.js';
import { serviceOn } from '../setup/service.js';
import { temporaryFolder } from '../setup/spawned.js';

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

  test('what is scrolled sideways is reached by keyboard, on the front page of the documents too', async () => {
    for (const viewport of [
      { width: 1200, height: 900 },
      { width: 390, height: 844 },
    ]) {
      const { page } = await browser.page({ viewport });
      for (const name of ['', 'weekly-report', 'importing']) {
        await page.goto(`${service.base}/docs/${name}`);
        expect(await violations(page), name).toEqual([]);
      }
      // A line that no screen cuts is no stop on the way.
      await page.goto(`${service.base}/docs/`);
      const stops = await page.locator('pre[tabindex]').count();
      expect(stops).toBeGreaterThan(0);
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

  describe('as files on another site', () => {
    const folder = temporaryFolder();
    const site = plainServer(folder, '/manual/');
    beforeAll(() => writeDocumentSite(folder, service.base), 60_000);

    test('are read, and the reference asks the service that they were written for; nothing else is loaded', async () => {
      const { page } = await browser.page();
      const loaded: string[] = [];
      page.on('response', (response) => loaded.push(`${response.status()} ${response.url()}`));
      await page.goto(`${site.base}http.html`);
      await page.getByRole('link', { name: 'Reference, to try' }).click();
      await page.locator('.opblock').first().waitFor(SLOW);
      const one = page.locator('.opblock', { has: page.locator('[data-path="/series"]') }).first();
      await one.locator('.opblock-summary-control').click();
      await one.getByRole('button', { name: 'Execute' }).click();
      await one.locator('.live-responses-table .microlight', { hasText: '"m5"' }).first().waitFor(SLOW);
      const own = [`200 ${site.base}`, `200 ${service.base}/`];
      expect(loaded.filter((line) => !own.some((start) => line.startsWith(start)))).toEqual([]);
      expect(loaded).toContain(`200 ${service.base}/series`);
    });
  });
});
