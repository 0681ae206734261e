import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ArchiveDays, fromStore } from '../../src/cli/tile-source.js';
import { PROJECT_ROOT } from '../../src/config.js';
import { parseDate } from '../../src/model/dates.js';
import { exportTiles } from '../../src/tiles/export.js';
import { BROWSED, database } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

/* An archive on a web server that knows nothing but files and ranges, shown by the page in a real browser. */

const CHROMIUM = '/usr/bin/chromium';
const ARGS =
  '--headless --no-sandbox --use-angle=swiftshader --enable-unsafe-swiftshader --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const SLOW = { timeout: 60_000 };

describe.skipIf(!existsSync(CHROMIUM))('the page on an archive [needs /usr/bin/chromium]', () => {
  const db = async () => m5(await database(BROWSED, 'the page'));
  const archiveHosts: string[] = [];
  const service = serviceOn(db, { archiveHosts });
  const folder = mkdtempSync(join(tmpdir(), 'salient-archive-'));
  let files: Server;
  let address: string;
  let ranges: string[] = [];
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let requested: string[];

  async function written(name: string, days: ArchiveDays): Promise<void> {
    const source = await fromStore(await db(), join(PROJECT_ROOT, 'tiles'), 50_000_000, { series: 'm5', days });
    await exportTiles(source, { out: join(folder, name), minzoom: 0, maxzoom: 8, progress: () => {} });
    await source.close();
  }

  beforeAll(async () => {
    await written('day.pmtiles', { date: parseDate('2020-02-08') });
    await written('span.pmtiles', { from: parseDate('2020-01-20'), to: parseDate('2020-02-12') });
    files = createServer(async (request, response) => {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'range' };
      if (request.method === 'OPTIONS') return response.writeHead(204, cors).end();
      ranges.push(`${from}-${to}`);
      const file = await open(join(folder, request.url?.slice(1) ?? ''));
      const { size } = await file.stat();
      const length = Math.min(Number(to) + 1, size) - Number(from);
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, Number(from));
      await file.close();
      const range = `bytes ${from}-${Number(from) + length - 1}/${size}`;
      return response.writeHead(206, { ...cors, 'content-range': range, 'content-length': length }).end(buffer);
    });
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(files.address() as { port: number }).port}`;
    archiveHosts.push(new URL(address).host);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS.split(' ') });
  });
  afterAll(async () => {
    await browser?.close();
    files?.closeAllConnections();
    files?.close();
    rmSync(folder, { recursive: true });
  });

  beforeEach(async () => {
    complaints = [];
    requested = [];
    ranges = [];
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      const { pathname, protocol, origin } = new URL(request.url());
      if (protocol === 'http:' && origin !== address) requested.push(pathname);
    });
  });
  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
    // Nothing but the files of the page itself: no route of the service.
    expect(requested.filter((path) => path !== '/' && !path.startsWith('/web/'))).toEqual([]);
  });

  async function opened(name: string, hash: string): Promise<void> {
    await page.goto(`${service.base}/?archive=${encodeURIComponent(`${address}/${name}`)}${hash}`);
    await page.locator('body[data-ready]').waitFor({ state: 'attached', ...SLOW });
  }

  /** The map as it is seen; SALIENT_SCREENSHOTS_TO names a folder to look at it. */
  async function picture(name: string): Promise<Buffer> {
    const path = process.env.SALIENT_SCREENSHOTS_TO;
    const options = path ? { path: join(path, name) } : {};
    return page.locator('#map canvas').screenshot(options);
  }

  test('of a day: title, licence and map come from the file alone', async () => {
    await opened('day.pmtiles', '');
    expect(await page.locator('h1').textContent()).toBe('M5 corridor, Hama to Aleppo');
    expect(await page.locator('#when').textContent()).toBe('8 February 2020');
    expect(await page.locator('#method').textContent()).toContain('CC BY-SA 4.0');
    expect(await page.locator('.maplibregl-ctrl-attrib').textContent()).toContain('CC BY-SA 4.0');
    expect(await page.locator('#legend').textContent()).toContain('Observation posts');
    expect(await page.locator('#slider').isVisible()).toBe(false);
    expect(ranges.length).toBeGreaterThan(2);
    await picture('archive-day.png');
  });

  test('of a span: the slider shows each day out of what is loaded, and asks for nothing more', async () => {
    await opened('span.pmtiles', '#date=2020-01-25');
    expect(await page.locator('body').getAttribute('data-shown')).toBe('2020-01-25');
    const january = await picture('archive-span-january.png');
    const before = ranges.length;
    for (const day of ['2020-01-30', '2020-02-08']) {
      await page.locator('#slider').evaluate((slider, to) => {
        const input = slider as HTMLInputElement;
        input.value = String((Date.parse(to) - Date.parse(input.dataset.first ?? '')) / 86_400_000);
        input.dispatchEvent(new Event('input', { bubbles: true }));
      }, day);
      await page.locator(`body[data-shown="${day}"]`).waitFor({ state: 'attached', ...SLOW });
    }
    expect(await page.locator('#when').textContent()).toBe('8 February 2020');
    expect(new URL(page.url()).hash).toContain('date=2020-02-08');
    const february = await picture('archive-span-february.png');
    expect(february.equals(january)).toBe(false);
    expect(ranges.slice(before)).toEqual([]);
  });

  test('that is not there is said, in words', async () => {
    await page.goto(`${service.base}/?archive=${encodeURIComponent('/web/none.pmtiles')}`);
    await page.locator('#notice .failure').waitFor(SLOW);
    expect(await page.locator('#notice').textContent()).toContain('This page could not be shown');
    complaints = complaints.filter((text) => !text.includes('404'));
  });
});
