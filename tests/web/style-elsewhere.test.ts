import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { OPACITY, POST_INKS } from '../../src/tiles/looks.js';
import { browserFor, NO_BROWSER, SLOW } from '../setup/browser.js';
import { database, SERVER_URL } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

const MODULES = join(PROJECT_ROOT, 'node_modules/maplibre-gl/dist');
const blank = (script: string) =>
  `<!doctype html><link rel="icon" href="data:,"><style>#map{width:500px;height:500px}</style><div id="map"></div>${script}`;
/** What a map of MapLibre shows: areas where nothing else lies, names, and the marks of posts by a pixel of their ring. */
const LOOK = `
  const style = new URLSearchParams(location.search).get('style');
  const shown = { attributionControl: false, fadeDuration: 0 };
  // What was drawn can be read while it is drawn only.
  function lookWhenDrawn(map) {
    map.once('idle', () => {
      map.once('render', () => look(map));
      map.triggerRepaint();
    });
  }
  function look(map) {
    const canvas = map.getCanvas();
    const gl = canvas.getContext('webgl2');
    const ratio = canvas.width / canvas.clientWidth;
    const pixelAt = (x, y) => {
      const pixel = new Uint8Array(4);
      gl.readPixels(Math.round(x * ratio), Math.round(canvas.height - y * ratio), 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
      return [...pixel];
    };
    // Leaflet's is larger than what is seen of it.
    const frame = document.getElementById('map').getBoundingClientRect();
    const place = canvas.getBoundingClientRect();
    const isSeen = (x, y) =>
      Math.abs(place.left + x - frame.left - 250) < 230 && Math.abs(place.top + y - frame.top - 250) < 230;
    const seen = [];
    for (let x = 20; x < canvas.clientWidth; x += 20) for (let y = 20; y < canvas.clientHeight; y += 20) {
      if (!isSeen(x, y)) continue;
      const around = map.queryRenderedFeatures([[x - 6, y - 6], [x + 6, y + 6]]);
      if (around.length !== 1 || around[0].sourceLayer !== 'control') continue;
      const { lng, lat } = map.unproject([x, y]);
      seen.push({ lng, lat, pixel: pixelAt(x, y) });
    }
    const symbols = map.queryRenderedFeatures({ layers: map.getStyle().layers.filter(({ type }) => type === 'symbol').map(({ id }) => id) });
    const marks = symbols.filter(({ layer }) => layer.id === 'post-open' || layer.id === 'post-encircled').flatMap(({ layer, geometry }) => {
      const { x, y } = map.project(geometry.coordinates);
      if (!isSeen(x, y)) return [];
      // Left of the number: the ring of an open post, the disc of an encircled one.
      return { id: layer.id, pixels: [6, 7, 8, 9].map((left) => pixelAt(x - left, y)) };
    });
    document.body.dataset.names = symbols.filter(({ sourceLayer }) => sourceLayer === 'place').length;
    document.body.dataset.marks = JSON.stringify(marks);
    document.body.dataset.seen = JSON.stringify(seen);
  }`;
const MAPLIBRE = `
  import * as maplibre from 'maplibre-gl';
  ${LOOK}
  maplibre.setWorkerUrl(location.origin + '/maplibre-gl-worker.mjs');
  const map = new maplibre.Map({ container: 'map', style, center: [36.75, 35.75], zoom: 8.2, ...shown });
  lookWhenDrawn(map);`;
const LEAFLET = `
  import * as leaflet from 'leaflet';
  import * as maplibre from 'maplibre-gl';
  import { maplibreGL } from '@maplibre/maplibre-gl-leaflet';
  ${LOOK}
  maplibre.setWorkerUrl(location.origin + '/maplibre-gl-worker.mjs');
  const map = leaflet.map('map', { zoomSnap: 0, zoomAnimation: false, fadeAnimation: false }).setView([35.75, 36.75], 9.2);
  const layer = maplibreGL({ style, ...shown }).addTo(map);
  lookWhenDrawn(layer.getMaplibreMap());`;
/** OpenLayers draws on canvases; a point is looked at where nothing but an area lies. */
const UNWARNED = `<script>
  // The browser warns of canvases that are read often and not made for it.
  const made = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, options) {
    return made.call(this, kind, { ...options, willReadFrequently: true });
  };
</script>`;
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

const LIBRARIES: Readonly<Record<string, string>> = { maplibre: MAPLIBRE, leaflet: LEAFLET, openlayers: OPEN_LAYERS };

/** A site that is not ours: another origin, with libraries of its own. */
function elsewhere() {
  let server: Server;
  beforeAll(async () => {
    const scripts = new Map<string, string>();
    for (const [library, contents] of Object.entries(LIBRARIES)) {
      const { outputFiles } = await build({
        stdin: { contents, resolveDir: PROJECT_ROOT },
        ...{ bundle: true, format: 'esm', write: false, logLevel: 'silent' },
      });
      scripts.set(`/${library}.js`, outputFiles[0]?.text ?? '');
    }
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const library = pathname.slice(1);
      const isPage = library in LIBRARIES;
      response.setHeader('content-type', isPage ? 'text/html' : 'text/javascript');
      if (isPage)
        response.end(
          blank(`${library === 'openlayers' ? UNWARNED : ''}<script type="module" src="/${library}.js"></script>`),
        );
      else response.end(scripts.get(pathname) ?? readFileSync(join(MODULES, basename(pathname))));
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
    ['leaflet', 'a day', '/styles/m5/style.json?date=2020-01-28'],
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
      if (library === 'openlayers') return;
      const marks = JSON.parse((await body.getAttribute('data-marks')) ?? '[]') as {
        id: string;
        pixels: Seen['pixel'][];
      }[];
      expect(marks.length).toBeGreaterThan(2);
      for (const { id, pixels } of marks) {
        const ink = POST_INKS[id === 'post-open' ? 'open' : 'encircled'];
        const expected = [1, 3, 5].map((at) => Number.parseInt(ink.slice(at, at + 2), 16));
        const isInk = (pixel: Seen['pixel']) =>
          expected.every((value, index) => Math.abs((pixel[index] ?? 0) - value) <= 40);
        expect(pixels.some(isInk), `${id}: ${pixels.join(' or ')}`).toBe(true);
      }
    },
    60_000,
  );
});
