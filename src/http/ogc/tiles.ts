import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';
import { type ErrorCode, SalientError } from '../../errors.js';
import { type CollectionInfo, collectionNamed } from '../../features/ask.js';
import { frameOf } from '../../features/collection-frame.js';
import type { SeriesViews } from '../../features/series-views.js';
import type { IsoDate } from '../../model/dates.js';
import { parseTileAddress, type TileAddress } from '../../tiles/address.js';
import { renameLayers } from '../../tiles/rename-layers.js';
import { TILE_MATRIX_SETS, type TileMatrixSet } from '../../tiles/tile-matrix-set.js';
import { MAX_TILE_ZOOM } from '../../tiles/tilejson.js';
import { searchOf } from '../base.js';
import { type Parameters, readParameters } from '../parameters.js';
import type { Service } from '../service.js';
import { answerIfKnown, sendTile, tileHeaders } from '../tiles/tile-answer.js';
import { IN_TIME, type InTime, timeOf } from './in-time.js';
import type { OgcRoute } from './route.js';
import { hasTiles } from './tiled.js';
import { collectionsChosen, MVT, OF_DATA_SET, operationIn, tileQuery } from './tilesets.js';

/** The day that tiles are of: the requested day, the end of an interval, or the last complete day. */
function dayOf({ view, kind }: CollectionInfo, { period }: InTime): IsoDate | null {
  const last = frameOf(view, { ...kind, time: 'as-of' }, null).period?.to ?? null;
  return period === null
    ? last
    : (period.to ?? (last !== null && period.from !== null && period.from > last ? period.from : last));
}

/** Codes of a series that has no map to draw on the day: before its first, or all are withdrawn or purged. */
const HAS_NO_MAP: ReadonlySet<string> = new Set<ErrorCode>([
  'before_first_snapshot',
  'no_data',
  'withdrawn',
  'purged',
  'unknown_series',
]);

/**
 * One tile of some collections, each a layer named as the collection is. Of a series that has no map on the day there is
 * nothing in it; where that is so of all, the answer is the error of the last.
 */
async function tileOf(
  service: Service,
  chosen: readonly CollectionInfo[],
  requested: InTime,
  { projection }: TileMatrixSet,
  address: TileAddress,
) {
  const { tiles } = service;
  const found: { series: string; subject: Awaited<ReturnType<typeof tiles.onDay>>; day: IsoDate }[] = [];
  let refused: SalientError | null = null;
  for (const series of new Set(chosen.map((info) => info.series))) {
    const own = chosen.filter((info) => info.series === series);
    const [first] = own as [CollectionInfo];
    const day = dayOf(first, requested);
    if (day === null) continue;
    try {
      const layers = tiles.layersNamed(own.map(({ name }) => name).join(','));
      found.push({
        series,
        day,
        subject: await tiles.onDay({ series, date: day, knownAt: requested.knownAt }, layers, projection),
      });
    } catch (error) {
      if (!(error instanceof SalientError) || !HAS_NO_MAP.has(error.code)) throw error;
      refused = error;
    }
  }
  if (found.length === 0 && refused) throw refused;
  const key = found.map(({ series, subject }) => [series, tiles.etag(subject, address)]);
  const etag = `"ogc.${createHash('sha256').update(JSON.stringify(key)).digest('base64url').slice(0, 22)}"`;
  const draw = () =>
    tiles.cache.getOrDraw(etag, address.z, async () => {
      const parts = found.map(async ({ series, subject }) =>
        renameLayers((await tiles.draw(subject, address)).identity, (name) => `${series}_${name}`),
      );
      return Buffer.concat(await Promise.all(parts));
    });
  const days = found.map(({ day, subject }) => subject.day ?? day).sort();
  return {
    etag,
    draw,
    day: days.at(-1) ?? null,
    stale: found.some(({ subject }) => subject.stale),
    unknown: found.map(({ subject }) => subject.unknown).find((reason) => reason !== null) ?? null,
  };
}

/** Answers a tile of a collection, or of the data set. Row before column, as the standard has it. */
export function ogcTileHandler(
  service: Service,
  views: SeriesViews,
  query: Parameters,
  scheme: TileMatrixSet,
): RequestHandler {
  return async (request, response) => {
    const { at, collectionId, tileMatrix, tileRow, tileCol } = request.params as Record<string, string>;
    const searchParams = searchOf(request);
    const values = readParameters({ ...query, ...IN_TIME }, searchParams);
    const time = timeOf(values, at);
    const address = parseTileAddress(tileMatrix ?? '', tileCol ?? '', tileRow ?? '', MAX_TILE_ZOOM, scheme.zoomsBefore);
    const chosen =
      collectionId === undefined
        ? await collectionsChosen({ views, time }, (values.collections as string | null) ?? null)
        : [await collectionNamed(views, collectionId, time.knownAt)];
    if (chosen.some(({ id }) => !hasTiles(id)))
      throw new SalientError('not_found', `collection ${collectionId} has no tiles`);
    const { etag, draw, day, stale, unknown } = await tileOf(service, chosen, time, scheme, address);
    const headers = {
      ...tileHeaders(etag, { immutable: false, stale, unknown }),
      ...(day !== null && { 'ogcapi-datetime': day }),
    };
    if (!answerIfKnown(request, response, headers)) sendTile(request, response, headers, await draw());
  };
}

const never: OgcRoute['answer'] = async () => {
  throw new SalientError('internal', 'tiles are answered by their own handler');
};

/** The tiles as the definition lists them. */
export const OGC_TILE_ROUTES: readonly OgcRoute[] = TILE_MATRIX_SETS.flatMap((scheme) => [
  {
    path: `/tiles/${scheme.id}/{tileMatrix}/{tileRow}/{tileCol}`,
    operationId: operationIn(scheme, '.dataset.vector.getTile'),
    summary: `A vector tile of ${scheme.id} with a layer for each collection; row before column`,
    type: MVT,
    tilesOf: scheme,
    query: () => tileQuery(OF_DATA_SET),
    answer: never,
  },
  {
    path: `/collections/{collectionId}/tiles/${scheme.id}/{tileMatrix}/{tileRow}/{tileCol}`,
    operationId: operationIn(scheme, '.collection.vector.getTile'),
    summary: `A vector tile of ${scheme.id} of a collection; row before column`,
    type: MVT,
    tilesOf: scheme,
    servesCollection: hasTiles,
    query: () => tileQuery({}),
    answer: never,
  },
]);
