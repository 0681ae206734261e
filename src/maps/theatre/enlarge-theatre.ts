import { SalientError } from '../../errors.js';
import { isObject } from '../../geometry/geojson-geometry.js';
import { parseJson } from '../../geometry/json-limits.js';
import { readable } from '../../model/readable.js';
import { standingSeries } from '../../series/as-of.js';
import { statedByFiles } from '../../series/reference/copy-edition.sql.js';
import { type Edition, editionAt, recordingInstant } from '../../series/reference/editions.sql.js';
import { contentHash } from '../../store/content-hash.js';
import type { Db, Queryable } from '../../store/pool.js';
import { cutAnew } from './cut-anew.js';
import { groundLost, insertEnlarged, theatreKm2, unitedBoundary } from './theatre.sql.js';
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
    const maps = await cutAnew(tx, theatre, enlarged, at);
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
    throw new SalientError('invalid_body', 'theatre: GeoJSON is expected, a polygon or a file of polygons');
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
      message: `the map of ${date} of series ${series} would lose ${readable(km2)} km²`,
    };
  });
  throw new SalientError(
    'invalid_parameter',
    `ground of ${lost.length} stored ${lost.length === 1 ? 'map' : 'maps'} would lie outside the new theatre, most on ${lost[0]?.date} (${readable(lost[0]?.km2 ?? 0)} km²): give a boundary that holds it, or union=true (--union), the boundary together with the present one`,
    problems,
  );
}
