import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { importSnapshots } from '../../src/maps/import.js';
import { parseDate } from '../../src/model/dates.js';
import { browserFor, NO_BROWSER, type Opened, picture, SLOW, violations } from '../setup/browser.js';
import { CREDENTIAL } from '../setup/credential.js';
import { BROWSED, database } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';

const SERIES = 'desk-page';
const OTHER = 'desk-other';
const store = () => database(BROWSED, 'desk page');

const box = (party: string, west: number, east: number) => ({
  ...{ type: 'Feature', properties: { party } },
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [west, 40],
        [east, 40],
        [east, 41],
        [west, 41],
        [west, 40],
      ],
    ],
  },
});

describe.skipIf(NO_BROWSER)('the desk [needs /usr/bin/chromium]', () => {
  const service = serviceOn(store);
  const browser = browserFor();
  const tokens = new Map<string, string>();

  const imported = async (series: string, day: string, border: number, hold: string | null = null) =>
    importSnapshots(await store(), {
      series,
      map: JSON.stringify({
        type: 'FeatureCollection',
        features: [box('aland', 30, border), box('borland', border, 32)],
      }),
      ...{ options: { date: parseDate(day) }, source: 'https://example.org/a-map', accept: null, hold },
      create: hold ? null : ({ title: 'A front', publisher: 'Us', licence: 'CC0', accuracyM: 100 } as never),
    });

  beforeAll(async () => {
    for (const series of [SERIES, OTHER]) await imported(series, '2024-05-01', 31);
    await imported(OTHER, '2024-05-02', 31.02, 'every map of it waits');
    for (const [name, scopes] of [
      ['desk-ann', 'read,write'],
      ['desk-ben', 'read,write,review'],
      ['desk-kim', 'admin'],
      ['desk-roy', 'read'],
    ] as const) {
      const response = await service.get(`/tokens/${name}?scopes=${scopes}`, { method: 'POST', headers: CREDENTIAL });
      tokens.set(name, ((await response.json()) as { token: string }).token);
    }
  });

  async function signedIn(
    name: string,
    options: BrowserContextOptions = { viewport: { width: 1200, height: 800 } },
    series = SERIES,
  ): Promise<Page> {
    return (await opened(name, options, series)).page;
  }

  /** As `signedIn`, with what its browser complains of. */
  async function opened(name: string, options: BrowserContextOptions = {}, series = SERIES): Promise<Opened> {
    const one = await browser.page(options);
    await signIn(one.page, name, series);
    return one;
  }

  async function signIn(page: Page, name: string, series = SERIES): Promise<void> {
    await page.goto(`${service.base}/desk?series=${series}`);
    await page.getByLabel('Your token').fill(tokens.get(name) ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText(`Signed in as token:${name}`).waitFor(SLOW);
    await page.getByRole('heading', { name: 'Proposals' }).waitFor(SLOW);
  }

  const as = (name: string) => ({ authorization: `Bearer ${tokens.get(name)}` });

  const alandKm2 = async () => {
    const { features } = await service.json<{ features: { properties: { party: string; km2: number } }[] }>(
      `/ogc/collections/${SERIES}_control/items?datetime=2024-05-01`,
    );
    return features
      .filter(({ properties }) => properties.party === 'aland')
      .reduce((sum, { properties }) => sum + properties.km2, 0);
  };

  test('shows the newest map to whoever has not signed in, and nothing to decide', async () => {
    const { page } = await browser.page({ viewport: { width: 1200, height: 800 } });
    await page.goto(`${service.base}/desk?series=${SERIES}`);
    await page.getByText('Sign in to see what is proposed.').waitFor(SLOW);
    await page.locator('#map canvas').waitFor(SLOW);
    await page.locator('body[data-ready=true]').waitFor(SLOW);
    expect(await page.getByRole('button', { name: 'Draw a change' }).count()).toBe(0);
    await page.close();
  });

  test('one draws the front anew and sees what it would do; another one approves under embargo and releases', async () => {
    const ann = await signedIn('desk-ann');
    await ann.getByRole('button', { name: 'Draw a change' }).click();
    await ann.getByRole('button', { name: 'Front' }).click();
    const map = await ann.locator('#map').boundingBox();
    const [x, y] = [(map?.x ?? 0) + (map?.width ?? 0) / 2 - 8, (map?.y ?? 0) + (map?.height ?? 0) / 2];
    const corner = async (dx: number, dy: number) => {
      await ann.mouse.move(x + dx - 2, y + dy);
      await ann.mouse.click(x + dx, y + dy, { delay: 30 });
      await ann.waitForTimeout(350);
    };
    await corner(3, -80);
    await corner(90, 0);
    // A corner set wrongly is taken back while the line is being drawn.
    await corner(150, 90);
    await ann.getByRole('button', { name: 'Undo' }).click();
    for (let times = 0; times < 2; times++) await corner(-3, 80);
    const before = await alandKm2();
    await ann.getByRole('button', { name: 'See what it would do' }).click();
    const effect = ann.getByRole('region', { name: 'What it would do' });
    await effect.waitFor(SLOW);
    const passes = Number(
      /([\d,.]+) km² from borland to aland/i.exec((await effect.textContent()) ?? '')?.[1]?.replace(',', ''),
    );
    expect(passes).toBeGreaterThan(10);
    expect(passes).toBeLessThan(2000);
    await picture(ann, 'desk-draw');
    expect(await alandKm2()).toBe(before);
    expect(await violations(ann)).toEqual([]);
    await ann.getByLabel('Why').fill('the ridge fell');
    await ann.getByLabel('Source, its address').fill('https://example.org/report');
    await ann.getByLabel('Who publishes it').fill('A paper');
    await ann.getByRole('button', { name: 'Propose', exact: true }).click();
    await ann.getByRole('heading', { name: /^Drawing \d+, 1 May 2024$/ }).waitFor(SLOW);
    // Nobody decides about their own.
    await ann.getByText('Somebody else decides').waitFor(SLOW);
    expect(await ann.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    // Her page would go on following what is done here.
    await ann.close();

    const ben = await signedIn('desk-ben');
    await ben.getByRole('button', { name: /the ridge fell/ }).click();
    await ben.getByRole('heading', { name: /^Drawing \d+/ }).waitFor(SLOW);
    for (const view of ['Before', 'After', 'Difference']) {
      await ben.getByRole('button', { name: view }).click();
      await ben.waitForTimeout(400);
      await picture(ben, `desk-${view.toLowerCase()}`);
    }
    expect(await violations(ben)).toEqual([]);
    await ben.getByRole('button', { name: 'Approve' }).click();
    await ben.getByText('Say why first.').waitFor(SLOW);
    await ben.getByLabel('Your words').fill('seen on film');
    await ben.getByLabel('hold it back until somebody releases it').check();
    await ben.getByRole('button', { name: 'Approve' }).click();
    await ben.getByText('approved, not yet out').first().waitFor(SLOW);
    expect(await alandKm2()).toBe(before);
    await ben.getByRole('button', { name: 'Release' }).click();
    await ben.getByText('in the map').first().waitFor(SLOW);
    const after = await alandKm2();
    expect(Math.abs(after - before - passes)).toBeLessThan(1);

    // What is approved and not out is stopped, with a reason.
    const sources = [{ url: 'https://example.org/report', publisher: 'A paper' }];
    const proposed = await service.get(`/series/${SERIES}/proposals`, {
      method: 'POST',
      headers: { ...as('desk-ann'), 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ kind: 'edit', date: '2024-05-01', why: 'the ford fell too', sources, party: 'aland' },
        geometry: box('', 31.5, 31.6).geometry,
      }),
    });
    const { proposal } = (await proposed.json()) as { proposal: number };
    const approval = `/series/${SERIES}/proposals/${proposal}/approve?why=seen&embargo=true`;
    expect((await service.get(approval, { method: 'POST', headers: as('desk-ben') })).status).toBe(200);
    await ben.getByRole('button', { name: /the ford fell too/ }).click(SLOW);
    await ben.getByRole('button', { name: 'Stop it' }).click(SLOW);
    await ben.getByText('Say why first.').waitFor(SLOW);
    await ben.getByLabel('Your words').fill('the paper takes it back');
    await picture(ben, 'desk-stop');
    expect(await violations(ben)).toEqual([]);
    await ben.getByRole('button', { name: 'Stop it' }).click();
    await ben.getByText('stopped before it went out').first().waitFor(SLOW);
    await ben.getByText('stopped: the paper takes it back').waitFor(SLOW);
    expect(await ben.getByRole('button', { name: 'Release' }).count()).toBe(0);
    expect(await alandKm2()).toBe(after);
  }, 300_000);

  test('a front drawn across the old one is two exchanges of ground, one each way; an imported map that waits is decided beside it', async () => {
    const ann = await signedIn('desk-ann', undefined, OTHER);
    await ann.getByRole('button', { name: 'Draw a change' }).click();
    await ann.getByRole('button', { name: 'Front' }).click();
    const map = await ann.locator('#map').boundingBox();
    const [x, y] = [(map?.x ?? 0) + (map?.width ?? 0) / 2 - 8, (map?.y ?? 0) + (map?.height ?? 0) / 2];
    // A click on the last corner ends the line; one that comes too soon after another is taken for a double click.
    await vi.waitFor(async () => {
      await ann.getByRole('button', { name: 'Clear' }).click();
      for (const [dx, dy] of [
        [3, -120],
        [110, -60],
        [-110, 60],
        [3, 120],
        [3, 120],
      ] as const) {
        await ann.mouse.move(x + dx - 2, y + dy);
        await ann.mouse.click(x + dx, y + dy, { delay: 30 });
        await ann.waitForTimeout(350);
      }
      await ann.getByText('The line crosses the old front').waitFor({ timeout: 2000 });
    }, SLOW);
    expect(await ann.getByLabel('Status').isVisible()).toBe(false);
    await ann.getByRole('button', { name: 'See what it would do' }).click();
    const effect = ann.getByRole('region', { name: 'What it would do' });
    await effect.waitFor(SLOW);
    await picture(ann, 'desk-crossing');
    const told = (await effect.textContent()) ?? '';
    expect(told).toMatch(/km² from borland to aland/i);
    expect(told).toMatch(/km² from aland to borland/i);
    await ann.getByLabel('Why').fill('it runs across');
    await ann.getByLabel('Source, its address').fill(`https://example.org/report`);
    await ann.getByLabel('Who publishes it').fill('A paper');
    await ann.getByRole('button', { name: 'Propose', exact: true }).click();
    await ann.getByText('Somebody else decides').waitFor(SLOW);
    const areas = async () => {
      const path = `/ogc/collections/${OTHER}_control/items?datetime=2024-05-01`;
      const { features } = await service.json<{ features: { properties: { party: string; km2: number } }[] }>(path);
      const held: Record<string, number> = {};
      for (const { party, km2 } of features.map(({ properties }) => properties)) held[party] = (held[party] ?? 0) + km2;
      return held;
    };
    const before = await areas();
    const ben = await signedIn('desk-ben', undefined, OTHER);
    await ben.getByRole('button', { name: /it runs across/ }).click();
    await ben.getByLabel('Your words').fill('seen on film');
    await ben.getByRole('button', { name: 'Approve' }).click();
    await ben.getByText('in the map').first().waitFor(SLOW);
    const after = await areas();
    expect(Object.keys(after).sort()).toEqual(['aland', 'borland']);
    const sum = ({ aland = 0, borland = 0 }) => aland + borland;
    expect(Math.abs(sum(after) - sum(before))).toBeLessThan(1e-4);
    expect(after.aland).not.toBe(before.aland);

    // An imported map that waits stands in the same queue; who only reads is offered nothing.
    const roy = await signedIn('desk-roy', undefined, OTHER);
    await roy.getByRole('button', { name: /Imported map \d+, 2 May 2024/ }).click();
    await roy.getByText('every map of it waits').waitFor(SLOW);
    await roy.getByText('Who reviews decides about it.').waitFor(SLOW);
    expect(await roy.getByRole('button', { name: /Draw a change|State something|Accept/ }).count()).toBe(0);
    await ben.getByRole('button', { name: /Imported map \d+, 2 May 2024/ }).click();
    await ben.getByRole('button', { name: 'After' }).waitFor(SLOW);
    await picture(ben, 'desk-held');
    expect(await violations(ben)).toEqual([]);
    await ben.getByRole('button', { name: 'Accept' }).click();
    await ben.getByText('Say why first.').waitFor(SLOW);
    await ben.getByLabel('Your words').fill('as the papers say');
    await ben.getByRole('button', { name: 'Accept' }).click();
    await expect.poll(() => ben.getByRole('button', { name: /Imported map/ }).count(), SLOW).toBe(0);
    const { dates } = await service.json<{ dates: string[] }>(`/series/${OTHER}/dates`);
    expect(dates).toEqual(['2024-05-01', '2024-05-02']);
  }, 300_000);

  test('who keeps the series grades a publisher and states the rule, in each language, written its way and without a fault', async () => {
    const kim = await signedIn('desk-kim', undefined, OTHER);
    await kim.getByText('Sources of claims and events').click();
    await kim.getByLabel('Publisher', { exact: true }).fill('A Paper');
    await kim.getByLabel('Grade (Admiralty scale)').selectOption('B');
    await kim.locator('#grade-why').fill('a year of it');
    await kim.getByRole('button', { name: 'State the grade' }).click();
    await kim.getByRole('listitem').filter({ hasText: 'A Paper (B: usually reliable)' }).waitFor(SLOW);
    expect(await violations(kim)).toEqual([]);
    await kim.getByText('Rule of this series').click();
    await kim.getByLabel('How many people other than the author approve').fill('2');
    await kim.getByLabel('Claim', { exact: true }).fill('1');
    await kim.locator('#rule-why').fill('the front is close');
    await kim.getByRole('button', { name: 'State the rule' }).click();
    await kim.getByText('2 people other than the author approve a change here.').waitFor(SLOW);
    await kim.getByText('One other person approves: Claim.').waitFor(SLOW);
    // The map that waits needs two by now: who approved it sees so, and is not asked again.
    await imported(OTHER, '2024-05-03', 31.04, 'it waits too');
    await kim.getByRole('button', { name: /Imported map \d+, 3 May 2024.* 0 of 2 approvals/ }).click(SLOW);
    await kim.getByLabel('Your words').fill('as the papers say');
    await kim.getByRole('button', { name: 'Accept' }).click();
    await kim.getByText('You have approved it; another person has to as well.').waitFor(SLOW);
    await kim.getByText('1 of 2 approvals').first().waitFor(SLOW);
    expect(await kim.getByRole('button', { name: 'Accept' }).count()).toBe(0);
    expect(await violations(kim)).toEqual([]);
    await kim.getByLabel('Your words').fill('another paper says no');
    await kim.getByRole('button', { name: 'Refuse' }).click();
    await expect.poll(() => kim.getByRole('button', { name: /Imported map/ }).count(), SLOW).toBe(0);
    await kim.getByRole('button', { name: /it runs across/ }).click();
    await kim.getByText('(B: usually reliable)').first().waitFor(SLOW);

    for (const [lang, dir, proposals, draw, day] of [
      ['ar', 'rtl', 'المقترحات', 'رسم تغيير', '١ مايو ٢٠٢٤|1 أيار 2024|1 مايو 2024'],
      ['tr', 'ltr', 'Öneriler', 'Değişiklik çiz', '1 Mayıs 2024'],
    ] as const) {
      await kim.setViewportSize({ width: 1200, height: 800 });
      await kim.locator('#language').selectOption(lang);
      await kim.getByRole('heading', { name: proposals, exact: true }).waitFor(SLOW);
      expect(await kim.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual([
        lang,
        dir,
      ]);
      await kim.locator('body[data-ready=true]').waitFor({ state: 'attached', ...SLOW });
      await kim.locator('#sources summary').click();
      await kim.locator('.queue button').filter({ hasText: 'it runs across' }).click();
      await kim.getByRole('heading', { name: new RegExp(day) }).waitFor(SLOW);
      expect(await violations(kim)).toEqual([]);
      await picture(kim, `desk-${lang}`);
      // A refusal keeps its own order, whichever way the page is written: the service says it in English.
      await kim.locator('#rule-why').evaluate((field) => field.closest('details')?.setAttribute('open', ''));
      await kim.locator('#rule-why').fill('x');
      await kim.locator('form:has(#rule-why) button[type=submit]').click();
      const refusal = kim.locator('form:has(#rule-why) [role=alert] bdi');
      await refusal.waitFor(SLOW);
      expect(await refusal.evaluate((one) => getComputedStyle(one).unicodeBidi)).toBe('isolate');
      await kim.getByRole('button', { name: draw, exact: true }).click();
      await kim.locator('#draw-hint').waitFor(SLOW);
      expect(await violations(kim)).toEqual([]);
      await kim.setViewportSize({ width: 390, height: 780 });
      expect(await kim.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      await picture(kim, `desk-${lang}-phone`);
      // No word of another language is left among what the desk says by itself.
      const said = await kim.evaluate(() =>
        [...document.querySelectorAll('button, label, h2, h3, summary')]
          .map((one) => one.textContent ?? '')
          .join(' | '),
      );
      expect(said).not.toMatch(/\b(Draw|Undo|Clear|Propose|Cancel|Sources|Why|Sign out|Front|Status)\b/);
    }
  });

  test('by touch and by keyboard, on a telephone: an area is chosen, undone, proposed as contested; it is discussed and rejected', async () => {
    const ann = await signedIn('desk-ann', { viewport: { width: 390, height: 780 }, hasTouch: true });
    await ann.getByRole('button', { name: 'Draw a change' }).press('Enter');
    await ann.getByRole('button', { name: 'Area' }).press('Enter');
    const look = ann.getByRole('button', { name: 'See what it would do' });
    const effect = ann.getByText(/km² from borland to contested/i);
    // A tap becomes a click some 300 ms later, when it can be no double tap any more; whoever sees nothing chosen taps again.
    const chooseEast = async () => {
      for (let tries = 1; tries <= 5; tries++) {
        const map = await ann.locator('#map').boundingBox();
        const [x, y] = [(map?.x ?? 0) + (map?.width ?? 0) / 2 + 60, (map?.y ?? 0) + (map?.height ?? 0) / 2 + 30];
        await ann.touchscreen.tap(x, y);
        await ann.waitForTimeout(500);
        await look.press('Enter');
        await effect.or(ann.getByText('Draw the ground first')).first().waitFor(SLOW);
        if (await effect.isVisible()) return;
      }
    };
    await ann.getByLabel('Status').selectOption('contested');
    await chooseEast();
    await effect.waitFor(SLOW);
    await picture(ann, 'desk-phone');
    await ann.getByRole('button', { name: 'Undo' }).press('Enter');
    await look.press('Enter');
    await ann.getByText('Draw the ground first').waitFor(SLOW);
    expect(await violations(ann)).toEqual([]);
    expect(await ann.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await chooseEast();
    await ann.getByLabel('Why').fill('both shell it');
    await ann.getByLabel('Source, its address').fill('https://example.org/shelling');
    await ann.getByLabel('Who publishes it').fill('A paper');
    await ann.getByRole('button', { name: 'Propose', exact: true }).press('Enter');
    await ann.getByRole('heading', { name: /^Drawing \d+/ }).waitFor(SLOW);

    const ben = await signedIn('desk-ben');
    await ben.getByRole('button', { name: /both shell it/ }).click();
    await ben.getByLabel('Your words').fill('which day is the picture of?');
    await ben.getByRole('button', { name: 'Comment' }).click();
    await ben.getByRole('listitem').filter({ hasText: 'which day is the picture of?' }).waitFor(SLOW);
    await ben.getByLabel('Your words').fill('it is of 2022');
    await ben.getByRole('button', { name: 'Reject' }).click();
    await ben.getByText('rejected: it is of 2022').waitFor(SLOW);
    const { features } = await service.json<{ features: { properties: { status: string } }[] }>(
      `/ogc/collections/${SERIES}_control/items?datetime=2024-05-01`,
    );
    expect(features.map(({ properties }) => properties.status)).not.toContain('contested');
  });

  test('what is proposed after the page has read, and before it hears of anything, comes onto it', async () => {
    const { page } = await browser.page({});
    let release = () => {};
    const sentMeanwhile = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = () => {};
    const listening = new Promise<void>((resolve) => {
      asked = resolve;
    });
    await page.route(/\/updates$/, async (route) => {
      asked();
      await sentMeanwhile;
      await route.continue();
    });
    await signIn(page, 'desk-ben');
    await listening;
    const polygon = { ...box('aland', 31.7, 31.8).geometry };
    const words = { kind: 'edit', date: '2024-05-01', why: 'made meanwhile', geometry: polygon, party: 'aland' };
    const body = JSON.stringify({ ...words, sources: [{ url: 'https://example.org/late', publisher: 'A paper' }] });
    const headers = { ...as('desk-ann'), 'content-type': 'application/json' };
    const sent = await service.get(`/series/${SERIES}/proposals`, { method: 'POST', headers, body });
    const { id } = (await sent.json()) as { id: number };
    release();
    await page.getByRole('button', { name: /made meanwhile/ }).waitFor(SLOW);
    await service.get(`/series/${SERIES}/proposals/${id}/reject?why=seen`, { method: 'POST', headers: as('desk-ben') });
    await page.close();
  });

  test('two reviewers decide at the same moment: one decision, and the other one reads who was first', async () => {
    const polygon = { ...box('aland', 31.6, 31.7).geometry };
    const words = { kind: 'edit', date: '2024-05-01', why: 'two look at it', geometry: polygon, party: 'aland' };
    const sources = [{ url: 'https://example.org/two', publisher: 'A paper' }];
    const headers = { ...as('desk-ann'), 'content-type': 'application/json' };
    const sent = { method: 'POST', headers, body: JSON.stringify({ ...words, sources }) };
    const both = [await opened('desk-ben'), await opened('desk-kim')];
    const [ben, kim] = both.map(({ page }) => page) as [Page, Page];
    // Both pages hear of it without being loaded again.
    expect((await service.get(`/series/${SERIES}/proposals`, sent)).status).toBe(200);
    for (const page of [ben, kim]) {
      await page.getByRole('button', { name: /two look at it/ }).click(SLOW);
      await page.getByLabel('Your words').fill('looked at');
    }
    // Neither decision leaves its browser before the other is made: a page that hears of one has no button any more.
    let release = () => {};
    const bothMade = new Promise<void>((resolve) => {
      release = resolve;
    });
    const decision = ({ pathname }: URL) => /\/proposals\/\d+\/(approve|reject)$/.test(pathname);
    const made = [ben, kim].map((page) => page.waitForRequest((request) => decision(new URL(request.url())), SLOW));
    for (const page of [ben, kim]) {
      await page.route(decision, async (route) => {
        await bothMade;
        await route.continue();
      });
    }
    await ben.getByRole('button', { name: 'Approve', exact: true }).click();
    await kim.getByRole('button', { name: 'Reject', exact: true }).click();
    await Promise.all(made);
    release();
    const outcome = /approved: looked at|rejected: looked at/;
    for (const page of [ben, kim]) await page.getByRole('listitem').filter({ hasText: outcome }).waitFor(SLOW);
    const alerts = await Promise.all([ben, kim].map((page) => page.getByRole('alert').allTextContents()));
    expect(alerts.flat()).toEqual([
      expect.stringMatching(/was (approved|rejected) by token:desk-(ben|kim): looked at/),
    ]);
    // The browser of the second tells of the refusal, once.
    expect(both.flatMap(({ complaints }) => complaints.splice(0))).toEqual([expect.stringContaining('409')]);
    // What one says of it stands on the page of the other, under whose hands nothing goes.
    await kim.getByLabel('Your words').fill('half a sentence');
    await ben.getByLabel('Your words').fill('a word afterwards');
    await ben.getByRole('button', { name: 'Comment' }).click();
    await kim.getByRole('listitem').filter({ hasText: 'a word afterwards' }).waitFor(SLOW);
    expect(await kim.getByLabel('Your words').inputValue()).toBe('half a sentence');
  });

  test('a place and an event are proposed in words; the place says what it would do', async () => {
    const ann = await signedIn('desk-ann');
    let loadPlaces = () => {};
    const held = new Promise<void>((resolve) => {
      loadPlaces = resolve;
    });
    const isPlaces = ({ pathname }: URL) => pathname.endsWith('/places');
    await ann.route(isPlaces, async (route) => {
      await held;
      await route.continue();
    });
    await ann.getByRole('button', { name: 'State something' }).click();
    const what = ann.getByLabel('What', { exact: true });
    const look = ann.getByRole('button', { name: 'See what it would do' });
    const effect = ann.getByRole('region', { name: 'What it would do' });
    await what.selectOption({ label: 'A place' });
    // Places that arrive late leave the field in focus where it is.
    await ann.getByLabel('Name', { exact: true }).focus();
    const arrived = ann.waitForResponse((response) => isPlaces(new URL(response.url())));
    loadPlaces();
    await (await arrived).finished();
    await ann.waitForTimeout(200);
    await ann.keyboard.type('Hilltop');
    expect(await ann.getByLabel('Name', { exact: true }).inputValue()).toBe('Hilltop');
    const map = await ann.locator('#map').boundingBox();
    await ann.mouse.click((map?.x ?? 0) + (map?.width ?? 0) / 2 - 90, (map?.y ?? 0) + (map?.height ?? 0) / 2 + 40);
    await expect.poll(() => ann.getByLabel('Latitude').inputValue(), SLOW).toMatch(/^40\.\d{5}$/);
    await look.click();
    await effect.waitFor(SLOW);
    expect(await effect.textContent()).toContain('places: hilltop');
    expect(await violations(ann)).toEqual([]);
    await ann.getByLabel('Why').fill('the gazetteer lacks it');
    await ann.getByLabel('Source, its address').fill('https://example.org/list');
    await ann.getByLabel('Who publishes it').fill('A paper');
    await ann.getByRole('button', { name: 'Propose', exact: true }).click();
    await ann.getByRole('heading', { name: /^Places \d+/ }).waitFor(SLOW);

    await ann.getByRole('button', { name: 'State something' }).click();
    await what.selectOption({ label: 'An event' });
    await ann.getByLabel('What happened').selectOption('strike');
    await ann.getByLabel('Or where, in words').fill('the bridge');
    await ann.getByLabel('What is counted').fill('killed');
    await ann.getByLabel('How many').fill('3');
    await ann.getByLabel('The number is').selectOption('at_least');
    await ann.getByLabel('Why').fill('three papers say so');
    await ann.getByLabel('Source, its address').fill('https://example.org/strike');
    await ann.getByLabel('Who publishes it').fill('A paper');
    await ann.getByLabel('Published on').fill('2024-05-02');
    await ann.getByRole('button', { name: 'Propose', exact: true }).click();
    await ann.getByRole('heading', { name: /^Event \d+, 1 May 2024$/ }).waitFor(SLOW);
    const { proposals } = await service.json<{ proposals: { id: number; kind: string }[] }>(
      `/series/${SERIES}/proposals`,
      as('desk-ben'),
    );
    const event = proposals.find(({ kind }) => kind === 'event')?.id;
    const { content, sources } = await service.json<{ content: { said: unknown }; sources: unknown }>(
      `/series/${SERIES}/proposals/${event}`,
      as('desk-ben'),
    );
    const counts = [{ measure: 'killed', value: 3, qualifier: 'at_least' }];
    expect(content.said).toEqual({ kind: 'strike', location: 'the bridge', counts });
    expect(sources).toEqual([
      {
        url: 'https://example.org/strike',
        publisher: 'A paper',
        published_on: '2024-05-02',
        reliability: null,
        copies: [],
      },
    ]);

    await ann.close();
  });
});
