import { SalientError } from '../errors.js';
import { CRS84, type Crs, crsOf } from '../geometry/crs.js';
import { type Instant, type IsoDate, isIsoDate } from '../model/dates.js';
import type { Period } from '../model/period.js';
import { methodSentence, resolveSeries } from '../series/as-of.js';
import { allSeries, type SeriesStatement, snapshotDates, statementAt } from '../series/series.sql.js';
import type { Db } from '../store/pool.js';
import { type Frame, frameOf } from './collection-frame.js';
import { type CollectionKind, KIND_NAMES, type KindName, kindNamed } from './collection-kinds.js';
import { sourceOf } from './collection-sources.js';
import { collectionId, parseCollectionId, unknownCollection } from './collections.js';
import { type Bounds, loggedReach, seriesBounds } from './extent.sql.js';
import { type Conditions, countOf, type FeatureRow, featureOf, pageOf, select } from './page.sql.js';

/** A collection as clients are told of it. */
export interface CollectionInfo {
  id: string;
  series: string;
  name: KindName;
  kind: CollectionKind;
  title: string;
  description: string;
  statement: SeriesStatement;
  method: string;
  bounds: Bounds;
  /** First day, and the last where there is one. */
  interval: [IsoDate | null, IsoDate | null];
  crs: Crs[];
}

/** Every collection of every series that stood at an instant (null: now); those without a position only where there are such features. */
export async function allCollections(db: Db, knownAt: Instant | null): Promise<CollectionInfo[]> {
  const found: CollectionInfo[] = [];
  for (const statement of await allSeries(db, knownAt)) {
    if (statement.withdrawn_why !== null) continue;
    const { collections, unlocated } = await collectionsOf(db, statement, knownAt);
    found.push(...collections.filter(({ name, kind }) => kind.geometry !== null || unlocated.includes(name)));
  }
  return found;
}

/** @throws SalientError `unknown_collection`, `withdrawn`, `not_yet_known` */
export async function collectionNamed(db: Db, id: string, knownAt: Instant | null): Promise<CollectionInfo> {
  const { series, kind } = parseCollectionId(id);
  if (!(await statementAt(db, series, null))) throw unknownCollection(id);
  const { statement } = await resolveSeries(db, series, knownAt);
  const { collections } = await collectionsOf(db, statement, knownAt);
  return collections.find(({ name }) => name === kind) as CollectionInfo;
}

/** Kinds whose days are those of their rows, not of the maps. */
const LOGGED: readonly KindName[] = ['claim', 'claim_unlocated', 'event', 'event_unlocated', 'post'];

async function collectionsOf(db: Db, statement: SeriesStatement, knownAt: Instant | null) {
  const { series, theatre } = statement;
  const { edition } = await resolveSeries(db, series, knownAt);
  const bounds = await seriesBounds(db, series, edition);
  const reach = await loggedReach(db, theatre, edition, knownAt);
  const snapshots = await snapshotDates(db, series, knownAt);
  const collections = KIND_NAMES.map((name): CollectionInfo => {
    const kind = kindNamed(name);
    const logged = LOGGED.includes(name) ? (reach[name] ?? { first: null, last: null }) : null;
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
      interval: logged ? [logged.first, logged.last] : [snapshots[0] ?? null, null],
      crs: kind.geometry === null ? [CRS84] : crsOf(bounds),
    };
  });
  const unlocated = KIND_NAMES.filter((name) => kindNamed(name).geometry === null && (reach[name]?.rows ?? 0) > 0);
  return { collections, unlocated };
}

/** A question about the features of a collection. */
export interface FeaturesRequest extends Conditions {
  period: Period | null;
  knownAt: Instant | null;
  /** The id after which to go on. */
  after: string | null;
  limit: number;
  /** Only how many there are. */
  hits: boolean;
  crs: Crs;
}

export interface Features {
  frame: Frame;
  rows: FeatureRow[];
  matched: number;
  /** There are more after these. */
  more: boolean;
}

/**
 * One page of the features of a collection, pinned to the state that `frame.knownAt` names: the next page asked with it
 * belongs to the same state, whatever was recorded meanwhile.
 * @throws SalientError `invalid_filter`, `not_yet_known`, `withdrawn`
 */
export async function askFeatures(
  db: Db,
  { id, series, name, kind }: CollectionInfo,
  asked: FeaturesRequest,
): Promise<Features> {
  const frame = await frameOf(db, id, series, kind, asked);
  const selection = await select(db, kind, await sourceOf(db, name, frame), asked);
  const matched = await countOf(db, selection);
  if (asked.hits) return { frame, rows: [], matched, more: false };
  const rows = await pageOf(db, kind, selection, { after: asked.after, limit: asked.limit + 1, crs: asked.crs });
  return { frame, rows: rows.slice(0, asked.limit), matched, more: rows.length > asked.limit };
}

/**
 * One feature. Its id says from which day it holds, so that it needs no `datetime`.
 * @throws SalientError `unknown_feature`
 */
export async function askFeature(
  db: Db,
  { id, series, name, kind }: CollectionInfo,
  feature: string,
  asked: { knownAt: Instant | null; crs: Crs },
): Promise<{ frame: Frame; row: FeatureRow }> {
  const unknown = () =>
    new SalientError('unknown_feature', `collection ${id} has no feature ${JSON.stringify(feature)}`);
  const period = periodOf(kind, feature);
  if (period === 'none') throw unknown();
  const frame = await frameOf(db, id, series, kind, { period, knownAt: asked.knownAt });
  const row = await featureOf(db, kind, await sourceOf(db, name, frame), feature, asked.crs);
  if (!row) throw unknown();
  return { frame, row };
}

/** The days that an id speaks of: `2020-01-28.12`, or of a change `2020-01-28.2020-02-11.…`. */
function periodOf(kind: CollectionKind, feature: string): Period | null | 'none' {
  if (kind.time === 'touching') return null;
  if (kind.time === 'as-of' && !('revision' in kind.properties)) return { from: null, to: null, single: false };
  const [from = '', to = ''] = feature.split('.');
  if (!isIsoDate(from)) return 'none';
  if (kind.time === 'as-of') return { from, to: from, single: true };
  return isIsoDate(to) ? { from, to, single: false } : 'none';
}
