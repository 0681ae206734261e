import { dayNumber, type IsoDate } from '../model/dates.js';
import { CHANGED, INK, NOBODY, OPACITY, PAPER, POST_INKS } from './looks.js';
import type { TileParty } from './state-digests.sql.js';
import type { TileJson } from './tilejson.js';

/** A MapLibre style (version 8), as far as we write one. */
export interface MapStyle {
  version: 8;
  name: string;
  metadata: Record<string, unknown>;
  center: [number, number];
  zoom: number;
  sources: Record<string, object>;
  layers: StyleLayer[];
}

interface StyleLayer {
  id: string;
  type: 'fill' | 'line' | 'circle';
  source: string;
  'source-layer': string;
  filter?: unknown[];
  minzoom?: number;
  layout?: Record<string, unknown>;
  paint: Record<string, unknown>;
}

/*
 * One layer for each party, with a literal colour and a filter of equality: QGIS draws nothing for colours that are looked up
 * in a feature, and OpenLayers and Leaflet understand this too. No letters and no pictures, so that nothing else is fetched.
 */

const SOURCE = 'salient';
const is = (name: string, value: string) => ['==', ['get', name], value];
const both = (...conditions: unknown[]) => ['all', ...conditions];

/** The style of the map of a day: areas, front, routes, places, posts. */
export function dayStyle(tiles: TileJson): MapStyle {
  const parties = tiles.parties ?? [];
  return styleOf(tiles, [
    ...areaLayers(parties),
    ...routeLayers(parties),
    line('front', 'front', INK, 2.4),
    ...placeLayers(),
    ...postLayers(),
  ]);
}

/**
 * The style of all days of a span, showing one of them: a slider sets the two numbers of every filter (days since 1970) and
 * asks for no other tile. The day is in `metadata` as `salient:day`.
 */
export function spanStyle(tiles: TileJson, day: IsoDate): MapStyle {
  const style = dayStyle(tiles);
  const number = dayNumber(day);
  const holds = [
    ['<=', ['get', 'valid_from'], number],
    ['>', ['get', 'valid_to'], number],
  ];
  return {
    ...style,
    metadata: { ...style.metadata, 'salient:date': day, 'salient:day': number, 'salient:dates': tiles.dates ?? [] },
    layers: style.layers.map((layer) => ({
      ...layer,
      filter: both(...holds, ...(layer.filter ? [layer.filter] : [])),
    })),
  };
}

/** The style of what changed hands between two days, in the colour of who has it now. */
export function changeStyle(tiles: TileJson, parties: readonly TileParty[]): MapStyle {
  const known = parties.map(({ id, colour }) => fill(`change-to-${id}`, 'change', colour, 0.55, is('to', id)));
  const rest = ['!', ['in', ['get', 'to'], ['literal', parties.map(({ id }) => id)]]];
  return styleOf(tiles, [
    ...known,
    fill('change-to-others', 'change', NOBODY, 0.4, rest),
    line('change-edge', 'change', CHANGED, 1.6),
  ]);
}

function styleOf(tiles: TileJson, layers: StyleLayer[]): MapStyle {
  const { name, attribution, bounds, center, minzoom, maxzoom, series, stale, date, from, to } = tiles;
  const [lon, lat, zoom] = center;
  return {
    version: 8,
    name: [name, date ?? [from, to].filter(Boolean).join(' to ')].filter(Boolean).join(', '),
    metadata: { 'salient:series': series, 'salient:date': date ?? null, 'salient:stale': stale },
    center: [lon, lat],
    zoom,
    sources: {
      [SOURCE]: { type: 'vector', tiles: tiles.tiles, minzoom, maxzoom, bounds, attribution },
    },
    layers,
  };
}

function areaLayers(parties: readonly TileParty[]): StyleLayer[] {
  return [
    ...(['controlled', 'claimed'] as const).flatMap((status) =>
      parties.map(({ id, colour }) =>
        fill(`${status}-${id}`, 'control', colour, OPACITY[status], both(is('status', status), is('party', id))),
      ),
    ),
    ...(['contested', 'unknown'] as const).map((status) =>
      fill(status, 'control', NOBODY, OPACITY[status], is('status', status)),
    ),
  ];
}

function routeLayers(parties: readonly TileParty[]): StyleLayer[] {
  return [
    line('route-case', 'route', PAPER, 5),
    line('route', 'route', '#4b5257', 2.6),
    ...parties.map(({ id, colour }) => line(`route-${id}`, 'route', colour, 2.6, is('class', id))),
  ];
}

function placeLayers(): StyleLayer[] {
  const sizes = [
    ['village', 2.2, 10],
    ['town', 3, 7],
    ['city', 4.2, 0],
  ] as const;
  return sizes.map(([kind, radius, minzoom]) =>
    circle(`place-${kind}`, 'place', { colour: PAPER, radius, edge: INK }, is('kind', kind), minzoom),
  );
}

function postLayers(): StyleLayer[] {
  const open = is('verdict', 'not_encircled');
  const narrow = is('grade', 'narrow');
  const looks = { radius: 6, edge: PAPER };
  return [
    circle('post-inactive', 'post', { ...looks, radius: 4, colour: POST_INKS.inactive }, is('verdict', 'inactive')),
    circle('post-unmapped', 'post', { ...looks, radius: 4, colour: POST_INKS.inactive }, is('verdict', 'unmapped')),
    circle('post-open', 'post', { ...looks, colour: POST_INKS.open }, open),
    circle('post-narrow', 'post', { ...looks, colour: POST_INKS.narrow }, both(open, narrow)),
    circle('post-uncertain', 'post', { ...looks, colour: POST_INKS.uncertain }, is('verdict', 'uncertain')),
    circle('post-encircled', 'post', { ...looks, colour: POST_INKS.encircled }, is('verdict', 'encircled')),
  ];
}

const fill = (id: string, layer: string, colour: string, opacity: number, filter: unknown[]): StyleLayer => ({
  id,
  type: 'fill',
  source: SOURCE,
  'source-layer': layer,
  filter,
  paint: { 'fill-color': colour, 'fill-opacity': opacity, 'fill-antialias': false },
});

const line = (id: string, layer: string, colour: string, width: number, filter?: unknown[]): StyleLayer => ({
  id,
  type: 'line',
  source: SOURCE,
  'source-layer': layer,
  ...(filter && { filter }),
  layout: { 'line-join': 'round', 'line-cap': 'round' },
  paint: { 'line-color': colour, 'line-width': width },
});

const circle = (
  id: string,
  layer: string,
  { colour, radius, edge }: { colour: string; radius: number; edge: string },
  filter: unknown[],
  minzoom = 0,
): StyleLayer => ({
  id,
  type: 'circle',
  source: SOURCE,
  'source-layer': layer,
  filter,
  minzoom,
  paint: { 'circle-color': colour, 'circle-radius': radius, 'circle-stroke-color': edge, 'circle-stroke-width': 1.5 },
});
