import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import * as turf from '@turf/turf';
import { build } from 'esbuild';
import type { Feature, MultiPolygon, Polygon } from 'geojson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { OPACITY, POST_INKS } from '../../src/tiles/looks.js';
import { LIGHT } from '../../src/web/map/palette.js';
import { browserFor, NO_BROWSER, picture, ready, SLOW, shows } from '../setup/browser.js';
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
      if (around.length !== 1 || !['control', 'change'].includes(around[0].sourceLayer)) continue;
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
    const isNamed = map.getLayers().getArray().some((layer) => layer.get('mapbox-layers')?.some((id) => id.startsWith('name-')));
    if (isNamed && ![...document.fonts].some(({ status }) => status === 'loaded')) return setTimeout(whenWritten, 100);
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
      if (around.length !== 1 || !['control', 'change'].includes(around[0].get('mvt:layer'))) continue;
      // A change has an edge, which is no feature of its own here: its ground is looked at where it goes on all around.
      const isWithin = [-5, 5].every((by) => [[x + by, y], [x, y + by]].every((at) => map.getFeaturesAtPixel(at).length === 1));
      if (!isWithin) continue;
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

const CENTRE = [36.75, 35.75] as const;
const ZOOM = 8.2;
const SPAN = '2019-12-15/2020-02-15';
const CHANGE = '/styles/m5/style.json?from=2019-12-15&to=2020-02-15';

const channels = (colour: string) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
const over = (below: readonly number[], above: readonly number[], opacity: number) =>
  below.map((value, index) => value * (1 - opacity) + (above[index] ?? 0) * opacity);

const LIBRARIES: Readonly<Record<string, string>> = { maplibre: MAPLIBRE, leaflet: LEAFLET, openlayers: OPEN_LAYERS };

type Ground = Feature<Polygon | MultiPolygon, Record<string, unknown>> & { bbox: [number, number, number, number] };

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

  /** The features of a day or a span that have ground, each with its box. */
  const grounds = new Map<string, Promise<Ground[]>>();
  const groundsOf = (kind: string, datetime: string) => {
    const path = `/ogc/collections/m5_${kind}/items?limit=1000&datetime=${datetime}`;
    const asked =
      grounds.get(path) ??
      service
        .json<{ features: Ground[] }>(path)
        .then(({ features }) =>
          features.map((feature) => ({ ...feature, bbox: turf.bbox(feature) as Ground['bbox'] })),
        );
    grounds.set(path, asked);
    return asked;
  };
  const at = (all: readonly Ground[], { lng, lat }: Seen) => {
    const found = all.filter(
      (feature) =>
        feature.bbox[0] <= lng &&
        feature.bbox[2] >= lng &&
        feature.bbox[1] <= lat &&
        feature.bbox[3] >= lat &&
        turf.booleanPointInPolygon([lng, lat], feature),
    );
    return found.length === 1 ? found[0]?.properties : undefined;
  };

  /** What the page shows of its ground, most of what is around each fourth pixel: the ground of a party bears its marks. */
  const pages = new Map<string, Promise<(at: Seen) => number[]>>();
  const thePage = (hash: string, day: string) => {
    const opened = pages.get(hash) ?? lookAtThePage(hash, day);
    pages.set(hash, opened);
    opened.catch(() => pages.delete(hash));
    return opened;
  };
  async function lookAtThePage(hash: string, day: string) {
    const { page } = await browser.page({ viewport: { width: 900, height: 700 } });
    await page.addInitScript(() => {
      const made = HTMLCanvasElement.prototype.getContext;
      HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, options?: object) {
        return made.call(this, kind, { ...options, preserveDrawingBuffer: true });
      } as typeof made;
    });
    await page.goto(`${service.base}/?series=m5#${hash}&map=${ZOOM}/${CENTRE[1]}/${CENTRE[0]}`);
    await ready(page);
    await shows(page, day);
    await picture(page, 'page-day');
    const { width, height, cells, across } = await page.locator('#map canvas').evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const gl = canvas.getContext('webgl2') as WebGL2RenderingContext;
      const all = new Uint8Array(4 * canvas.width * canvas.height);
      gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, all);
      const [across, down] = [Math.floor(canvas.clientWidth / 4), Math.floor(canvas.clientHeight / 4)];
      const ratio = canvas.width / canvas.clientWidth;
      const cells: number[] = [];
      for (let row = 0; row < down; row++)
        for (let column = 0; column < across; column++) {
          const counts = new Map<number, number>();
          for (let dy = -5; dy <= 5; dy++)
            for (let dx = -5; dx <= 5; dx++) {
              const [x, y] = [Math.round(column * 4 * ratio) + dx, canvas.height - Math.round(row * 4 * ratio) + dy];
              if (x < 0 || y < 0 || x >= canvas.width || y >= canvas.height) continue;
              const start = 4 * (y * canvas.width + x);
              const pixel = (all[start] ?? 0) * 65_536 + (all[start + 1] ?? 0) * 256 + (all[start + 2] ?? 0);
              counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
            }
          cells.push([...counts].reduce((most, one) => (one[1] > most[1] ? one : most), [0, 0])[0]);
        }
      return { width: canvas.clientWidth, height: canvas.clientHeight, cells, across };
    });
    const scale = 512 * 2 ** ZOOM;
    const flat = (lng: number, lat: number): [number, number] => [
      (lng / 360) * scale,
      (-Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)) * scale,
    ];
    const [cx, cy] = flat(...CENTRE);
    return ({ lng, lat }: Seen) => {
      const [x, y] = flat(lng, lat);
      const pixel = cells[Math.round((height / 2 + y - cy) / 4) * across + Math.round((width / 2 + x - cx) / 4)] ?? 0;
      return [pixel >> 16, (pixel >> 8) & 255, pixel & 255];
    };
  }

  test.each([
    ['maplibre', 'a day', '/styles/m5/style.json?date=2020-01-28'],
    ['maplibre', 'a day of a span', '/styles/m5/span.json?from=2020-01-10&to=2020-02-16&date=2020-01-28'],
    ['maplibre', 'a change', CHANGE],
    ['leaflet', 'a day', '/styles/m5/style.json?date=2020-01-28'],
    ['leaflet', 'a day of a span', '/styles/m5/span.json?from=2020-01-10&to=2020-02-16&date=2020-01-28'],
    ['leaflet', 'a change', CHANGE],
    ['openlayers', 'a day', '/styles/m5/style.json?date=2020-01-28'],
    ['openlayers', 'a day of a span', '/styles/m5/span.json?from=2020-01-10&to=2020-02-16&date=2020-01-28'],
    ['openlayers', 'a change', CHANGE],
  ])(
    '%s draws %s, each area in the colour of who holds it, a day as the page shows it, with its names, and asks nobody else',
    async (library, _, path) => {
      const { page } = await browser.page({ viewport: { width: 520, height: 520 } });
      await page.goto(address(library, service.base + path));
      const body = page.locator('body[data-seen]');
      await body.waitFor({ state: 'attached', ...SLOW });
      const seen = JSON.parse((await body.getAttribute('data-seen')) ?? '[]') as Seen[];
      const series = await service.json<{ id: string; parties: { id: string; colour: string }[] }[]>('/series');
      const parties = series.find(({ id }) => id === 'm5')?.parties ?? [];
      const isChange = path === CHANGE;
      const opacity = isChange ? 0.55 : OPACITY.controlled;
      if (!isChange) expect(Number(await body.getAttribute('data-names'))).toBeGreaterThan(5);
      const [areas, changes] = await Promise.all([
        groundsOf('control', isChange ? '2020-02-15' : '2020-01-28'),
        isChange ? groundsOf('change', SPAN) : [],
      ]);
      const colourOf = (party: unknown) => parties.find(({ id }) => id === party)?.colour;
      const held: { seen: Seen; colour: string; under: string }[] = [];
      for (const one of seen) {
        const { party, status } = at(areas, one) ?? {};
        const under = status === 'controlled' ? colourOf(party) : undefined;
        const colour = isChange ? colourOf(at(changes, one)?.to_class) : under;
        if (colour && under) held.push({ seen: one, colour, under });
      }
      expect(held.length).toBeGreaterThan(isChange ? 5 : 50);
      expect(new Set(held.map(({ colour }) => colour)).size).toBeGreaterThan(isChange ? 0 : 1);
      for (const { seen: one, colour } of held) {
        const expected = [...channels(colour).map((value) => value * opacity), 255 * opacity];
        for (const [index, value] of expected.entries())
          expect(
            Math.abs((one.pixel[index] ?? 0) - value),
            `${colour} at ${one.lng}, ${one.lat}: ${one.pixel}`,
          ).toBeLessThanOrEqual(2);
      }
      // The page shows a change over the ground of a day: its pixels are others.
      if (isChange) return;
      const shown = await thePage('date=2020-01-28', '2020-01-28');
      // The page has its paper beneath, and marks what the day brought.
      const grounds = (colour: string, under: string) => {
        const ground = over(channels(LIGHT.inside), channels(under), OPACITY.controlled);
        return [over(ground, channels(colour), 0.45), ground];
      };
      const isOneOf = (pixel: readonly number[], expected: readonly number[][]) =>
        expected.some((of) => of.every((value, channel) => Math.abs((pixel[channel] ?? 0) - value) <= 3));
      // What it has more of, a mark or a wider line, may stand over a place; the ground of another party nowhere.
      let covered = 0;
      const strange: string[] = [];
      for (const { seen: one, colour, under } of held) {
        const pixel = shown(one);
        if (isOneOf(pixel, grounds(colour, under))) continue;
        covered++;
        strange.push(`${colour}: ${pixel}`);
        for (const other of parties.filter((party) => party.colour !== colour))
          expect(isOneOf(pixel, grounds(other.colour, other.colour)), `${one.lng}, ${one.lat}: ${pixel}`).toBe(false);
      }
      expect(covered / held.length, strange.slice(0, 5).join('; ')).toBeLessThan(0.15);
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
    120_000,
  );
});
