import {
  changeByFace,
  changeByOverlay,
  changePatches,
  keepChange,
  keptChange,
  type TransitionRow,
} from '../db/change.js';
import { classAreas } from '../db/control.js';
import { placeHistory, placesHeld } from '../db/places.js';
import type { Db } from '../db/pool.js';
import { revisionsAt } from '../db/revisions.js';
import { SalientError } from '../errors.js';
import { balance } from '../model/balance.js';
import { classOf } from '../model/classes.js';
import type { Instant, IsoDate } from '../model/dates.js';
import { patchName } from '../model/patches.js';
import { placeChanges } from '../model/place-history.js';
import { routeChange } from '../model/stretches.js';
import { routeStretches } from './ask-route.js';
import { contentHash } from './content-hash.js';
import { type AsOf, envelope, methodSentence, resolve } from './resolve.js';

/** Two days of one series, as known at one instant. `from` may lie after `to`: the matrix is then transposed. */
export interface AskedChange {
  series: string;
  from: IsoDate;
  to: IsoDate;
  knownAt: Instant | null;
}

/** What passed from whom to whom: the balanced matrix, the places and the kilometres of each route (methods B). */
export async function askChange(db: Db, asked: AskedChange) {
  const [before, after] = await resolvePair(db, asked);
  const transitions = await transitionMatrix(db, before, after);
  const figures = balance(
    transitions.map(({ from_class, to_class, m2 }) => ({ from: from_class, to: to_class, m2 })),
    await areasBy(db, before.revision),
    await areasBy(db, after.revision),
  );
  return {
    ...pairEnvelope(before, after),
    ...figures,
    places: await changedPlaces(db, before, after),
    route: await changedRoutes(db, before, after),
  };
}

/** The ground that changed its class as polygons, largest first, named by the nearest place. */
export async function askPatches(db: Db, asked: AskedChange) {
  const [before, after] = await resolvePair(db, asked);
  const rows = before.revision === after.revision ? [] : await changePatches(db, before.revision, after.revision);
  const features = rows.map(({ geometry, from_class, to_class, m2, place, distance_m, bearing }) => {
    const id = contentHash([from_class, to_class, geometry]).slice(0, 12);
    return {
      type: 'Feature' as const,
      id,
      geometry: JSON.parse(geometry),
      properties: { id, from: from_class, to: to_class, km2: m2 / 1e6, name: patchName(place, distance_m, bearing) },
    };
  });
  return { type: 'FeatureCollection' as const, ...pairEnvelope(before, after), features };
}

async function resolvePair(db: Db, asked: AskedChange): Promise<[AsOf, AsOf]> {
  const { series, knownAt } = asked;
  return [
    await resolve(db, { series, knownAt, date: asked.from }),
    await resolve(db, { series, knownAt, date: asked.to }),
  ];
}

function pairEnvelope(before: AsOf, after: AsOf) {
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
  };
}

/** Computed once for a pair of revisions and kept: neither can change any more. */
async function transitionMatrix(db: Db, before: AsOf, after: AsOf): Promise<TransitionRow[]> {
  const kept = await keptChange(db, before.revision, after.revision);
  if (kept.length > 0) return kept;
  const rows =
    before.plane === after.plane
      ? await changeByFace(db, before.revision, after.revision)
      : await changeByOverlay(db, before.revision, after.revision);
  if (rows.length === 0) throw new SalientError('imbalance', 'the overlay of the two maps came back empty');
  await keepChange(db, before.revision, after.revision, rows);
  return rows;
}

async function areasBy(db: Db, revision: number): Promise<Map<string, number>> {
  return new Map((await classAreas(db, revision)).map((row) => [row.class, row.m2]));
}

async function changedPlaces(db: Db, before: AsOf, after: AsOf) {
  const [first, last] = before.date <= after.date ? [before, after] : [after, before];
  const revisions = await revisionsAt(db, after.series, after.knownAt);
  const span = revisions.filter((row) => row.valid_on >= first.valid_from && row.valid_on <= last.date);
  const history = await placeHistory(
    db,
    after.edition,
    span.map((row) => row.id),
  );
  const changes = placeChanges(history, first.date, last.date, (row) => classOf(row.status, row.party));
  const held = new Map((await placesHeld(db, after.edition, last.revision)).map((row) => [row.id, row]));
  const forward = first === before;
  return changes.map(({ place, from, to, on }) => ({
    id: place,
    name: held.get(place)?.name ?? place,
    ...(forward ? { from, to } : { from: to, to: from }),
    on,
    claims: held.get(place)?.claims ?? [],
  }));
}

async function changedRoutes(db: Db, before: AsOf, after: AsOf) {
  const earlier = await routeStretches(db, before);
  const later = await routeStretches(db, after);
  return [...later].flatMap(([route, stretches]) =>
    routeChange(earlier.get(route) ?? [], stretches).map((row) => ({ route, ...row })),
  );
}
