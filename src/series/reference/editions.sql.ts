import type { Polygon } from '../../geometry/geojson-geometry.js';
import type { Instant } from '../../model/dates.js';
import type { Queryable } from '../../store/pool.js';
import { requiredRow } from '../../store/statement.js';

/** An edition's head: one immutable statement of a theatre's slow-changing facts. */
export interface Edition {
  id: number;
  theatre: string;
  title: string;
  projection: string;
  sha256: string;
  recorded_at: Instant;
}

/** The edition of a theatre that held at an instant; null before the first. */
export async function editionAt(db: Queryable, theatre: string, knownAt: string | null): Promise<Edition | null> {
  const [row] = await db.query<Edition>(
    `select id, theatre, title, projection, sha256, recorded_at from edition
     where theatre = $1 and recorded_at <= coalesce($2::timestamptz, 'infinity')
     order by recorded_at desc limit 1`,
    [theatre, knownAt],
    'prepared',
  );
  return row ?? null;
}

/** The boundary of an edition's theatre, lon, lat. */
export async function editionBoundary(db: Queryable, edition: number): Promise<Polygon[]> {
  const [row] = await db.query<{ boundary: string }>(
    'select st_asgeojson(boundary, 15) as boundary from edition where id = $1',
    [edition],
  );
  return row ? (JSON.parse(row.boundary) as { coordinates: Polygon[] }).coordinates : [];
}

/** The polygons of territory abroad of an edition. */
export async function territoryBoundaries(db: Queryable, edition: number): Promise<Polygon[]> {
  const rows = await db.query<{ boundary: string }>(
    'select st_asgeojson(st_multi(boundary), 15) as boundary from territory where edition = $1 order by id',
    [edition],
  );
  return rows.flatMap(({ boundary }) => (JSON.parse(boundary) as { coordinates: Polygon[] }).coordinates);
}

/** Makes sure the theatre exists. */
export async function ensureTheatre(tx: Queryable, theatre: string): Promise<void> {
  await tx.query('insert into theatre (id) values ($1) on conflict do nothing', [theatre]);
}

/**
 * One recording instant for everything a transaction writes, so that it becomes known all at once; it is later than every
 * earlier one, though the clock goes back. To be called first: writers take turns here.
 * @param series the one series that is written to: writers of other series do not wait, and nor does this one for them.
 * What concerns more than one series (a theatre, a bundle, a claim) waits for all, and all for it.
 */
export async function recordingInstant(tx: Queryable, series: string | null = null): Promise<Instant> {
  if (series === null) await tx.query(`select pg_advisory_xact_lock(hashtext('salient writers'))`);
  else {
    await tx.query(
      `select pg_advisory_xact_lock_shared(hashtext('salient writers')), pg_advisory_xact_lock(hashtext('salient series'), hashtext($1))`,
      [series],
    );
  }
  const [row] = await tx.query<{ at: Instant }>('select recording_instant() as at');
  return (row as { at: Instant }).at;
}

/** Writers of several series that need the same row of a theatre make it one after the other. To be called before they look for it. */
export async function theatreTurn(tx: Queryable, theatre: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('salient theatre'), hashtext($1))`, [theatre]);
}

export interface EditionHead {
  theatre: string;
  title: string;
  /** GeoJSON Polygon or MultiPolygon, EPSG:4326. */
  boundary: unknown;
  projection: string;
  time_zone: string;
  sha256: string;
  recorded_at: Instant;
}

/** Why a boundary is no valid polygon, and where; null when it is one. */
export async function boundaryFault(
  tx: Queryable,
  boundary: object,
): Promise<{ reason: string; where: [number, number] } | null> {
  const [row] = await tx.query<{ valid: boolean; reason: string; where: [number, number] }>(
    `select valid, reason, json_build_array(st_x(location), st_y(location)) as where
     from st_isvaliddetail(st_geomfromgeojson($1::text))`,
    [JSON.stringify(boundary)],
  );
  return row?.valid ? null : (row ?? null);
}

/** Whether a boundary is on average narrower than 2e-6 degrees (20 cm): noded on a grid of 1e-7, its area is noise. */
export async function isBelowGrid(tx: Queryable, boundary: object): Promise<boolean> {
  const [row] = await tx.query<{ is: boolean }>(
    'select 2 * st_area(geom) < 2e-6 * st_perimeter(geom) as is from st_geomfromgeojson($1::text) geom',
    [JSON.stringify(boundary)],
  );
  return requiredRow(row, 'measured').is;
}

/**
 * A boundary made valid by its structure, as MultiPolygon; of a source whose coordinates were rounded. What goes on beyond
 * 180° east is cut there (RFC 7946, 3.1.9).
 */
export async function validBoundary<Boundary>(tx: Queryable, boundary: object): Promise<Boundary> {
  const [row] = await tx.query<{ boundary: string }>(
    `select st_asgeojson(st_multi(st_collectionextract(st_wrapx(
       st_makevalid(st_geomfromgeojson($1::text), 'method=structure keepcollapsed=false'), 180, -360), 3)), 15) as boundary`,
    [JSON.stringify(boundary)],
  );
  return JSON.parse(requiredRow(row, 'made valid').boundary) as Boundary;
}

export async function insertEdition(tx: Queryable, head: EditionHead): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `insert into edition (theatre, title, boundary, projection, time_zone, sha256, recorded_at)
     values ($1, $2, st_multi(st_setsrid(st_geomfromgeojson($3::text), 4326)), $4, $5, $6, $7)
     returning id`,
    [
      head.theatre,
      head.title,
      JSON.stringify(head.boundary),
      head.projection,
      head.time_zone,
      head.sha256,
      head.recorded_at,
    ],
  );
  return (row as { id: number }).id;
}

/** Inserts rows (`$2`, as JSON) into a table of an edition (`$1`). */
const rowsInto =
  (sql: string) =>
  async (tx: Queryable, edition: number, rows: unknown[]): Promise<void> => {
    await tx.query(sql, [edition, JSON.stringify(rows)]);
  };

export async function insertParties(tx: Queryable, edition: number, theatre: string, rows: unknown[]): Promise<void> {
  await tx.query(
    `insert into party (theatre, id)
     select $1, id from jsonb_to_recordset($2::jsonb) as r(id text) on conflict do nothing`,
    [theatre, JSON.stringify(rows)],
  );
  await tx.query(
    `insert into party_entry (edition, theatre, party, name, colour, kind, note)
     select $1, $2, id, name, lower(colour), kind, note
     from jsonb_to_recordset($3::jsonb) as r(id text, name text, colour text, kind text, note text)`,
    [edition, theatre, JSON.stringify(rows)],
  );
}

export const insertTerritories = rowsInto(
  `insert into territory (edition, id, kind, name, boundary)
   select $1, id, kind, name, st_multi(st_setsrid(st_geomfromgeojson(geometry::text), 4326))
   from jsonb_to_recordset($2::jsonb) as r(id text, kind text, name text, geometry jsonb)`,
);

export const insertRelations = rowsInto(
  `insert into relation (edition, side, party, stance, valid, source, note)
   select $1, side, party, stance, daterange("from", "to"), source, note
   from jsonb_to_recordset($2::jsonb)
     as r(side text, party text, stance text, "from" date, "to" date, source text, note text)`,
);

export const insertBorderPolicies = rowsInto(
  `insert into border_policy (edition, side, territory, policy, valid, source, note)
   select $1, side, territory, policy, daterange("from", "to"), source, note
   from jsonb_to_recordset($2::jsonb)
     as r(side text, territory text, policy text, "from" date, "to" date, source text, note text)`,
);

export const insertAnchors = rowsInto(
  `insert into anchor (edition, side, territory, valid, source, note)
   select $1, side, territory, daterange("from", "to"), source, note
   from jsonb_to_recordset($2::jsonb) as r(side text, territory text, "from" date, "to" date, source text, note text)`,
);

export async function insertPlaces(tx: Queryable, edition: number, theatre: string, rows: unknown[]): Promise<void> {
  await tx.query(
    `insert into place (theatre, id)
     select $1, id from jsonb_to_recordset($2::jsonb) as r(id text) on conflict do nothing`,
    [theatre, JSON.stringify(rows)],
  );
  await tx.query(
    `insert into place_entry (edition, theatre, place, name, kind, aliases, geom, error_m, source, note)
     select $1, $2, id, name, kind, aliases, st_setsrid(st_makepoint(lon, lat), 4326), error_m, source, note
     from jsonb_to_recordset($3::jsonb) as r(id text, name text, kind text, aliases text[], lon float8, lat float8,
                                             error_m float8, source text, note text)`,
    [edition, theatre, JSON.stringify(rows)],
  );
}

export const insertInitialControl = rowsInto(
  `insert into initial_control (edition, place, party, as_of, basis, source, note)
   select $1, place, party, as_of, basis, source, note
   from jsonb_to_recordset($2::jsonb)
     as r(place text, party text, as_of date, basis text, source text, note text)`,
);

export const insertRoutes = rowsInto(
  `insert into route (edition, id, name, geom, error_m, source, note)
   select $1, id, name, st_setsrid(st_geomfromgeojson(geometry::text), 4326), error_m, source, note
   from jsonb_to_recordset($2::jsonb)
     as r(id text, name text, geometry jsonb, error_m float8, source text, note text)`,
);

export const insertPosts = rowsInto(
  `insert into post (edition, operator, number, number_source, number_text, name, geom, error_m,
                     established, established_source, withdrawn, withdrawn_source, note)
   select $1, operator, number, number_source, number_text, name, st_setsrid(st_makepoint(lon, lat), 4326), error_m,
          daterange(established_earliest, established_latest, '[]'), established_source,
          case when coalesce(withdrawn_earliest, withdrawn_latest) is not null
               then daterange(withdrawn_earliest, withdrawn_latest, '[]') end,
          withdrawn_source, note
   from jsonb_to_recordset($2::jsonb)
     as r(operator text, number int, number_source text, number_text text, name text, lon float8, lat float8,
          error_m float8, established_earliest date, established_latest date, established_source text[],
          withdrawn_earliest date, withdrawn_latest date, withdrawn_source text[], note text)`,
);

/** The parties of a theatre that can hold ground, in its newest edition, each with its name. */
export function groundParties(db: Queryable, theatre: string): Promise<{ id: string; name: string }[]> {
  return db.query(
    `select party as id, name from party_entry
     where edition = (select id from edition where theatre = $1 order by recorded_at desc limit 1) and kind = 'ground'
     order by party`,
    [theatre],
    'prepared',
  );
}
