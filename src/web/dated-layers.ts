import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import type { Party } from './api.js';
import { textOf } from './icons.js';

/* The layers that change with the date. They exist twice, for the two buffers that take turns (buffers.ts). */

export const BUFFERS = ['a', 'b'] as const;
export type Buffer = (typeof BUFFERS)[number];

export const NOBODY = '#7b7f82';
export const INK = '#1c2226';
export const BOLD = ['Salient Sans Bold'];

/** The dated layers of one buffer, bottom up, each with the opacities that show it. */
export interface Dated {
  layer: LayerSpecification;
  shown: Readonly<Record<string, number | ExpressionSpecification>>;
  above: 'ground' | 'lines' | 'marks';
}

/** Every layer id of a buffer with the paint properties that show or hide it. */
export function datedLayers(buffer: Buffer, parties: readonly Party[]): Dated[] {
  const source = `dated-${buffer}`;
  const id = (name: string) => `${name}-${buffer}`;
  const party = (property: string): ExpressionSpecification => partyColour(property, parties);
  return [
    {
      above: 'ground',
      shown: {
        'fill-opacity': ['match', ['get', 'status'], 'controlled', 0.44, 'claimed', 0.2, 'contested', 0.14, 0.1],
      },
      layer: fill(id('control'), source, {
        'fill-color': ['coalesce', ['get', 'colour'], NOBODY],
        'fill-antialias': false,
      }),
    },
    {
      above: 'ground',
      shown: { 'fill-opacity': ['match', ['get', 'status'], 'contested', 0.85, 0.28] },
      layer: {
        ...fill(id('unsure'), source, {
          'fill-pattern': ['concat', 'hatch-', ['coalesce', ['get', 'colour'], NOBODY]],
        }),
        filter: ['in', ['get', 'status'], ['literal', ['contested', 'unknown']]],
      },
    },
    {
      above: 'lines',
      shown: { 'line-opacity': 0.85 },
      layer: line(id('route-case'), source, 'route', { 'line-color': '#fffdf8', 'line-width': wide(4.2, 8) }),
    },
    {
      above: 'lines',
      shown: { 'line-opacity': 1 },
      layer: line(id('route'), source, 'route', {
        'line-color': partyColour('class', parties, '#4b5257'),
        'line-width': wide(2.2, 4.4),
      }),
    },
    {
      above: 'lines',
      shown: { 'text-opacity': 1 },
      layer: {
        id: id('route-name'),
        type: 'symbol',
        source,
        'source-layer': 'route',
        minzoom: 7.5,
        layout: {
          'symbol-placement': 'line',
          'symbol-spacing': 220,
          'text-field': ['get', 'id'],
          'text-font': BOLD,
          'text-size': 11.5,
          'text-rotation-alignment': 'viewport',
          // Nothing gives way to it, and it gives way to nothing: the buffer that is not shown must not push names around.
          'text-allow-overlap': true,
          'text-ignore-placement': true,
        },
        paint: { 'text-color': INK, 'text-halo-color': '#fffdf8', 'text-halo-width': 2.5 },
      },
    },
    ...(['left', 'right'] as const).map(
      (side): Dated => ({
        above: 'lines',
        shown: { 'line-opacity': 0.9 },
        layer: line(id(`front-${side}`), source, 'front', {
          'line-color': party(side),
          'line-width': wide(2.4, 5),
          'line-offset': side === 'left' ? wide(-1.9, -4) : wide(1.9, 4),
        }),
      }),
    ),
    {
      above: 'lines',
      shown: { 'line-opacity': 1 },
      layer: line(id('front'), source, 'front', { 'line-color': INK, 'line-width': wide(1.5, 3.2) }),
    },
    {
      above: 'marks',
      shown: { 'circle-opacity': 1, 'circle-stroke-opacity': 1 },
      layer: {
        id: id('place'),
        type: 'circle',
        source,
        'source-layer': 'place',
        filter: reach(),
        paint: {
          'circle-color': ['case', ['==', ['get', 'status'], 'controlled'], party('party'), '#fffdf8'],
          'circle-radius': ['match', ['get', 'kind'], 'city', 4.2, 'town', 3, 2.2],
          'circle-stroke-color': ['case', ['==', ['get', 'status'], 'controlled'], '#fffdf8', INK],
          'circle-stroke-width': 1.1,
        },
      },
    },
    {
      above: 'marks',
      shown: { 'icon-opacity': 1, 'text-opacity': 1 },
      layer: {
        id: id('post'),
        type: 'symbol',
        source,
        'source-layer': 'post',
        layout: {
          'icon-image': ['concat', 'post-', standing('open', 'narrow', 'uncertain', 'encircled', 'inactive')],
          'icon-size': ['interpolate', ['linear'], ['zoom'], 6, 0.62, 9, 0.95, 12, 1.15],
          'icon-allow-overlap': true,
          'text-field': ['to-string', ['get', 'number']],
          'text-font': BOLD,
          'text-size': ['interpolate', ['linear'], ['zoom'], 6, 7, 9, 10.5, 12, 12.5],
          'text-allow-overlap': true,
        },
        paint: {
          'text-color': standing(
            textOf('open'),
            textOf('narrow'),
            textOf('uncertain'),
            textOf('encircled'),
            textOf('inactive'),
          ),
        },
      },
    },
  ];
}

/** The paint that hides a layer without unloading it: its tiles stay ready. */
export const hiddenPaint = (shown: Dated['shown']): [string, number][] => Object.keys(shown).map((name) => [name, 0]);

export const wide = (far: number, near: number): ExpressionSpecification => [
  'interpolate',
  ['linear'],
  ['zoom'],
  7,
  far,
  12,
  near,
];

/** Cities from afar, towns nearer, villages nearest. */
export const reach = (): ExpressionSpecification =>
  ['>=', ['zoom'], ['match', ['get', 'kind'], 'city', 5, 'town', 7.2, 9]] as unknown as ExpressionSpecification;

function fill(id: string, source: string, paint: Record<string, unknown>) {
  return { id, type: 'fill' as const, source, 'source-layer': 'control', paint };
}

function line(id: string, source: string, layer: string, paint: Record<string, unknown>): LayerSpecification {
  return {
    id,
    type: 'line',
    source,
    'source-layer': layer,
    layout: { 'line-join': 'round', 'line-cap': 'round' },
    paint,
  };
}

function partyColour(property: string, parties: readonly Party[], otherwise = NOBODY): ExpressionSpecification {
  const pairs = parties.flatMap(({ id, colour }) => [id, colour]);
  if (pairs.length === 0) return ['to-color', otherwise];
  return ['match', ['coalesce', ['get', property], ''], ...pairs, otherwise] as unknown as ExpressionSpecification;
}

/** A value by the standing of the post (words.ts `standingOf`, as an expression). */
function standing(...values: [string, string, string, string, string]): ExpressionSpecification {
  const [open, narrow, uncertain, encircled, inactive] = values;
  const ofOpen: ExpressionSpecification = ['case', ['==', ['get', 'grade'], 'narrow'], narrow, open];
  return [
    'match',
    ['get', 'verdict'],
    'not_encircled',
    ofOpen,
    'uncertain',
    uncertain,
    'encircled',
    encircled,
    inactive,
  ];
}
