import { SalientError } from '../../errors.js';
import { allCollections, type CollectionInfo, collectionNamed } from '../../features/ask.js';
import { type Bounds, narrowestBounds, uncrossed } from '../../geometry/bounds.js';
import { CRS84 } from '../../geometry/crs.js';
import {
  TILE_MATRIX_SETS,
  type TileMatrixSet,
  tileLimits,
  tileMatrixSetJson,
  WEB_MERCATOR_QUAD,
} from '../../tiles/tile-matrix-set.js';
import { MAX_TILE_ZOOM } from '../../tiles/tilejson.js';
import { jsonPage } from '../pages/json-page.js';
import { oneOf, optional, type Parameters, text } from '../parameters.js';
import { crumbsTo } from './collections.js';
import { type AddressOf, type Link, selfAndAlternate } from './links.js';
import { HTML, JSON_TYPE } from './negotiate.js';
import type { OgcRequest, OgcRoute } from './route.js';
import { hasTiles } from './tiled.js';

export const MVT = 'application/vnd.mapbox-vector-tile';
const REL = 'http://www.opengis.net/def/rel/ogc/1.0';

/** Which collections a tile of the whole data set has; all that have tiles when absent. */
const collections = optional(text('ids of collections, separated by commas; all when absent'));
export const OF_DATA_SET: Parameters = { collections };

/**
 * The collections that `collections` names, or all with tiles.
 * @throws SalientError `unknown_collection`, `invalid_parameter` for one without tiles
 */
export async function collectionsChosen(
  { views, time }: Pick<OgcRequest, 'views' | 'time'>,
  names: string | null,
): Promise<CollectionInfo[]> {
  const all = (await allCollections(views, time.knownAt)).filter(({ id }) => hasTiles(id));
  if (names === null) return all;
  return names.split(',').map((name) => {
    const found = all.find(({ id }) => id === name);
    if (!found)
      throw new SalientError(
        'invalid_parameter',
        `collections: ${JSON.stringify(name)} is none of ${all.map(({ id }) => id).join(', ')}`,
      );
    return found;
  });
}

/** Where a tileset is, and what is passed on from its address to its tiles. */
interface TilesetAddress {
  to: AddressOf;
  /** Of the list of tilesets, below the root. */
  list: string;
  passedOn: Record<string, string>;
}

/** What the tiles of no collection are of. */
const WORLD: Bounds = [-180, -85, 180, 85];

/** A tileset as the standard describes it: what is in it, where its tiles are, and which tiles there can be. */
function tilesetJson(
  scheme: TileMatrixSet,
  { title, chosen, address: { to, list, passedOn } }: TilesetOf,
  links: readonly Link[],
) {
  const bounds = chosen.map((info) => info.bounds);
  const [west, south, east, north] = bounds.length > 0 ? uncrossed(narrowestBounds(bounds)) : WORLD;
  return {
    title,
    dataType: 'vector',
    crs: scheme.crs,
    tileMatrixSetId: scheme.id,
    tileMatrixSetURI: scheme.uri,
    attribution: [...new Set(chosen.map(({ statement }) => `${statement.publisher}, ${statement.licence}`))].join('; '),
    boundingBox: { lowerLeft: [west, south], upperRight: [east, north], crs: CRS84.uri },
    tileMatrixSetLimits: tileLimits(scheme, [west, south, east, north], MAX_TILE_ZOOM),
    layers: chosen.map(({ id, title: name, description, kind }) => ({
      id,
      title: name,
      description,
      dataType: 'vector',
      geometryDimension: dimensionOf(kind.geometry),
    })),
    links: [
      ...links,
      {
        href: to(`${list}/${scheme.id}/{tileMatrix}/{tileRow}/{tileCol}`, passedOn),
        rel: 'item',
        type: MVT,
        title: 'the tiles',
        templated: true,
      },
      {
        href: to(`/tileMatrixSets/${scheme.id}`, { f: 'json' }),
        rel: `${REL}/tiling-scheme`,
        type: JSON_TYPE,
        title: scheme.id,
      },
    ],
  };
}

const dimensionOf = (geometry: string | null) => (geometry?.endsWith('Point') ? 0 : geometry?.includes('Line') ? 1 : 2);

/** Some clients name the form of a tile as they do that of any resource. */
const tileForm = optional(oneOf(['mvt'], 'form of the tile: there is one'));
export const tileQuery = (query: Parameters): Parameters => ({ ...query, f: tileForm });

interface TilesetOf {
  title: string;
  chosen: readonly CollectionInfo[];
  address: TilesetAddress;
}

/** What a tileset is of that a request is about: a collection, or the whole data set. */
async function tilesetRequested(requested: OgcRequest): Promise<TilesetOf> {
  const { to, path, views, values, time } = requested;
  const named = path.collectionId;
  const info = named === undefined ? null : tiled(await collectionNamed(views, named, time.knownAt));
  const collections = (values.collections ?? null) as string | null;
  const address: TilesetAddress = {
    to,
    list: `${info ? `/collections/${info.id}` : ''}/tiles`,
    passedOn: collections === null ? {} : { collections },
  };
  const chosen = info ? [info] : await collectionsChosen(requested, collections);
  return { title: info?.title ?? 'All series', chosen, address };
}

/** Each entry repeats all that the tileset states about its tiles: the official suite reads nothing else. */
async function answerList(requested: OgcRequest) {
  const { to, links } = requested;
  const of = await tilesetRequested(requested);
  const { list, passedOn } = of.address;
  const tilesets = TILE_MATRIX_SETS.map((scheme) =>
    tilesetJson(scheme, of, selfAndAlternate(new URL(to(`${list}/${scheme.id}`, passedOn)), JSON_TYPE, 'json')),
  );
  const json = { links, tilesets };
  return { json, html: () => jsonPage(`Tilesets of ${of.title}`, crumbsTo(to), json) };
}

const answerTileset = (scheme: TileMatrixSet) => async (requested: OgcRequest) => {
  const of = await tilesetRequested(requested);
  const json = tilesetJson(scheme, of, requested.links);
  return { json, html: () => jsonPage(`Tileset of ${of.title} in ${scheme.id}`, crumbsTo(requested.to), json) };
};

function tiled(info: CollectionInfo): CollectionInfo {
  if (!hasTiles(info.id)) throw new SalientError('not_found', `collection ${info.id} has no tiles`);
  return info;
}

async function answerSchemes({ to, links }: OgcRequest) {
  const tileMatrixSets = TILE_MATRIX_SETS.map(({ id, uri, crs }) => ({
    ...{ id, title: id, uri, crs },
    links: [
      { href: to(`/tileMatrixSets/${id}`, { f: 'json' }), rel: 'self', type: JSON_TYPE },
      { href: to(`/tileMatrixSets/${id}`, { f: 'html' }), rel: 'alternate', type: HTML },
    ],
  }));
  const json = { links, tileMatrixSets };
  return { json, html: () => jsonPage('Tiling schemes', crumbsTo(to), json) };
}

const answerScheme =
  (scheme: TileMatrixSet) =>
  async ({ to, links }: OgcRequest) => {
    const json = { ...tileMatrixSetJson(scheme, MAX_TILE_ZOOM), links };
    return { json, html: () => jsonPage(scheme.id, crumbsTo(to, ['/tileMatrixSets', 'Tiling schemes']), json) };
  };

/** Operations of the first scheme have the names of the standard alone; those of others say theirs before. */
export const operationIn = ({ id }: TileMatrixSet, operation: string): string =>
  id === WEB_MERCATOR_QUAD.id ? operation : `.${id}${operation.startsWith('.') ? '' : '.'}${operation}`;

const json = (
  path: string,
  operationId: string,
  summary: string,
  schema: string,
  query: Parameters,
  answer: OgcRoute['answer'],
  more: Partial<OgcRoute> = {},
): OgcRoute => ({
  ...{ path, operationId, summary, type: JSON_TYPE, schema, query: () => query, answer },
  ...more,
});
const ofCollection = { servesCollection: hasTiles };

export const TILESET_ROUTES: readonly OgcRoute[] = [
  json('/tileMatrixSets', 'getTileMatrixSetsList', 'The tiling schemes', 'TileMatrixSets', {}, answerSchemes),
  json(
    '/tiles',
    '.dataset.vector.getTileSetsList',
    'The tilesets of the whole data set',
    'TileSets',
    OF_DATA_SET,
    answerList,
  ),
  json(
    '/collections/{collectionId}/tiles',
    '.collection.vector.getTileSetsList',
    'The tilesets of a collection',
    'TileSets',
    {},
    answerList,
    ofCollection,
  ),
  ...TILE_MATRIX_SETS.flatMap((scheme) => [
    json(
      `/tileMatrixSets/${scheme.id}`,
      operationIn(scheme, 'getTileMatrixSet'),
      `The tiling scheme ${scheme.id}`,
      'TileMatrixSet',
      {},
      answerScheme(scheme),
    ),
    json(
      `/tiles/${scheme.id}`,
      operationIn(scheme, '.dataset.vector.getTileSet'),
      `The tileset of the whole data set in ${scheme.id}`,
      'TileSet',
      OF_DATA_SET,
      answerTileset(scheme),
    ),
    json(
      `/collections/{collectionId}/tiles/${scheme.id}`,
      operationIn(scheme, '.collection.vector.getTileSet'),
      `The tileset of a collection in ${scheme.id}`,
      'TileSet',
      {},
      answerTileset(scheme),
      ofCollection,
    ),
  ]),
];
