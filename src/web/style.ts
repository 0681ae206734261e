import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Party } from './api.js';
import { BOLD, BUFFERS, type Dated, datedLayers, hiddenPaint, INK, reach, wide } from './dated-layers.js';

/* What the map looks like: a quiet world, the dated layers (dated-layers.ts) between it and the names. */

const SANS = ['Salient Sans'];
const PAPER = '#f3f0e9';
const SEA = '#d5dfe3';

export function styleOf(
  parties: readonly Party[],
  tiles: string[],
  reachOf: { minzoom: number; maxzoom: number; bounds: [number, number, number, number] },
): StyleSpecification {
  const buffers = BUFFERS.map((buffer) => datedLayers(buffer, parties));
  const dated = (above: Dated['above']) =>
    buffers.flatMap((layers, i) =>
      layers
        .filter((layer) => layer.above === above)
        .map(({ layer, shown }) => (i === 0 ? withPaint(layer, shown) : hidden(layer, shown))),
    );
  const none = { type: 'geojson' as const, data: { type: 'FeatureCollection' as const, features: [] } };
  return {
    version: 8,
    transition: { duration: 0, delay: 0 },
    sources: {
      base: { type: 'geojson', data: new URL('basemap.json', import.meta.url).href },
      theatre: none,
      names: none,
      chosen: none,
      ...Object.fromEntries(
        BUFFERS.map((buffer) => [`dated-${buffer}`, { type: 'vector' as const, tiles, ...reachOf }]),
      ),
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': SEA } },
      { id: 'land', type: 'fill', source: 'base', filter: kind('land'), paint: { 'fill-color': PAPER } },
      {
        id: 'coast',
        type: 'line',
        source: 'base',
        filter: kind('land'),
        paint: { 'line-color': '#b3c3ca', 'line-width': 0.8 },
      },
      {
        id: 'theatre-ground',
        type: 'fill',
        source: 'theatre',
        filter: kind('theatre'),
        paint: { 'fill-color': '#fffdf8' },
      },
      ...dated('ground'),
      {
        id: 'border',
        type: 'line',
        source: 'base',
        filter: kind('border'),
        layout: { 'line-join': 'round' },
        paint: { 'line-color': '#8d8a83', 'line-width': wide(0.8, 1.6), 'line-dasharray': [4, 2, 1, 2] },
      },
      {
        id: 'outside',
        type: 'fill',
        source: 'theatre',
        filter: kind('outside'),
        paint: { 'fill-color': '#e4e0d7', 'fill-opacity': 0.45 },
      },
      {
        id: 'theatre',
        type: 'line',
        source: 'theatre',
        filter: kind('theatre'),
        paint: { 'line-color': '#5f666b', 'line-width': 1, 'line-dasharray': [2, 2] },
      },
      ...dated('lines'),
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
        paint: { 'text-color': '#8a877f', 'text-halo-color': PAPER, 'text-halo-width': 1 },
      }),
      ...dated('marks').filter(({ type }) => type === 'circle'),
      label('place-names', 'names', {
        filter: reach(),
        layout: {
          'text-font': ['match', ['get', 'kind'], 'city', ['literal', BOLD], ['literal', SANS]],
          'text-size': ['match', ['get', 'kind'], 'city', 15, 'town', 12.5, 11.5],
          'text-variable-anchor': ['left', 'right', 'top', 'bottom', 'top-left', 'bottom-left'],
          'text-radial-offset': 0.55,
          'text-justify': 'auto',
          'symbol-sort-key': ['match', ['get', 'kind'], 'city', 0, 'town', 1, 2],
          'text-padding': 3,
        },
        paint: { 'text-color': INK, 'text-halo-color': 'rgba(255,253,248,0.9)', 'text-halo-width': 1.4 },
      }),
      ...dated('marks').filter(({ type }) => type === 'symbol'),
      {
        id: 'chosen',
        type: 'circle',
        source: 'chosen',
        paint: {
          'circle-radius': ['get', 'radius'],
          'circle-opacity': 0,
          'circle-stroke-color': INK,
          'circle-stroke-width': 2.5,
        },
      },
    ],
  };
}

const withPaint = (layer: LayerSpecification, paint: Record<string, unknown>): LayerSpecification =>
  ({ ...layer, paint: { ...layer.paint, ...paint } }) as LayerSpecification;
const hidden = (layer: LayerSpecification, shown: Dated['shown']) =>
  withPaint(layer, Object.fromEntries(hiddenPaint(shown)));

const kind = (name: string): ExpressionSpecification => ['==', ['get', 'kind'], name];
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
