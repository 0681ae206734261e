import { describe, expect, test } from 'vitest';
import { browserFor, NO_BROWSER, picture, ready } from '../setup/browser.js';
import { BROWSED, database } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

/** WCAG 1.4.4: letters twice as large, set in the browser, on screens that people have. */
describe.skipIf(NO_BROWSER)('letters twice as large [needs /usr/bin/chromium]', () => {
  const service = serviceOn(async () => m5(await database(BROWSED, 'the page')));
  const browser = browserFor(['--blink-settings=defaultFontSize=32']);

  for (const [width, height] of [
    [1440, 900],
    [1280, 720],
    [1024, 768],
    [820, 1180],
  ] as const) {
    test(`leave the day whole and the slider, the map and the tools to be reached, ${width} by ${height}`, async () => {
      const { page } = await browser.page({ viewport: { width, height } });
      await page.goto(`${service.base}/?series=m5#date=2020-02-08`);
      await ready(page);
      await picture(page, `large-letters-${width}`);
      const boxes = await page.evaluate(() => {
        const root = document.scrollingElement as Element;
        const hidden = getComputedStyle(document.body).overflowY === 'hidden';
        const bottom = hidden ? innerHeight : root.scrollHeight;
        const found = document.querySelectorAll('#title, #tools button, #slider, #when, #map, #play, #later');
        return [...found].map((one) => {
          const box = one.getBoundingClientRect();
          const inside = box.left >= 0 && box.right <= innerWidth + 1 && box.top >= 0 && box.bottom <= bottom + 1;
          const { x, y } = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
          const seen = y >= innerHeight || one.contains(document.elementFromPoint(x, y));
          return { id: one.id, width: box.width, inside, seen };
        });
      });
      expect(boxes.filter(({ inside, seen }) => !inside || !seen)).toEqual([]);
      const of = (id: string) => boxes.find((box) => box.id === id)?.width ?? 0;
      expect(of('slider')).toBeGreaterThan(400);
      expect(of('map')).toBeGreaterThan(400);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  }
});
