import { SalientError } from '../../errors.js';
import { allCollections, type CollectionInfo, collectionNamed } from '../../features/ask.js';
import { CRS84 } from '../../geometry/crs.js';
import { TMS, tileLimits, tileMatrixSet } from '../../tiles/tile-matrix-set.js';
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
  /** Below the root. */
  path: string;
  passedOn: Record<string, string>;
}

/** A tileset as the standard describes it: what is in it, where its tiles are, and which tiles there can be. */
function tilesetJson(
  title: string,
  chosen: readonly CollectionInfo[],
  { to, path, passedOn }: TilesetAddress,
  links: readonly Link[],
) {
  const [west, south, east, north] = joined(chosen);
  return {
    title,
    dataType: 'vector',
    crs: TMS.crs,
    tileMatrixSetId: TMS.id,
    tileMatrixSetURI: TMS.uri,
    attribution: [...new Set(chosen.map(({ statement }) => `${statement.publisher}, ${statement.licence}`))].join('; '),
    boundingBox: { lowerLeft: [west, south], upperRight: [east, north], crs: CRS84.uri },
    tileMatrixSetLimits: tileLimits([west, south, east, north], MAX_TILE_ZOOM),
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
        href: to(`${path}/{tileMatrix}/{tileRow}/{tileCol}`, passedOn),
        rel: 'item',
        type: MVT,
        title: 'the tiles',
        templated: true,
      },
      {
        href: to(`/tileMatrixSets/${TMS.id}`, { f: 'json' }),
        rel: `${REL}/tiling-scheme`,
        type: JSON_TYPE,
        title: TMS.id,
      },
    ],
  };
}

const dimensionOf = (geometry: string | null) => (geometry?.endsWith('Point') ? 0 : geometry?.includes('Line') ? 1 : 2);

function joined(chosen: readonly CollectionInfo[]): [number, number, number, number] {
  const side = (index: 0 | 1 | 2 | 3, of: (...values: number[]) => number) =>
    of(...chosen.map(({ bounds }) => bounds[index]));
  return chosen.length === 0
    ? [-180, -85, 180, 85]
    : [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)];
}

/** Some clients name the form of a tile as they do that of any resource. */
const tileForm = optional(oneOf(['mvt'], 'form of the tile: there is one'));
export const tileQuery = (query: Parameters): Parameters => ({ ...query, f: tileForm });

/** The tileset that a request is about: of a collection, or of the whole data set. */
async function tilesetRequested(requested: OgcRequest) {
  const { to, path, views, values, time } = requested;
  const named = path.collectionId;
  const info = named === undefined ? null : tiled(await collectionNamed(views, named, time.knownAt));
  const collections = (values.collections ?? null) as string | null;
  const address: TilesetAddress = {
    to,
    path: `${info ? `/collections/${info.id}` : ''}/tiles/${TMS.id}`,
    passedOn: collections === null ? {} : { collections },
  };
  const chosen = info ? [info] : await collectionsChosen(requested, collections);
  return { title: info?.title ?? 'All series', chosen, address };
}

/** Each entry repeats all that the tileset states about its tiles: the official suite reads nothing else. */
async function answerList(requested: OgcRequest) {
  const { to, links } = requested;
  const { title, chosen, address } = await tilesetRequested(requested);
  const own = selfAndAlternate(new URL(to(address.path, address.passedOn)), JSON_TYPE, 'json');
  const json = { links, tilesets: [tilesetJson(title, chosen, address, own)] };
  return { json, html: () => jsonPage(`Tilesets of ${title}`, crumbsTo(to), json) };
}

async function answerTileset(requested: OgcRequest) {
  const { to, links } = requested;
  const { title, chosen, address } = await tilesetRequested(requested);
  const json = tilesetJson(title, chosen, address, links);
  return { json, html: () => jsonPage(`Tileset of ${title}`, crumbsTo(to), json) };
}

function tiled(info: CollectionInfo): CollectionInfo {
  if (!hasTiles(info.id)) throw new SalientError('not_found', `collection ${info.id} has no tiles`);
  return info;
}

async function answerSchemes({ to, links }: OgcRequest) {
  const here = `/tileMatrixSets/${TMS.id}`;
  const own = [
    { href: to(here, { f: 'json' }), rel: 'self', type: JSON_TYPE },
    { href: to(here, { f: 'html' }), rel: 'alternate', type: HTML },
  ];
  const json = { links, tileMatrixSets: [{ id: TMS.id, title: TMS.id, uri: TMS.uri, crs: TMS.crs, links: own }] };
  return { json, html: () => jsonPage('Tiling schemes', crumbsTo(to), json) };
}

async function answerScheme({ to, links }: OgcRequest) {
  const json = { ...tileMatrixSet(MAX_TILE_ZOOM), links };
  return { json, html: () => jsonPage(TMS.id, crumbsTo(to, ['/tileMatrixSets', 'Tiling schemes']), json) };
}

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
    `/tileMatrixSets/${TMS.id}`,
    'getTileMatrixSet',
    'The tiling scheme WebMercatorQuad',
    'TileMatrixSet',
    {},
    answerScheme,
  ),
  json(
    '/tiles',
    '.dataset.vector.getTileSetsList',
    'The tilesets of the whole data set',
    'TileSets',
    OF_DATA_SET,
    answerList,
  ),
  json(
    `/tiles/${TMS.id}`,
    '.dataset.vector.getTileSet',
    'The tileset of the whole data set',
    'TileSet',
    OF_DATA_SET,
    answerTileset,
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
  json(
    `/collections/{collectionId}/tiles/${TMS.id}`,
    '.collection.vector.getTileSet',
    'The tileset of a collection',
    'TileSet',
    {},
    answerTileset,
    ofCollection,
  ),
];
