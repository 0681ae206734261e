import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { browserFor, NO_BROWSER, ready, SLOW } from '../setup/browser.js';
import { BROWSED, database } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

/*
 * A page that is stepped through its series for hours holds what it held after the first round: heap, nodes and listeners, counted after
 * the collector has run, after STEPS steps (2,000) from change to change, and after a seventh of them with two days compared by swiping.
 */

const STEPS = Number(process.env.STEPS ?? 2000);

interface Held {
  steps: number;
  heapMb: number;
  nodes: number;
  listeners: number;
  documents: number;
}

describe.skipIf(NO_BROWSER)('memory of the page [needs /usr/bin/chromium]', () => {
  const service = serviceOn(async () => m5(await database(BROWSED, 'the page')));
  const browser = browserFor();
  const figures: string[] = [];

  test.each([
    ['one day', '#date=2019-04-01', STEPS],
    ['two days compared by swiping', '#date=2019-04-01&compare=2020-02-08&mode=swipe', Math.ceil(STEPS / 7)],
  ])('is flat while one steps: %s', async (name, hash, steps) => {
    const { page } = await browser.page();
    await page.goto(`${service.base}/?series=m5${hash}`);
    await ready(page);
    if (hash.includes('swipe')) await page.locator('#second canvas').waitFor({ state: 'attached', ...SLOW });
    const { dates } = await service.json<{ dates: string[] }>('/series/m5/dates');
    const held = await countsAt(page, dates, [Math.ceil(steps / 10), Math.ceil(steps / 2), steps]);
    figures.push(`${name}: ${held.map((one) => JSON.stringify(one)).join(' ')}`);
    const [early, , last] = held;
    if (!early || !last) throw new Error('nothing was counted');
    // Two megabytes: what the collector leaves differs by a quarter of that from time to time.
    expect(last.heapMb - early.heapMb, figures.at(-1)).toBeLessThan(2);
    expect(last.nodes - early.nodes, figures.at(-1)).toBeLessThan(200);
    expect(last.listeners - early.listeners, figures.at(-1)).toBeLessThan(50);
  });

  afterAll(() => process.stdout.write(`${figures.join('\n')}\n`));
});

/** Steps there and back through the days, and counts what the page holds after so many steps. */
async function countsAt(page: Page, days: readonly string[], counted: readonly number[]): Promise<Held[]> {
  const tools = await page.context().newCDPSession(page);
  await tools.send('HeapProfiler.enable');
  await tools.send('Performance.enable');
  const held: Held[] = [];
  let steps = 0;
  for (const until of counted) {
    while (steps < until) {
      const some = Math.min(50, until - steps);
      await page.evaluate(walk, { days, from: steps, steps: some });
      steps += some;
    }
    await page.waitForTimeout(1000);
    for (let turn = 0; turn < 3; turn++) await tools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await tools.send('Runtime.getHeapUsage');
    const { metrics } = await tools.send('Performance.getMetrics');
    const metric = (name: string) => metrics.find((one) => one.name === name)?.value ?? 0;
    held.push({
      steps,
      heapMb: Math.round(usedSize / 1e5) / 10,
      nodes: metric('Nodes'),
      listeners: metric('JSEventListeners'),
      documents: metric('Documents'),
    });
  }
  return held;
}

/** In the page: presses the key of the next change, or of the one before, and waits until that day is on show. */
async function walk({ days, from, steps }: { days: readonly string[]; from: number; steps: number }): Promise<void> {
  const last = days.length - 1;
  for (let step = from + 1; step <= from + steps; step++) {
    const round = step % (2 * last);
    const day = days[round <= last ? round : 2 * last - round];
    const key = round >= 1 && round <= last ? 'ArrowRight' : 'ArrowLeft';
    const shown = new Promise<void>((resolve) => {
      const look = new MutationObserver(() => {
        if (document.body.dataset.shown !== day) return;
        look.disconnect();
        resolve();
      });
      look.observe(document.body, { attributes: true, attributeFilter: ['data-shown'] });
    });
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey: true, bubbles: true }));
    await shown;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
