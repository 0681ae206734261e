import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';
const ARGS =
  '--headless --no-sandbox --use-angle=swiftshader --enable-unsafe-swiftshader --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
/** Nothing to look at a page with. */
export const NO_BROWSER = !existsSync(CHROMIUM);
export const SLOW = { timeout: 40_000 };

/** A page under test: what it complained of, and what it asked for outside of the service. */
export interface Opened {
  page: Page;
  complaints: string[];
  outside: string[];
}

/** One browser for a describe; every page it opens is closed after its test, and must not have complained. */
export function browserFor(args: readonly string[] = []) {
  let browser: Browser;
  let opened: Opened[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: [...ARGS.split(' '), ...args] });
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    const all = opened;
    opened = [];
    for (const { page } of all) await page.context().close();
    expect(all.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(all.flatMap(({ outside }) => outside)).toEqual([]);
  });
  return {
    async page(options: BrowserContextOptions = {}): Promise<Opened> {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
      const page = await context.newPage();
      const one: Opened = { page, complaints: [], outside: [] };
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') one.complaints.push(message.text());
      });
      page.on('pageerror', (error) => one.complaints.push(error.message));
      page.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url());
        if (protocol !== 'data:' && protocol !== 'blob:' && hostname !== '127.0.0.1') one.outside.push(request.url());
      });
      opened.push(one);
      return one;
    },
  };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with a page, a line each. A colour on its way to another one is none that anybody reads. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { target: string[]; html: string }[] }[] }> };
    };
    const isEndless = (one: Animation) => one.effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY;
    const ending = document.getAnimations().filter((one) => !isEndless(one));
    await Promise.allSettled(ending.map(({ finished }) => finished));
    const { violations: found } = await axe.run();
    return found.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target, html }) => `${target.join(' ')} ${html}`).join(', ')}`,
    );
  });
}

/** Waits until the page says that it is there. */
export async function ready(page: Page): Promise<void> {
  await page.locator('body[data-ready]').waitFor({ state: 'attached', ...SLOW });
}

/** Waits until a day is on show, panel and all. */
export async function shows(page: Page, day: string): Promise<void> {
  await page.locator(`body[data-shown="${day}"]`).waitFor({ state: 'attached', ...SLOW });
  await page.locator(`#panel[data-day="${day}"][aria-busy="false"]`).waitFor({ state: 'attached', ...SLOW });
}

/** Moves the slider as a hand does, without waiting for anything. */
export async function slide(page: Page, day: string, settle = true): Promise<void> {
  await page.locator('#slider').evaluate(
    (slider, { to, settled }) => {
      const input = slider as HTMLInputElement;
      input.value = String((Date.parse(to) - Date.parse(input.dataset.first ?? '')) / 86_400_000);
      input.dispatchEvent(new Event('input', { bubbles: true }));
      if (settled) input.dispatchEvent(new Event('change', { bubbles: true }));
    },
    { to: day, settled: settle },
  );
}

/** Keeps a picture where SALIENT_SCREENSHOTS_TO says, to be looked at. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.SALIENT_SCREENSHOTS_TO;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}
