import { featureFromText } from '../geometry/feature-from-text.js';
import type { Instant, IsoDate } from '../model/dates.js';
import type { Transition } from '../model/transition.js';
import { type AsOf, envelope, methodSentence, resolveDays } from '../series/as-of.js';
import { unknownOn } from '../series/coverage.js';
import { contentHash } from '../store/content-hash.js';
import { AT_WILL, once } from '../store/memo.js';
import type { Db } from '../store/pool.js';
import { balance } from './balance.js';
import { openedChange } from './digitising-noise.sql.js';
import { filteredBalance } from './filtered.js';
import { mapOf, measuredPair } from './matrix.js';
import { correlationOf, netChange, noiseFloor, openingRadius, wentBothWays } from './noise.js';
import { changePatches, type PatchRow } from './overlay.sql.js';
import { patchKey, patchName } from './patches.js';
import { placesAndRoutesBetween } from './places-and-routes.js';
import { straightAtAccuracy } from './straightness.js';

/** Two days of one series, as known at one instant. `from` may lie after `to`: the matrix is then transposed. */
export interface ChangeRequest {
  series: string;
  from: IsoDate;
  to: IsoDate;
  knownAt: Instant | null;
}

/** What to leave out of a change besides the raw figures, which are always reported. */
export interface ChangeFilter {
  /** Radius of the opening, metres; null: 2σ where borders were drawn anew, nothing where they were not. */
  openingM: number | null;
}

/**
 * What passed from whom to whom: the balanced matrix with its noise floor, net figures with the error of the lines and
 * apart from it the range of what is disputed, the steps in between distinguished as movement,
 * correction and redefinition, the places and the kilometres of each route (methods B). With a filter, the matrix without slivers stands beside the raw one.
 */
export async function askChange(db: Db, requested: ChangeRequest, filter: ChangeFilter | null = null) {
  const [before, after] = await resolvePair(db, requested);
  const measured = await measuredPair(db, mapOf(before), mapOf(after));
  const areas = { before: new Map(measured.areas.before), after: new Map(measured.areas.after) };
  const figures = balance(measured.matrix, areas.before, areas.after);
  const { places, route, route_net, known, ...kinds } = await placesAndRoutesBetween(db, before, after, figures);
  const accuracy = after.statement.accuracy_m;
  const redrawn = (party: string) =>
    measured.borders &&
    sum(measured.borders.filter((row) => row.left === party || row.right === party).map((row) => row.redrawn_m));
  const movedM = sum(measured.moved.map((row) => row.before_m + row.after_m));
  const correlation = correlationOf(after.statement, {
    spacingM: [before, after].map(({ drawing }) => drawing.drawn_spacing_m),
    verticesM: movedM / Math.max(1, sum(measured.moved.map((row) => row.edges))),
    straight: straightAtAccuracy(measured.straight, accuracy),
  });
  const floor = (redrawnM: number | null, party: string | null) =>
    noiseFloor(accuracy, redrawnM, correlation, wentBothWays(figures.matrix, party));
  return {
    ...pairEnvelope(before, after),
    ...figures,
    ...kinds,
    parties: figures.parties.map((row) => ({
      ...row,
      noise_km2: floor(redrawn(row.party), row.party).each_way_km2,
    })),
    noise: floor(measured.borders && sum(measured.borders.map((row) => row.redrawn_m)), null),
    net: figures.parties.map((row) => ({
      ...netChange(
        row,
        measured.moved.find(({ class: name }) => name === row.party),
        accuracy,
        correlation,
      ),
      disputed_km2: measured.disputed.find(({ party }) => party === row.party)?.net_km2 ?? null,
    })),
    disputed: measured.disputed,
    ...(filter && { filtered: await filteredMatrix(db, before, after, measured.matrix, areas.before, filter) }),
    // An empty list means that nothing changed only where there was something that could, on days that are known.
    known: unknownOn(before, after) ? NOTHING_KNOWN : known,
    /** Ground of the two maps outside the theatre: on the maps, and in no figure. Null: not measured. */
    outside_km2: { from: before.drawing.outside_km2, to: after.drawing.outside_km2 },
    places,
    route,
    route_net,
  };
}

const NOTHING_KNOWN = { places: false, routes: false, posts: false };

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

async function filteredMatrix(
  db: Db,
  before: AsOf,
  after: AsOf,
  transitions: readonly Transition[],
  areas: ReadonlyMap<string, number>,
  filter: ChangeFilter,
) {
  const drawnAnew = before.partition !== after.partition;
  const openingM = filter.openingM ?? (drawnAnew ? openingRadius(after.statement.accuracy_m) : 0);
  const pair = [before.revision, after.revision] as const;
  const opened = await once(db, 'opened-1', [...pair, openingM], () => openedChange(db, ...pair, openingM), AT_WILL);
  return filteredBalance(
    transitions,
    opened.map(({ from_class, to_class, opened_m2 }) => ({ from: from_class, to: to_class, opened_m2 })),
    areas,
    openingM,
  );
}

/**
 * The ground that changed its class as patches, largest first: parts within σ of one another are one patch, named by the
 * nearest place. An id stays the same as long as the patch's bounds do, to about ten metres.
 */
export async function askPatches(db: Db, requested: ChangeRequest) {
  const [before, after] = await resolvePair(db, requested);
  const mergedM = after.statement.accuracy_m;
  const rows =
    before.revision === after.revision ? [] : await changePatches(db, before.revision, after.revision, mergedM);
  const changed = sum(rows.map((row) => row.m2));
  const features = rows.map((row) => patchFeature(row, changed));
  return { type: 'FeatureCollection' as const, ...pairEnvelope(before, after), merged_m: mergedM, features };
}

/** A patch with its share of all ground that changed (m²). */
export function patchFeature(row: PatchRow, changed: number) {
  const { geometry, from_class: from, to_class: to, m2, place, distance_m, bearing, bounds } = row;
  const id = contentHash(patchKey(from, to, bounds)).slice(0, 12);
  const properties = { id, from, to, km2: m2 / 1e6, share: m2 / changed, name: patchName(place, distance_m, bearing) };
  return featureFromText(id, geometry, properties);
}

export async function resolvePair(db: Db, requested: ChangeRequest): Promise<[AsOf, AsOf]> {
  const [before, after] = await resolveDays(db, requested.series, [requested.from, requested.to], requested.knownAt);
  return [before as AsOf, after as AsOf];
}

export function pairEnvelope(before: AsOf, after: AsOf) {
  const { series, date, stale, ...rest } = envelope(after);
  return {
    series,
    from: before.date,
    to: date,
    revision: rest.revision,
    from_revision: before.revision,
    to_revision: after.revision,
    method: methodSentence(after.statement),
    known_at: rest.known_at,
    stale: stale || before.stale,
    unknown: unknownOn(before, after),
    map_age_days: rest.map_age_days,
    from_map_age_days: before.coverage.map_age_days,
    max_age_days: rest.max_age_days,
  };
}
