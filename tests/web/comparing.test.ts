import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Ground } from '../../src/web/api.js';
import { boundsOf } from '../../src/web/map/view.js';
import { browserFor, NO_BROWSER, picture, ready, SLOW } from '../setup/browser.js';
import { BROWSED, database } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';
import { strips } from '../setup/strips.js';

const SMALL = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const LYING = { ...PHONE, viewport: { width: 844, height: 390 } };

describe.skipIf(NO_BROWSER)('two maps compared [needs /usr/bin/chromium]', () => {
  const service = serviceOn(async () => m5(await database(BROWSED, 'two maps compared')));
  const browser = browserFor();

  beforeAll(async () => {
    const far = JSON.parse(JSON.stringify(strips([36.5], ['north', 'south']))) as ReturnType<typeof strips>;
    for (const { geometry } of far.features) {
      for (const ring of geometry.coordinates) for (const at of ring as [number, number][]) at[0] -= 20;
    }
    for (const [id, title, date, map] of [
      ['other', 'Other map', '2020-02-01', strips([36.5], ['west', 'east'])],
      ['far', 'Far away', '2020-01-01', far],
    ] as const) {
      const query = `create=true&title=${encodeURIComponent(title)}&publisher=Somebody&licence=CC0-1.0&accuracy=500`;
      expect((await service.post(`/series/${id}/snapshots?date=${date}&${query}`, map)).status).toBeLessThan(202);
    }
  });

  async function opened(address: string, options: BrowserContextOptions = SMALL): Promise<Page> {
    const { page } = await browser.page(options);
    await page.goto(`${service.base}/${address}`);
    await ready(page);
    return page;
  }
  const credit = (page: Page) => page.locator('#map .maplibregl-ctrl-attrib').textContent();
  const beside = (page: Page) =>
    page.locator('body[data-compare] #second canvas').waitFor({ state: 'attached', ...SLOW });

  test('both series are credited with their licences, and the parties of both are in the legend', async () => {
    const page = await opened('?series=m5#date=2020-02-08&with=other&mode=side');
    await beside(page);
    const legend = () => page.locator('#legend').textContent();
    await expect.poll(legend, SLOW).toMatch(/^M5 corridor.*government.*Other map.*east.*west/s);
    expect(await credit(page)).toMatch(/Aleppo: Salient, CC BY-SA 4\.0\. Other map: Somebody, CC0-1\.0/);
    await picture(page, 'comparing-side');
    await page.locator('#tool-download').click();
    await expect
      .poll(() => page.locator('#tool .fine').first().textContent(), SLOW)
      .toContain('files hold one: M5 corridor, Hama to Aleppo');
    await page.keyboard.press('Escape');
    // Where they differ is marked on the first map alone.
    await page.locator('#compared').getByRole('button', { name: 'Difference' }).click();
    await expect.poll(legend, SLOW).toContain('Where they differ');
    expect(await legend()).not.toMatch(/west|Other map/);
    expect(await credit(page)).toContain('Other map: Somebody, CC0-1.0');
    await picture(page, 'comparing-difference');
    await page.locator('#compared').getByRole('button', { name: 'Stop comparing' }).click();
    await expect.poll(() => credit(page), SLOW).not.toContain('Other map');
    expect(await legend()).not.toContain('Where they differ');
  });

  test('the legend of two days has what is on either map', async () => {
    const page = await opened('?series=m5#date=2020-02-08&compare=2019-05-01&mode=swipe');
    await beside(page);
    await expect.poll(() => page.locator('#sides').textContent(), SLOW).toContain('1 May 2019');
    expect(
      (await page.locator('#legend li').allTextContents()).filter((words) => words === 'Opposition factions'),
    ).toHaveLength(1);
  });

  /** The words of each printed page, in the order in which they stand. */
  async function printed(page: Page, name: string): Promise<string[]> {
    const bytes = await page.pdf({ format: 'A4' });
    const folder = process.env.SALIENT_SCREENSHOTS_TO ?? mkdtempSync(join(tmpdir(), 'printed-'));
    const file = join(folder, `${name}.pdf`);
    writeFileSync(file, bytes);
    return execFileSync('pdftotext', ['-layout', file, '-']).toString().split('\f');
  }

  test.each(['side', 'swipe'])('%s is printed as two pictures, each with its day, and a whole legend', async (mode) => {
    const page = await opened(`?series=m5#date=2020-02-08&compare=2019-08-10&mode=${mode}`);
    await beside(page);
    await expect.poll(() => page.locator('#sides').textContent(), SLOW).toBe('10 August 20198 February 2020');
    await page.locator('#legend').getByText('Cut off', { exact: true }).waitFor(SLOW);
    const [first = ''] = await printed(page, `printed-${mode}`);
    for (const words of ['10 August 2019', '8 February 2020', 'Syrian government', 'Front line', 'Cut off'])
      expect(first).toContain(words);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    const boxes = await page.locator('.printed figure').evaluateAll((figures) =>
      figures.map((figure) => {
        const caption = figure.querySelector('figcaption') as HTMLElement;
        const { x, y, right, bottom } = (figure.querySelector('img') as HTMLElement).getBoundingClientRect();
        return { x, y, right, bottom, words: caption.textContent, colour: getComputedStyle(caption).color };
      }),
    );
    expect(boxes.map(({ words }) => words)).toEqual(['10 August 2019', '8 February 2020']);
    expect(boxes.map(({ colour }) => colour)).toEqual(['rgb(28, 34, 38)', 'rgb(28, 34, 38)']);
    const [other, own] = boxes as [(typeof boxes)[0], (typeof boxes)[0]];
    if (mode === 'side') expect(own.x).toBeGreaterThanOrEqual(other.right);
    else expect(own.y).toBeGreaterThanOrEqual(other.bottom);
    for (const box of boxes) expect(Math.min(box.right - box.x, box.bottom - box.y)).toBeGreaterThan(150);
    for (const seen of ['#second', '#sides', '#map']) expect(await page.locator(seen).isVisible(), seen).toBe(false);
    await page.emulateMedia({ media: null });
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await page.locator('.printed').count()).toBe(0);
  });

  test('a single day is printed dark on white whatever the looks, with the key of the front line', async () => {
    const page = await opened('?series=m5&theme=dark#date=2020-02-08', { ...SMALL, colorScheme: 'dark' });
    await page.locator('#legend').getByText('Cut off', { exact: true }).waitFor(SLOW);
    const text = (await printed(page, 'printed-day')).join('\n');
    for (const words of ['Front line', 'Changed since', 'Cut off', 'CC BY-SA 4.0']) expect(text).toContain(words);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    const looks = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => {
          const { color, backgroundColor, printColorAdjust } = getComputedStyle(element);
          return { color, backgroundColor, printColorAdjust };
        });
    expect(await looks('.front-key')).toMatchObject({ backgroundColor: 'rgb(28, 34, 38)', printColorAdjust: 'exact' });
    expect((await looks('#legend li')).color).toBe('rgb(28, 34, 38)');
    const clipped = await page.locator('#legend-box').evaluate((legend) => {
      const box = legend.getBoundingClientRect();
      return [...legend.querySelectorAll('li')].filter((li) => {
        const { bottom, top, right } = li.getBoundingClientRect();
        return top < box.top || bottom > box.bottom + 1 || right > box.right + 1;
      }).length;
    });
    expect(clipped).toBe(0);
  });

  test.each([
    ['1999-08-10', 'difference', /10 August 1999 lies before the series begins; this is its first day, 1 April 2019/],
    ['2035-08-10', 'side', /10 August 2035 lies after the last day of the series; this is its last day, 5 March 2020/],
  ])(
    'a day outside of the series, %s, is said to be, and the chart marks what is compared',
    async (day, mode, words) => {
      const page = await opened(`?series=m5#date=2020-02-08&compare=${day}&mode=${mode}`);
      await expect.poll(() => page.locator('#compared .stale').textContent(), SLOW).toMatch(words);
      await page.locator('#chart .brush').waitFor({ state: 'attached', ...SLOW });
      const [chart, brush] = [await page.locator('#chart').boundingBox(), await page.locator('.brush').boundingBox()];
      expect(brush?.x ?? 0).toBeGreaterThanOrEqual((chart?.x ?? 0) - 3);
      expect((brush?.x ?? 0) + (brush?.width ?? 0)).toBeLessThanOrEqual((chart?.x ?? 0) + (chart?.width ?? 0) + 3);
      expect(brush?.width).toBeGreaterThan(10);
    },
  );

  test('what the other series says nothing of is no failure, and comparing can be stopped', async () => {
    for (const [address, words] of [
      [
        '?series=m5#date=2019-08-10&with=other&mode=side',
        '“Other map” says nothing of this day: it begins on 1 February 2020.',
      ],
      ['?series=m5#date=2020-02-08&with=far&mode=difference', '“Far away” covers none of the ground of this series'],
      ['?series=m5&lang=ar#date=2019-08-10&with=other&mode=swipe', 'لا تقول «Other map» شيئاً عن هذا اليوم'],
    ] as const) {
      const page = await opened(address);
      await expect.poll(() => page.locator('#compared').textContent(), SLOW).toContain(words);
      expect(await page.locator('#compared .failure').count()).toBe(0);
      expect(await page.locator('#compared .choices button').count()).toBe(4);
      expect(await page.locator('#second').isVisible()).toBe(false);
      expect(await credit(page), 'nothing of it is seen').not.toContain('Somebody');
      await page.locator('#compared .choices button').last().click();
      await expect.poll(() => page.locator('#compared').textContent(), SLOW).toBe('');
    }
  });

  test('a series that is not there, or was withdrawn, is told as that, and those there are can be compared instead', async () => {
    const query = 'create=true&title=Gone&publisher=Somebody&licence=CC0-1.0&accuracy=500';
    const map = strips([36.5], ['west', 'east']);
    expect((await service.post(`/series/gone/snapshots?date=2020-01-01&${query}`, map)).status).toBeLessThan(202);
    expect((await service.post('/series/gone/withdraw?why=a%20forged%20source', '')).status).toBe(200);
    const { page, complaints } = await browser.page(SMALL);
    const compared = page.locator('#compared');
    for (const [id, words] of [
      ['nosuch', 'There is no series “nosuch” here.'],
      ['gone', 'The series “gone” was withdrawn: its maps and figures do not stand any more.'],
    ] as const) {
      await page.goto(`${service.base}/?series=m5#date=2020-02-08&with=${id}&mode=swipe`);
      await page.reload();
      await ready(page);
      await expect.poll(() => compared.locator('.lede').textContent(), SLOW).toBe(words);
      expect(await compared.getByRole('link').allTextContents()).toEqual(['Far away', 'Other map']);
      expect(await page.content()).not.toContain('forged');
    }
    await compared.getByRole('link', { name: 'Other map' }).click();
    await beside(page);
    expect(page.url()).toContain('with=other&mode=swipe');
    // Of each the one request that says so.
    expect(complaints.splice(0).filter((text) => !/404|410/.test(text))).toEqual([]);
  });

  test('two series beside each other say of which day their maps are, and which one knows nothing of the day', async () => {
    const query = 'create=true&title=Rare&publisher=Somebody&licence=CC0-1.0&accuracy=500&max-age-days=20';
    const map = strips([36.5], ['west', 'east']);
    expect((await service.post(`/series/rare/snapshots?date=2020-02-01&${query}`, map)).status).toBeLessThan(202);
    const sides = (page: Page) => expect.poll(() => page.locator('#sides').textContent(), SLOW);
    const page = await opened('?series=m5#date=2020-02-08&with=rare&mode=side');
    await sides(page).toBe('Rare: Map of 1 February 2020M5 corridor, Hama to Aleppo');
    expect(await page.locator('#compared .fine').allTextContents()).toEqual(['Rare: Map of 1 February 2020']);
    const apart = 'Rare: 1 February 2020 (the last map; nothing is known of 1 March 2020)';
    for (const mode of ['swipe', 'side', 'difference']) {
      await page.goto(`${service.base}/?series=m5&${mode}#date=2020-03-01&with=rare&mode=${mode}`);
      await ready(page);
      if (mode !== 'difference') await sides(page).toBe(`${apart}M5 corridor, Hama to Aleppo`);
      const compared = page.locator('#compared');
      await expect.poll(() => compared.textContent(), SLOW).toContain('“Rare” knows nothing of this day');
      expect(await compared.locator('.fine').allTextContents()).toEqual([apart]);
    }
  });

  test('where one series knows nothing of the day there is no figure of agreement, and nothing is marked', async () => {
    const page = await opened('?series=m5#date=2030-02-08&with=other&mode=difference');
    await expect.poll(() => page.locator('#compared').textContent(), SLOW).toContain('is not known');
    expect(await page.locator('#compared').textContent()).not.toMatch(/%|km²/);
    expect(await page.locator('#legend').textContent()).not.toContain('Where they differ');
    await page.goto(`${service.base}/?series=m5&again#date=2030-02-08&compare=2019-08-10&mode=difference`);
    await ready(page);
    await expect.poll(() => page.locator('#compared').textContent(), SLOW).toContain('What changed is not known');
    expect(await page.locator('#compared').textContent()).not.toContain('km²');
  });

  test.each([
    ['upright', PHONE],
    ['lying', LYING],
    ['desktop', SMALL],
  ])('names of maps and their credit cover neither each other nor the buttons: %s', async (name, screen) => {
    const page = await opened('?series=m5#date=2020-02-08&with=other&mode=side', screen);
    await beside(page);
    await expect
      .poll(() => page.locator('#sides').textContent(), SLOW)
      .toMatch(/^Other map: .*M5 corridor, Hama to Aleppo$/);
    const fold = page.locator('.maplibregl-ctrl-attrib-button');
    if (await fold.isVisible()) await fold.click();
    const box = async (selector: string) =>
      (await page.locator(selector).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const apart = (a: Awaited<ReturnType<typeof box>>, b: typeof a) =>
      a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
    const names = async () => [await box('#sides span:first-child'), await box('#sides span:nth-child(2)')] as const;
    for (const other of [
      '#map .maplibregl-ctrl-attrib',
      '#map .maplibregl-ctrl-scale',
      '#map .maplibregl-ctrl-group',
    ]) {
      const covered = async () => {
        const there = await box(other);
        return (await names()).every((one) => apart(one, there));
      };
      await expect.poll(covered, { ...SLOW, message: other }).toBe(true);
    }
    // Opened by hand it may lie over the scale, by itself it does not.
    if (!(await fold.isVisible()))
      expect(apart(await box('#map .maplibregl-ctrl-attrib'), await box('#map .maplibregl-ctrl-scale'))).toBe(true);
    await picture(page, `comparing-${name}`);
  });

  test('beside another map the series is shown whole in its half, and the address says of no move that nobody made', async () => {
    const page = await opened('?series=m5#date=2020-02-08&compare=2019-08-10&mode=side');
    await beside(page);
    await expect.poll(() => page.locator('#sides').textContent(), SLOW).toBe('10 August 20198 February 2020');
    const { theatre } = await service.json<{ theatre: Ground }>('/series/m5/dates');
    const [west, south, east, north] = boundsOf(theatre);
    const { width, height } = (await page.locator('#map').boundingBox()) ?? { width: 0, height: 0 };
    // The scale of the map says how wide it is: 440 pixels of the screen must hold the theatre.
    const scale = page.locator('#map .maplibregl-ctrl-scale');
    const [words, box] = [(await scale.textContent()) ?? '', await scale.boundingBox()];
    const kmPerPixel = Number.parseFloat(words) / (box?.width ?? 1);
    const across = (east - west) * 111.32 * Math.cos((((south + north) / 2) * Math.PI) / 180);
    expect(across / kmPerPixel).toBeLessThan(width);
    expect(((north - south) * 110.9) / kmPerPixel).toBeLessThan(height);
    expect(across / kmPerPixel, 'and no smaller than needed').toBeGreaterThan(width / 2);
    await picture(page, 'comparing-fit');
    await page.setViewportSize({ width: 1200, height: 760 });
    await page.waitForTimeout(800);
    expect(new URL(page.url()).hash).toBe('#date=2020-02-08&compare=2019-08-10&mode=side');
    await page.locator('#map').getByRole('button', { name: 'Zoom in' }).click();
    await expect.poll(() => new URL(page.url()).hash, SLOW).toContain('&map=');
  });

  test('the newest report is one that speaks of the series', async () => {
    await service.post('/reports', { id: 'of-other', title: 'The other', series: 'other', period: { every: 'month' } });
    const issued = await service.post('/reports/of-other/issue?period=2020-02', '');
    expect(issued.status).toBe(200);
    const asked = async (series: string) => (await opened(`?series=${series}`)).locator('#more .ways').textContent();
    expect(await asked('other')).toMatch(/^Newest report: /);
    expect(await asked('m5')).toMatch(/^Reports/);
  });
});
