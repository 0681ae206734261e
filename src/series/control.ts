import { featureFromText } from '../geometry/feature-from-text.js';
import type { Db } from '../store/pool.js';
import { type AsOfRequest, envelope, resolve } from './as-of.js';
import { controlCells, dissolvedControl } from './control.sql.js';
import { unknownBetween } from './coverage.js';
import { placeSince } from './reference/place-history.js';
import { placeHistory, placesControlled } from './reference/places.sql.js';
import { revisionsAt } from './revisions.sql.js';

/** Who controls the ground: one MultiPolygon per party and status, or the undissolved cells with their claims. */
export async function askControl(db: Db, requested: AsOfRequest, options: { cells: boolean }) {
  const asOf = await resolve(db, requested);
  const validity = { valid_from: asOf.valid_from, valid_to: asOf.valid_to };
  const features = options.cells
    ? (await controlCells(db, asOf.revision)).map(({ geometry, no, ...rest }) =>
        featureFromText(no, geometry, { ...rest, ...validity }),
      )
    : (await dissolvedControl(db, asOf.revision)).map(({ geometry, ...rest }) =>
        featureFromText(`${rest.party ?? 'nobody'}-${rest.status}`, geometry, { ...rest, ...validity }),
      );
  return {
    type: 'FeatureCollection' as const,
    ...envelope(asOf),
    licence: asOf.statement.licence,
    // Of these features; no figure of any other answer counts it.
    outside_km2: asOf.drawing.outside_km2,
    outside_pieces: asOf.drawing.outside_pieces,
    features,
  };
}

/** Who holds each place, since when, and on which claims. */
export async function askPlaces(db: Db, requested: AsOfRequest) {
  const asOf = await resolve(db, requested);
  const rows = await placesControlled(db, asOf.edition, asOf.revision);
  const until = (await revisionsAt(db, requested.series, requested.knownAt)).filter(
    (row) => row.valid_on <= requested.date,
  );
  const mapDays = until.map((row) => row.valid_on);
  const since = placeSince(
    await placeHistory(
      db,
      asOf.edition,
      until.map((row) => row.id),
    ),
    { kind: asOf.statement.kind, date_means: asOf.statement.date_means, mapDays },
  );
  const features = rows.map(({ lon, lat, ...rest }) => ({
    type: 'Feature' as const,
    id: rest.id,
    geometry: { type: 'Point' as const, coordinates: [lon, lat] },
    // `since` is the first map that shows it; it came about between the days of `since_between`.
    properties: { ...rest, since: since.get(rest.id)?.latest ?? null, since_between: since.get(rest.id) ?? null },
  }));
  const unknown_days = unknownBetween(asOf.statement, mapDays);
  return {
    type: 'FeatureCollection' as const,
    ...envelope(asOf),
    unknown_days,
    licence: asOf.statement.licence,
    features,
  };
}
