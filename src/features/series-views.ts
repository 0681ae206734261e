import { SalientError } from '../errors.js';
import { type Bounds, narrowestBounds } from '../geometry/bounds.js';
import type { Instant, IsoDate } from '../model/dates.js';
import { resolveSeries } from '../series/as-of.js';
import { breakpoints } from '../series/as-of.sql.js';
import { epochOf } from '../series/epoch.sql.js';
import { revisionsAt } from '../series/revisions.sql.js';
import { allSeries, type SeriesStatement, statementAt } from '../series/series.sql.js';
import { latestRecording } from '../store/latest-recording.js';
import { once, openMemo } from '../store/memo.js';
import type { Db } from '../store/pool.js';
import { isHidden } from '../store/sight.js';
import { openFreshLookUps } from '../store/single-flight.js';
import { type AreaBoxes, openAreaBoxes } from './area-boxes.js';
import type { KindName } from './collection-kinds.js';
import { areaBounds, editionBounds, loggedReach, type Reach } from './extent.sql.js';
import type { MapInForce } from './source.sql.js';

/** A series as its collections show it, as known at an instant. */
export interface SeriesView {
  series: string;
  statement: SeriesStatement;
  edition: number;
  /** When the last of it was recorded: what a question is pinned to, so that its later pages see the same state. */
  knownAt: Instant;
  /** Every map, in order. */
  maps: MapInForce[];
  /** Days on which something that verdicts depend on begins or ends, in order. */
  breakpoints: IsoDate[];
  bounds: Bounds;
  /** Of the collections whose rows have days of their own; absent where there is no row. */
  reach: Partial<Record<KindName, Reach>>;
}

/**
 * What every question about collections begins with, found once and kept until somebody writes to the series: a look at its
 * epoch, one prepared statement, decides whether it still holds. So a request costs the same however long the history is.
 */
export interface SeriesViews {
  /** @throws SalientError `unknown_series`, `withdrawn`, `not_yet_known` */
  of(series: string, knownAt: Instant | null): Promise<SeriesView>;
  /** Of every series that was recorded and not withdrawn by an instant (null: now), by id. */
  all(knownAt: Instant | null): Promise<SeriesView[]>;
  boxes: AreaBoxes;
}

/** Series that are looked up at the same time: as many as there are connections for it. */
const AT_ONCE = 4;

const REMEMBERED = 32 << 20;
const MAP_BYTES = 250;

export function openSeriesViews(db: Db): SeriesViews {
  const lookUps = openFreshLookUps();
  const views = openMemo<SeriesView>({
    maxBytes: REMEMBERED,
    bytesOf: ({ maps, breakpoints: days }) => 4000 + MAP_BYTES * (maps.length + days.length),
  });

  async function of(series: string, knownAt: Instant | null): Promise<SeriesView> {
    const now = isHidden(series) ? null : await lookUps(series, () => epochOf(db, series));
    // No such series: the statement reports it.
    if (now === null) return viewOf(db, series, knownAt);
    return views.once(`${series} ${now.epoch} ${knownAt}`, () => viewOf(db, series, knownAt));
  }

  return {
    of,
    boxes: openAreaBoxes(db),
    async all(knownAt) {
      const standing = (await allSeries(db, knownAt)).filter(({ withdrawn_why: why }) => why === null);
      const found: SeriesView[] = [];
      for (let first = 0; first < standing.length; first += AT_ONCE) {
        const some = standing.slice(first, first + AT_ONCE);
        found.push(...(await Promise.all(some.map(({ series }) => of(series, knownAt)))));
      }
      return found;
    },
  };
}

async function viewOf(db: Db, series: string, requested: Instant | null): Promise<SeriesView> {
  const now = await statementAt(db, series, null);
  const knownAt = now && (await latestRecording(db, series, now.theatre, requested));
  if (now && knownAt === null) {
    throw new SalientError('not_yet_known', `nothing of series ${series} was recorded at ${requested}`);
  }
  const { statement, edition } = await resolveSeries(db, series, knownAt);
  const revisions = await revisionsAt(db, series, knownAt);
  const maps = revisions.map(({ id, valid_on }, index) => ({
    revision: id,
    valid_from: valid_on,
    valid_to: revisions[index + 1]?.valid_on ?? null,
  }));
  return {
    series,
    statement,
    edition,
    knownAt: knownAt as Instant,
    maps,
    breakpoints: await breakpoints(db, edition),
    bounds: narrowestBounds([await editionBounds(db, edition), ...(await boundsOfMaps(db, maps))]),
    reach: await loggedReach(db, statement.theatre, edition, knownAt),
  };
}

/** So many maps are measured by one statement, so that a series that grows by a map measures that one alone. */
const BLOCK = 64;

/** Bounds of every area of some maps, block by block: kept for whole blocks, and for the maps of the last. */
async function boundsOfMaps(db: Db, maps: readonly MapInForce[]): Promise<Bounds[]> {
  const revisions = maps.map(({ revision }) => revision).sort((a, b) => a - b);
  const found: Bounds[] = [];
  while (revisions.length > 0) {
    const block = revisions.splice(0, revisions.length >= BLOCK ? BLOCK : 1);
    const kept = await once(db, 'area-bounds-1', block, async () => ({ box: await areaBounds(db, block) }));
    if (kept.box) found.push(kept.box);
  }
  return found;
}
