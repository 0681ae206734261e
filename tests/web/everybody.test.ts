import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { browserFor, NO_BROWSER, picture, ready, SLOW, shows, violations } from '../setup/browser.js';
import { BROWSED, database } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

const SCREENS = {
  desktop: { viewport: { width: 1280, height: 720 } },
  tablet: { viewport: { width: 820, height: 1180 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  'phone lying': { viewport: { width: 844, height: 390 }, hasTouch: true, isMobile: true },
} satisfies Record<string, BrowserContextOptions>;

describe.skipIf(NO_BROWSER)('the page for everybody [needs /usr/bin/chromium]', () => {
  const service = serviceOn(async () => m5(await database(BROWSED, 'the page')));
  const browser = browserFor();

  async function opened(address: string, options: BrowserContextOptions = SCREENS.desktop): Promise<Page> {
    const { page } = await browser.page({ ...options, bypassCSP: true });
    await page.goto(`${service.base}/${address}`);
    await ready(page);
    return page;
  }

  test('the pages of reports, of files and of what is not there keep the rules of accessibility too', async () => {
    const one = await browser.page({ ...SCREENS.desktop, bypassCSP: true });
    for (const address of ['reports', 'snapshots', 'snapshots/m5', 'reports/nope']) {
      await one.page.goto(`${service.base}/${address}`);
      expect(await violations(one.page), address).toEqual([]);
    }
    // The one that is not there is not found.
    one.complaints.length = 0;
  });

  test('what is scrolled sideways in a report or a list on a telephone is reached by keyboard, by its name', {
    timeout: 60_000,
  }, async () => {
    const report = `scrolled-${process.pid}`;
    const period = { every: 'custom', from: '2020-02-03', to: '2020-02-10' };
    await service.post('/reports', JSON.stringify({ id: report, title: 'M5', series: 'm5', period }));
    await service.post(`/reports/${report}/issue?period=2020-02-03_2020-02-10`, '');
    const { page } = await browser.page({ ...SCREENS.phone, bypassCSP: true });
    for (const address of [
      `reports/${report}/2020-02-03_2020-02-10`,
      'snapshots/m5',
      'ogc/collections/m5_control?f=html',
    ]) {
      await page.goto(`${service.base}/${address}`);
      expect(await violations(page), address).toEqual([]);
      const unreached = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('main *')].flatMap((one) =>
          one.scrollWidth > one.clientWidth + 1 &&
          ['auto', 'scroll'].includes(getComputedStyle(one).overflowX) &&
          (one.tabIndex < 0 || !one.getAttribute('aria-label'))
            ? [`${one.tagName} ${one.className}`]
            : [],
        ),
      );
      expect(unreached, address).toEqual([]);
    }
    await service.post(`/reports/${report}/withdraw?why=tested`, '');
  });

  test('pictures in a report in Arabic have their texts where they are drawn for', { timeout: 60_000 }, async () => {
    const report = `arabic-${process.pid}`;
    const period = { every: 'custom', from: '2020-02-03', to: '2020-02-10' };
    await service.post('/reports', JSON.stringify({ id: report, title: 'M5', series: 'm5', language: 'ar', period }));
    await service.post(`/reports/${report}/issue?period=2020-02-03_2020-02-10`, '');
    const { page } = await browser.page(SCREENS.desktop);
    await page.goto(`${service.base}/reports/${report}/2020-02-03_2020-02-10`);
    const texts = await page.evaluate(() =>
      [...document.querySelectorAll<SVGTextElement>('svg text')].flatMap((text) => {
        const [own, whole] = [text.getBoundingClientRect(), text.ownerSVGElement?.getBoundingClientRect()];
        if (own.width === 0 || !whole) return [];
        const isPlaced =
          text.getAttribute('text-anchor') !== 'start' ||
          Math.abs(text.getBBox().x - Number(text.getAttribute('x'))) < 3;
        return [
          { says: text.textContent, isPlaced, isInside: own.left > whole.left - 3 && own.right < whole.right + 3 },
        ];
      }),
    );
    expect(texts.length).toBeGreaterThan(40);
    expect(texts.filter(({ isPlaced, isInside }) => !isPlaced || !isInside)).toEqual([]);
    await picture(page, 'report-in-arabic');
    await service.post(`/reports/${report}/withdraw?why=tested`, '');
  });

  test.each(Object.entries(SCREENS))(
    'on a %s nothing is covered, cut off or against the rules of accessibility',
    async (name, options) => {
      const page = await opened('?series=m5#date=2020-02-08&post=turkey/9', options);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      // Whatever is under the middle of a control is the control itself.
      for (const id of ['play', 'earlier', 'later', 'slider', 'tool-search', 'tool-help']) {
        const met = await page.locator(`#${id}`).evaluate((control) => {
          const { left, top, width, height } = control.getBoundingClientRect();
          const found = document.elementFromPoint(left + width / 2, top + height / 2);
          return found !== null && (control.contains(found) || found === control);
        });
        expect(met, `${id} on ${name}`).toBe(true);
      }
      await page.locator('#legend-box summary').click();
      const covered = await page.locator('#play').evaluate((play) => {
        const { left, top, width, height } = play.getBoundingClientRect();
        return !play.contains(document.elementFromPoint(left + width / 2, top + height / 2));
      });
      expect(covered).toBe(false);
      await picture(page, `screen-${name.replace(' ', '-')}`);
      expect(await violations(page)).toEqual([]);
    },
  );

  test('no rule is broken with a tool open, in the dark, in Arabic, or on the other pages', async () => {
    const page = await opened('?series=m5#date=2020-02-08&compare=2019-08-10&mode=difference');
    await page.locator('#compared table').waitFor(SLOW);
    for (const name of ['download', 'share', 'events', 'help']) {
      await page.locator(`#tool-${name}`).click();
      await page.locator('#tool h2').waitFor(SLOW);
      expect(await violations(page), name).toEqual([]);
      await page.keyboard.press('Escape');
    }
    const dark = await opened('?series=m5&lang=ar#date=2020-02-08', { ...SCREENS.desktop, colorScheme: 'dark' });
    await picture(dark, 'dark-arabic');
    expect(await violations(dark)).toEqual([]);
  });

  test('Arabic is written from right to left, with names and days in its own words', async () => {
    const page = await opened('?series=m5&lang=ar#date=2020-02-08&place=saraqib');
    expect(await page.evaluate(() => [document.dir, document.documentElement.lang])).toEqual(['rtl', 'ar']);
    expect(await page.locator('#when').textContent()).toBe(
      new Intl.DateTimeFormat('ar-SY-u-nu-latn', { dateStyle: 'long', timeZone: 'UTC' }).format(Date.UTC(2020, 1, 8)),
    );
    expect(await page.locator('#chosen h2').textContent()).toMatch(/^[\p{Script=Arabic}\s]+$/u);
    // The panel calls a place as the map does; a name in Latin letters is not torn apart by the sentence around it.
    const changed = await page.locator('#changed .places .name').allTextContents();
    expect(
      changed.some((name) => /^[\p{Script=Arabic}\s]+$/u.test(name)),
      changed.join(),
    ).toBe(true);
    expect(await page.locator('#balance').textContent()).toMatch(/\u2068[\w ]+\u2069/);
    expect(await page.locator('#tool-search').textContent()).toBe('بحث');
    // Later days lie to the left: the key to the left goes on.
    await page.locator('#title').click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowLeft');
    await shows(page, '2020-02-09');
    const panel = await page.locator('#panel').boundingBox();
    expect(panel?.x).toBeGreaterThan(800);
  });

  test('a browser that asks for Turkish gets it; the chosen language outdoes it', async () => {
    const page = await opened('?series=m5#date=2020-02-08', { ...SCREENS.desktop, locale: 'tr-TR' });
    expect(await page.locator('#when').textContent()).toBe('8 Şubat 2020');
    expect(await page.locator('#tool-share').textContent()).toBe('Paylaş');
    const english = await opened('?series=m5&lang=en#date=2020-02-08', { ...SCREENS.desktop, locale: 'tr-TR' });
    expect(await english.locator('#when').textContent()).toBe('8 February 2020');
  });

  test('at 400 % everything is in one column; high contrast keeps the swatches; calm moves nothing by itself', async () => {
    const page = await opened('?series=m5#date=2020-02-08', {
      viewport: { width: 320, height: 256 },
      forcedColors: 'active',
      reducedMotion: 'reduce',
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeGreaterThan(800);
    const swatch = await page
      .locator('#balance .swatch')
      .first()
      .evaluate((element) => getComputedStyle(element).backgroundColor);
    expect(swatch).not.toMatch(/^rgb\((255, 255, 255|0, 0, 0)\)$/);
    await picture(page, 'zoom-400-contrast');
  });

  test('in the page of somebody else, the wheel belongs to that page', async () => {
    const { page } = await browser.page({ ...SCREENS.desktop, bypassCSP: true });
    await page.goto(`${service.base}/reports`);
    await page.setContent(
      `<body style="margin:0;height:3000px"><iframe src="${service.base}/?series=m5&date=2019-08-21&lang=en" width="1000" height="640" style="border:0"></iframe></body>`,
    );
    const frame = page.frameLocator('iframe');
    await frame.locator('body[data-ready]').waitFor({ state: 'attached', ...SLOW });
    expect(await frame.locator('#when').textContent()).toBe('21 August 2019');
    const zoom = () => frame.locator('.maplibregl-ctrl-scale').textContent();
    const before = await zoom();
    await page.mouse.move(700, 200);
    await page.mouse.wheel(0, 400);
    await expect.poll(() => page.evaluate(() => scrollY), SLOW).toBeGreaterThan(100);
    expect(await zoom()).toBe(before);
  });

  test('on a telephone nothing covers the buttons of the map, whether the panel is drawn up or not', async () => {
    const viewport = { width: 390, height: 780 };
    for (const lang of ['en', 'ar']) {
      const page = await opened(`?series=m5&lang=${lang}#date=2020-02-08`, { ...SCREENS.phone, viewport });
      const covered = () =>
        page.evaluate(() => {
          const buttons = [
            ...document.querySelectorAll('.maplibregl-ctrl-group button, .maplibregl-ctrl-attrib-button'),
          ];
          const boxes = buttons.map((one) => one.getBoundingClientRect());
          return boxes.flatMap((a, i) =>
            boxes.slice(i + 1).filter((b) => {
              const [x, y] = [
                Math.min(a.right, b.right) - Math.max(a.left, b.left),
                Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top),
              ];
              return x > 0.5 && y > 0.5;
            }),
          ).length;
        });
      expect(await page.locator('.maplibregl-ctrl-attrib-button').isVisible()).toBe(true);
      expect(await covered()).toBe(0);
      await page.locator('#handle').click();
      await page.locator('body[data-sheet="open"]').waitFor(SLOW);
      expect(await covered()).toBe(0);
      await picture(page, `telephone-drawn-up-${lang}`);
    }
  });

  test('what an address names and the series does not have is said, as is what does not apply', async () => {
    for (const [part, words] of [
      ['post=turkey/99', 'The series does not know this post on this day.'],
      ['place=zz', 'The series does not know this place on this day.'],
      ['event=99999', 'The series does not know this event.'],
    ] as const) {
      const page = await opened(`?series=m5&lang=en-GB#date=2020-02-08&${part}`);
      await expect.poll(() => page.locator('#chosen').textContent(), SLOW).toContain(words);
      expect(await page.locator('#notice').textContent()).toBe('');
    }
    const page = await opened('?series=m5&lang=xx&theme=pink#date=2020-02-08&post=turkey/9&place=zz&mode=bogus');
    const notes = await page.locator('#notice p').allTextContents();
    expect(notes.map((note) => note.split(': ').at(-1))).toEqual([
      'place=zz.',
      'mode=bogus.',
      'lang=xx.',
      'theme=pink.',
    ]);
  });

  test('the scale names the year, whatever its length', async () => {
    const page = await opened('?series=m5#date=2020-02-08', { viewport: { width: 820, height: 700 } });
    expect(await page.locator('#months').textContent()).toMatch(/2019.*2020/);
    expect(await page.locator('#months').textContent()).not.toContain('undefined');
  });
});

describe.skipIf(NO_BROWSER)('a stranger, at most four clicks from the front page [needs /usr/bin/chromium]', () => {
  const service = serviceOn(async () => m5(await database(BROWSED, 'the page')));
  const browser = browserFor();
  let clicks = 0;

  async function front(): Promise<Page> {
    const { page } = await browser.page(SCREENS.desktop);
    await page.goto(`${service.base}/`);
    await ready(page);
    clicks = 0;
    return page;
  }
  const click = async (page: Page, selector: string, text?: string) => {
    clicks++;
    await page
      .locator(selector, text ? { hasText: text } : {})
      .first()
      .click();
  };
  /** Typing is no click; Enter takes the first answer. */
  async function look(page: Page, words: string): Promise<void> {
    await page.locator('#search-for').fill(words);
    await page.locator('#found button').first().waitFor(SLOW);
    await page.locator('#search-for').press('Enter');
  }

  test('who held Saraqib on 8 February, and on whose word', async () => {
    const page = await front();
    await click(page, '#tool-search');
    await look(page, '8 February 2020');
    await shows(page, '2020-02-08');
    await click(page, '#tool-search');
    await look(page, 'Saraqib');
    await page.locator('#chosen h2', { hasText: 'Saraqib' }).waitFor(SLOW);
    expect(await page.locator('#chosen .verdict').textContent()).toContain('Syrian government');
    expect(await page.locator('#chosen .claims a').count()).toBeGreaterThan(0);
    expect(clicks).toBeLessThanOrEqual(4);
  });

  test('what changed in the week before', async () => {
    const page = await front();
    await click(page, '#tool-search');
    await look(page, '8 Feb 2020');
    await shows(page, '2020-02-08');
    await click(page, '#tool-compare');
    await page.locator('#other-day').fill('2020-02-01');
    await click(page, '#tool button.plain', 'Difference');
    await page.locator('#compared .matrix li').first().waitFor(SLOW);
    expect(await page.locator('#compared .kicker').textContent()).toContain('From 1 February 2020 to 8 February 2020');
    expect(clicks).toBeLessThanOrEqual(4);
  });

  test('is post 9 cut off, and since when', async () => {
    const page = await front();
    await click(page, '#posts [data-post="turkey/9"]');
    await page.locator('#chosen h2', { hasText: 'Morek' }).waitFor(SLOW);
    expect(await page.locator('#chosen').textContent()).toMatch(/Cut off.*since .*August 2019/s);
    expect(clicks).toBeLessThanOrEqual(4);
  });

  test('a picture for print', async () => {
    const page = await front();
    await click(page, '#tool-download');
    const saved = page.waitForEvent('download', SLOW);
    await click(page, '#tool button', 'Picture of the map');
    expect((await saved).suggestedFilename()).toMatch(/^m5-.*\.png$/);
    expect(clicks).toBeLessThanOrEqual(4);
  });

  test('21 August in an article', async () => {
    const page = await front();
    await click(page, '#tool-search');
    await look(page, '21 Aug 2019');
    await shows(page, '2019-08-21');
    await click(page, '#tool-share');
    await click(page, '#tool textarea ~ button');
    expect(await page.locator('#share-code').inputValue()).toContain('date=2019-08-21');
    expect(clicks).toBeLessThanOrEqual(4);
  });
});
