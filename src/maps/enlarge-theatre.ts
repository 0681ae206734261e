import { measuredChange } from '../change/matrix.js';
import { SalientError } from '../errors.js';
import { isObject, type Polygon } from '../geometry/geojson-geometry.js';
import { parseJson } from '../geometry/json-limits.js';
import { fromWkb } from '../geometry/wkb.js';
import type { AreaStatus } from '../model/area-status.js';
import type { Instant } from '../model/dates.js';
import { standingSeries } from '../series/as-of.js';
import { statedByFiles } from '../series/copy-edition.sql.js';
import { type Edition, editionAt, recordingInstant } from '../series/editions.sql.js';
import { partitionHash } from '../series/partition-hash.js';
import { buildPartition, findPartition } from '../series/planar-partition.sql.js';
import { drawingsOf, insertRevision, supersedeRevisions } from '../series/revisions.sql.js';
import { storePacked } from '../series/shapes.sql.js';
import { stepDone } from '../store/cancellation.js';
import { contentHash } from '../store/content-hash.js';
import type { Db, Queryable } from '../store/pool.js';
import { stageRest } from './gaps.sql.js';
import { packDay } from './packed-areas.js';
import { measureAreas, stageAreas, stagedPolygons } from './staging.sql.js';
import {
  areasOfRevision,
  copyReading,
  groundLost,
  insertEnlarged,
  type StandingMap,
  standingMaps,
  theatreKm2,
  unitedBoundary,
} from './theatre.sql.js';
import { namedBoundary, projectionOf, readBoundary } from './theatre-boundary.js';

/** The boundary that a theatre is to have: GeoJSON as it was sent, or the name of a country; `union`: together with the present one. */
export interface Enlargement {
  boundary: Uint8Array | null;
  country: string | null;
  union: boolean;
}

export interface EnlargedTheatre {
  theatre: string;
  /** Number of the new edition of its reference data. */
  edition: number;
  before_km2: number;
  after_km2: number;
  /** How many current maps of each of its series were cut anew. */
  series: { series: string; maps: number }[];
  notes: string[];
}

/**
 * Gives the theatre of imported series a larger boundary: a new edition of its reference data, in which every current map is
 * cut anew, as a new revision of the same areas. Answers as known before stay as they were. One transaction.
 * @throws SalientError `invalid_parameter` when ground of a stored map would be left outside, or files state the theatre
 */
export async function enlargeTheatre(db: Db, series: string, given: Enlargement): Promise<EnlargedTheatre> {
  return db.transaction(async (tx) => {
    const at = await recordingInstant(tx);
    const { theatre } = await standingSeries(tx, series);
    const edition = (await editionAt(tx, theatre, null)) as Edition;
    if (await statedByFiles(tx, theatre, edition.id)) {
      throw new SalientError(
        'invalid_parameter',
        `theatre ${theatre} is stated by the files of a bundle: enlarge its theatre.geojson there and start the service again`,
      );
    }
    const { boundary: requested, note } = await boundaryOf(tx, given);
    const boundary = given.union ? await unitedBoundary(tx, edition.id, requested) : requested;
    await refuseLoss(tx, theatre, edition.id, boundary);
    const enlarged = await insertEnlarged(tx, edition.id, {
      boundary,
      projection: projectionOf(boundary),
      sha256: contentHash([theatre, boundary, edition.sha256]),
      at,
    });
    const maps = await standingMaps(tx, theatre);
    await cutAnew(tx, theatre, enlarged, maps, at);
    const counts = new Map<string, number>();
    for (const map of maps) counts.set(map.series, (counts.get(map.series) ?? 0) + 1);
    return {
      theatre,
      edition: enlarged,
      before_km2: await theatreKm2(tx, edition.id),
      after_km2: await theatreKm2(tx, enlarged),
      series: [...counts].map(([id, count]) => ({ series: id, maps: count })),
      notes: note ? [note] : [],
    };
  });
}

function boundaryOf(tx: Queryable, { boundary, country }: Enlargement) {
  if ((boundary === null) === (country === null)) {
    throw new SalientError(
      'invalid_parameter',
      'a theatre is given as the body (GeoJSON, one polygon or several) or as the name of a country (theatre), one of the two',
    );
  }
  if (boundary === null) return namedBoundary(tx, country as string, 'it is no file');
  const body = parseJson(boundary);
  if (!isObject(body))
    throw new SalientError('invalid_body', 'theatre: GeoJSON is expected, a polygon or a file with one feature');
  return readBoundary(tx, body);
}

/** km²: below it what is lost is the rounding of an overlay. */
const NOTHING_KM2 = 1e-6;

async function refuseLoss(tx: Queryable, theatre: string, edition: number, boundary: Parameters<typeof groundLost>[3]) {
  const lost = (await groundLost(tx, theatre, edition, boundary)).filter(({ km2 }) => km2 > NOTHING_KM2);
  if (lost.length === 0) return;
  const problems = lost.slice(0, 20).map(({ series, date, km2, where }) => {
    return {
      code: 'outside_theatre',
      at: '',
      where,
      date,
      message: `the map of ${date} of series ${series} would lose ${km2.toPrecision(6)} km²`,
    };
  });
  throw new SalientError(
    'invalid_parameter',
    `ground of ${lost.length} stored ${lost.length === 1 ? 'map' : 'maps'} would lie outside the new theatre, most on ${lost[0]?.date} (${lost[0]?.km2.toPrecision(6)} km²): give a boundary that holds it, or union=true (--union), the boundary together with the present one`,
    problems,
  );
}

/** Every map as a new revision of the same areas in the new edition, and the steps between them measured. */
async function cutAnew(
  tx: Queryable,
  theatre: string,
  edition: number,
  maps: readonly StandingMap[],
  at: Instant,
): Promise<void> {
  const stored: { series: string; id: number; partition: number }[] = [];
  await supersedeRevisions(
    tx,
    maps.map(({ id }) => id),
    at,
  );
  const drawings = await drawingsOf(
    tx,
    maps.map(({ id }) => id),
  );
  for (const [index, map] of maps.entries()) {
    const spacing = drawings.get(map.id)?.drawn_spacing_m ?? null;
    const cut = { series: map.series, ...(await cutMap(tx, map, { theatre, edition, at, spacing })) };
    const before = stored.at(-1);
    if (before?.series === map.series) {
      await measuredChange(tx, before.id, cut.id, before.partition === cut.partition);
    }
    stored.push(cut);
    stepDone('maps cut anew', index + 1, maps.length);
  }
}

async function cutMap(
  tx: Queryable,
  { id, series, date, rest, sha256: known, note }: StandingMap,
  { theatre, edition, at, spacing }: { theatre: string; edition: number; at: Instant; spacing: number | null },
) {
  const areas = await areasOfRevision(tx, id);
  await stageAreas(
    tx,
    areas.map(({ party, status, confidence, wkb }, index) => {
      return { at: String(index), party, status: status as AreaStatus, confidence, wkb };
    }),
  );
  const measured = await measureAreas(tx, edition);
  // Where the series gives the rest a holder, the ground that the theatre has won is its as well.
  const holder = rest === 'unknown' ? { party: null, status: 'unknown' } : { party: rest, status: 'controlled' };
  const won = rest === null ? 0 : await stageRest(tx, edition, holder);
  const [source] = areas.map((area) => area.source);
  const rows = areas.map(({ wkb: _, sha256: __, ...area }) => ({ ...area, claims: [] as number[] }));
  const hashes = areas.map((area) => area.sha256);
  let sha256 = known;
  if (won > 0 && source !== undefined) {
    const packed = packDay(
      date,
      (await stagedPolygons(tx)).map((area) => ({ ...area, polygons: polygonsOf(area.wkb) })),
    );
    const last = packed.areas.slice(-1);
    const shapes = await storePacked(tx, last);
    for (const { party, status, confidence, sha256: hash } of last) {
      const shape = shapes.get(hash) as number;
      rows.push({ party, status, confidence, shape, source, place: null, reason: null, claims: [] });
      hashes.push(hash);
    }
    sha256 = packed.sha256;
  }
  const hash = partitionHash(hashes);
  const shapes = rows.map(({ shape }) => shape);
  const partition = (await findPartition(tx, edition, hash)) ?? (await buildPartition(tx, edition, hash, shapes));
  const sum = (of: 'outside_km2' | 'outside_pieces') => measured.reduce((total, area) => total + area[of], 0);
  const drawing = {
    drawn_spacing_m: spacing,
    outside_km2: sum('outside_km2'),
    outside_pieces: sum('outside_pieces'),
  };
  const head = { series, theatre, valid_on: date, edition, partition, sha256, note, recorded_at: at, drawing };
  const revision = await insertRevision(tx, head, rows);
  await copyReading(tx, id, revision);
  return { id: revision, partition };
}

const polygonsOf = (wkb: Uint8Array) => (fromWkb(wkb).geometry as { coordinates: Polygon[] }).coordinates;
