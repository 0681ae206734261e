import { SalientError } from '../errors.js';
import type { Instant, IsoDate } from '../model/dates.js';
import type { Db } from '../store/pool.js';
import { resolveSeries } from './as-of.js';
import { claimsOf, eventsOf, placeExists } from './claims-and-events.sql.js';
import { oldestSeries } from './series.sql.js';

/** The theatre that a question without a series is about: that of the series that came first, whatever comes after. */
async function theatreRequested(db: Db, series: string | null, knownAt: Instant | null) {
  const id = series ?? (await oldestSeries(db));
  if (id === undefined) throw new SalientError('no_data', 'there is no series yet: import one, or load geodata');
  const { statement, edition } = await resolveSeries(db, id, knownAt);
  return { theatre: statement.theatre, edition };
}

/**
 * What was claimed, with sources; of one place, or of the whole theatre. Withdrawn claims are marked.
 * @throws SalientError `unknown_place`
 */
export async function askClaims(
  db: Db,
  requested: { series: string | null; place: string | null; knownAt: Instant | null },
) {
  const { theatre, edition } = await theatreRequested(db, requested.series, requested.knownAt);
  const claims = await claimsOf(db, theatre, edition, requested);
  const { place, knownAt } = requested;
  if (claims.length === 0 && place !== null && !(await placeExists(db, theatre, place, knownAt))) {
    throw new SalientError('unknown_place', `there is no place ${JSON.stringify(place)} in ${theatre}`);
  }
  return collection(theatre, requested.knownAt, claims);
}

/** What happened in `[from, to)`, with counts, their qualifiers and sources. */
export async function askEvents(
  db: Db,
  requested: {
    series: string | null;
    from: IsoDate | null;
    to: IsoDate | null;
    kind: string | null;
    knownAt: Instant | null;
  },
) {
  if (requested.from !== null && requested.to !== null && requested.to < requested.from) {
    throw new SalientError('invalid_parameter', `to: ${requested.to} is before from, ${requested.from}`);
  }
  const { theatre, edition } = await theatreRequested(db, requested.series, requested.knownAt);
  return collection(theatre, requested.knownAt, await eventsOf(db, theatre, edition, requested));
}

function collection<Row extends { id: string; lon: number | null; lat: number | null }>(
  theatre: string,
  knownAt: Instant | null,
  rows: readonly Row[],
) {
  return {
    type: 'FeatureCollection' as const,
    theatre,
    known_at: knownAt,
    features: rows.map(({ lon, lat, ...properties }) => ({
      type: 'Feature' as const,
      id: properties.id,
      geometry: lon === null || lat === null ? null : { type: 'Point' as const, coordinates: [lon, lat] },
      properties,
    })),
  };
}
