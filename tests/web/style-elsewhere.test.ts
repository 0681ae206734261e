import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
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
    const names = map.queryRenderedFeatures({ layers: map.getStyle().layers.filter(({ type }) => type === 'symbol').map(({ id }) => id) });
    document.body.dataset.names = names.length;
    document.body.dataset.seen = JSON.stringify(seen);
  });
</script>`;
/** OpenLayers draws on canvases; a point is looked at where nothing but an area lies. */
const OPEN_LAYERS_PAGE = `<!doctype html><link rel="icon" href="data:,"><style>#map{width:500px;height:500px}</style><div id="map"></div>
<script>
  // The browser warns of canvases that are read often and not made for it.
  const made = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, options) {
    return made.call(this, kind, { ...options, willReadFrequently: true });
  };
</script><script src="/ol.js"></script>`;
const OPEN_LAYERS = `
  import OlMap from 'ol/Map.js';
  import { fromLonLat, toLonLat } from 'ol/proj.js';
  import { apply } from 'ol-mapbox-style';
  const style = new URLSearchParams(location.search).get('style');
  const map = new OlMap({ target: 'map', controls: [], pixelRatio: 1 });
  apply(map, style).then(() => {
    map.getView().setCenter(fromLonLat([36.75, 35.75]));
    map.getView().setZoom(9.2);
    map.once('rendercomplete', whenWritten);
  });
  // The typeface of the style is on its way: the names are looked at when they are written in it.
  function whenWritten() {
    if (![...document.fonts].some(({ status }) => status === 'loaded')) return setTimeout(whenWritten, 100);
    map.once('rendercomplete', look);
    map.getLayers().forEach((layer) => layer.changed());
  }
  function look() {
    const canvas = document.querySelector('#map canvas');
    const pen = canvas.getContext('2d');
    const { data } = pen.getImageData(0, 0, 500, 500);
    const seen = [];
    let names = 0;
    for (let x = 20; x < 500; x += 20) for (let y = 20; y < 500; y += 20) {
      const around = map.getFeaturesAtPixel([x, y], { hitTolerance: 8 });
      names += around.some((feature) => feature.get('mvt:layer') === 'place');
      if (around.length !== 1 || around[0].get('mvt:layer') !== 'control') continue;
      const [red, green, blue, opacity] = data.subarray(4 * (y * 500 + x));
      const [lng, lat] = toLonLat(map.getCoordinateFromPixel([x, y]));
      seen.push({ lng, lat, pixel: [red, green, blue].map((part) => (part * opacity) / 255).concat(opacity) });
    }
    document.body.dataset.names = names;
    document.body.dataset.seen = JSON.stringify(seen);
  }`;

interface Seen {
  lng: number;
  lat: number;
  /** Red, green, blue and opacity, multiplied by it. */
  pixel: [number, number, number, number];
}

/** A site that is not ours: another origin, with a MapLibre and an OpenLayers of its own. */
function elsewhere() {
  let server: Server;
  beforeAll(async () => {
    const { outputFiles } = await build({
      stdin: { contents: OPEN_LAYERS, resolveDir: PROJECT_ROOT },
      ...{ bundle: true, write: false, logLevel: 'silent' },
    });
    const pages = new Map([['/maplibre', PAGE], ['/openlayers', OPEN_LAYERS_PAGE]]); // biome-ignore format: one line
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const page = pages.get(pathname);
      response.setHeader('content-type', page ? 'text/html' : 'text/javascript');
      const script = () =>
        pathname === '/ol.js' ? outputFiles[0]?.text : readFileSync(join(MODULES, basename(pathname)));
      response.end(page ?? script());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  return (library: string, style: string) =>
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/${library}?style=${encodeURIComponent(style)}`;
}

describe.skipIf(NO_BROWSER)('a style on a site of another origin [needs /usr/bin/chromium]', () => {
  const service = serviceOn(async () => m5(await database(SERVER_URL ? 'server' : 'embedded', 'the page')));
  const browser = browserFor();
  const address = elsewhere();

  test.each([
    ['maplibre', 'a day', '/styles/m5/style.json?date=2020-01-28'],
    ['maplibre', 'a day of a span', '/styles/m5/span.json?from=2020-01-10&to=2020-02-16&date=2020-01-28'],
    ['openlayers', 'a day', '/styles/m5/style.json?date=2020-01-28'],
    ['openlayers', 'a day of a span', '/styles/m5/span.json?from=2020-01-10&to=2020-02-16&date=2020-01-28'],
  ])(
    '%s draws %s, each area in the colour of who holds it, with its names, and asks nobody else',
    async (library, _, path) => {
      const { page } = await browser.page({ viewport: { width: 520, height: 520 } });
      await page.goto(address(library, service.base + path));
      const body = page.locator('body[data-seen]');
      await body.waitFor({ state: 'attached', ...SLOW });
      const seen = JSON.parse((await body.getAttribute('data-seen')) ?? '[]') as Seen[];
      const series = await service.json<{ id: string; parties: { id: string; colour: string }[] }[]>('/series');
      const parties = series.find(({ id }) => id === 'm5')?.parties ?? [];
      expect(Number(await body.getAttribute('data-names'))).toBeGreaterThan(5);
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
