import { SalientError } from '../errors.js';
import type { Instant, IsoDate } from '../model/dates.js';
import type { Db } from '../store/pool.js';
import { resolveSeries } from './as-of.js';
import { claimsOf, eventsOf, placeExists } from './claims-and-events.sql.js';
import { oldestSeries } from './series.sql.js';

/** The theatre that a question without a series is about: that of the series that came first, whatever comes after. */
async function theatreAsked(db: Db, series: string | null, knownAt: Instant | null) {
  const id = series ?? (await oldestSeries(db));
  if (id === undefined) throw new SalientError('no_data', 'there is no series yet: import one, or load geodata');
  const { statement, edition } = await resolveSeries(db, id, knownAt);
  return { theatre: statement.theatre, edition };
}

/**
 * What was claimed, with sources; of one place, or of the whole theatre. Withdrawn claims say so.
 * @throws SalientError `unknown_place`
 */
export async function askClaims(
  db: Db,
  asked: { series: string | null; place: string | null; knownAt: Instant | null },
) {
  const { theatre, edition } = await theatreAsked(db, asked.series, asked.knownAt);
  const claims = await claimsOf(db, theatre, edition, asked);
  if (claims.length === 0 && asked.place !== null && !(await placeExists(db, theatre, asked.place))) {
    throw new SalientError('unknown_place', `there is no place ${JSON.stringify(asked.place)} in ${theatre}`);
  }
  return collection(theatre, asked.knownAt, claims);
}

/** What happened in `[from, to)`, with counts, their qualifiers and sources. */
export async function askEvents(
  db: Db,
  asked: {
    series: string | null;
    from: IsoDate | null;
    to: IsoDate | null;
    kind: string | null;
    knownAt: Instant | null;
  },
) {
  if (asked.from !== null && asked.to !== null && asked.to < asked.from) {
    throw new SalientError('invalid_parameter', `to: ${asked.to} is before from, ${asked.from}`);
  }
  const { theatre, edition } = await theatreAsked(db, asked.series, asked.knownAt);
  return collection(theatre, asked.knownAt, await eventsOf(db, theatre, edition, asked));
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
