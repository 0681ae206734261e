import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { OPACITY } from '../../src/tiles/looks.js';
import { browserFor, NO_BROWSER, SLOW } from '../setup/browser.js';
import { database, SERVER_URL } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

const MODULES = join(PROJECT_ROOT, 'node_modules/maplibre-gl/dist');
const PAGE = `<!doctype html><link rel="icon" href="data:,"><style>#map{width:500px;height:500px}</style><div id="map"></div>
<script type="module">
  import * as maplibre from '/maplibre-gl.mjs';
  maplibre.setWorkerUrl(location.origin + '/maplibre-gl-worker.mjs');
  const style = new URLSearchParams(location.search).get('style');
  const map = new maplibre.Map({ container: 'map', style, attributionControl: false, fadeDuration: 0, center: [36.75, 35.75], zoom: 8.2, canvasContextAttributes: { preserveDrawingBuffer: true } });
  map.once('idle', () => {
    const canvas = map.getCanvas();
    const gl = canvas.getContext('webgl2');
    const ratio = canvas.width / 500;
    const seen = [];
    for (let x = 20; x < 500; x += 20) for (let y = 20; y < 500; y += 20) {
      const around = map.queryRenderedFeatures([[x - 6, y - 6], [x + 6, y + 6]]);
      if (around.length !== 1 || around[0].sourceLayer !== 'control') continue;
      const pixel = new Uint8Array(4);
      gl.readPixels(x * ratio, canvas.height - y * ratio, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
      const { lng, lat } = map.unproject([x, y]);
      seen.push({ lng, lat, pixel: [...pixel] });
    }
    document.body.dataset.seen = JSON.stringify(seen);
  });
</script>`;

interface Seen {
  lng: number;
  lat: number;
  /** Red, green, blue and opacity, multiplied by it. */
  pixel: [number, number, number, number];
}

/** A site that is not ours: another origin, with a MapLibre of its own. */
function elsewhere() {
  let server: Server;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const isPage = pathname === '/';
      response.setHeader('content-type', isPage ? 'text/html' : 'text/javascript');
      response.end(isPage ? PAGE : readFileSync(join(MODULES, basename(pathname))));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  return (style: string) =>
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/?style=${encodeURIComponent(style)}`;
}

describe.skipIf(NO_BROWSER)('a style on a site of another origin [needs /usr/bin/chromium]', () => {
  const service = serviceOn(async () => m5(await database(SERVER_URL ? 'server' : 'embedded', 'the page')));
  const browser = browserFor();
  const address = elsewhere();

  test.each([
    ['a day', '/styles/m5/style.json?date=2020-01-28'],
    ['a day of a span', '/styles/m5/span.json?from=2020-01-10&to=2020-02-16&date=2020-01-28'],
  ])(
    'MapLibre draws %s, each area in the colour of who holds it',
    async (_, path) => {
      const { page } = await browser.page({ viewport: { width: 520, height: 520 } });
      await page.goto(address(service.base + path));
      const body = page.locator('body[data-seen]');
      await body.waitFor({ state: 'attached', ...SLOW });
      const seen = JSON.parse((await body.getAttribute('data-seen')) ?? '[]') as Seen[];
      const series = await service.json<{ id: string; parties: { id: string; colour: string }[] }[]>('/series');
      const parties = series.find(({ id }) => id === 'm5')?.parties ?? [];
      const drawn = new Set<string>();
      for (const { lng, lat, pixel } of seen) {
        const { features } = await service.json<{
          features: { properties: { party: string | null; status: string } }[];
        }>(`/ogc/collections/m5_control/items?datetime=2020-01-28&bbox=${lng},${lat},${lng},${lat}`);
        const { party, status } = features[0]?.properties ?? {};
        const colour = parties.find(({ id }) => id === party)?.colour;
        if (features.length !== 1 || status !== 'controlled' || !colour) continue;
        drawn.add(colour);
        const expected = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) * OPACITY.controlled);
        for (const [index, value] of [...expected, 255 * OPACITY.controlled].entries())
          expect(Math.abs((pixel[index] ?? 0) - value), `${party} at ${lng}, ${lat}: ${pixel}`).toBeLessThanOrEqual(2);
      }
      expect(drawn.size).toBeGreaterThan(1);
    },
    60_000,
  );
});
