import {
  AttributionControl,
  type FilterSpecification,
  type GeoJSONSource,
  GPUInitializationError,
  type LngLatBoundsLike,
  MapLibreMap,
  NavigationControl,
  ScaleControl,
  type StyleSpecification,
  setWorkerUrl,
} from 'maplibre-gl';
import type { Ground, Party, Ring } from '../api.js';
import type { Selection, View } from '../state.js';
import { t } from '../text/language.js';
import { showArabic } from './arabic.js';
import type { OwnBasemap } from './assets.js';
import { type Arrival, type Look, takeTurns } from './buffers.js';
import { datedLayers, sourceOf } from './dated-layers.js';
import { hatching, imageOf, partyMarks } from './icons.js';
import { NOTHING, type Reach, styleOf } from './map-style.js';
import { NOBODY, type Palette } from './palette.js';
import { point } from './point.js';
import { listen } from './pointer.js';
import { MARKS } from './sprite.js';
import type { Bounds } from './view.js';
import { drawnWhole } from './warm-up.js';

/** A named point: a place, with what kind it is, and whether the headline names it. */
export interface Named {
  name: string;
  kind: string;
  id: string;
  at: [number, number];
  told?: boolean;
}

/** The map as the page uses it. */
export interface FrontMap {
  readonly gl: MapLibreMap;
  /** Loads the state of a day in the background; null when another one was requested meanwhile. */
  load(tiles: string): Promise<Arrival | null>;
  /** Displays what was loaded and removes the marks of the former day's change, in one frame. */
  flip(keepMarks?: boolean): void;
  /** Marks what changed hands, once its tiles are there; null: nothing. */
  markChange(tiles: string | null): Promise<void>;
  /** Reloads what failed of the displayed state. */
  reload(): Promise<Arrival | null>;
  /** Of tiles that hold many days: shows what holds on this one (days since 1970), out of what is loaded. */
  filterTo(day: number): void;
  /** Resolves when all that can be loaded and drawn is. */
  settled(): Promise<void>;
  /** The places in the tiles that are loaded, each once. */
  placesLoaded(): Named[];
  nameThePlaces(places: readonly Named[]): void;
  /** The series is drawn with other parties, or on other ground, from the next state that is loaded; what is on show stays. */
  becomes(parties: readonly Party[], reach: Reach): Promise<void>;
  setTheatre(theatre: Ground): void;
  attribute(attribution: string): void;
  mark(at: [number, number] | null, kind: Selection['kind']): void;
  /** Features of a source of the page's own: events, what the reader draws, where two series differ. */
  put(source: 'events' | 'drawn' | 'differences', features: GeoJSON.Feature[]): void;
  moveTo(view: View): void;
  bringIntoView(at: [number, number]): void;
  fit(bounds: [number, number, number, number]): void;
  /** Shows the bounds because there is other room for them: that is no move of the reader's. */
  frame(bounds: Bounds, padding: MapOptions['padding']): void;
  view(): View;
  remove(): void;
}

export interface MapOptions {
  container: HTMLElement;
  assets: { worker: string; rtl: string };
  parties: readonly Party[];
  palette: Palette;
  /** Address templates of the first day's tiles, and what they cover. */
  tiles: string;
  reach: Reach;
  theatre: Ground | null;
  /** What the map opens on where there is no view. */
  opensOn: Bounds;
  view: View | null;
  attribution: string;
  /** What the map is called for those who do not see it. */
  title: string;
  /** The world's outlines, or a whole style of the operator's own. */
  basemap: OwnBasemap | { style: string };
  /** What covers the map at its edges, in pixels. */
  padding: { top: number; right: number; bottom: number; left: number };
  calm: boolean;
  /** In somebody else's page the wheel and one finger belong to that page. */
  cooperative: boolean;
  controls: boolean;
  onSelect(selection: Selection | null, at: [number, number]): void;
  onMove(view: View): void;
  /** Tiles or the basemap failed: how many of those displayed. */
  onError(message: string): void;
}

/** Whether a map could not be opened because the browser gives no WebGL. */
export const isWithoutWebGl = (error: unknown): boolean => error instanceof GPUInitializationError;

/** Opens the map and resolves once it draws. @throws Error where the browser has no WebGL */
export async function createMap(options: MapOptions): Promise<FrontMap> {
  const { container, parties, palette, tiles, view, calm, reach } = options;
  setWorkerUrl(options.assets.worker);
  // After the worker's address is known: the shaping is loaded by the workers.
  if (t.code === 'ar') showArabic(options.assets.rtl);
  const style = await wholeStyle(options);
  const map = new MapLibreMap({
    container,
    style,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    maxZoom: 14,
    cooperativeGestures: options.cooperative,
    locale: {
      'CooperativeGesturesHandler.WindowsHelpText': t.scrollMap,
      'CooperativeGesturesHandler.MacHelpText': t.scrollMapMac,
      'CooperativeGesturesHandler.MobileHelpText': t.touchMap,
      'NavigationControl.ZoomIn': t.moveMap.closer,
      'NavigationControl.ZoomOut': t.moveMap.wider,
      'Map.Title': options.title,
    },
    fadeDuration: calm ? 0 : 150,
    maxTileCacheSize: 60,
    ...(view
      ? { center: [view.lon, view.lat] as [number, number], zoom: view.zoom }
      : { bounds: options.opensOn as LngLatBoundsLike, fitBoundsOptions: { padding: options.padding } }),
  });
  map.touchZoomRotate.disableRotation();
  if (options.controls) {
    map.addControl(new NavigationControl({ showCompass: false }), document.dir === 'rtl' ? 'top-left' : 'top-right');
    map.addControl(new ScaleControl({ maxWidth: 120 }), 'bottom-left');
  }
  const drawn = drawnWhole(map);
  await addImages(map, parties);
  map.on('error', ({ error }) => options.onError(error.message));
  await new Promise<void>((resolve) => {
    map.once('load', () => resolve());
  });
  await drawn;
  let attributed: AttributionControl | null = null;
  const attribute = (words: string) => {
    if (attributed) map.removeControl(attributed);
    attributed = new AttributionControl({ compact: container.clientWidth < 800, customAttribution: escaped(words) });
    map.addControl(attributed, 'bottom-right');
    // Compact, it starts folded open and would cover a small map. Added now, it is never seen open.
    container.querySelector('.maplibregl-ctrl-attrib.maplibregl-compact')?.removeAttribute('open');
    container.querySelector('.maplibregl-compact-show')?.classList.remove('maplibregl-compact-show');
  };
  if (options.controls) attribute(options.attribution);
  if ('waters' in options.basemap) {
    const { own, late, waters } = options.basemap;
    // The map may be removed by then: only sources that still exist are filled.
    const outlined = late();
    if (own === null) void outlined.then((outlines) => map.getSource<GeoJSONSource>('base')?.setData(outlines));
    void outlined.then(() => map.getSource<GeoJSONSource>('waters')?.setData(waters));
  }

  const basemap = 'own' in options.basemap ? NOTHING.data : null;
  const look: Look = {
    parties,
    palette,
    reach,
    layers: () => styleOf(look.parties, { dated: [], changed: [] }, look.reach, palette, basemap).layers,
  };
  const days = takeTurns(map, 'dated', look, tiles);
  const changes = takeTurns(map, 'changed', look, '');
  listen(map, options, days.shown);
  return {
    gl: map,
    load: days.load,
    flip(keepMarks) {
      days.flip();
      if (!keepMarks) changes.hide();
    },
    async markChange(address) {
      if (address === null) changes.hide();
      else if (await changes.load(address)) changes.flip();
    },
    reload: days.reload,
    filterTo: (day) => {
      for (const { layer } of datedLayers('dated', days.shown(), look.parties, palette)) {
        const own = 'filter' in layer && layer.filter ? [layer.filter] : [];
        const holds = ['all', ['<=', ['get', 'valid_from'], day], ['>', ['get', 'valid_to'], day], ...own];
        map.setFilter(layer.id, holds as FilterSpecification);
      }
    },
    settled: () =>
      new Promise((resolve) => {
        map.once('idle', () => resolve());
        map.triggerRepaint();
      }),
    placesLoaded: () => placesIn(map, sourceOf('dated', days.shown())),
    nameThePlaces: (places) =>
      setData(
        map,
        'names',
        places.map(({ at, ...properties }) => point(at, properties)),
      ),
    async becomes(theirs, ground) {
      await addImages(map, theirs);
      Object.assign(look, { parties: theirs, reach: ground });
      days.outdate();
      changes.outdate();
    },
    setTheatre: (theatre) => setData(map, 'theatre', theatreFeatures(theatre)),
    attribute,
    mark: (at, kind) => setData(map, 'chosen', at ? [point(at, { radius: kind === 'post' ? 19 : 9 })] : []),
    put: (source, features) => setData(map, source, features),
    moveTo: ({ lon, lat, zoom }) => map.jumpTo({ center: [lon, lat], zoom }),
    bringIntoView: (at) => {
      if (!map.getBounds().contains(at)) map.easeTo({ center: at, animate: !calm });
    },
    fit: (bounds) => map.fitBounds(bounds, { padding: options.padding, animate: !calm }),
    frame: (bounds, padding) =>
      map.fitBounds(bounds as LngLatBoundsLike, { padding, animate: false }, { unasked: true }),
    view: () => viewOf(map),
    remove: () => map.remove(),
  };
}

export function viewOf(map: MapLibreMap): View {
  const { lng, lat } = map.getCenter();
  return { zoom: map.getZoom(), lat, lon: lng };
}

/** The style with the theatre in it: the first frame has the paper under the ground, too. */
async function wholeStyle(options: MapOptions): Promise<StyleSpecification> {
  const style = await styleOverBasemap(options);
  if (options.theatre) style.sources.theatre = { type: 'geojson', data: collection(theatreFeatures(options.theatre)) };
  return style;
}

/** The page's own style, laid over the operator's where there is one: its layers first, ours above. */
async function styleOverBasemap({ basemap, parties, tiles, reach, palette }: MapOptions): Promise<StyleSpecification> {
  const address = { dated: [tiles], changed: [tiles] };
  if ('own' in basemap) return styleOf(parties, address, reach, palette, basemap.own ?? NOTHING.data);
  const response = await fetch(basemap.style);
  if (!response.ok) throw new Error(`${basemap.style}: ${response.status}`);
  const theirs = (await response.json()) as StyleSpecification;
  const ours = styleOf(parties, address, reach, palette, null);
  return { ...theirs, sources: { ...theirs.sources, ...ours.sources }, layers: [...theirs.layers, ...ours.layers] };
}

async function addImages(map: MapLibreMap, parties: readonly Party[]): Promise<void> {
  const put = (name: string, image: Parameters<MapLibreMap['addImage']>[1]) => {
    if (map.hasImage(name)) map.updateImage(name, image);
    else map.addImage(name, image, { pixelRatio: 2 });
  };
  for (const colour of new Set([...parties.map((party) => party.colour), NOBODY])) {
    put(`hatch-${colour}`, hatching(colour, 0.85));
    put(`faint-${colour}`, hatching(colour, 0.28));
  }
  for (const [i, { id, colour }] of parties.entries()) put(`party-${id}`, partyMarks(colour, i));
  const missing = MARKS.filter(({ name }) => !map.hasImage(name));
  const images = await Promise.all(
    missing.map(async ({ name, side, svg }) => ({ name, image: await imageOf(svg(2 * side)) })),
  );
  for (const { name, image } of images) put(name, image);
}

function placesIn(map: MapLibreMap, source: string): Named[] {
  const found = new Map<string, Named>();
  for (const { geometry, properties } of map.querySourceFeatures(source, { sourceLayer: 'place' })) {
    if (geometry.type !== 'Point') continue;
    const [lon = 0, lat = 0] = geometry.coordinates;
    const { id, name, kind } = properties;
    found.set(String(id), { id: String(id), name: String(name), kind: String(kind), at: [lon, lat] });
  }
  return [...found.values()];
}

const collection = (features: GeoJSON.Feature[]): GeoJSON.FeatureCollection => ({
  type: 'FeatureCollection',
  features,
});

function setData(map: MapLibreMap, source: string, features: GeoJSON.Feature[]): void {
  map.getSource<GeoJSONSource>(source)?.setData(collection(features));
}

/** The map library takes attributions as HTML; what a publisher wrote is text. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** The theatre, and the rest of the world with the theatre cut out of it. */
function theatreFeatures(theatre: Ground): GeoJSON.Feature[] {
  const polygons = theatre.type === 'Polygon' ? [theatre.coordinates] : theatre.coordinates;
  const world: Ring = [
    [-180, -85],
    [180, -85],
    [180, 85],
    [-180, 85],
    [-180, -85],
  ];
  const outside = [world, ...polygons.flatMap((rings) => rings.slice(0, 1).map((ring) => [...ring].reverse()))];
  return [
    { type: 'Feature', properties: { kind: 'theatre' }, geometry: theatre },
    { type: 'Feature', properties: { kind: 'outside' }, geometry: { type: 'Polygon', coordinates: outside } },
  ];
}
