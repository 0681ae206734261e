import { allCollections, type CollectionInfo } from '../../features/ask.js';
import { KIND_NAMES, kindNamed } from '../../features/collection-kinds.js';
import { collectionId } from '../../features/collections.js';
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

/** Of more series the definition has a path for each kind of collection, with the series as a parameter in it: it would take seconds else. */
const MOST_NAMED = 40;

/** The API's definition, OpenAPI 3.0, made of the table of routes: one concrete path for every collection, or of many series for every kind. */
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

/** What a path is of: a collection, or all of a kind. */
interface Described {
  /** As it stands in the path. */
  id: string;
  /** In the names of operations. */
  name: string;
  title: string;
}

function describedBy(collections: readonly CollectionInfo[], series: readonly string[]): Described[] {
  if (series.length <= MOST_NAMED) return collections.map(({ id, title }) => ({ id, name: id, title }));
  const kinds = KIND_NAMES.filter((name) => collections.some((info) => info.name === name));
  return kinds.map((name) => ({ id: collectionId('{series}', name), name, title: kindNamed(name).title }));
}

/** The definition, and its paths for the page. */
export function definition(routes: readonly OgcRoute[], collections: readonly CollectionInfo[], root: string) {
  const series = [...new Set(collections.map((info) => info.series))];
  const described = describedBy(collections, series);
  const paths: Record<string, Record<string, object>> = {};
  const shown: { path: string; summary: string; parameters: string }[] = [];
  const add = (route: OgcRoute, of: Described | null) => {
    // A path of OpenAPI begins with a slash: the landing page is served with it and without.
    const path = (of ? route.path.replace('{collectionId}', of.id) : route.path) || '/';
    const { names, ...get } = operation(route, of);
    paths[path] = { get, ...(of && itemOperations(route, of, get)) };
    shown.push({ path, summary: get.summary, parameters: names.join(', ') });
  };
  for (const route of routes) {
    if (!route.path.includes('{collectionId}')) add(route, null);
    else for (const of of described) if (route.servesCollection?.(of.id) ?? true) add(route, of);
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
        ...Object.fromEntries([...SHARED].map(([of, { component, name }]) => [component, parameterJson(name, of)])),
        ...SAVING_HEADERS,
        ...(series.length > MOST_NAMED && {
          series: { name: 'series', in: 'path', required: true, schema: { type: 'string', enum: series } },
        }),
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

function operation(route: OgcRoute, of: Described | null): Operation {
  const query: Parameters = parametersOf(route, of ? { collectionId: of.id } : {});
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'collectionId');
  const schema = typeof route.schema === 'function' ? route.schema(of?.id ?? '') : route.schema;
  const content = {
    [route.type]: {
      schema: schema ? { $ref: `#/components/schemas/${schema}` } : { type: 'string', format: 'binary' },
    },
  };
  return {
    operationId: route.operationId.startsWith('.')
      ? `${of?.name ?? 'salient'}${route.operationId}`
      : `${of ? `${of.name}.` : ''}${route.operationId}`,
    summary: of ? `${of.title}: ${route.summary}` : route.summary,
    tags: [of?.name ?? 'API'],
    parameters: [
      ...(of?.id.includes('{series}') ? [component('series')] : []),
      ...inPath.map((name) => ({ name, in: 'path', required: true, schema: pathSchema(name) })),
      ...Object.entries(query).map(([name, parameter]) => {
        const shared = SHARED.get(parameter);
        return shared ? component(shared.component) : parameterJson(name, parameter);
      }),
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

const component = (name: string) => ({ $ref: `#/components/parameters/${name}` });

const pathSchema = (name: string) =>
  /^tile(Row|Col)$/.test(name) ? { type: 'integer', minimum: 0 } : { type: 'string' };

function parameterJson(name: string, { schema, description, required }: Parameters[string]) {
  return { name, in: 'query', required, schema, description, style: 'form', explode: false };
}
