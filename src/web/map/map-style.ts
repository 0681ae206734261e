import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Party } from '../api.js';
import { BOLD, BUFFERS, type Dated, datedLayers, sourceOf, TOWNS_FROM, VILLAGES_FROM } from './dated-layers.js';
import type { Palette } from './palette.js';

/* What the map looks like: a quiet world, the dated layers (dated-layers.ts) between it and the names. */

const SANS = ['Salient Sans'];
/** Tiles of these addresses are taken from what came with the day, else from the service (bundled-tiles.ts). */
export interface Reach {
  minzoom: number;
  maxzoom: number;
  bounds: [number, number, number, number];
}

const kind = (name: string): ExpressionSpecification => ['==', ['get', 'kind'], name];
/** A source of no features. */
export const NOTHING = { type: 'geojson' as const, data: { type: 'FeatureCollection' as const, features: [] } };

/** The whole style. `basemap` is the world's outlines; null where the operator's own style is underneath. */
export function styleOf(
  parties: readonly Party[],
  tiles: { dated: string[]; changed: string[] },
  reach: Reach,
  palette: Palette,
  basemap: GeoJSON.FeatureCollection | null,
): StyleSpecification {
  const dated = (above: Dated['above']) => layersAbove(above, parties, palette);
  const day = (sheet: 'dated' | 'changed') =>
    BUFFERS.map((buffer) => [sourceOf(sheet, buffer), { type: 'vector' as const, tiles: tiles[sheet], ...reach }]);
  return {
    version: 8,
    transition: { duration: 0, delay: 0 },
    sources: {
      ...(basemap && { base: { type: 'geojson' as const, data: basemap }, waters: NOTHING }),
      theatre: NOTHING,
      names: NOTHING,
      chosen: NOTHING,
      events: NOTHING,
      drawn: NOTHING,
      differences: NOTHING,
      ...Object.fromEntries([...day('dated'), ...day('changed')]),
    },
    layers: [
      ...(basemap ? world(palette) : []),
      {
        id: 'theatre-ground',
        type: 'fill',
        source: 'theatre',
        filter: kind('theatre'),
        paint: { 'fill-color': palette.inside, 'fill-opacity': basemap ? 1 : 0.5 },
      },
      ...(basemap ? water(palette) : []),
      ...dated('ground'),
      {
        id: 'differences',
        type: 'fill',
        source: 'differences',
        paint: { 'fill-color': '#d99a00', 'fill-opacity': 0.55 },
      },
      {
        id: 'differences-edge',
        type: 'line',
        source: 'differences',
        paint: { 'line-color': palette.ink, 'line-width': 1 },
      },
      ...(basemap ? borders(palette) : []),
      {
        id: 'outside',
        type: 'fill',
        source: 'theatre',
        filter: kind('outside'),
        paint: { 'fill-color': palette.outside, 'fill-opacity': 0.45 },
      },
      {
        id: 'theatre',
        type: 'line',
        source: 'theatre',
        filter: kind('theatre'),
        paint: { 'line-color': palette.frame, 'line-width': 1, 'line-dasharray': [2, 2] },
      },
      ...dated('lines'),
      ...(basemap ? countries(palette) : []),
      ...dated('marks').filter(({ type }) => type === 'circle'),
      {
        id: 'events',
        type: 'symbol',
        source: 'events',
        layout: { 'icon-image': ['concat', 'event-', ['get', 'kind']], 'icon-allow-overlap': true, 'icon-size': 0.8 },
      },
      ...names(palette),
      ...dated('marks').filter(({ type }) => type === 'symbol'),
      ...drawing(palette),
      {
        id: 'chosen',
        type: 'circle',
        source: 'chosen',
        paint: {
          'circle-radius': ['get', 'radius'],
          'circle-opacity': 0,
          'circle-stroke-color': palette.ink,
          'circle-stroke-width': 2.5,
        },
      },
    ],
  };
}

/** Buffer a is visible at first, b hidden. The layers of what changed are hidden until they are loaded. */
function layersAbove(above: Dated['above'], parties: readonly Party[], palette: Palette): LayerSpecification[] {
  return (['dated', 'changed'] as const).flatMap((sheet) =>
    BUFFERS.flatMap((buffer) =>
      datedLayers(sheet, buffer, parties, palette)
        .filter((dated) => dated.above === above)
        .map(({ layer, opacities }) => {
          const opacity = sheet === 'dated' && buffer === 'a' ? 1 : 0;
          const paint = { ...layer.paint, ...Object.fromEntries(opacities.map((name) => [name, opacity])) };
          return { ...layer, paint } as LayerSpecification;
        }),
    ),
  );
}

const world = ({ sea, paper, coast }: Palette): LayerSpecification[] => [
  { id: 'sea', type: 'background', paint: { 'background-color': sea } },
  { id: 'land', type: 'fill', source: 'base', filter: kind('land'), paint: { 'fill-color': paper } },
  {
    id: 'coast',
    type: 'line',
    source: 'base',
    filter: kind('land'),
    paint: { 'line-color': coast, 'line-width': 0.8 },
  },
];

const water = ({ sea, water: flowing, coast }: Palette): LayerSpecification[] => [
  { id: 'lakes', type: 'fill', source: 'waters', filter: kind('lake'), paint: { 'fill-color': sea } },
  {
    id: 'shores',
    type: 'line',
    source: 'waters',
    filter: kind('lake'),
    paint: { 'line-color': coast, 'line-width': 0.6 },
  },
  {
    id: 'rivers',
    type: 'line',
    source: 'waters',
    filter: kind('river'),
    layout: { 'line-join': 'round', 'line-cap': 'round' },
    paint: { 'line-color': flowing, 'line-width': ['interpolate', ['linear'], ['zoom'], 3, 0.7, 8, 1.8, 12, 3] },
  },
];

const borders = ({ border }: Palette): LayerSpecification[] => [
  {
    id: 'border',
    type: 'line',
    source: 'base',
    filter: kind('border'),
    layout: { 'line-join': 'round' },
    paint: {
      'line-color': border,
      'line-width': ['interpolate', ['linear'], ['zoom'], 4, 0.7, 12, 1.6],
      'line-dasharray': [4, 2, 1, 2],
    },
  },
];

const countries = ({ country, paper }: Palette): LayerSpecification[] => [
  label('countries', 'base', {
    filter: [
      'all',
      kind('country'),
      ['>=', ['zoom'], ['get', 'minzoom']],
      ['<', ['zoom'], ['get', 'maxzoom']],
    ] as unknown as ExpressionSpecification,
    layout: {
      'text-font': SANS,
      'text-size': 13,
      'text-transform': 'uppercase',
      'text-letter-spacing': 0.28,
      'text-max-width': 8,
    },
    paint: { 'text-color': country, 'text-halo-color': paper, 'text-halo-width': 1 },
  }),
  label('towns-of-the-world', 'waters', {
    filter: kind('town'),
    layout: { 'text-font': SANS, 'text-size': 11.5, 'text-padding': 6 },
    paint: { 'text-color': country, 'text-halo-color': paper, 'text-halo-width': 1 },
    minzoom: 4.5,
  }),
];

/** The places of the series: at low zooms only cities and what the headline names (`told`), then towns, then villages. */
function names({ ink, halo }: Palette): LayerSpecification[] {
  const reported: ExpressionSpecification = ['==', ['get', 'told'], true];
  const layout = {
    'text-font': ['match', ['get', 'kind'], 'city', ['literal', BOLD], ['literal', SANS]],
    'text-variable-anchor': ['left', 'right', 'top', 'bottom', 'top-left', 'bottom-left'],
    'text-radial-offset': 0.55,
    'text-justify': 'auto',
    'symbol-sort-key': ['case', reported, -1, ['match', ['get', 'kind'], 'city', 0, 'town', 1, 2]],
    'text-padding': 3,
    'text-size': ['match', ['get', 'kind'], 'city', 15, 'town', 12.5, 11.5],
  };
  const paint = { 'text-color': ink, 'text-halo-color': halo, 'text-halo-width': 1.4 };
  const only = (...kinds: string[]): ExpressionSpecification => ['in', ['get', 'kind'], ['literal', kinds]];
  const rest: ExpressionSpecification = [
    '!',
    ['any', reported, only('city', 'town')],
  ] as unknown as ExpressionSpecification;
  const towns = ['all', only('town'), ['!', reported]] as unknown as ExpressionSpecification;
  return [
    label('village-names', 'names', { filter: rest, minzoom: VILLAGES_FROM, layout, paint }),
    label('town-names', 'names', { filter: towns, minzoom: TOWNS_FROM, layout, paint }),
    label('place-names', 'names', {
      filter: ['any', reported, only('city')] as unknown as ExpressionSpecification,
      layout: { ...layout, 'text-font': BOLD, 'text-allow-overlap': false },
      paint,
    }),
  ];
}

/** What the reader draws: measured lines and regions. */
const drawing = ({ ink }: Palette): LayerSpecification[] => [
  {
    id: 'drawn-fill',
    type: 'fill',
    source: 'drawn',
    filter: ['==', ['geometry-type'], 'Polygon'],
    paint: { 'fill-color': '#1f5c8b', 'fill-opacity': 0.12 },
  },
  {
    id: 'drawn-line',
    type: 'line',
    source: 'drawn',
    filter: ['!=', ['geometry-type'], 'Point'],
    paint: { 'line-color': ink, 'line-width': 2, 'line-dasharray': [2, 1] },
  },
  {
    id: 'drawn-points',
    type: 'circle',
    source: 'drawn',
    filter: ['==', ['geometry-type'], 'Point'],
    paint: { 'circle-radius': 4, 'circle-color': '#fff', 'circle-stroke-color': '#1f5c8b', 'circle-stroke-width': 2 },
  },
];

function label(id: string, source: string, rest: Record<string, unknown>): LayerSpecification {
  const { layout, ...others } = rest as { layout: Record<string, unknown> };
  return {
    id,
    type: 'symbol',
    source,
    ...others,
    layout: { 'text-field': ['get', 'name'], ...layout },
  } as LayerSpecification;
}
