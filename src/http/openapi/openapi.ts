import type { Tileset } from '../../tiles/tilesets.js';
import { VERSION } from '../../version.js';
import { SESSION_OPERATIONS, SESSION_PATH } from '../access/session-routes.js';
import { BACKUP } from '../backup.js';
import { DAY_MAPS } from '../day-map.js';
import { SNAPSHOT_ROUTES } from '../maps/snapshot-routes.js';
import { SIGN_IN_ROUTES } from '../openid/sign-in-routes.js';
import { OPERATION_ROUTES } from '../operation.js';
import { type Parameters, series, text } from '../parameters.js';
import { REPORT_PAGES } from '../reports/report-pages.js';
import { ROUTES } from '../routes.js';
import { GLYPH_ROUTES } from '../tiles/glyphs.js';
import { TILE_JSONS, TILE_ROUTES } from '../tiles/tile-routes.js';
import { LIVE_UPDATES } from '../web/live-updates.js';
import { WRITES } from '../writes.js';
import { answerContent, answerTypes } from './openapi-answers.js';
import { ERROR_COMPONENTS } from './openapi-errors.js';
import { addExample, type Operation } from './openapi-requests.js';

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
const IN_TILE_PATHS = {
  series,
  state: text('state, as the TileJSON hands it out'),
  z: text('zoom'),
  x: text('column'),
  y: text('row'),
};
const MVT = { 'application/vnd.mapbox-vector-tile': { schema: { type: 'string', format: 'binary' } } };
const TILE_ANSWERS = {
  ...answer('a Mapbox Vector Tile 2.1', MVT),
  204: { description: 'nothing inside' },
  304: { description: 'unchanged' },
};

/** A path as letters: `/series/{id}/dates` is `SeriesIdDates`. */
const nameOf = (path: string) =>
  path.replace(/[^a-zA-Z]+(.)?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? '');

const BINARY = { schema: { type: 'string', format: 'binary' } };
const MAP_CONTENT = {
  'application/geo+json': { schema: { type: 'object' } },
  'application/octet-stream': BINARY,
  'multipart/form-data': {
    schema: {
      type: 'object',
      properties: { map: BINARY.schema, mapping: { type: 'object' }, theatre: { type: 'object' } },
      required: ['map'],
    },
  },
};

/** The API's description, OpenAPI 3.0, made of the tables of routes. @param base address of the service */
export function openApi(tilesets: readonly Pick<Tileset, 'name'>[], base: string): object {
  const paths: Record<string, unknown> = {};
  for (const route of ROUTES) {
    paths[route.path] = {
      get: {
        operationId: `get${nameOf(route.path)}`,
        summary: route.summary,
        parameters: [...parametersOf(route.inPath, 'path'), ...parametersOf(route.query, 'query')],
        responses: answer('the answer', answerContent('GET', route.path)),
      },
    };
  }
  const layers = `Layers: ${tilesets.map(({ name }) => name).join(', ')}.`;
  for (const { path, operationId, summary, query, answers } of [...TILE_ROUTES, ...TILE_JSONS]) {
    const named = Object.entries(IN_TILE_PATHS).filter(([name]) => path.includes(`{${name}}`));
    paths[path] = {
      get: {
        operationId,
        summary,
        ...('layers' in query && { description: layers }),
        parameters: [...parametersOf(Object.fromEntries(named), 'path'), ...parametersOf(query, 'query')],
        responses: answers === 'tile' ? TILE_ANSWERS : answer('the answer', JSON_OBJECT),
      },
    };
  }
  for (const { path, summary, inPath, query, types } of [...REPORT_PAGES, ...DAY_MAPS]) {
    const content = Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' } }]));
    paths[path] = {
      get: {
        operationId: `get${nameOf(path)}`,
        summary,
        parameters: [...parametersOf(inPath, 'path'), ...parametersOf(query, 'query')],
        responses: answer('the page or file', content),
      },
    };
  }
  for (const { path, summary, inPath, query, types, file } of SNAPSHOT_ROUTES) {
    const content = Object.fromEntries(types.map((type) => [type, file ? BINARY : { schema: {} }]));
    paths[path] = {
      get: {
        operationId: `get${nameOf(path)}`,
        summary,
        parameters: [...parametersOf(inPath, 'path'), ...parametersOf(query, 'query')],
        responses: {
          ...answer('the list or file', content),
          ...(file && {
            206: { description: 'the requested range of the file', content },
            302: { description: 'where the map in force on the day is' },
            304: { description: 'unchanged' },
          }),
        },
      },
    };
  }
  for (const { path, summary, types, inPath } of [...OPERATION_ROUTES, ...GLYPH_ROUTES, LIVE_UPDATES]) {
    const content = Object.fromEntries(types.map((type) => [type, { schema: {} }]));
    paths[path] = {
      get: {
        operationId: `get${nameOf(path)}`,
        summary,
        parameters: parametersOf(inPath, 'path'),
        responses: answer('how it is', content),
      },
    };
  }
  paths[SESSION_PATH] = Object.fromEntries(
    SESSION_OPERATIONS.map(({ method, status, summary }) => [
      method.toLowerCase(),
      {
        operationId: `${method.toLowerCase()}Session`,
        summary,
        parameters: [],
        responses: {
          [status]: { description: summary, ...(status !== 204 && { content: JSON_OBJECT }) },
          default: problem,
        },
      },
    ]),
  );
  for (const { path, summary, query, answers } of SIGN_IN_ROUTES) {
    paths[path] = {
      get: {
        operationId: `get${nameOf(path)}`,
        summary,
        parameters: parametersOf(query, 'query'),
        responses: { ...answers, default: problem },
      },
    };
  }
  paths[BACKUP.path] = {
    post: {
      operationId: 'postBackup',
      summary: `${BACKUP.summary}. Needs a token with the scope admin`,
      security: [{ token: [] }],
      parameters: [],
      responses: answer('a gzip of lines of JSON', {
        'application/gzip': { schema: { type: 'string', format: 'binary' } },
      }),
    },
  };
  for (const { path, summary, inPath, query, takesMap, needs } of WRITES) {
    paths[path] = {
      ...(paths[path] as object),
      post: {
        operationId: `post${nameOf(path)}`,
        summary: `${summary}. Needs a token with the scope ${needs}`,
        security: [{ token: [] }],
        parameters: [...parametersOf(inPath, 'path'), ...parametersOf(query, 'query')],
        ...(takesMap && {
          requestBody: { required: takesMap === true, content: { ...MAP_CONTENT } },
        }),
        responses: {
          ...answer('what was done', answerContent('POST', path)),
          ...(takesMap === true && { 201: { description: 'stored', content: answerContent('POST', path) } }),
        },
      },
    };
  }
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations as Record<string, Operation>)) {
      operation.tags = [path.split('/')[1] as string];
      addExample(method, path, operation);
    }
  }
  return {
    openapi: '3.0.3',
    info: {
      title: 'Salient',
      version: VERSION,
      description:
        'Front lines and control areas as dated, measurable geodata. Coordinates CRS84 (lon, lat); km², km and metres unrounded; intervals half-open. Examples ask the bundled series `m5`; those that write make a series `example`.',
    },
    // Everything may be asked with a token: of a series for members only, who may know of it.
    security: [{}, { token: [] }],
    servers: [{ url: base }],
    paths,
    components: { ...ERROR_COMPONENTS, schemas: { ...answerTypes(), ...ERROR_COMPONENTS.schemas } },
  };
}
