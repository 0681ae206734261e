import { askPatches } from '../change/ask.js';
import { verdictsOn } from '../encirclement/verdicts.js';
import { frontsOn } from '../front/ask.js';
import type { StripRow } from '../front/gray-strips.js';
import type { FrontRow } from '../front/lines.sql.js';
import type { IsoDate } from '../model/dates.js';
import type { Period } from '../model/period.js';
import { routeStretches } from '../routes/ask.js';
import { postsOf } from '../series/reference/posts.sql.js';
import type { Db } from '../store/pool.js';
import { claimSource, eventSource, postSource } from './claims-and-events.sql.js';
import { type Frame, mapsMeeting, measurable, type Segment, segmentsMeeting } from './collection-frame.js';
import { COLLECTION_KINDS, type KindName } from './collection-kinds.js';
import { controlSource, placeSource, type StretchInput, snapshotSource, stretchSource } from './maps.sql.js';
import { computedSource, type Source } from './source.sql.js';

/** The features of a collection in a frame: from tables where they are stored, measured where they are not. */
export function sourceOf(db: Db, kind: KindName, frame: Frame): Source | Promise<Source> {
  const { edition, period, statement, knownAt } = frame;
  switch (kind) {
    case 'control':
      return controlSource(edition, mapsMeeting(frame));
    case 'place':
      return placeSource(edition, mapsMeeting(frame));
    case 'snapshot':
      return snapshotSource(frame.series, mapsMeeting(frame));
    case 'post':
      return postSource(edition, period);
    case 'claim':
    case 'claim_unlocated':
      return claimSource(statement.theatre, edition, period, knownAt, kind === 'claim');
    case 'event':
    case 'event_unlocated':
      return eventSource(statement.theatre, edition, period, knownAt, kind === 'event');
    case 'front':
      return fronts(db, frame);
    case 'encirclement':
      return verdicts(db, frame);
    case 'route':
      return stretches(db, frame);
    case 'change':
      return patches(db, frame);
  }
}

/** Validity and map, as properties state them. */
const held = ({ valid_from, valid_to, revision }: Segment) => ({ valid_from, valid_to, revision });

async function fronts(db: Db, frame: Frame): Promise<Source> {
  const rows: object[] = [];
  for (const segment of segmentsMeeting(frame)) {
    const { lines, strips } = await frontsOn(db, { ...segment, edition: frame.edition });
    for (const line of lines) rows.push({ ...lineProperties(line, segment), ...held(segment) });
    for (const strip of strips) rows.push({ ...stripProperties(strip, segment), ...held(segment) });
  }
  return computedSource(COLLECTION_KINDS.front, rows);
}

function lineProperties({ left, right, kind, length_m, ruled_m, minkowski_m, geometry }: FrontRow, { since }: Segment) {
  const lengths = { length_km: length_m / 1000, ruled_km: ruled_m / 1000, minkowski_km: minkowski_m / 1000 };
  return {
    id: `${since}.${kind}-${left}-${right ?? 'outside'}`,
    kind,
    left,
    right,
    ...lengths,
    geometry: multiLine(geometry),
  };
}

function stripProperties(row: StripRow, { since }: Segment) {
  const { strip, left, right, geometry } = row;
  return {
    id: `${since}.strip-${strip}-${left}-${right}`,
    kind: 'strip',
    left,
    right,
    length_km: row.middle_m / 1000,
    ruled_km: row.middle_ruled_m / 1000,
    area_km2: row.area_m2 / 1e6,
    contested_km2: row.contested_m2 / 1e6,
    mean_width_m: row.area_m2 / row.middle_m,
    geometry: multiLine(geometry),
  };
}

/** One type of geometry per collection: what reads the first feature only must not be wrong about the next. */
function multiLine(geometry: string): string {
  const { type, coordinates } = JSON.parse(geometry) as { type: string; coordinates: unknown };
  return type === 'LineString' ? JSON.stringify({ type: 'MultiLineString', coordinates: [coordinates] }) : geometry;
}

async function verdicts(db: Db, frame: Frame): Promise<Source> {
  const posts = new Map((await postsOf(db, frame.edition)).map((post) => [`${post.operator}-${post.number}`, post]));
  const rows: object[] = [];
  for (const segment of segmentsMeeting(frame)) {
    const asOf = { ...segment, edition: frame.edition, statement: frame.statement };
    for (const row of await verdictsOn(db, asOf, frame.period?.single ?? false)) {
      const key = `${row.operator}-${row.number}`;
      const post = posts.get(key);
      if (!post) continue;
      const margins = frame.period?.single
        ? {}
        : {
            margin_strict_m: null,
            margin_lenient_m: null,
            margin_at_least: null,
            margin_strict_bound: null,
            margin_lenient_bound: null,
          };
      rows.push({
        ...row,
        ...margins,
        ...held(segment),
        id: `${segment.since}.${key}`,
        name: post.name,
        geometry: JSON.stringify({ type: 'Point', coordinates: [post.lon, post.lat] }),
      });
    }
  }
  return computedSource(COLLECTION_KINDS.encirclement, rows);
}

async function stretches(db: Db, frame: Frame): Promise<Source> {
  const rows: StretchInput[] = [];
  for (const { revision, valid_from, valid_to } of measurable(mapsMeeting(frame))) {
    for (const [route, parts] of await routeStretches(db, { edition: frame.edition, revision })) {
      for (const [index, stretch] of parts.entries()) {
        const { from_km, to_km } = stretch;
        rows.push({
          id: `${valid_from}.${route}.${index + 1}`,
          route,
          from_km,
          to_km,
          class: stretch.class,
          valid_from,
          valid_to,
          revision,
        });
      }
    }
  }
  return stretchSource(frame.edition, rows);
}

/** The two days of a change: the ends of the interval, or the series' own where one is open. Null without two maps. */
function daysOfChange({ maps, statement, period }: Frame): [IsoDate, IsoDate] | null {
  const [first, last] = [maps[0]?.valid_from, statement.complete_until ?? maps.at(-1)?.valid_from];
  if (first === undefined || last === undefined) return null;
  const bounds: Period =
    period === null || period.single ? { from: first, to: period?.to ?? last, single: false } : period;
  const from = bounds.from === null || bounds.from < first ? first : bounds.from;
  const to = bounds.to ?? last;
  return to < first ? null : [from, to];
}

async function patches(db: Db, frame: Frame): Promise<Source> {
  const days = daysOfChange(frame);
  if (days === null) return computedSource(COLLECTION_KINDS.change, []);
  const [from, to] = days;
  const { features } = await askPatches(db, { series: frame.series, from, to, knownAt: frame.knownAt });
  const rows = features.map(({ id, geometry, properties }) => ({
    id: `${from}.${to}.${id}`,
    from_class: properties.from,
    to_class: properties.to,
    km2: properties.km2,
    share: properties.share,
    name: properties.name,
    from_date: from,
    to_date: to,
    geometry: JSON.stringify(geometry),
  }));
  return computedSource(COLLECTION_KINDS.change, rows);
}
