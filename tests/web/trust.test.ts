import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page, Route } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Series } from '../../src/web/api.js';
import { inWords } from '../../src/web/text/calendar.js';
import { headline } from '../../src/web/text/words.js';
import { browserFor, NO_BROWSER, picture, ready, SLOW, shows, slide } from '../setup/browser.js';
import { BROWSED, database } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

/** What stands on the screen at one moment. */
interface Seen {
  label: string;
  kicker: string;
  shown: string;
  inside: number[][];
}

/** Has a page count how far what is read is moved by itself (layout shift), from its first paint on. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = { sum: 0 };
    Object.assign(window, { moved: seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.sum += (entry as PerformanceEntry & { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

const shifted = (page: Page) => page.evaluate(() => (window as unknown as { moved: { sum: number } }).moved.sum);

describe.skipIf(NO_BROWSER)('a map that can be trusted [needs /usr/bin/chromium]', () => {
  const service = serviceOn(async () => m5(await database(BROWSED, 'the page')));
  const browser = browserFor();

  async function opened(hash: string) {
    const one = await browser.page({ viewport: { width: 900, height: 560 } });
    await one.page.goto(`${service.base}/?series=m5${hash}`);
    await ready(one.page);
    return one;
  }

  /** From now on, on every frame: the label, what the panel speaks of, and pixels inside the theatre. */
  async function watch(page: Page, points: readonly [number, number][]): Promise<void> {
    await page.evaluate((at) => {
      const seen: Seen[] = [];
      Object.assign(window, { seen });
      const canvas = document.querySelector<HTMLCanvasElement>('#map canvas');
      const gl = canvas?.getContext('webgl2');
      const text = (id: string) => document.getElementById(id)?.textContent ?? '';
      const look = () => {
        const ratio = devicePixelRatio;
        const inside = at.map(([x, y]) => {
          const pixel = new Uint8Array(4);
          gl?.readPixels(x * ratio, (canvas?.height ?? 0) - y * ratio, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
          return [...pixel];
        });
        const kicker = document.querySelector('#changed .kicker')?.textContent ?? '';
        seen.push({ label: text('when'), kicker, shown: document.body.dataset.shown ?? '', inside });
      };
      if (!gl) throw new Error('no WebGL');
      // Read as soon as the map has drawn, before the browser clears what was drawn.
      let queued = false;
      const flush = gl.drawElements.bind(gl);
      gl.drawElements = (...given) => {
        flush(...given);
        if (queued) return;
        queued = true;
        queueMicrotask(() => {
          queued = false;
          look();
        });
      };
    }, points);
  }

  const seenOn = (page: Page) => page.evaluate(() => (window as unknown as { seen: Seen[] }).seen);
  /** Ground has the hue of a party; the bare theatre is nearly white. */
  const bare = ([r = 0, g = 0, b = 0]: number[]) => Math.max(r, g, b) - Math.min(r, g, b) < 12;
  const late = (ms: number) => async (route: Route) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    await route.continue().catch(() => {});
  };

  test('the first frame of the map has the paper of the theatre under its ground, and its programs are compiled a few a frame', async () => {
    const { page } = await browser.page({ viewport: { width: 900, height: 560 } });
    await page.addInitScript(() => {
      const linked = [0];
      Object.assign(window, { linked });
      const nextFrame = () => {
        linked.push(0);
        requestAnimationFrame(nextFrame);
      };
      requestAnimationFrame(nextFrame);
      const link = WebGL2RenderingContext.prototype.linkProgram;
      WebGL2RenderingContext.prototype.linkProgram = function (program) {
        linked[linked.length - 1] = (linked.at(-1) ?? 0) + 1;
        link.call(this, program);
      };
      const made = HTMLCanvasElement.prototype.getContext;
      HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, options?: object) {
        return made.call(this, kind, { ...options, preserveDrawingBuffer: true });
      } as typeof made;
      const seen: string[] = [];
      Object.assign(window, { seen });
      const look = () => {
        requestAnimationFrame(look);
        if (document.body?.dataset.map !== 'moving') return;
        const gl = document.querySelector<HTMLCanvasElement>('#map canvas')?.getContext('webgl2');
        const pixel = new Uint8Array(4);
        gl?.readPixels(gl.drawingBufferWidth / 2, gl.drawingBufferHeight / 2, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
        if (seen.length < 100) seen.push(pixel.join());
      };
      requestAnimationFrame(look);
    });
    await page.goto(`${service.base}/?series=m5#date=2020-02-02&map=8.00/35.6000/36.5500`);
    await ready(page);
    await page.waitForFunction(() => (window as unknown as { seen: string[] }).seen.length > 60, null, SLOW);
    const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
    expect(new Set(seen).size, seen.slice(0, 12).join(' | ')).toBe(1);
    expect(bare((seen[0] ?? '').split(',').map(Number))).toBe(false);
    const linked = await page.evaluate(() => (window as unknown as { linked: number[] }).linked);
    expect(linked.reduce((sum, some) => sum + some)).toBeGreaterThan(9);
    expect(Math.max(...linked)).toBeLessThan(8);
  });

  test('no frame is without ground, neither playing nor dragging', async () => {
    const { page } = await opened('#date=2020-02-02&map=8.00/35.6000/36.5500');
    const box = await page.locator('#map').boundingBox();
    const [w, h] = [box?.width ?? 0, box?.height ?? 0];
    const points: [number, number][] = [
      [w / 2, h / 2],
      [w / 2 + 40, h / 2 - 60],
      [w / 2 - 60, h / 2 + 30],
      [w / 2 + 90, h / 2 + 60],
    ];
    await watch(page, points);
    await page.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => page.locator('body').getAttribute('data-shown'), SLOW).toMatch(/2020-02-(0[6-9]|1)/);
    await page.getByRole('button', { name: 'Pause' }).click();
    for (const day of ['2019-08-10', '2019-08-24', '2019-12-30', '2020-02-08', '2019-05-01']) {
      await slide(page, day, false);
      await page.waitForTimeout(60);
    }
    await slide(page, '2020-02-20');
    await shows(page, '2020-02-20');
    const frames = await seenOn(page);
    expect(frames.length).toBeGreaterThan(30);
    expect(new Set(frames.map(({ shown }) => shown)).size).toBeGreaterThan(5);
    expect(frames.filter(({ inside }) => inside.every(bare))).toEqual([]);
    // Pixels were read at all.
    expect(frames.some(({ inside }) => inside.some(([, , , alpha]) => alpha === 255))).toBe(true);
  });

  test('label, map and panel are of one day at every frame of playing', async () => {
    const { page } = await opened('#date=2020-02-02');
    await page.evaluate(() => {
      const seen: [string, string, string][] = [];
      Object.assign(window, { seen });
      const look = () => {
        const kicker = document.querySelector('#changed .kicker')?.textContent ?? '';
        seen.push([document.getElementById('when')?.textContent ?? '', kicker, document.body.dataset.shown ?? '']);
        requestAnimationFrame(look);
      };
      look();
    });
    await page.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => page.locator('body').getAttribute('data-shown'), SLOW).toMatch(/2020-02-(0[7-9]|1)/);
    const seen = await page.evaluate(() => (window as unknown as { seen: [string, string, string][] }).seen);
    const { dates } = await service.json<{ dates: string[] }>('/series/m5/dates');
    const words = (day: string) =>
      new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
        Date.parse(day),
      );
    const days = new Set(seen.map(([, , shown]) => shown));
    expect(days.size).toBeGreaterThan(4);
    for (const [label, kicker, shown] of seen) {
      expect(label).toBe(words(shown));
      const map = dates.findLast((date) => date <= shown) ?? '';
      expect(kicker.startsWith(`${words(map)}:`), `${kicker} under ${label}`).toBe(true);
    }
  });

  test('while a day is 4 s late the former one stays whole, and the page says so', async () => {
    const { page } = await opened('#date=2020-02-08');
    await shows(page, '2020-02-08');
    await page.route(/\/web\/day|\.mvt/, late(4000));
    await slide(page, '2019-04-20');
    await page.waitForTimeout(2000);
    expect(await page.locator('#when').textContent()).toBe('8 February 2020');
    expect(await page.locator('body').getAttribute('data-shown')).toBe('2020-02-08');
    expect(await page.locator('#changed .kicker').textContent()).toContain('8 February 2020');
    expect(await page.locator('#banner').textContent()).toBe('Showing 8 February 2020. Loading 20 April 2019…');
    expect(await page.locator('#bubble').textContent()).toBe('20 Apr 2019');
    expect(await page.locator('body').getAttribute('data-veiled')).toBe('');
    await picture(page, 'late');
    await shows(page, '2019-04-20');
    expect(await page.locator('#when').textContent()).toBe('20 April 2019');
    expect(await page.locator('#banner').isVisible()).toBe(false);
  });

  test('a part that fails takes nothing else with it, and is tried again by itself', async () => {
    const one = await browser.page();
    const { page } = one;
    // The answer in one go is refused: the parts are asked for one by one, and one of them fails.
    await page.route(/\/web\/day/, (route) => route.fulfill({ status: 503, json: { message: 'out for lunch' } }));
    await page.route(/\/encirclement/, (route) => route.fulfill({ status: 503, json: { message: 'no verdicts now' } }));
    await page.goto(`${service.base}/?series=m5#date=2020-02-08`);
    await ready(page);
    await page.locator('#posts .failure').waitFor(SLOW);
    expect(await page.locator('#posts').textContent()).toContain('no verdicts now');
    expect(await page.locator('#changed h2').textContent()).toBe('231 km² became contested');
    expect(await page.locator('#balance table').count()).toBe(1);
    expect(await page.locator('#routes h3').textContent()).toContain('M5');
    await picture(page, 'part-failed');
    await page.unroute(/\/encirclement/);
    await page.locator('#posts').getByRole('button', { name: 'Try again' }).click();
    await page.locator('#posts [data-post="turkey/9"]').waitFor(SLOW);
    one.complaints.length = 0;
  });

  /** What the panel says of a day, against the service's own answers about it. */
  async function isOf(page: Page, day: string): Promise<void> {
    await shows(page, day);
    const { dates } = await service.json<{ dates: string[] }>('/series/m5/dates');
    const to = dates.findLast((date) => date <= day) ?? '';
    const from = dates.findLast((date) => date < to) ?? '';
    const all = await service.json<Series[]>('/series');
    const { parties = [], title = '' } = all.find(({ id }) => id === 'm5') ?? {};
    const change = await service.json<Parameters<typeof headline>[0]>(`/change?series=m5&from=${from}&to=${to}`);
    const said = headline(change, parties);
    expect(await page.locator('#changed .kicker').textContent()).toBe(
      `${inWords(to)}: what changed since ${inWords(from)}`,
    );
    expect(await page.locator('#changed h2').textContent()).toBe(said);
    expect(await page.locator('#live').textContent()).toBe(`${inWords(day)}: ${said}`);
    expect(await page.title()).toBe(`${title}, ${inWords(day)} — Salient`);
    const { posts } = await service.json<{ posts: { operator: string; number: number; verdict: string }[] }>(
      `/encirclement?series=m5&date=${day}`,
    );
    const verdicts = await page
      .locator('#posts .roll [data-post]')
      .evaluateAll((all) => all.map((one) => [one.getAttribute('data-post'), one.getAttribute('data-verdict')]));
    expect(verdicts).toEqual(posts.map(({ operator, number, verdict }) => [`${operator}/${number}`, verdict]));
    expect(await page.locator('#panel .failure').count()).toBe(0);
    expect(await page.locator('body').getAttribute('data-nomap')).toBeNull();
  }

  test('a day whose answer in one go failed stands for no other day, neither stepping nor first', async () => {
    const one = await opened('#date=2019-12-20');
    const { page } = one;
    await page.route(/\/web\/day.*date=2019-12-22/, (route) => route.abort());
    await slide(page, '2019-12-22');
    await isOf(page, '2019-12-22');
    for (const day of ['2019-12-23', '2020-02-08']) {
      await slide(page, day);
      await isOf(page, day);
    }
    const first = await browser.page();
    await first.page.route(/\/web\/day.*date=2019-12-22/, (route) => route.fulfill({ status: 500, body: '' }));
    await first.page.goto(`${service.base}/?series=m5#date=2019-12-22`);
    await ready(first.page);
    await isOf(first.page, '2019-12-22');
    await slide(first.page, '2020-02-08');
    await isOf(first.page, '2020-02-08');
    for (const { complaints } of [one, first]) complaints.length = 0;
  });

  test('a drag during which every second day fails, and every tile, ends on the right day', async () => {
    const one = await opened('#date=2019-08-10');
    const { page } = one;
    let requests = 0;
    await page.route(/\/web\/day/, (route) => (requests++ % 2 === 0 ? route.abort() : route.continue()));
    await page.route(/\.mvt/, (route) => route.abort());
    for (const day of ['2019-08-24', '2019-12-22', '2020-01-28', '2020-02-06']) {
      await slide(page, day, false);
      await page.waitForTimeout(300);
    }
    await slide(page, '2020-02-08');
    await shows(page, '2020-02-08');
    await page.unroute(/\.mvt/);
    // A map whose tiles failed holds up neither the next day nor the one after it.
    for (const day of ['2020-02-05', '2020-01-28', '2020-02-08']) {
      await slide(page, day);
      await isOf(page, day);
    }
    await expect.poll(() => page.locator('#banner').isVisible(), SLOW).toBe(false);
    one.complaints.length = 0;
  });

  test('a service that is busy is asked again when it says so, and nothing is reported as failed', async () => {
    const one = await opened('#date=2020-02-08');
    const { page } = one;
    await shows(page, '2020-02-08');
    let refused = 0;
    await page.route(/\/web\/day.*2019-04-20/, async (route) => {
      if (refused > 0) return route.continue();
      refused++;
      await route.fulfill({ status: 503, headers: { 'retry-after': '1' }, json: { message: 'overloaded' } });
    });
    const singly: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (['/change', '/encirclement'].includes(pathname)) singly.push(pathname);
    });
    await slide(page, '2019-04-20');
    await expect.poll(() => page.locator('#banner').textContent(), SLOW).toContain('Loading 20 April 2019');
    await shows(page, '2019-04-20');
    expect(refused).toBe(1);
    expect(singly).toEqual([]);
    expect(await page.locator('#changed .failure').count()).toBe(0);
    one.complaints.length = 0;
  });

  test('a page that plays has at most three days under way: the verdicts of a day that is passed are not waited for', async () => {
    // The service as it is, but that the verdicts of no day ever come: those of a busy embedded engine.
    let [underWay, most] = [0, 0];
    const slow = createServer((request, response) => {
      const isDay = request.url?.startsWith('/web/day') === true;
      const { host: _, 'accept-encoding': __, ...headers } = request.headers;
      const passed = httpRequest(`${service.base}${request.url}`, { headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        if (!isDay) return void answer.pipe(response);
        let text = '';
        answer.setEncoding('utf8').on('data', (data: string) => {
          text += data;
          const whole = text.slice(0, text.lastIndexOf('\n') + 1);
          text = text.slice(whole.length);
          const lines = whole.split('\n').filter((line) => line !== '' && !line.startsWith('{"part":"posts"'));
          response.write(lines.map((line) => `${line}\n`).join(''));
        });
      });
      passed.on('error', () => response.destroy());
      passed.end();
      if (!isDay) return;
      most = Math.max(most, ++underWay);
      response.once('close', () => {
        underWay--;
        passed.destroy();
      });
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    try {
      const { page } = await browser.page({ viewport: { width: 900, height: 560 } });
      await page.goto(`http://127.0.0.1:${(slow.address() as AddressInfo).port}/?series=m5#date=2020-01-20`);
      await page.locator('body[data-map="moving"]').waitFor({ state: 'attached', ...SLOW });
      const { dates } = await service.json<{ dates: string[] }>('/series/m5/dates');
      const seventh = dates.filter((day) => day > '2020-01-20')[6] ?? '';
      await page.getByRole('button', { name: 'Play' }).click();
      await expect
        .poll(async () => ((await page.locator('body').getAttribute('data-shown')) ?? '') >= seventh, SLOW)
        .toBe(true);
      await page.getByRole('button', { name: 'Pause' }).click();
      expect(most).toBeLessThanOrEqual(3);
      await page.close();
    } finally {
      slow.closeAllConnections();
      slow.close();
    }
  });

  test('offline: the day on show stays, and the way back and on is offered', async () => {
    const one = await opened('#date=2020-02-08');
    const { page } = one;
    await shows(page, '2020-02-08');
    await page.context().setOffline(true);
    await slide(page, '2019-04-20');
    await expect.poll(() => page.locator('#banner').textContent(), SLOW).toContain('could not be loaded');
    expect(await page.locator('#banner').textContent()).toContain('Showing 8 February 2020. No connection.');
    expect(await page.locator('#when').textContent()).toBe('8 February 2020');
    await picture(page, 'offline');
    expect(await page.locator('#banner button').allTextContents()).toEqual(['Try again', 'Back to 8 February 2020']);
    // Back on line it goes on by itself.
    await page.context().setOffline(false);
    await shows(page, '2019-04-20');
    one.complaints.length = 0;
  });

  test('tiles that fail are told on the map, and loaded again', async () => {
    const one = await opened('#date=2020-02-08&map=8.00/35.6000/36.5500');
    const { page } = one;
    await page.route(/\.mvt/, (route) => route.fulfill({ status: 503, body: '{}' }));
    const box = await page.locator('#map').boundingBox();
    await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 300);
    for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -400);
    await expect
      .poll(() => page.locator('#banner').textContent(), SLOW)
      .toMatch(/parts? of the map of 8 February 2020/);
    await page.unroute(/\.mvt/);
    await page.locator('#banner').getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => page.locator('#banner').isVisible(), SLOW).toBe(false);
    one.complaints.length = 0;
  });

  test('a step costs one request, quiet days none', async () => {
    const { page } = await opened('#date=2020-01-20');
    await shows(page, '2020-01-20');
    await page.waitForTimeout(500);
    const requested: string[] = [];
    page.on('request', (request) => requested.push(new URL(request.url()).pathname));
    const { dates } = await service.json<{ dates: string[] }>('/series/m5/dates');
    const steps = dates.filter((day) => day > '2020-01-20').slice(0, 5);
    for (const day of steps) {
      await page.getByRole('button', { name: 'Next change' }).click();
      await shows(page, day);
    }
    await page.waitForTimeout(500);
    // One a change, each asked for one step ahead.
    expect(requested.filter((path) => path !== '/web/day')).toEqual([]);
    expect(requested.length).toBeLessThanOrEqual(steps.length);
  });

  test('nothing moves under the eyes: while it loads over a slow line, and while one steps', async () => {
    for (const viewport of [
      { width: 1280, height: 720 },
      { width: 390, height: 844 },
    ]) {
      const { page } = await browser.page({ viewport });
      const line = await page.context().newCDPSession(page);
      const rate = { downloadThroughput: 250_000, uploadThroughput: 250_000 };
      await line.send('Network.emulateNetworkConditions', { offline: false, latency: 100, ...rate });
      await watchShifts(page);
      await page.goto(`${service.base}/?series=m5#date=2020-02-08`);
      await ready(page);
      for (const day of ['2020-02-06', '2020-01-28', '2019-08-24']) {
        await slide(page, day);
        await shows(page, day);
      }
      expect(await shifted(page), `${viewport.width}`).toBeLessThan(0.05);
    }
  });

  test.each([
    ['the card of a post', '&post=turkey/9', '#chosen .card'],
    ['a difference', '&compare=2019-08-10&mode=difference', '#compared .kicker'],
    ['two maps over one another', '&compare=2019-08-10&mode=swipe', '#second canvas'],
    ['two maps beside one another', '&compare=2019-08-10&mode=side', '#second canvas'],
  ])('%s in the address has its place from the start', async (_, rest, there) => {
    // A card that takes longer than ten seconds, as the first verdicts of a service may, comes above what is shown by then.
    for (const path of ['/encirclement?series=m5&date=2020-02-08', '/posts/9/encirclement?series=m5&operator=turkey'])
      await service.json(path);
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 390, height: 844 },
    ]) {
      const { page } = await browser.page({ viewport });
      await watchShifts(page);
      await page.goto(`${service.base}/?series=m5#date=2020-02-08${rest}`);
      await ready(page);
      await page.locator(there).first().waitFor(SLOW);
      await page.waitForTimeout(500);
      expect(await shifted(page), `${viewport.width}`).toBeLessThan(0.05);
      expect(await page.locator('[data-awaited]').count()).toBe(0);
      await page.close();
    }
  });

  test('until the map that moves is there, the service draws the day that is told', async () => {
    const { page } = await browser.page();
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/\/web\/moving-/, async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${service.base}/?series=m5#date=2020-02-08`);
    const drawn = page.locator('body[data-map="drawn"] #first-picture');
    await drawn.waitFor(SLOW);
    expect(await drawn.getAttribute('alt')).toContain('8 February 2020');
    expect(await drawn.getAttribute('src')).toContain('date=2020-02-08');
    const seen = await drawn.evaluate((image: HTMLImageElement) => {
      const [width, height] = [image.naturalWidth, image.naturalHeight];
      return { shape: [width, height], place: [image.clientWidth, image.clientHeight] };
    });
    expect(seen.shape).toEqual(seen.place);
    // The legend is that of the drawing: contested ground is filled, and what changed is not marked.
    const legend = () =>
      page.evaluate(() => {
        const style = (which: string) => {
          const found = document.querySelector(`#legend ${which}`);
          return found && getComputedStyle(found);
        };
        const { backgroundColor, backgroundImage } = style('.swatch.hatched:not(.faint)') ?? {};
        return { backgroundColor, hatched: backgroundImage !== 'none', changed: style('.changed')?.visibility };
      });
    const ofDrawing = { backgroundColor: 'rgb(217, 180, 74)', hatched: false, changed: 'hidden' };
    await expect.poll(legend, SLOW).toEqual(ofDrawing);
    // The picture of one day is never seen under another.
    await slide(page, '2019-08-24');
    await shows(page, '2019-08-24');
    for (const picture of await page.locator('#first-picture').all()) {
      expect(await picture.getAttribute('src')).toContain('date=2019-08-24');
    }
    release();
    await ready(page);
    expect(await page.locator('body').getAttribute('data-map')).toBe('moving');
    expect(await page.locator('#first-picture').count()).toBe(0);
    expect(await legend()).toMatchObject({ hatched: true, changed: 'visible' });
  });

  test('the picture under the map is the box that was requested, edge to edge', async () => {
    const address = '/maps/m5.svg?date=2020-02-08&bbox=35.5,35,37.5,36.5';
    const bare = await (await service.get(`${address}&width=600&height=500&frame=none`)).text();
    expect(bare).toMatch(/^<svg[^>]* width="600" height="500"/);
    expect(bare).not.toContain('8 February');
    const framed = await (await service.get(`${address}&width=600&height=500`)).text();
    expect(framed).toContain('2020-02-08</text>');
    // Idlib, at 36.634 E 35.931 N: where Web Mercator puts it.
    const [, x = '', y = ''] = /<circle cx="([\d.]+)" cy="([\d.]+)"[^>]*\/><text[^>]*>Idlib/.exec(bare) ?? [];
    expect(Number(x)).toBeCloseTo(600 * ((36.634 - 35.5) / 2), -1);
    expect(Number(y)).toBeGreaterThan(150);
    expect(Number(y)).toBeLessThan(240);
    const answer = await service.get(`${address}&height=20`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('from 100 up to 2400');
  });

  test('a date after the last, before the first, and no date at all are told', async () => {
    const { page } = await opened('#date=2035-01-01');
    const text = (id: string) => page.locator(id).textContent();
    expect(await text('#notice')).toBe(
      'Nothing is known of 1 January 2035. Map and figures are those of the last map, of 5 March 2020.',
    );
    const named = '5 March 2020 (the last map; nothing is known of 1 January 2035)';
    expect(await page.title()).toContain(named);
    expect(await text('#live')).toBe(named);
    expect(await text('#when-about')).toContain('Nothing is known of 1 January 2035.');
    expect(await text('#balance h3')).toBe('Who holds how much. Map of 5 March 2020');
    // The chart ends where knowledge ends: of the sixteen years that the line has, a year.
    const end = await page
      .locator('#chart path')
      .first()
      .evaluate((path) => {
        const { x, width } = (path as SVGPathElement).getBBox();
        return x + width;
      });
    expect(end).toBeGreaterThan(50);
    expect(end).toBeLessThan(70);
    // A day that the series reaches, beyond its last map, is known and not complete.
    await slide(page, '2020-03-10');
    await shows(page, '2020-03-10');
    expect(await text('#notice')).toContain('complete until 5 March 2020');
    expect(await text('#balance h3')).toBe('Who holds how much');
    const before = await opened('#date=1999-01-01');
    expect(await before.page.locator('#notice').textContent()).toContain('1 January 1999 lies before');
    expect(await before.page.locator('#when').textContent()).toBe('1 April 2019');
    const nonsense = await opened('#date=2020-02-31');
    expect(await nonsense.page.locator('#notice').textContent()).toContain('date=2020-02-31');
  });

  test('a wrong address is a page for a browser and JSON for a program', async () => {
    const one = await browser.page();
    const answer = await one.page.goto(`${service.base}/reports/nope`);
    expect(answer?.status()).toBe(404);
    expect(await one.page.locator('h1').textContent()).toContain('not there');
    expect(await one.page.locator('main a').count()).toBeGreaterThan(1);
    expect((await service.get('/nothing-here')).headers.get('content-type')).toContain('json');
    one.complaints.length = 0;
  });

  test('the policy forbids scripts and styles in the page; files are named by hash and kept for ever', async () => {
    const page = await service.get('/?series=m5');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain("default-src 'none'");
    const text = await page.text();
    expect(text).not.toMatch(/ style="|<style|<script(?! type="(module|application\/json)")/);
    const script = /src="(web\/page-[A-Z0-9]{8}\.js)"/.exec(text)?.[1];
    const file = await service.get(`/${script}`);
    expect(file.headers.get('cache-control')).toContain('immutable');
    // The map's worker obeys the policy of its own file: it has to load the basemap.
    expect(file.headers.get('content-security-policy')).toContain("connect-src 'self'");
    expect(text).toMatch(/<noscript>.*<\/noscript>/s);
  });
});

describe.skipIf(NO_BROWSER)('without WebGL [needs /usr/bin/chromium]', () => {
  const service = serviceOn(async () => m5(await database(BROWSED, 'the page')));
  const browser = browserFor(['--disable-gpu', '--disable-3d-apis']);

  test('the service draws the map, the slider moves it, and it can be moved step by step', async () => {
    const one = await browser.page();
    const { page } = one;
    await page.goto(`${service.base}/?series=m5#date=2020-02-08`);
    await ready(page);
    expect(await page.locator('#banner').textContent()).toContain('drawn by the service');
    const image = page.locator('#still img');
    expect(await image.getAttribute('src')).toContain('date=2020-02-08');
    // The drawing has no line of its own for the front.
    await page.locator('#legend').getByText('Cut off', { exact: true }).waitFor(SLOW);
    expect(await page.locator('#legend').textContent()).not.toContain('Front line');
    await slide(page, '2019-08-24');
    await shows(page, '2019-08-24');
    expect(await image.getAttribute('src')).toContain('date=2019-08-24');
    const before = await image.getAttribute('src');
    await page.getByRole('button', { name: 'East' }).click();
    expect(await image.getAttribute('src')).not.toBe(before);
    expect(await page.locator('#posts [data-post="turkey/9"]').getAttribute('data-verdict')).toBe('encircled');
    await picture(page, 'no-webgl');
    // The picture of one day is not seen under the date of another without saying so.
    const late = page.locator('#still[data-late]');
    await expect.poll(() => late.count(), SLOW).toBe(0);
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/maps\/m5\.svg\?date=2020-01-28/, async (route) => {
      await held;
      await route.continue();
    });
    await slide(page, '2020-01-28');
    await shows(page, '2020-01-28');
    expect(await late.count()).toBe(1);
    expect(await page.locator('#still .fine').textContent()).toContain('Showing 24 August 2019');
    release();
    await expect.poll(() => late.count(), SLOW).toBe(0);
  });

  test('two days are compared by swiping and side by side, as two pictures in one view', async () => {
    const one = await browser.page();
    const { page } = one;
    await page.goto(`${service.base}/?series=m5#date=2020-02-08&compare=2019-08-10&mode=swipe`);
    await ready(page);
    const [own, other] = [page.locator('#still > img'), page.locator('#second > img')];
    const drawnOn = async (image: typeof own) =>
      new URL((await image.getAttribute('src')) ?? '', service.base).searchParams;
    await other.waitFor(SLOW);
    expect((await drawnOn(other)).get('date')).toBe('2019-08-10');
    expect(await page.locator('#sides').textContent()).toBe('10 August 20198 February 2020');
    await page.getByRole('button', { name: 'Zoom in' }).click();
    for (const side of ['bbox', 'width', 'height']) {
      expect((await drawnOn(other)).get(side), side).toBe((await drawnOn(own)).get(side));
    }
    await page.locator('#sides input').fill('20');
    const cut = await page.locator('#second').evaluate((second) => getComputedStyle(second).clipPath);
    expect(cut).toContain('80%');
    await page.locator('#compared').getByRole('button', { name: 'Side by side' }).click();
    await expect.poll(async () => (await drawnOn(own)).get('width'), SLOW).toBe((await drawnOn(other)).get('width'));
    const [left, right] = await Promise.all([other.boundingBox(), own.boundingBox()]);
    expect((left?.x ?? 0) + (left?.width ?? 0)).toBeLessThanOrEqual((right?.x ?? 0) + 2);
    await picture(page, 'no-webgl-side');
    await page.locator('#compared').getByRole('button', { name: 'Stop comparing' }).click();
    await expect.poll(() => page.locator('#second').isVisible(), SLOW).toBe(false);
    one.complaints.length = 0;
  });
});
