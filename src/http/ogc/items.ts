import { createHash } from 'node:crypto';
import { setImmediate as yielded } from 'node:timers/promises';
import { askFeature, askFeatures, type CollectionInfo, collectionNamed, type Features } from '../../features/ask.js';
import { cursorText } from '../../features/cursor.js';
import type { FeatureRow, Shape } from '../../features/page.sql.js';
import { featureText } from '../../formats/geojson/write.js';
import { CRS84 } from '../../geometry/crs.js';
import { featurePage, featuresPage, type ShownFeature } from '../pages/collection-pages.js';
import { outlineOf } from '../pages/features-map.js';
import { dayHeaders } from '../tiles/tile-answer.js';
import { crumbsTo } from './collections.js';
import { featureTag } from './feature-tag.js';
import { fileOf } from './item-files.js';
import { ITEMS, itemsParameters } from './item-parameters.js';
import { featuresRequested, shapeRequested } from './item-question.js';
import { type Link, withParameters } from './links.js';
import { GEOJSON, HTML, HTML_TYPE, JSON_TYPE } from './negotiate.js';
import type { OgcAnswer, OgcRequest, OgcRoute } from './route.js';
import { featureOf, featuresOf } from './schemas.js';

async function answerItems(requested: OgcRequest): Promise<OgcAnswer> {
  const { service, path, values, views, form, file, time, url } = requested;
  const info = await collectionNamed(views, path.collectionId ?? '', time.knownAt);
  const question = featuresRequested(info, requested);
  const shape = shapeRequested(info, values);
  const { frame } = question;
  return {
    // The state names everything that the answer is made from.
    etag: tagOf([
      url.href,
      form,
      file?.id,
      frame.knownAt,
      frame.statement.id,
      frame.edition,
      frame.stale,
      frame.unknown,
    ]),
    async make() {
      if (file) return fileOf(requested, file, info, question, shape);
      const found = await askFeatures(service.db, views, info, question);
      const links = linksOf(requested, info, found);
      const headers = { 'content-crs': `<${shape.crs.uri}>`, ...linkHeader(links), ...dayHeaders(found.frame) };
      return form === 'html'
        ? { type: HTML_TYPE, headers, body: pageOf(requested, info, found, shape, links) }
        : { type: GEOJSON, headers, body: collectionText(info, found, shape, links) };
    },
  };
}

function linksOf({ to, links, url, form }: OgcRequest, info: CollectionInfo, { frame, end, more }: Features): Link[] {
  const all: Link[] = [
    ...links,
    { href: to(`/collections/${info.id}`), rel: 'collection', type: JSON_TYPE, title: info.title },
  ];
  if (more && end !== null) {
    // The state is a part of the link: what is recorded between two pages belongs to neither.
    const href = withParameters(url, { 'known-at': frame.knownAt, after: cursorText(end) });
    all.push({ href, rel: 'next', type: form === 'html' ? HTML : GEOJSON, title: 'next page' });
  }
  return all;
}

const tagOf = (of: readonly unknown[]) =>
  `W/"${createHash('sha256').update(JSON.stringify(of)).digest('base64url').slice(0, 22)}"`;

/** Proxies and clients take heads of 8 to 16 kB: links that repeat a long filter stand in the body alone. */
const LONGEST_LINKS = 4000;

function linkHeader(links: readonly Link[]): Record<string, string> {
  const link = links.map(({ href, rel, type }) => `<${href}>; rel="${rel}"; type="${type}"`).join(', ');
  return link.length > LONGEST_LINKS ? {} : { link };
}

/** The FeatureCollection as text, some features at a time: geometries come from the database as text and are not parsed on their way. */
async function* collectionText(
  info: CollectionInfo,
  found: Features,
  shape: Shape,
  links: readonly Link[],
): AsyncGenerator<string> {
  const { frame, ids, matched } = found;
  const head = {
    type: 'FeatureCollection',
    timeStamp: new Date().toISOString(),
    numberMatched: matched,
    numberReturned: ids.length,
    series: info.series,
    datetime: daysOf(found),
    known_at: frame.knownAt,
    method: info.method,
    licence: info.statement.licence,
    stale: frame.stale,
    unknown: frame.unknown,
    links,
  };
  // The head goes out with the first batch: until that is read, a fault can still be reported as one.
  let before = `${JSON.stringify(head).slice(0, -1)},"features":[`;
  for await (const rows of handfuls(found.rows(shape))) {
    yield before + rows.map((row) => featureText(info.kind, row)).join(',');
    before = ',';
  }
  yield before === ',' ? ']}' : `${before}]}`;
}

function daysOf({ frame: { period } }: Features): string {
  if (period === null) return '../..';
  return period.single ? String(period.from) : `${period.from ?? '..'}/${period.to ?? '..'}`;
}

function captionOf({ frame, ids, matched }: Features): string {
  const { period, knownAt: known } = frame;
  const days =
    period === null
      ? 'all days'
      : period.single
        ? `as of ${period.from}`
        : `${period.from ?? 'the beginning'} to ${period.to ?? 'the end'}`;
  return `${ids.length} of ${matched} features, ${days}, as recorded by ${known}.`;
}

/** So many features, and characters of their geometries, are made into text, or taken from it, in one go: meanwhile all others wait. */
const HANDFUL = { features: 100, characters: 128 * 1024 };

async function* handfuls(batches: AsyncIterable<FeatureRow[]>): AsyncGenerator<FeatureRow[]> {
  for await (const rows of batches) {
    let handful: FeatureRow[] = [];
    let characters = 0;
    for (const row of rows) {
      handful.push(row);
      characters += row.geometry?.length ?? 0;
      if (handful.length < HANDFUL.features && characters < HANDFUL.characters) continue;
      yield handful;
      [handful, characters] = [[], 0];
    }
    if (handful.length > 0) yield handful;
  }
}

/** The map of a page is so many dots wide: what is smaller than one of them is not drawn. */
const DOTS = 1000;

async function* pageOf(
  requested: OgcRequest,
  info: CollectionInfo,
  found: Features,
  shape: Shape,
  links: readonly Link[],
): AsyncGenerator<string> {
  const [west, south, east, north] = info.bounds;
  const features: ShownFeature[] = [];
  const tolerance = Math.max(east - west, north - south) / DOTS;
  for await (const rows of handfuls(found.rows({ ...shape, tolerance }))) {
    features.push(...rows.map((row) => shown(requested, info, row)));
    await yielded();
  }
  const crumbs = crumbsTo(requested.to, ['/collections', 'Collections'], [`/collections/${info.id}`, info.title]);
  yield* featuresPage(crumbs, {
    title: info.title,
    caption: captionOf(found),
    names: shape.properties,
    features,
    links,
    drawable: shape.crs.uri === CRS84.uri,
  });
}

function shown({ to }: OgcRequest, info: CollectionInfo, { id, geometry, ...properties }: FeatureRow): ShownFeature {
  const outline = geometry === null ? null : outlineOf(JSON.parse(geometry));
  const href = to(`/collections/${info.id}/items/${encodeURIComponent(id)}`, { f: 'html' });
  return { id, href, outline, properties };
}

async function answerFeature(requested: OgcRequest): Promise<OgcAnswer> {
  const { service, views, to, path, values, links, form, time } = requested;
  const info = await collectionNamed(views, path.collectionId ?? '', time.knownAt);
  const shape = shapeRequested(info, values);
  const row = await askFeature(service.db, info, path.featureId ?? '', shape);
  const here = (more: string) => to(`/collections/${info.id}${more}`, { f: form });
  const all: Link[] = [
    ...links,
    { href: here(''), rel: 'collection', type: form === 'html' ? HTML : JSON_TYPE, title: info.title },
  ];
  const crumbs = crumbsTo(
    to,
    ['/collections', 'Collections'],
    [`/collections/${info.id}`, info.title],
    [`/collections/${info.id}/items`, 'features'],
  );
  return {
    json: featureText(info.kind, row, all),
    headers: { 'content-crs': `<${shape.crs.uri}>`, etag: featureTag(row, shape, form), ...linkHeader(all) },
    html: () =>
      featurePage(crumbs, `${info.id}: ${row.id}`, shown(requested, info, row), shape.crs.uri === CRS84.uri, all),
  };
}

export const ITEM_ROUTES: readonly OgcRoute[] = [
  {
    path: '/collections/{collectionId}/items',
    operationId: 'getFeatures',
    summary: 'Features, in pages that stay in one state; filtered by box, time, property and CQL2',
    type: GEOJSON,
    schema: featuresOf,
    files: true,
    query: (path) => itemsParameters(path.collectionId ?? ''),
    answer: answerItems,
  },
  {
    path: '/collections/{collectionId}/items/{featureId}',
    operationId: 'getFeature',
    summary: 'One feature',
    type: GEOJSON,
    schema: featureOf,
    query: () => ({
      crs: ITEMS.crs as NonNullable<(typeof ITEMS)[string]>,
      properties: ITEMS.properties as NonNullable<(typeof ITEMS)[string]>,
      'exclude-properties': ITEMS['exclude-properties'] as NonNullable<(typeof ITEMS)[string]>,
      skipGeometry: ITEMS.skipGeometry as NonNullable<(typeof ITEMS)[string]>,
    }),
    answer: answerFeature,
  },
];
