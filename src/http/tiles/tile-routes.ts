import { SalientError } from '../../errors.js';
import { addDays } from '../../model/dates.js';
import { askSeries } from '../../series/list.js';
import { changeStyle, dayStyle, spanStyle } from '../../tiles/map-style.js';
import type { TileService } from '../../tiles/service.js';
import { MAX_TILE_ZOOM, type TileDays, type TileJson } from '../../tiles/tilejson.js';
import { date, knownAt, optional, type Parameters, readParameters, text } from '../parameters.js';
import type { Service } from '../service.js';

/** Parameters of tiles: `layers` of those that have a choice. */
export const LAYERS = { layers: optional(text('layers, separated by commas; all when absent')) };
const carried = (name: string) =>
  optional(
    date(
      `${name} of the style by whose address a client came (OpenLayers passes it on); the state in the path says it`,
    ),
  );
/** Of an address with a state in it, which is complete by itself: OpenLayers appends the last parameter of a style's address to it. */
export const CARRIED = { date: carried('date'), from: carried('from'), to: carried('to'), 'known-at': knownAt };
/** Of the last complete day where none is named. */
export const ON_A_DAY = { date: optional(date()), 'known-at': knownAt, ...LAYERS };
/** Of two days. */
export const BETWEEN_DAYS = { from: date('first day'), to: date('second day'), 'known-at': knownAt };
/** Of all days from the first until before the second. */
const OF_DAYS = { from: date('first day'), to: date('day after the last'), 'known-at': knownAt };
export const OVER_DAYS = { ...OF_DAYS, ...LAYERS };
const STYLE = {
  date: optional(date('day of the map')),
  from: optional(date('first day of a change')),
  to: optional(date('second day of a change')),
  'known-at': knownAt,
};
const SPAN_STYLE = { ...OF_DAYS, date: optional(date('day that is shown at first; the last of the span when absent')) };
export const LAST_DAY = { date: optional(date()), 'known-at': knownAt };

/** A route of tiles as the API's definition describes it. */
export interface TileRoute {
  path: string;
  operationId: string;
  summary: string;
  query: Parameters;
  answers: 'tile' | 'json';
}

const route = (
  path: string,
  operationId: string,
  summary: string,
  query: Parameters,
  answers: TileRoute['answers'] = 'tile',
): TileRoute => ({ path, operationId, summary, query, answers });

export const TILE_ROUTES: readonly TileRoute[] = [
  route(
    '/tiles/{series}/{z}/{x}/{y}.mvt',
    'getTileOnDate',
    'Vector tile on a day (`date`; the last complete one when absent), all layers or some (`layers=a,b`); `.pbf` too; 204 when empty',
    ON_A_DAY,
  ),
  route(
    '/tiles/{series}/@{state}/{z}/{x}/{y}.mvt',
    'getTileOfState',
    'The same, immutable: a URL that the TileJSON handed out',
    { ...LAYERS, ...CARRIED },
  ),
  route(
    '/tiles/{series}/change/{z}/{x}/{y}.mvt',
    'getTileOfChange',
    'Vector tile of what changed hands between two days (`from`, `to`)',
    BETWEEN_DAYS,
  ),
  route(
    '/tiles/{series}/change/@{state}/{z}/{x}/{y}.mvt',
    'getTileOfChangeState',
    'The same, immutable: a URL that the TileJSON of the change handed out',
    CARRIED,
  ),
  route(
    '/tiles/{series}/span/{z}/{x}/{y}.mvt',
    'getTileOfSpan',
    'Vector tile of all days of [`from`, `to`), each feature with `valid_from` and `valid_to`; at most 500 kB',
    OVER_DAYS,
  ),
  route(
    '/tiles/{series}/span/@{state}/{z}/{x}/{y}.mvt',
    'getTileOfSpanState',
    'The same, immutable: a URL that the TileJSON of the span handed out',
    { ...LAYERS, ...CARRIED },
  ),
  route(
    '/tiles',
    'getTilesets',
    'The tilesets: of each series with where its tiles and their TileJSONs are',
    {},
    'json',
  ),
  route(
    '/tiles/counters',
    'getTileCounters',
    'How often the memory of tiles answered and how often a tile was drawn, by zoom',
    {},
    'json',
  ),
];

/** A TileJSON, or a style made of it: how the tile service makes it, with its tiles under `base`. */
export interface TileJsonRoute extends TileRoute {
  describe(tiles: TileService, series: string, given: URLSearchParams, base: string): Promise<DaysDescribed>;
}

/** The answer, and what its head states of the days it is of: a style has no place for it. */
interface DaysDescribed {
  answer: object;
  days: Pick<TileDays, 'stale' | 'unknown'>;
}

const itself = (json: TileJson): DaysDescribed => ({ answer: json, days: json });

export const TILE_JSONS: readonly TileJsonRoute[] = [
  {
    ...route(
      '/tiles/{series}.json',
      'getTileJson',
      'TileJSON 3.0 with the immutable tile URLs of the state in force on a day',
      LAST_DAY,
      'json',
    ),
    async describe(tiles, series, given, base) {
      const { date: day, 'known-at': instant } = readParameters(LAST_DAY, given);
      return itself(await tiles.dayJson({ series, date: day, knownAt: instant }, base));
    },
  },
  {
    ...route(
      '/tiles/{series}/change.json',
      'getTileJsonOfChange',
      'TileJSON 3.0 of the change between two days (`from`, `to`)',
      BETWEEN_DAYS,
      'json',
    ),
    async describe(tiles, series, given, base) {
      const { from, to, 'known-at': instant } = readParameters(BETWEEN_DAYS, given);
      return itself(await tiles.changeJson({ series, from, to, knownAt: instant }, base));
    },
  },
  {
    ...route(
      '/tiles/{series}/span.json',
      'getTileJsonOfSpan',
      'TileJSON 3.0 of all days of [`from`, `to`)',
      OF_DAYS,
      'json',
    ),
    async describe(tiles, series, given, base) {
      const { from, to, 'known-at': instant } = readParameters(OF_DAYS, given);
      return itself(await tiles.spanJson({ series, from, to, knownAt: instant }, base));
    },
  },
  {
    ...route(
      '/styles/{series}/style.json',
      'getStyle',
      'MapLibre style of the map of a day (`date`; the last complete one), or of the change between two (`from`, `to`): for MapLibre, QGIS, OpenLayers, Leaflet',
      STYLE,
      'json',
    ),
    async describe(tiles, series, given, base) {
      const { date: day, from, to, 'known-at': knownAt } = readParameters(STYLE, given);
      if (from === null && to === null) {
        const json = await tiles.dayJson({ series, date: day, knownAt }, base);
        return { answer: dayStyle(json, base), days: json };
      }
      if (from === null || to === null || day !== null) {
        throw new SalientError('invalid_parameter', 'give either date, or from and to');
      }
      const { parties = [] } = await tiles.dayJson({ series, date: to, knownAt }, base);
      const json = await tiles.changeJson({ series, from, to, knownAt }, base);
      return { answer: changeStyle(json, parties, base), days: json };
    },
  },
  {
    ...route(
      '/styles/{series}/span.json',
      'getStyleOfSpan',
      'MapLibre style of all days of [`from`, `to`), showing `date`: a slider sets the day number in the filters and asks for no other tile',
      SPAN_STYLE,
      'json',
    ),
    async describe(tiles, series, given, base) {
      const { date: shown, from, to, 'known-at': knownAt } = readParameters(SPAN_STYLE, given);
      const day = shown ?? addDays(to, -1);
      if (day < from || day >= to) {
        throw new SalientError(
          'invalid_parameter',
          `date=${day}: the span has the days from ${from} until before ${to}`,
        );
      }
      const json = await tiles.spanJson({ series, from, to, knownAt }, base);
      return { answer: spanStyle(json, day, base), days: json };
    },
  },
];

/** `/tiles`: what there is, for who has no TileJSON yet. */
export async function tilesetList({ db, tiles }: Pick<Service, 'db' | 'tiles'>, base: string) {
  const layers = tiles.tilesets.map(({ name, description, fields }) => ({ id: name, description, fields }));
  const tilesets = (await askSeries(db)).map(({ id, title, publisher, licence, first_date, complete_until }) => {
    const own = `${base}/tiles/${encodeURIComponent(id)}`;
    return {
      series: id,
      title,
      attribution: `${publisher}, ${licence}`,
      first_date,
      complete_until,
      tilejson: `${own}.json`,
      tiles: `${own}/{z}/{x}/{y}.mvt`,
      pictures: `${base}/maps/${encodeURIComponent(id)}/{z}/{x}/{y}.png`,
      change: {
        tilejson: `${own}/change.json?from={from}&to={to}`,
        tiles: `${own}/change/{z}/{x}/{y}.mvt?from={from}&to={to}`,
      },
      span: {
        tilejson: `${own}/span.json?from={from}&to={to}`,
        tiles: `${own}/span/{z}/{x}/{y}.mvt?from={from}&to={to}`,
      },
    };
  });
  return { minzoom: 0, maxzoom: MAX_TILE_ZOOM, scheme: 'xyz', crs: 'EPSG:3857', layers, tilesets };
}
