import { dayNumber, type IsoDate } from '../model/dates.js';
import { dayDrawn } from '../series/coverage.js';
import { REGULAR, SEMIBOLD } from './glyphs/glyphs.js';
import { CHANGED, EVENT_KINDS, INK, NOBODY, NUMBER_INKS, OPACITY, PAPER, type POST_INKS } from './looks.js';
import type { TileParty } from './state-digests.sql.js';
import type { TileJson } from './tilejson.js';

/** A MapLibre style (version 8), as far as we write one. */
export interface MapStyle {
  version: 8;
  name: string;
  metadata: Record<string, unknown>;
  center: [number, number];
  zoom: number;
  /** Where the letters are, and the marks. */
  glyphs: string;
  sprite: string;
  sources: Record<string, object>;
  layers: StyleLayer[];
}

interface StyleLayer {
  id: string;
  type: 'fill' | 'line' | 'circle' | 'symbol';
  source: string;
  'source-layer': string;
  filter?: unknown[];
  minzoom?: number;
  layout?: Record<string, unknown>;
  paint: Record<string, unknown>;
}

/*
 * One layer for each party, with a literal colour and a filter of equality: QGIS draws nothing for colours that are looked up
 * in a feature, and OpenLayers and Leaflet understand this too. Letters and marks are ours, and nothing is fetched from anybody else.
 */

const SOURCE = 'salient';
const is = (name: string, value: string) => ['==', ['get', name], value];
const both = (...conditions: unknown[]) => ['all', ...conditions];

/** The style of the map of a day: areas, front, routes, places, posts. */
export function dayStyle(tiles: TileJson, base: string): MapStyle {
  const parties = tiles.parties ?? [];
  return styleOf(tiles, base, [
    ...areaLayers(parties),
    ...routeLayers(parties),
    line('front', 'front', INK, 2.4),
    ...placeLayers(),
    routeNames(),
    ...eventMarks(),
    ...placeNames(),
    ...postMarks(),
    ...postNumbers(),
  ]);
}

/**
 * The style of all days of a span, showing one of them: a slider sets the two numbers of every filter (days since 1970) and
 * requests no other tile. The day is in `metadata` as `salient:day`.
 */
export function spanStyle(tiles: TileJson, day: IsoDate, base: string): MapStyle {
  const style = dayStyle(tiles, base);
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
export function changeStyle(tiles: TileJson, parties: readonly TileParty[], base: string): MapStyle {
  const known = parties.map(({ id, colour }) => fill(`change-to-${id}`, 'change', colour, 0.55, is('to', id)));
  // One comparison after the other: QGIS knows no list of values in an expression.
  const rest = both(...parties.map(({ id }) => ['!=', ['get', 'to'], id]));
  return styleOf(tiles, base, [
    ...known,
    fill('change-to-others', 'change', NOBODY, 0.4, rest),
    line('change-edge', 'change', CHANGED, 1.6),
  ]);
}

function styleOf(tiles: TileJson, base: string, layers: StyleLayer[]): MapStyle {
  const { name, attribution, bounds, center, minzoom, maxzoom, series, stale, unknown, date } = tiles;
  const [lon, lat, zoom] = center;
  return {
    version: 8,
    name: `${name}, ${daysDrawn(tiles)}`,
    metadata: {
      'salient:series': series,
      'salient:date': date ?? null,
      'salient:stale': stale,
      'salient:unknown': unknown,
      // OpenLayers writes by the browser, and would load the typeface from elsewhere.
      'ol:webfonts': `${base}/styles/webfonts/{font-family}/{fontweight}{-fontstyle}.css`,
    },
    glyphs: `${base}/styles/fonts/{fontstack}/{range}.pbf`,
    sprite: `${base}/styles/sprites/marks`,
    center: [lon, lat],
    zoom,
    sources: {
      [SOURCE]: { type: 'vector', tiles: tiles.tiles, minzoom, maxzoom, bounds, attribution },
    },
    layers,
  };
}

/** The days that a style is named after: it claims none of which nothing is known. */
function daysDrawn({ date, valid_from, from, to, stale, unknown }: TileJson): string {
  if (date !== undefined && valid_from !== undefined) return dayDrawn({ date, valid_from, stale, unknown });
  return `${from} to ${to}${unknown ? ' (not known on both days)' : ''}`;
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

const PLACES = [
  ['village', 2.2, 10],
  ['town', 3, 7],
  ['city', 4.2, 0],
] as const;

function placeLayers(): StyleLayer[] {
  return PLACES.map(([kind, radius, minzoom]) =>
    circle(`place-${kind}`, 'place', { colour: PAPER, radius, edge: INK }, is('kind', kind), minzoom),
  );
}

/** Names beside the marks of places: those of towns from one zoom later than the marks, where they find room. */
const placeNames = (): StyleLayer[] =>
  PLACES.map(([kind, , minzoom]) => ({
    ...letters(`name-${kind}`, 'place', '{name}', kind === 'city' ? SEMIBOLD : REGULAR, {
      'text-size': kind === 'city' ? 14 : 12,
      'text-anchor': 'left',
      'text-offset': [0.6, 0],
    }),
    filter: is('kind', kind),
    minzoom: kind === 'city' ? minzoom : minzoom + 1,
  }));

const routeNames = (): StyleLayer =>
  letters('name-route', 'route', '{id}', SEMIBOLD, { 'text-size': 12, 'symbol-placement': 'line' });

/** By standing: the filter of the posts that have it. What is not mapped looks as what is not in use does. */
const STANDINGS: Readonly<Record<keyof typeof POST_INKS, unknown[]>> = {
  inactive: ['any', is('verdict', 'inactive'), is('verdict', 'unmapped')],
  open: both(is('verdict', 'not_encircled'), ['!=', ['get', 'grade'], 'narrow']),
  narrow: both(is('verdict', 'not_encircled'), is('grade', 'narrow')),
  uncertain: is('verdict', 'uncertain'),
  encircled: is('verdict', 'encircled'),
};
const standings = Object.entries(STANDINGS) as [keyof typeof POST_INKS, unknown[]][];

const postMarks = (): StyleLayer[] =>
  standings.map(([standing, filter]) => mark(`post-${standing}`, 'post', 0.9, filter));

/** The number of a post in its mark. */
const postNumbers = (): StyleLayer[] =>
  standings.map(([standing, filter]) => ({
    ...letters(`post-number-${standing}`, 'post', '{number}', SEMIBOLD, {
      'text-size': 10,
      'text-allow-overlap': true,
      'text-ignore-placement': true,
    }),
    filter,
    paint: { 'text-color': NUMBER_INKS[standing] },
  }));

const eventMarks = (): StyleLayer[] => EVENT_KINDS.map((kind) => mark(`event-${kind}`, 'event', 0.8, is('kind', kind)));

const mark = (id: string, layer: string, size: number, filter: unknown[]): StyleLayer => ({
  id,
  type: 'symbol',
  source: SOURCE,
  'source-layer': layer,
  filter,
  layout: { 'icon-image': id, 'icon-size': size, 'icon-allow-overlap': true, 'icon-ignore-placement': true },
  paint: {},
});

const letters = (
  id: string,
  layer: string,
  field: string,
  typeface: string,
  layout: Record<string, unknown>,
): StyleLayer => ({
  id,
  type: 'symbol',
  source: SOURCE,
  'source-layer': layer,
  layout: { 'text-field': field, 'text-font': [typeface], ...layout },
  paint: { 'text-color': INK, 'text-halo-color': PAPER, 'text-halo-width': 1.4 },
});

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
