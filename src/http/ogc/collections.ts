import { allCollections, type CollectionInfo, collectionNamed } from '../../features/ask.js';
import { jsonType, queryablesOf } from '../../features/collections.js';
import { crossed } from '../../geometry/bounds.js';
import { CRS84 } from '../../geometry/crs.js';
import { collectionPage, collectionsPage } from '../pages/collection-pages.js';
import { jsonPage } from '../pages/json-page.js';
import { type AddressOf, type Link, selfAndAlternate } from './links.js';
import { filesOf, GEOJSON, HTML, JSON_TYPE, SCHEMA } from './negotiate.js';
import type { OgcRequest, OgcRoute } from './route.js';
import { hasTiles } from './tiled.js';

const SCHEMA_REL = 'http://www.opengis.net/def/rel/ogc/1.0/schema';
const QUERYABLES_REL = 'http://www.opengis.net/def/rel/ogc/1.0/queryables';

/** The way to a resource: the API, the collections, one of them. */
export function crumbsTo(to: AddressOf, ...steps: readonly (readonly [path: string, title: string])[]) {
  return [
    { href: to('', { f: 'html' }), title: 'Salient' },
    ...steps.map(([path, title]) => ({ href: to(path, { f: 'html' }), title })),
  ];
}

/** A collection as `/collections` and its own resource describe it. */
function collectionJson(
  { id, title, description, kind, statement, method, bounds, interval, crs }: CollectionInfo,
  links: readonly Link[],
) {
  const instant = (day: string | null, time: string) => (day === null ? null : `${day}T${time}Z`);
  return {
    id,
    title,
    description: `${description}. ${method}.`,
    attribution: `${statement.publisher}, ${statement.licence}`,
    // What has no geometry anywhere is no spatial feature: OGC calls it a record, and requires no coordinate system of it.
    itemType: kind.geometry === null ? 'record' : 'feature',
    ...(kind.geometry !== null && { geometryType: kind.geometry }),
    extent: {
      ...(kind.geometry !== null && { spatial: { bbox: [crossed(bounds)], crs: CRS84.uri } }),
      temporal: {
        interval: [[instant(interval[0], '00:00:00'), instant(interval[1], '23:59:59')]],
        trs: 'http://www.opengis.net/def/uom/ISO-8601/0/Gregorian',
      },
    },
    ...(kind.geometry !== null && { crs: crs.map(({ uri }) => uri), storageCrs: CRS84.uri }),
    links,
  };
}

/** Where the features, the queryables and the tiles of a collection are. */
function linksOf(to: AddressOf, { id, title, statement, kind }: CollectionInfo): Link[] {
  const here = (path: string, f: string) => to(`/collections/${id}${path}`, { f });
  const licence = licenceUrl(statement.licence);
  return [
    { href: here('/items', 'json'), rel: 'items', type: GEOJSON, title: `${title} as GeoJSON` },
    { href: here('/items', 'html'), rel: 'items', type: HTML, title: `${title} as a page` },
    ...filesOf(kind.geometry !== null).map(({ id: f, label, mediaTypes: [type = ''] }) => ({
      ...{ href: here('/items', f), rel: 'items', type, title: `${title} as ${label}` },
    })),
    { href: here('/schema', 'json'), rel: SCHEMA_REL, type: SCHEMA, title: 'what a feature has' },
    { href: here('/queryables', 'json'), rel: QUERYABLES_REL, type: SCHEMA, title: 'what a filter may name' },
    { href: here('/queryables', 'html'), rel: QUERYABLES_REL, type: HTML, title: 'what a filter may name, as a page' },
    ...(hasTiles(id)
      ? [
          {
            href: here('/tiles', 'json'),
            rel: 'http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector',
            type: JSON_TYPE,
            title: `${title} as vector tiles`,
          },
        ]
      : []),
    ...(licence ? [{ href: licence, rel: 'license', type: HTML, title: statement.licence }] : []),
  ];
}

/** The address of a Creative Commons licence by its short name; null for another, which is then stated in words only. */
function licenceUrl(licence: string): string | null {
  if (/^CC0\b/i.test(licence)) return 'https://creativecommons.org/publicdomain/zero/1.0/';
  const [, kind, version] = /^CC[ -](BY(?:-(?:SA|ND|NC|NC-SA|NC-ND))?)[ -](\d\.\d)$/i.exec(licence) ?? [];
  return kind ? `https://creativecommons.org/licenses/${kind.toLowerCase()}/${version}/` : null;
}

async function answerCollections({ views, to, links, time }: OgcRequest) {
  const all = await allCollections(views, time.knownAt);
  const collections = all.map((info) => {
    const own = selfAndAlternate(new URL(to(`/collections/${info.id}`)), JSON_TYPE, 'json');
    return collectionJson(info, [...own, ...linksOf(to, info)]);
  });
  const crs = [...new Set(all.flatMap((info) => info.crs.map(({ uri }) => uri)))];
  return {
    json: { title: 'Collections', links, crs, collections },
    html: () => collectionsPage(to, crumbsTo(to), all, links),
  };
}

async function answerCollection({ views, to, links, path, time }: OgcRequest) {
  const info = await collectionNamed(views, path.collectionId ?? '', time.knownAt);
  const all = [...links, ...linksOf(to, info)];
  return {
    json: collectionJson(info, all),
    html: () => collectionPage(crumbsTo(to, ['/collections', 'Collections']), info, all),
  };
}

/** JSON Schema of what filters may name (Part 3); the geometry has a format and no type. */
async function answerQueryables({ views, to, path, url, time }: OgcRequest) {
  const info = await collectionNamed(views, path.collectionId ?? '', time.knownAt);
  const { geometry } = info.kind;
  const json = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${url.origin}${url.pathname}`,
    type: 'object',
    title: info.title,
    description: 'What a filter may name',
    properties: {
      ...(geometry !== null && {
        geometry: {
          title: 'geometry',
          description: 'where it is',
          'x-ogc-role': 'primary-geometry',
          format: formatOf(geometry),
        },
      }),
      id: { title: 'id', description: 'id of the feature', type: 'string', 'x-ogc-role': 'id' },
      ...Object.fromEntries(
        queryablesOf(info.kind).map(([name, type, description]) => [
          name,
          { title: name, description, ...jsonType(type) },
        ]),
      ),
    },
    additionalProperties: false,
  };
  const crumbs = crumbsTo(to, ['/collections', 'Collections'], [`/collections/${info.id}`, info.title]);
  return { json, html: () => jsonPage(`What a filter of ${info.id} may name`, crumbs, json) };
}

/** JSON Schema of a feature as it is returned (Part 5). */
async function answerSchema({ views, to, path, url, time }: OgcRequest) {
  const info = await collectionNamed(views, path.collectionId ?? '', time.knownAt);
  const { geometry } = info.kind;
  const properties = queryablesOf(info.kind).map(([name, type, description], index) => [
    name,
    { title: name, description, ...jsonType(type), ...roleOf(info.kind.days, name), 'x-ogc-propertySeq': index + 1 },
  ]);
  const json = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${url.origin}${url.pathname}`,
    type: 'object',
    title: info.title,
    description: info.description,
    properties: {
      id: { title: 'id', description: 'id of the feature', type: 'string', 'x-ogc-role': 'id', readOnly: true },
      ...(geometry !== null && {
        geometry: { title: 'geometry', 'x-ogc-role': 'primary-geometry', format: formatOf(geometry) },
      }),
      ...Object.fromEntries(properties),
    },
  };
  const crumbs = crumbsTo(to, ['/collections', 'Collections'], [`/collections/${info.id}`, info.title]);
  return { json, html: () => jsonPage(`What a feature of ${info.id} has`, crumbs, json) };
}

const formatOf = (geometry: string) =>
  geometry === 'Geometry' ? 'geometry-any' : `geometry-${geometry.toLowerCase()}`;

const roleOf = ([start, end]: readonly [string, string], name: string) =>
  name === start
    ? { 'x-ogc-role': 'primary-interval-start' }
    : name === end
      ? { 'x-ogc-role': 'primary-interval-end' }
      : {};

const nothing = () => ({});

export const COLLECTION_ROUTES: readonly OgcRoute[] = [
  {
    path: '/collections',
    operationId: 'getCollections',
    summary: 'The collections of every series',
    type: JSON_TYPE,
    schema: 'Collections',
    query: nothing,
    answer: answerCollections,
  },
  {
    path: '/collections/{collectionId}',
    operationId: 'describeCollection',
    summary: 'One collection: extent, coordinate systems, links',
    type: JSON_TYPE,
    schema: 'Collection',
    query: nothing,
    answer: answerCollection,
  },
  {
    path: '/collections/{collectionId}/schema',
    operationId: 'getSchema',
    summary: 'What a feature has, as JSON Schema',
    type: SCHEMA,
    schema: 'Queryables',
    query: nothing,
    answer: answerSchema,
  },
  {
    path: '/collections/{collectionId}/queryables',
    operationId: 'getQueryables',
    summary: 'What filters may name, as JSON Schema',
    type: SCHEMA,
    schema: 'Queryables',
    query: nothing,
    answer: answerQueryables,
  },
];
