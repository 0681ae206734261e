import { SalientError } from '../../errors.js';
import { allFeatures, askFeatures, type CollectionInfo, type FeaturesRequest } from '../../features/ask.js';
import { looksOf } from '../../features/collection-looks.js';
import type { Shape } from '../../features/page.sql.js';
import type { Columns, WrittenLayer } from '../../formats/format.js';
import { endingOf, type WrittenFormat } from '../../formats/registry.js';
import { uncrossed } from '../../geometry/bounds.js';
import { CRS84 } from '../../geometry/crs.js';
import { partiesShown } from '../../series/series.sql.js';
import { dayHeaders } from '../tiles/tile-answer.js';
import type { OgcRequest, StreamedAnswer } from './route.js';

/**
 * All features that match a request as a file, written as fast as the client reads; `limit` of them where it is given.
 * @throws SalientError `invalid_parameter` for what a file cannot be, and as `askFeatures`
 */
export async function fileOf(
  { service, views, values }: OgcRequest,
  format: WrittenFormat,
  info: CollectionInfo,
  question: FeaturesRequest,
  shape: Shape,
): Promise<Awaited<ReturnType<StreamedAnswer['make']>>> {
  if (shape.crs.uri !== CRS84.uri) {
    throw new SalientError('invalid_parameter', `crs: a file (f=${format.id}) has longitudes and latitudes, CRS84`);
  }
  const limit = values.limit as number | null;
  const { matched } = await askFeatures(service.db, views, info, { ...question, hits: true });
  const { writer, mediaTypes } = format;
  const parties = await partiesShown(service.db, info.series, info.view, question.frame.knownAt);
  const layer = {
    ...layerOf(info, shape, Math.min(matched, limit ?? matched), question.frame.knownAt),
    looks: shape.bare ? [] : looksOf(info.name, parties),
    ordered: question.sortby.length > 0,
  };
  if (writer.onlyPlaced && layer.geometryType === null) {
    throw new SalientError('invalid_parameter', `f: a file of ${format.label} holds no feature without a geometry`);
  }
  const rows = allFeatures(
    service.db,
    views,
    info,
    question,
    { ...shape, form: writer.geometry, ...layer.areas },
    limit,
  );
  return {
    type: mediaTypes[0] ?? 'application/octet-stream',
    headers: {
      'content-disposition': `attachment; filename="${info.id}.${endingOf(format)}"`,
      ...dayHeaders(question.frame),
    },
    body: writer.write(layer, rows),
  };
}

/** The metadata of the features in the file, and whether they are brought to the one type of its layer. */
function layerOf(
  { id, title, kind, statement, method, bounds }: CollectionInfo,
  { properties, bare }: Shape,
  count: number,
  knownAt: string,
): Omit<WrittenLayer, 'looks' | 'ordered'> & { areas: { areas?: boolean } } {
  const columns: Columns = {
    id: ['string', 'id of the feature'],
    ...Object.fromEntries(properties.map((name) => [name, kind.properties[name] ?? ['string', '']])),
  };
  const isMixed = kind.geometry === 'Geometry';
  return {
    name: id,
    title,
    description: `${statement.publisher}, ${statement.licence}; ${method}`,
    licence: statement.licence,
    bounds: uncrossed(bounds),
    columns,
    count,
    changed: new Date(knownAt).toISOString(),
    geometryType: bare ? null : kind.geometry === 'Geometry' ? 'MultiPolygon' : kind.geometry,
    members: {},
    areas: isMixed && !bare ? { areas: true } : {},
  };
}
