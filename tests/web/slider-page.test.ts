import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserFor, NO_BROWSER, picture, SLOW } from '../setup/browser.js';
import { database, SERVER_URL } from '../setup/databases.js';
import { inLanguage } from '../setup/document-blocks.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

const MAPLIBRE = dirname(fileURLToPath(import.meta.resolve('maplibre-gl/dist/maplibre-gl.css')));
const TYPES = { mjs: 'text/javascript', css: 'text/css' } as const;

describe.skipIf(NO_BROWSER)('the slider of docs/slider.md, on a site of its own [needs /usr/bin/chromium]', () => {
  const service = serviceOn(async () => m5(await database(SERVER_URL ? 'server' : 'embedded', 'the page')));
  const browser = browserFor();
  let site: Server;

  beforeAll(async () => {
    const [block] = inLanguage('html').filter(({ file }) => file === 'docs/slider.md');
    site = createServer((request, response) => {
      const name = (request.url ?? '/').slice(1);
      if (name === '') {
        response.setHeader('content-type', 'text/html');
        response.end((block?.text ?? '').replaceAll('http://127.0.0.1:8080', service.base));
        return;
      }
      const type = TYPES[name.split('.').at(-1) as keyof typeof TYPES];
      if (!type || !/^maplibre-gl[\w.-]*$/.test(name)) {
        response.writeHead(name === 'favicon.ico' ? 204 : 404).end();
        return;
      }
      response.setHeader('content-type', type);
      response.end(readFileSync(join(MAPLIBRE, name)));
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    site?.close();
  });

  test('draws each day that its slider names, and asks for nothing while it is dragged', async () => {
    const { page } = await browser.page({ viewport: { width: 900, height: 700 } });
    const { port } = site.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.locator('#day', { hasText: '2020-02-11' }).waitFor(SLOW);
    await page.waitForLoadState('networkidle');
    const before = await page.locator('#map canvas').screenshot();
    const requested: string[] = [];
    page.on('request', (request) => requested.push(request.url()));
    await page.locator('#slider').evaluate((slider) => {
      const input = slider as HTMLInputElement;
      input.value = '0';
      input.dispatchEvent(new Event('input'));
    });
    await page.locator('#day', { hasText: '2020-01-20' }).waitFor(SLOW);
    await expect.poll(async () => (await page.locator('#map canvas').screenshot()).equals(before), SLOW).toBe(false);
    expect(requested).toEqual([]);
    await picture(page, 'slider-page');
  });
});
