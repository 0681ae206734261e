import { createHash } from 'node:crypto';
import { SalientError } from '../../errors.js';
import { askFeature, askFeatures, type CollectionInfo, collectionNamed, type Features } from '../../features/ask.js';
import { queryablesOf } from '../../features/collections.js';
import { parseCql2Text } from '../../features/cql2-text.js';
import type { FeatureRow } from '../../features/page.sql.js';
import { featureText } from '../../formats/write-geojson.js';
import { CRS84, type Crs, crsNamed } from '../../geometry/crs.js';
import { parseJson } from '../../geometry/json-limits.js';
import type { IsoDate } from '../../model/dates.js';
import type { Period } from '../../model/period.js';
import { featurePage, featuresPage, type ShownFeature } from '../pages/collection-pages.js';
import { crumbsTo } from './collections.js';
import { DEFAULT_LIMIT, ITEMS, itemsParameters } from './item-parameters.js';
import { type Link, withParameters } from './links.js';
import { GEOJSON, HTML, JSON_TYPE } from './negotiate.js';
import type { OgcAnswer, OgcRequest, OgcRoute } from './route.js';
import { featureOf, featuresOf } from './schemas.js';

async function answerItems(asked: OgcRequest): Promise<OgcAnswer> {
  const { service, to, path, values, links, url, form, time } = asked;
  const info = await collectionNamed(service.db, path.collectionId ?? '', time.knownAt);
  const crs = named(info, values.crs, 'crs');
  const found = await askFeatures(service.db, info, {
    period: periodAsked(asked),
    knownAt: time.knownAt,
    bbox: values.bbox as number[] | null,
    bboxCrs: named(info, values['bbox-crs'], 'bbox-crs'),
    filters: filtersAsked(info, values),
    filterCrs: named(info, values['filter-crs'], 'filter-crs'),
    after: values.after as string | null,
    limit: (values.limit as number | null) ?? DEFAULT_LIMIT,
    hits: values.resultType === 'hits',
    crs,
  });
  const here = (more: string, parameters: Record<string, string> = {}) =>
    to(`/collections/${info.id}${more}`, parameters);
  const all: Link[] = [...links, { href: here(''), rel: 'collection', type: JSON_TYPE, title: info.title }];
  const last = found.rows.at(-1);
  if (found.more && last) {
    // The state is a part of the link: what is recorded between two pages belongs to neither.
    const href = withParameters(url, { 'known-at': found.frame.knownAt, after: last.id });
    all.push({ href, rel: 'next', type: form === 'html' ? HTML : GEOJSON, title: 'next page' });
  }
  return {
    ...collectionText(info, found, all),
    headers: { 'content-crs': `<${crs.uri}>`, ...linkHeader(all), ...staleHeader(found) },
    html: () =>
      featuresPage(crumbsTo(to, ['/collections', 'Collections'], [`/collections/${info.id}`, info.title]), {
        title: info.title,
        caption: captionOf(found),
        names: Object.keys(info.kind.properties),
        features: found.rows.map((row) => shown(here, row)),
        links: all,
        drawable: crs.uri === CRS84.uri,
      }),
  };
}

const named = (info: CollectionInfo, uri: unknown, name: string): Crs =>
  typeof uri === 'string' ? crsNamed(info.crs, uri, name) : CRS84;

function periodAsked({ values, time }: OgcRequest): Period | null {
  const { datetime, from, to } = values as { datetime: Period | null; from?: IsoDate | null; to?: IsoDate | null };
  if (from == null && to == null) return time.period;
  if (datetime)
    throw new SalientError(
      'invalid_parameter',
      'datetime: give the two days as from and to, or as an interval, not both',
    );
  return { from: from ?? null, to: to ?? null, single: false };
}

function filtersAsked(info: CollectionInfo, values: Record<string, unknown>): unknown[] {
  const filters: unknown[] = queryablesOf(info.kind).flatMap(([name]) =>
    values[name] == null ? [] : [{ op: '=', args: [{ property: name }, values[name]] }],
  );
  if (typeof values.filter !== 'string') return filters;
  const json = String(values['filter-lang'] ?? '').endsWith('json');
  return [...filters, json ? parsedJson(values.filter) : parseCql2Text(values.filter)];
}

function parsedJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new SalientError('invalid_filter', `filter: ${(cause as Error).message}`, [], { cause });
  }
}

const staleHeader = ({ frame }: Features): Record<string, string> => (frame.stale ? { 'salient-stale': 'true' } : {});

/** Proxies and clients take heads of 8 to 16 kB: links that repeat a long filter stand in the body alone. */
const LONGEST_LINKS = 4000;

function linkHeader(links: readonly Link[]): Record<string, string> {
  const link = links.map(({ href, rel, type }) => `<${href}>; rel="${rel}"; type="${type}"`).join(', ');
  return link.length > LONGEST_LINKS ? {} : { link };
}

/**
 * The FeatureCollection as text: geometries come from the database as text and are not parsed on their way. Its tag is
 * of everything but `timeStamp`: the same features are the same answer at any time.
 */
function collectionText(info: CollectionInfo, { frame, rows, matched }: Features, links: readonly Link[]) {
  const { period, knownAt: known, stale } = frame;
  const head = {
    numberMatched: matched,
    numberReturned: rows.length,
    series: info.series,
    datetime: period === null ? '../..' : period.single ? period.from : `${period.from ?? '..'}/${period.to ?? '..'}`,
    known_at: known,
    method: info.method,
    licence: info.statement.licence,
    stale,
    links,
  };
  const lasting = `${JSON.stringify(head).slice(1, -1)},"features":[${rows.map((row) => featureText(info.kind, row)).join(',')}]}`;
  return {
    json: `{"type":"FeatureCollection","timeStamp":"${new Date().toISOString()}",${lasting}`,
    etag: `W/"${createHash('sha256').update(lasting).digest('base64url').slice(0, 22)}"`,
  };
}

function captionOf({ frame, rows, matched }: Features): string {
  const { period, knownAt: known } = frame;
  const days =
    period === null
      ? 'all days'
      : period.single
        ? `as of ${period.from}`
        : `${period.from ?? 'the beginning'} to ${period.to ?? 'the end'}`;
  return `${rows.length} of ${matched} features, ${days}, as recorded by ${known}.`;
}

function shown(
  here: (path: string, parameters: Record<string, string>) => string,
  { id, geometry, ...properties }: FeatureRow,
): ShownFeature {
  const parsed = geometry === null ? null : (JSON.parse(geometry) as ShownFeature['geometry']);
  return { id, href: here(`/items/${encodeURIComponent(id)}`, { f: 'html' }), geometry: parsed, properties };
}

async function answerFeature({ service, to, path, values, links, form, time }: OgcRequest): Promise<OgcAnswer> {
  const info = await collectionNamed(service.db, path.collectionId ?? '', time.knownAt);
  const crs = named(info, values.crs, 'crs');
  const { row } = await askFeature(service.db, info, path.featureId ?? '', {
    knownAt: time.knownAt,
    crs,
  });
  const here = (more: string, parameters: Record<string, string>) => to(`/collections/${info.id}${more}`, parameters);
  const all: Link[] = [
    ...links,
    { href: here('', { f: form }), rel: 'collection', type: form === 'html' ? HTML : JSON_TYPE, title: info.title },
  ];
  const crumbs = crumbsTo(
    to,
    ['/collections', 'Collections'],
    [`/collections/${info.id}`, info.title],
    [`/collections/${info.id}/items`, 'features'],
  );
  return {
    json: featureText(info.kind, row, all),
    headers: { 'content-crs': `<${crs.uri}>`, ...linkHeader(all) },
    html: () => featurePage(crumbs, `${info.id}: ${row.id}`, shown(here, row), crs.uri === CRS84.uri, all),
  };
}

export const ITEM_ROUTES: readonly OgcRoute[] = [
  {
    path: '/collections/{collectionId}/items',
    operationId: 'getFeatures',
    summary: 'Features, in pages that stay in one state; filtered by box, time, property and CQL2',
    type: GEOJSON,
    schema: featuresOf,
    query: (path) => itemsParameters(path.collectionId ?? ''),
    answer: answerItems,
  },
  {
    path: '/collections/{collectionId}/items/{featureId}',
    operationId: 'getFeature',
    summary: 'One feature',
    type: GEOJSON,
    schema: featureOf,
    query: () => ({ crs: ITEMS.crs as NonNullable<(typeof ITEMS)[string]> }),
    answer: answerFeature,
  },
];
