import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import type { Party } from '../api.js';
import { textOf } from './icons.js';
import { faded, NOBODY, type Palette } from './palette.js';

/*
 * The layers that change with the date. They exist twice, for the two buffers that take turns (buffers.ts). Opacities
 * that differ by feature stand in the alpha of colours and pictures: what is switched is the constant 0 or 1, so that no
 * tile is laid out anew when it is shown and no frame is without ground.
 */

export const BUFFERS = ['a', 'b'] as const;
export type Buffer = (typeof BUFFERS)[number];
/** What takes turns by itself: the state of a day, and the marks of what changed since the map before. */
export type Sheet = 'dated' | 'changed';

export const BOLD = ['Salient Sans Bold'];

/** A layer of one buffer with the opacities that are 1 when it is shown and 0 when it waits. */
export interface Dated {
  layer: LayerSpecification;
  opacities: readonly string[];
  above: 'ground' | 'lines' | 'marks';
}

export const sourceOf = (sheet: Sheet, buffer: Buffer): string => `${sheet}-${buffer}`;

/** Every layer of a sheet's buffer, bottom up. */
export function datedLayers(sheet: Sheet, buffer: Buffer, parties: readonly Party[], palette: Palette): Dated[] {
  return sheet === 'dated' ? dayLayers(buffer, parties, palette) : changeLayers(buffer, parties, palette);
}

const CONTROLLED: ExpressionSpecification = ['==', ['get', 'status'], 'controlled'];

function dayLayers(buffer: Buffer, parties: readonly Party[], palette: Palette): Dated[] {
  const source = sourceOf('dated', buffer);
  const id = (name: string) => `${name}-${buffer}`;
  const party = (property: string) => partyColour(property, parties);
  const own: ExpressionSpecification = ['coalesce', ['get', 'colour'], NOBODY];
  const held = palette.dark ? 0.55 : 0.44;
  return [
    {
      above: 'ground',
      opacities: ['fill-opacity'],
      layer: fill(id('control'), source, 'control', {
        'fill-color': faded(own, [
          'match',
          ['get', 'status'],
          'controlled',
          held,
          'claimed',
          0.2,
          'contested',
          0.14,
          0.1,
        ]),
        'fill-antialias': false,
      }),
    },
    {
      above: 'ground',
      opacities: ['fill-opacity'],
      layer: {
        ...fill(id('party-marks'), source, 'control', {
          'fill-pattern': ['concat', 'party-', ['coalesce', ['get', 'party'], '']],
        }),
        filter: ['all', CONTROLLED, ['in', ['coalesce', ['get', 'party'], ''], ['literal', parties.map((p) => p.id)]]],
      },
    },
    ...(['contested', 'unknown'] as const).map(
      (status): Dated => ({
        above: 'ground',
        opacities: ['fill-opacity'],
        layer: {
          ...fill(id(status), source, 'control', {
            'fill-pattern': ['concat', status === 'contested' ? 'hatch-' : 'faint-', own],
          }),
          filter: ['==', ['get', 'status'], status],
        },
      }),
    ),
    {
      above: 'ground',
      opacities: ['circle-opacity', 'circle-stroke-opacity'],
      layer: {
        id: id('pocket'),
        type: 'circle',
        source,
        'source-layer': 'pocket',
        paint: {
          'circle-color': own,
          'circle-radius': 2.5,
          'circle-stroke-color': palette.inside,
          'circle-stroke-width': 1,
        },
      },
    },
    {
      above: 'lines',
      opacities: ['line-opacity'],
      layer: line(id('route-case'), source, 'route', { 'line-color': palette.inside, 'line-width': wide(4.2, 8) }),
    },
    {
      above: 'lines',
      opacities: ['line-opacity'],
      layer: line(id('route'), source, 'route', {
        'line-color': partyColour('class', parties, palette.dark ? '#9aa2a7' : '#4b5257'),
        'line-width': wide(2.2, 4.4),
      }),
    },
    {
      above: 'lines',
      opacities: ['text-opacity'],
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
        paint: { 'text-color': palette.ink, 'text-halo-color': palette.inside, 'text-halo-width': 2.5 },
      },
    },
    ...(['left', 'right'] as const).map(
      (side): Dated => ({
        above: 'lines',
        opacities: ['line-opacity'],
        layer: line(id(`front-${side}`), source, 'front', {
          'line-color': party(side),
          'line-width': wide(2.4, 5),
          'line-offset': side === 'left' ? wide(-1.9, -4) : wide(1.9, 4),
        }),
      }),
    ),
    {
      above: 'lines',
      opacities: ['line-opacity'],
      layer: line(id('front'), source, 'front', { 'line-color': palette.ink, 'line-width': wide(1.5, 3.2) }),
    },
    {
      above: 'marks',
      opacities: ['circle-opacity', 'circle-stroke-opacity'],
      layer: {
        id: id('place'),
        type: 'circle',
        source,
        'source-layer': 'place',
        paint: {
          'circle-color': ['case', CONTROLLED, party('party'), palette.inside],
          'circle-radius': reach(
            ['match', ['get', 'kind'], 'city', 3.2, 0],
            ['match', ['get', 'kind'], 'city', 4.2, 'town', 3, 0],
            ['match', ['get', 'kind'], 'city', 4.4, 'town', 3.2, 2.2],
          ),
          'circle-stroke-color': ['case', CONTROLLED, palette.inside, palette.ink],
          'circle-stroke-width': reach(
            ['match', ['get', 'kind'], 'city', 1.1, 0],
            ['match', ['get', 'kind'], ['city', 'town'], 1.1, 0],
            1.1,
          ),
        },
      },
    },
    {
      above: 'marks',
      opacities: ['icon-opacity', 'text-opacity'],
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

/** What changed hands: in the colour of its present holder, outlined, so that it differs from other ground of that party. */
function changeLayers(buffer: Buffer, parties: readonly Party[], palette: Palette): Dated[] {
  const source = sourceOf('changed', buffer);
  return [
    {
      above: 'ground',
      opacities: ['fill-opacity'],
      layer: fill(`changed-ground-${buffer}`, source, 'change', {
        'fill-color': faded(partyColour('to', parties), 0.45),
        'fill-antialias': false,
      }),
    },
    {
      above: 'lines',
      opacities: ['line-opacity'],
      layer: line(`changed-edge-${buffer}`, source, 'change', {
        'line-color': palette.dark ? '#ffd24d' : '#d99a00',
        'line-width': wide(1.8, 3),
      }),
    },
  ];
}

export const wide = (far: number, near: number): ExpressionSpecification => [
  'interpolate',
  ['linear'],
  ['zoom'],
  7,
  far,
  12,
  near,
];

type Value = ExpressionSpecification | number;
/** Cities from afar, towns from the zoom at which a laptop opens a front, villages near: by the map's zoom, not a tile's. */
const reach = (far: Value, middle: Value, near: Value): ExpressionSpecification =>
  ['step', ['zoom'], far, TOWNS_FROM, middle, VILLAGES_FROM, near] as unknown as ExpressionSpecification;
export const TOWNS_FROM = 6.6;
export const VILLAGES_FROM = 9;

function fill(id: string, source: string, layer: string, paint: Record<string, unknown>) {
  return { id, type: 'fill' as const, source, 'source-layer': layer, paint };
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

/** The colour of the party (or class) that a property names. */
export function partyColour(property: string, parties: readonly Party[], otherwise = NOBODY): ExpressionSpecification {
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
