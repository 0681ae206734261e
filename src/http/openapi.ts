import { ERROR_CODES } from '../errors.js';
import { date, knownAt, optional, type Parameters, series, text } from './parameters.js';
import { ROUTES } from './routes.js';
import type { Service } from './service.js';
import { BETWEEN_DAYS, OVER_DAYS } from './tiles.js';
import { WRITES } from './writes.js';

const parametersOf = (parameters: Parameters, where: 'path' | 'query') =>
  Object.entries(parameters).map(([name, { required, schema, description }]) => ({
    name,
    in: where,
    required: where === 'path' || required,
    schema,
    description,
  }));

const problem = { $ref: '#/components/responses/Error' };
const answer = (description: string, content: Record<string, unknown>) => ({
  200: { description, content },
  default: problem,
});
const JSON_OBJECT = { 'application/json': { schema: { type: 'object' } } };
const tilePath = { z: text('zoom'), x: text('column'), y: text('row') };
const layers = optional(text('layers, separated by commas; all when absent'));
const MVT = { 'application/vnd.mapbox-vector-tile': { schema: { type: 'string', format: 'binary' } } };

/** A path as letters: `/series/{id}/dates` is `SeriesIdDates`. */
const nameOf = (path: string) =>
  path.replace(/[^a-zA-Z]+(.)?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? '');

/** The API's description, OpenAPI 3.0, made of the table of routes. */
export function openApi(service: Service, base: string): object {
  const paths: Record<string, unknown> = {};
  for (const route of ROUTES) {
    paths[route.path] = {
      get: {
        operationId: `get${nameOf(route.path)}`,
        summary: route.summary,
        parameters: [...parametersOf(route.inPath, 'path'), ...parametersOf(route.query, 'query')],
        responses: answer('the answer', {
          'application/json': { schema: {} },
          'application/geo+json': { schema: { type: 'object' } },
        }),
      },
    };
  }
  const inSeries = parametersOf({ series }, 'path');
  paths['/tiles/{series}.json'] = {
    get: {
      operationId: 'getTileJson',
      summary: 'TileJSON 3.0 with the immutable tile URLs of the state in force on a day',
      parameters: [...inSeries, ...parametersOf({ date: optional(date()), 'known-at': knownAt }, 'query')],
      responses: answer('TileJSON 3.0', JSON_OBJECT),
    },
  };
  const tileAnswers = {
    ...answer('a Mapbox Vector Tile 2.1', MVT),
    204: { description: 'nothing inside' },
    304: { description: 'unchanged' },
  };
  paths['/tiles/{series}/{z}/{x}/{y}.mvt'] = {
    get: {
      operationId: 'getTileOnDate',
      summary: `Vector tile on a day; layers ${service.tiles.tilesets.map((layer) => layer.name).join(', ')}`,
      parameters: [
        ...inSeries,
        ...parametersOf(tilePath, 'path'),
        ...parametersOf({ date: date(), 'known-at': knownAt, layers }, 'query'),
      ],
      responses: tileAnswers,
    },
  };
  paths['/tiles/{series}/@{state}/{z}/{x}/{y}.mvt'] = {
    get: {
      operationId: 'getTileOfState',
      summary: 'The same, immutable: a URL that the TileJSON handed out',
      parameters: [
        ...inSeries,
        ...parametersOf({ state: text('state'), ...tilePath }, 'path'),
        ...parametersOf({ layers }, 'query'),
      ],
      responses: tileAnswers,
    },
  };
  const overTime = [
    ['change', 'getTileOfChange', 'Vector tile of what changed hands between two days', BETWEEN_DAYS],
    ['span', 'getTileOfSpan', 'Vector tile of all days of a span; features carry valid_from and valid_to', OVER_DAYS],
  ] as const;
  for (const [kind, operationId, summary, query] of overTime) {
    const parameters = [...inSeries, ...parametersOf(tilePath, 'path'), ...parametersOf(query, 'query')];
    paths[`/tiles/{series}/${kind}/{z}/{x}/{y}.mvt`] = {
      get: { operationId, summary, parameters, responses: tileAnswers },
    };
  }
  const counters = 'How often the memory of tiles answered and how often a tile was drawn, by zoom';
  paths['/tiles/counters'] = {
    get: {
      operationId: 'getTileCounters',
      summary: counters,
      parameters: [],
      responses: answer('counters', JSON_OBJECT),
    },
  };
  for (const { path, summary, inPath, query, takesMap } of WRITES) {
    paths[path] = {
      post: {
        operationId: `post${nameOf(path)}`,
        summary: `${summary}. From loopback, or with Authorization: Bearer $SALIENT_WRITE_TOKEN`,
        parameters: [...parametersOf(inPath, 'path'), ...parametersOf(query, 'query')],
        ...(takesMap && {
          requestBody: { required: true, content: { 'application/geo+json': { schema: { type: 'object' } } } },
        }),
        responses: {
          ...answer('what was done', JSON_OBJECT),
          ...(takesMap && { 201: { description: 'stored', content: JSON_OBJECT } }),
        },
      },
    };
  }
  return {
    openapi: '3.0.3',
    info: {
      title: 'Salient',
      version: '0.1.0',
      description:
        'Front lines and control areas as dated, measurable geodata. Coordinates CRS84 (lon, lat); km², km and metres unrounded; intervals half-open.',
    },
    servers: [{ url: base }],
    paths,
    components: {
      responses: {
        Error: {
          description: 'what, where and what to do',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
      schemas: {
        Error: {
          type: 'object',
          required: ['code', 'message', 'problems'],
          properties: {
            code: { type: 'string', enum: Object.keys(ERROR_CODES) },
            message: { type: 'string' },
            problems: {
              type: 'array',
              items: {
                type: 'object',
                required: ['code', 'at', 'message'],
                properties: {
                  code: { type: 'string' },
                  at: { type: 'string', description: 'JSON pointer into the input' },
                  where: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
                  message: { type: 'string' },
                },
              },
            },
          },
        },
      },
    },
  };
}
