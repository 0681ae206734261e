import { allCollections, type CollectionInfo } from '../../features/ask.js';
import { ERROR_COMPONENTS } from '../openapi/openapi-errors.js';
import { jsonPage } from '../pages/json-page.js';
import type { Parameters } from '../parameters.js';
import { itemOperations, SAVING_HEADERS, SAVING_SCHEMAS } from './api-writes.js';
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
    const { json, shown } = definition(routes, await allCollections(views, time.knownAt), bareOf(to('')));
    return {
      json,
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
  const paths: Record<string, Record<string, object>> = {};
  const shown: { path: string; summary: string; parameters: string }[] = [];
  const add = (route: OgcRoute, of: CollectionInfo | null) => {
    // A path of OpenAPI begins with a slash: the landing page is served with it and without.
    const path = (of ? route.path.replace('{collectionId}', of.id) : route.path) || '/';
    const { names, ...get } = operation(route, of ? { collectionId: of.id } : {}, of?.title ?? null);
    paths[path] = { get, ...(of && itemOperations(route, of.id, get)) };
    shown.push({ path, summary: get.summary, parameters: names.join(', ') });
  };
  for (const route of routes) {
    if (!route.path.includes('{collectionId}')) add(route, null);
    else for (const info of collections) if (route.servesCollection?.(info.id) ?? true) add(route, info);
  }
  const json = {
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
      ...ERROR_COMPONENTS,
      parameters: {
        ...Object.fromEntries(Object.entries(SHARED).map(([name, of]) => [name, parameterJson(name, of)])),
        ...SAVING_HEADERS,
      },
      schemas: { ...OGC_SCHEMAS, ...SAVING_SCHEMAS, ...ERROR_COMPONENTS.schemas },
    },
  };
  return { json, shown };
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
        content: route.tilesOf ? content : { ...content, [HTML]: { schema: { type: 'string' } } },
      },
      ...(route.tilesOf && { 204: { description: 'nothing inside' } }),
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
