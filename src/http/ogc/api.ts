import { allCollections, type CollectionInfo } from '../../features/ask.js';
import { ERROR_COMPONENTS } from '../openapi-errors.js';
import { jsonPage } from '../pages/json-page.js';
import type { Parameters } from '../parameters.js';
import { crumbsTo } from './collections.js';
import { SHARED } from './item-parameters.js';
import { HTML, OPENAPI } from './negotiate.js';
import { type OgcRequest, type OgcRoute, parametersOf } from './route.js';
import { OGC_SCHEMAS } from './schemas.js';

const ERRORS = Object.fromEntries(
  ['400', '404', '500', 'default'].map((status) => [status, { $ref: '#/components/responses/Error' }]),
);

/** The API's definition, OpenAPI 3.0, made of the table of routes: one concrete path for every collection. */
export function apiRoute(routes: readonly OgcRoute[]): OgcRoute {
  const answer = async ({ views, to, time }: OgcRequest) => {
    const json = definition(routes, await allCollections(views, time.knownAt), bareOf(to('')));
    const shown = Object.entries(json.paths).map(([path, { get }]) => ({
      path,
      summary: get.summary,
      parameters: get.names.join(', '),
    }));
    const bare = {
      ...json,
      paths: Object.fromEntries(
        Object.entries(json.paths).map(
          ([
            path,
            {
              get: { names: _, ...get },
            },
          ]) => [path, { get }],
        ),
      ),
    };
    return {
      json: bare,
      html: () =>
        jsonPage('API definition', crumbsTo(to), {
          links: [{ href: to('/api', { f: 'json' }), rel: 'service-desc', type: OPENAPI, title: 'OpenAPI 3.0' }],
          paths: shown,
        }),
    };
  };
  return {
    path: '/api',
    operationId: 'getApi',
    summary: 'This definition, OpenAPI 3.0',
    type: OPENAPI,
    schema: 'Api',
    query: () => ({}),
    answer,
  };
}

/** A server of OpenAPI has no query: the parameters are those of its paths. */
const bareOf = (address: string) => address.replace(/\?.*$/, '');

function definition(routes: readonly OgcRoute[], collections: readonly CollectionInfo[], root: string) {
  const paths: Record<string, { get: Operation }> = {};
  for (const route of routes) {
    // A path of OpenAPI begins with a slash: the landing page is answered with it and without.
    if (!route.path.includes('{collectionId}')) paths[route.path || '/'] = { get: operation(route, {}, null) };
    else
      for (const { id, title } of collections) {
        if (route.servesCollection && !route.servesCollection(id)) continue;
        paths[route.path.replace('{collectionId}', id)] = { get: operation(route, { collectionId: id }, title) };
      }
  }
  return {
    openapi: '3.0.3',
    info: {
      title: 'Salient: OGC API',
      version: '1.0.0',
      description:
        'Dated maps of who controls which ground, as features and vector tiles. datetime means as of that day; known-at (an instant) asks for what had been recorded by then, and links to next pages carry it, so that all pages belong to one state.',
    },
    servers: [{ url: root }],
    paths,
    components: {
      parameters: Object.fromEntries(Object.entries(SHARED).map(([name, of]) => [name, parameterJson(name, of)])),
      responses: ERROR_COMPONENTS.responses,
      schemas: { ...OGC_SCHEMAS, ...ERROR_COMPONENTS.schemas },
    },
  };
}

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters: object[];
  responses: Record<string, unknown>;
  /** For the page. */
  names: string[];
}

function operation(route: OgcRoute, path: Record<string, string>, title: string | null): Operation {
  const query: Parameters = parametersOf(route, path);
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)]
    .map(([, name = '']) => name)
    .filter((name) => path[name] === undefined);
  const isShared = (name: string) => name in SHARED && query[name] === (SHARED as Parameters)[name];
  const prefix = path.collectionId === undefined ? '' : `${path.collectionId}.`;
  const schema = typeof route.schema === 'function' ? route.schema(path.collectionId ?? '') : route.schema;
  const content = {
    [route.type]: {
      schema: schema ? { $ref: `#/components/schemas/${schema}` } : { type: 'string', format: 'binary' },
    },
  };
  return {
    operationId: route.operationId.startsWith('.')
      ? `${path.collectionId ?? 'salient'}${route.operationId}`
      : `${prefix}${route.operationId}`,
    summary: title === null ? route.summary : `${title}: ${route.summary}`,
    tags: [path.collectionId === undefined ? 'API' : path.collectionId],
    parameters: [
      ...inPath.map((name) => ({ name, in: 'path', required: true, schema: pathSchema(name) })),
      ...Object.entries(query).map(([name, of]) =>
        isShared(name) ? { $ref: `#/components/parameters/${name}` } : parameterJson(name, of),
      ),
    ],
    responses: {
      200: {
        description: 'the answer',
        content: route.binary ? content : { ...content, [HTML]: { schema: { type: 'string' } } },
      },
      ...(route.binary && { 204: { description: 'nothing inside' } }),
      ...ERRORS,
    },
    names: [...inPath, ...Object.keys(query)],
  };
}

const pathSchema = (name: string) =>
  /^tile(Row|Col)$/.test(name) ? { type: 'integer', minimum: 0 } : { type: 'string' };

function parameterJson(name: string, { schema, description, required }: Parameters[string]) {
  return { name, in: 'query', required, schema, description, style: 'form', explode: false };
}
