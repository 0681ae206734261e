import {
  AttributionControl,
  type FilterSpecification,
  type GeoJSONSource,
  MapLibreMap,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
} from 'maplibre-gl';
import type { Ground, Party, Ring, TileJson } from './api.js';
import { swapping } from './buffers.js';
import { type Buffer, datedLayers, NOBODY } from './dated-layers.js';
import { hatching, imageOf, postMark } from './icons.js';
import type { Selection, View } from './state.js';
import { styleOf } from './style.js';
import { STANDINGS } from './words.js';

/** A named point: a place, with what kind it is. */
export interface Named {
  name: string;
  kind: string;
  id: string;
  at: [number, number];
}

/** The map as the page uses it. */
export interface FrontMap {
  /** Shows the state of these tiles as soon as it is loaded whole; the former one stays until then. */
  show(tiles: TileJson): Promise<void>;
  /** Loads a state that will probably be shown next. */
  prepare(tiles: TileJson): void;
  /** Of tiles that hold many days: shows what holds on this one (days since 1970), out of what is loaded. */
  filterTo(day: number): void;
  /** Resolves when all that can be loaded and drawn is. */
  settled(): Promise<void>;
  /** The places in the tiles that are loaded, each once. */
  placesLoaded(): Named[];
  nameThePlaces(places: readonly Named[]): void;
  mark(at: [number, number] | null, kind: Selection['kind']): void;
  moveTo(view: View): void;
  bringIntoView(at: [number, number]): void;
}

export interface MapOptions {
  container: HTMLElement;
  parties: readonly Party[];
  tiles: TileJson;
  theatre: Ground | null;
  view: View | null;
  attribution: string;
  /** What covers the map at its edges, in pixels. */
  padding: { top: number; right: number; bottom: number; left: number };
  calm: boolean;
  onSelect(selection: Selection | null): void;
  onMove(view: View): void;
}

export async function createMap(options: MapOptions): Promise<FrontMap> {
  const { container, parties, tiles, view, calm } = options;
  setWorkerUrl(new URL('vendor/maplibre/maplibre-gl-worker.mjs', import.meta.url).href);
  const { minzoom, maxzoom, bounds } = tiles;
  const map = new MapLibreMap({
    container,
    style: styleOf(parties, tiles.tiles, { minzoom, maxzoom, bounds }),
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    maxZoom: 14,
    fadeDuration: calm ? 0 : 150,
    ...(view
      ? { center: [view.lon, view.lat] as [number, number], zoom: view.zoom }
      : { bounds, fitBoundsOptions: { padding: options.padding } }),
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new ScaleControl({ maxWidth: 120 }), 'bottom-left');
  map.addControl(
    new AttributionControl({ compact: container.clientWidth < 800, customAttribution: options.attribution }),
    'bottom-right',
  );
  for (const { id, colour } of [...parties, { id: '', colour: NOBODY }]) {
    if (!map.hasImage(`hatch-${colour}`)) map.addImage(`hatch-${colour}`, hatching(colour), { pixelRatio: 2 });
    if (id === '') break;
  }
  for (const standing of STANDINGS) {
    map.addImage(`post-${standing}`, await imageOf(postMark(standing, null, 64)), { pixelRatio: 2 });
  }
  await new Promise<void>((resolve) => {
    map.once('load', () => resolve());
  });
  // Compact, it starts folded open and would cover a small map.
  container.querySelector('.maplibregl-ctrl-attrib.maplibregl-compact')?.removeAttribute('open');
  container.querySelector('.maplibregl-compact-show')?.classList.remove('maplibregl-compact-show');
  if (options.theatre) setData(map, 'theatre', theatreFeatures(options.theatre));

  const buffers = swapping(map, parties, tiles.tiles[0] ?? '');
  listen(map, options, buffers.shown);
  return {
    show: buffers.show,
    prepare: buffers.prepare,
    filterTo: (day) => {
      for (const { layer } of datedLayers(buffers.shown(), parties)) {
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
    placesLoaded: () => placesIn(map, `dated-${buffers.shown()}`),
    nameThePlaces: (places) =>
      setData(
        map,
        'names',
        places.map(({ at, ...properties }) => point(at, properties)),
      ),
    mark: (at, kind) => setData(map, 'chosen', at ? [point(at, { radius: kind === 'post' ? 19 : 9 })] : []),
    moveTo: ({ lon, lat, zoom }) => map.jumpTo({ center: [lon, lat], zoom }),
    bringIntoView: (at) => {
      if (!map.getBounds().contains(at)) map.easeTo({ center: at, animate: !calm });
    },
  };
}

function listen(map: MapLibreMap, { onSelect, onMove }: MapOptions, shown: () => Buffer): void {
  const under = ({ x, y }: { x: number; y: number }) => {
    const box: [[number, number], [number, number]] = [
      [x - 6, y - 6],
      [x + 6, y + 6],
    ];
    const layers = [`post-${shown()}`, `place-${shown()}`, 'place-names'];
    const found = map.queryRenderedFeatures(box, { layers });
    return layers.map((id) => found.find(({ layer }) => layer.id === id)).find((feature) => feature !== undefined);
  };
  map.on('click', ({ point: at }) => {
    const feature = under(at);
    if (!feature) onSelect(null);
    else if (feature.layer.id.startsWith('post-')) {
      onSelect({ kind: 'post', id: `${feature.properties.operator}/${feature.properties.number}` });
    } else onSelect({ kind: 'place', id: String(feature.properties.id) });
  });
  map.on('mousemove', ({ point: at }) => {
    const feature = under(at);
    map.getCanvas().style.cursor = feature ? 'pointer' : '';
    map.getCanvas().title = feature ? String(feature.properties.name ?? '') : '';
  });
  map.on('moveend', () => {
    const { lng, lat } = map.getCenter();
    onMove({ zoom: map.getZoom(), lat, lon: lng });
  });
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

const point = (at: [number, number], properties: Record<string, string | number>): GeoJSON.Feature => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: at },
  properties,
});

function setData(map: MapLibreMap, source: string, features: GeoJSON.Feature[]): void {
  map.getSource<GeoJSONSource>(source)?.setData({ type: 'FeatureCollection', features });
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
