import { SalientError } from '../errors.js';
import type { Bounds } from '../geometry/bounds.js';
import { CRS84, type Crs, crsOf } from '../geometry/crs.js';
import { type Instant, type IsoDate, isIsoDate } from '../model/dates.js';
import type { Period } from '../model/period.js';
import { methodSentence } from '../series/as-of.js';
import type { SeriesStatement } from '../series/series.sql.js';
import type { Db } from '../store/pool.js';
import type { AreaBoxes } from './area-boxes.js';
import { type Frame, frameOf, mapsMeeting } from './collection-frame.js';
import { type CollectionKind, KIND_NAMES, type KindName, kindNamed } from './collection-kinds.js';
import { sourceOf } from './collection-sources.js';
import { collectionId, parseCollectionId, unknownCollection } from './collections.js';
import type { Cursor, SortKey } from './cursor.js';
import { controlSource } from './maps.sql.js';
import {
  type Conditions,
  countOf,
  type FeatureRow,
  featuresOf,
  idsOf,
  type Selection,
  type Shape,
  select,
} from './page.sql.js';
import type { SeriesView, SeriesViews } from './series-views.js';
import type { Source } from './source.sql.js';

/** A collection as clients see it. */
export interface CollectionInfo {
  id: string;
  series: string;
  name: KindName;
  kind: CollectionKind;
  title: string;
  description: string;
  statement: SeriesStatement;
  method: string;
  /** East is beyond 180 where they lie across it. */
  bounds: Bounds;
  /** First day, and the last where there is one. */
  interval: [IsoDate | null, IsoDate | null];
  crs: Crs[];
  view: SeriesView;
}

/** Every collection of every series that stood at an instant (null: now); those without a position only where there are such features. */
export async function allCollections(views: SeriesViews, knownAt: Instant | null): Promise<CollectionInfo[]> {
  return (await views.all(knownAt)).flatMap((view) =>
    KIND_NAMES.filter((name) => kindNamed(name).geometry !== null || view.reach[name]).map((name) =>
      collectionOf(view, name),
    ),
  );
}

/** @throws SalientError `unknown_collection`, `withdrawn`, `not_yet_known` */
export async function collectionNamed(
  views: SeriesViews,
  id: string,
  knownAt: Instant | null,
): Promise<CollectionInfo> {
  const { series, kind } = parseCollectionId(id);
  try {
    return collectionOf(await views.of(series, knownAt), kind);
  } catch (error) {
    throw error instanceof SalientError && error.code === 'unknown_series' ? unknownCollection(id) : error;
  }
}

/** Kinds whose days are those of their rows, not of the maps. */
const LOGGED: readonly KindName[] = ['claim', 'claim_unlocated', 'event', 'event_unlocated', 'post'];

function collectionOf(view: SeriesView, name: KindName): CollectionInfo {
  const { series, statement, bounds, reach, maps } = view;
  const kind = kindNamed(name);
  const { first, last } = reach[name] ?? { first: null, last: null };
  return {
    id: collectionId(series, name),
    series,
    name,
    kind,
    title: `${statement.title}: ${kind.title}`,
    description: kind.description,
    statement,
    method: methodSentence(statement),
    bounds,
    interval: LOGGED.includes(name) ? [first, last] : [maps[0]?.valid_from ?? null, null],
    crs: kind.geometry === null ? [CRS84] : crsOf(bounds),
    view,
  };
}

/** A question about the features of a collection. */
export interface FeaturesRequest extends Conditions {
  frame: Frame;
  sortby: readonly SortKey[];
  /** Where the page before ended. */
  after: Cursor | null;
  limit: number;
  /** Only how many there are. */
  hits: boolean;
}

/** One page of the features of a collection, its rows still to be read. */
export interface Features {
  frame: Frame;
  /** Of the page, in order. */
  ids: string[];
  /** Where it ends; null where it has no features. */
  end: Cursor | null;
  /** On all pages. */
  matched: number;
  /** There are more after these. */
  more: boolean;
  /** In batches, so that a page of any size is never held. */
  rows(shape: Shape): AsyncGenerator<FeatureRow[]>;
}

/** So many features are read by the first statement; by the next ones as many as make about so many bytes. */
const FIRST_BATCH = 250;
const MOST_IN_BATCH = 4000;
const BATCH_BYTES = 1 << 20;

/**
 * One page of the features of a collection, of the state that `frame.knownAt` names: the next page requested with it belongs to
 * the same state, whatever was recorded meanwhile.
 * @throws SalientError `invalid_filter`, `invalid_parameter`
 */
export async function askFeatures(
  db: Db,
  { boxes }: Pick<SeriesViews, 'boxes'>,
  { name, kind }: CollectionInfo,
  requested: FeaturesRequest,
): Promise<Features> {
  const { frame } = requested;
  const source = (name === 'control' && (await areasNear(boxes, requested))) || (await sourceOf(db, name, frame));
  const selection = await select(db, kind, source, requested);
  return withinNumbers(() => pageRequested(db, selection, requested));
}

async function pageRequested(db: Db, selection: Selection, requested: FeaturesRequest): Promise<Features> {
  const { frame, after, limit, sortby } = requested;
  if (requested.hits) return page(db, frame, selection, [], await countOf(db, selection), limit);
  const { found, matched } = await idsOf(db, selection, { after, limit: limit + 1, sortby });
  return page(db, frame, selection, found, matched, limit);
}

/** Numbers out of range, an overflow and a power of a negative number among them. */
const OUT_OF_RANGE = ['22003', '2201F'];

async function withinNumbers<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!OUT_OF_RANGE.includes((cause as { code?: string }).code ?? '')) throw cause;
    throw new SalientError('invalid_filter', 'filter: a result is too large a number', [], { cause });
  }
}

/** The areas of one map that a box may meet; null where only the database knows. */
async function areasNear(boxes: AreaBoxes, { frame, bbox, bboxCrs }: FeaturesRequest): Promise<Source | null> {
  const [map, ...others] = mapsMeeting(frame);
  if (!map || others.length > 0 || bbox?.length !== 4 || bboxCrs.srid !== 4326) return null;
  const [a, b, c, d] = bbox as [number, number, number, number];
  const [west, south, east, north] = bboxCrs.latitudeFirst ? [b, a, d, c] : [a, b, c, d];
  // A box that is none, or that crosses the antimeridian.
  if (!(west <= east && south <= north)) return null;
  const nos = await boxes.near(map.revision, [west, south, east, north]);
  return nos && controlSource(frame.edition, [map], nos);
}

/** All features that a query selects, page by page; `limit` of them where it is not null. */
export async function* allFeatures(
  db: Db,
  views: Pick<SeriesViews, 'boxes'>,
  info: CollectionInfo,
  requested: FeaturesRequest,
  shape: Shape,
  limit: number | null,
): AsyncGenerator<FeatureRow[]> {
  let { after } = requested;
  for (let left = limit ?? Number.POSITIVE_INFINITY; left > 0; ) {
    const found = await askFeatures(db, views, info, { ...requested, after, limit: Math.min(left, PAGE_OF_FILE) });
    yield* found.rows(shape);
    left -= found.ids.length;
    after = found.end;
    if (!found.more) return;
  }
}

/** So many ids are held at once while a file is written. */
const PAGE_OF_FILE = 10_000;

function page(
  db: Db,
  frame: Frame,
  { source }: Selection,
  found: readonly Cursor[],
  matched: number,
  limit: number,
): Features {
  const shown = found.slice(0, limit);
  const ids = shown.map(({ id }) => id);
  return {
    frame,
    ids,
    end: shown.at(-1) ?? null,
    matched,
    more: found.length > limit,
    async *rows(shape) {
      let size = FIRST_BATCH;
      for (let from = 0; from < ids.length; ) {
        const rows = await featuresOf(db, source, ids.slice(from, from + size), shape);
        yield rows;
        from += size;
        const bytes = rows.reduce((sum, { geometry }) => sum + 300 + (geometry?.length ?? 0), 1);
        size = Math.min(MOST_IN_BATCH, Math.max(10, Math.floor((rows.length * BATCH_BYTES) / bytes)));
      }
    },
  };
}

/**
 * One feature. Its id states from which day it holds, so that it needs no `datetime`.
 * @throws SalientError `unknown_feature`
 */
export async function askFeature(
  db: Db,
  { id, name, kind, view }: CollectionInfo,
  feature: string,
  shape: Shape,
): Promise<FeatureRow> {
  const unknown = () =>
    new SalientError('unknown_feature', `collection ${id} has no feature ${JSON.stringify(feature)}`);
  const period = periodOf(name, feature);
  if (period === 'none') throw unknown();
  const source = await sourceOf(db, name, frameOf(view, kind, period));
  const [row] = await featuresOf(db, source, [feature], shape);
  if (!row) throw unknown();
  return row;
}

/** The days that an id speaks of: `2020-01-28.12`, or of a change `2020-01-28.2020-02-11.…`. */
function periodOf(name: KindName, feature: string): Period | null | 'none' {
  const kind = kindNamed(name);
  const isOfMap = 'revision' in kind.properties;
  if (kind.time === 'touching' && !isOfMap) return null;
  if (kind.time === 'as-of' && !isOfMap) return { from: null, to: null, single: false };
  const [from = '', to = ''] = feature.split('.');
  if (!isIsoDate(from)) return 'none';
  if (kind.time !== 'between') return { from, to: from, single: true };
  return isIsoDate(to) ? { from, to, single: false } : 'none';
}
