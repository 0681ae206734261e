import type { Instant, IsoDate } from '../../model/dates.js';
import { copyAllRows } from '../../series/reference/copy-edition.sql.js';
import type { Queryable } from '../../store/pool.js';
import { overlayGrid, requiredRow } from '../../store/statement.js';
import type { Boundary } from './theatre-boundary.js';

/** Degrees: a theatre's own vertices lie on the grid on which its maps are noded. */
const NODING_GRID_DEGREES = 1e-7;
/** The grid of overlays in degrees: a hundredth of the precision at which the planar partition is noded. */
const OVERLAY_GRID_DEGREES = 1e-9;

/** The boundary together with that of an edition. */
export async function unitedBoundary(tx: Queryable, edition: number, boundary: Boundary): Promise<Boundary> {
  const [row] = await tx.query<{ boundary: string }>(
    `select st_asgeojson(st_multi(st_collectionextract(st_unaryunion(st_collect(boundary, st_setsrid(st_geomfromgeojson($2::text), 4326)), $3), 3)), 15) as boundary
     from edition where id = $1`,
    [edition, JSON.stringify(boundary), NODING_GRID_DEGREES],
  );
  return JSON.parse(requiredRow(row, 'united').boundary) as Boundary;
}

/** The ground of stored maps of a theatre that a new boundary would leave outside, though it was inside. */
export interface LostGround {
  series: string;
  date: IsoDate;
  km2: number;
  /** A point of the largest piece. */
  where: [number, number];
}

/** Per map, the most first. No row: nothing of any map is lost. */
export function groundLost(tx: Queryable, theatre: string, edition: number, boundary: Boundary): Promise<LostGround[]> {
  return tx.query(
    `with old as materialized (
       select boundary, projection, st_setsrid(st_geomfromgeojson($3::text), 4326) as new from edition where id = $2
     ), gone as materialized (
       select st_difference(boundary, new, $4) as geom, projection from old where not st_coveredby(boundary, new)
     ), drawn as materialized (
       select shape.id, st_intersection(shape.geom, gone.geom, $4) as geom, projection
       from shape join gone on shape.geom && gone.geom
       where shape.id in (select area.shape from area join revision on revision.id = area.revision
                          where revision.theatre = $1 and superseded_at is null)
     ), lost as materialized (
       select id, planar_km2(geom, projection) as km2, geom from drawn where st_dimension(geom) = 2
     )
     select revision.series, revision.valid_on as date, sum(lost.km2) as km2,
            (array_agg(json_build_array(st_x(spot), st_y(spot)) order by lost.km2 desc))[1] as where
     from revision join area on area.revision = revision.id join lost on lost.id = area.shape
       cross join lateral st_pointonsurface(lost.geom) spot
     where revision.theatre = $1 and superseded_at is null and lost.km2 > 0
     group by revision.id order by km2 desc, revision.id`,
    [theatre, edition, JSON.stringify(boundary), overlayGrid(tx, OVERLAY_GRID_DEGREES)],
  );
}

/** A new edition of a theatre whose boundary and projection are others, with everything else that the last one has. */
export async function insertEnlarged(
  tx: Queryable,
  edition: number,
  given: { boundary: Boundary; projection: string; sha256: string; at: Instant },
): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `insert into edition (theatre, title, boundary, projection, time_zone, sha256, recorded_at)
     select theatre, title, st_multi(st_setsrid(st_geomfromgeojson($2::text), 4326)), $3, time_zone, $4, $5
     from edition where id = $1 returning id`,
    [edition, JSON.stringify(given.boundary), given.projection, given.sha256, given.at],
  );
  const { id } = requiredRow(row, 'enlarged');
  await copyAllRows(tx, edition, id);
  return id;
}

/** Have two editions of a theatre another boundary, or another projection to measure in? */
export async function boundaryDiffers(tx: Queryable, from: number, to: number): Promise<boolean> {
  const [row] = await tx.query<{ differs: boolean }>(
    `select not st_orderingequals(a.boundary, b.boundary) or a.projection <> b.projection as differs
     from edition a, edition b where a.id = $1 and b.id = $2`,
    [from, to],
  );
  return requiredRow(row, 'compared').differs;
}

/** km² of an edition's theatre. */
export async function theatreKm2(tx: Queryable, edition: number): Promise<number> {
  const [row] = await tx.query<{ km2: number }>(
    'select planar_km2(boundary, projection) as km2 from edition where id = $1',
    [edition],
  );
  return requiredRow(row, 'measured').km2;
}

/** A current map of a theatre: what of it is cut anew. */
export interface StandingMap {
  id: number;
  series: string;
  date: IsoDate;
  sha256: string;
  note: string | null;
  drawn_spacing_m: number | null;
  /** Who holds the rest of the theatre, by the series. */
  rest: string | null;
}

/** The current maps of all imported series of a theatre, by series and day: the maps of a derived one are derived anew. */
export function standingMaps(tx: Queryable, theatre: string): Promise<StandingMap[]> {
  return tx.query(
    `select revision.id, revision.series, revision.valid_on as date, revision.sha256, revision.note,
            revision.drawn_spacing_m, said.rest
     from revision cross join lateral (
       select rest, kind from series_statement s where s.series = revision.series order by s.recorded_at desc limit 1) said
     where revision.theatre = $1 and superseded_at is null and said.kind <> 'derived' order by revision.series, revision.valid_on`,
    [theatre],
  );
}

/** The areas of a revision with their polygons (WKB, EPSG:4326), in their order. */
export function areasOfRevision(
  tx: Queryable,
  revision: number,
): Promise<
  {
    party: string | null;
    status: string;
    confidence: number | null;
    shape: number;
    sha256: string;
    source: number;
    place: string | null;
    reason: string | null;
    wkb: Uint8Array;
  }[]
> {
  return tx.query(
    `select party, status, confidence, shape, sha256, source, place, reason, st_asbinary(geom) as wkb
     from area join shape on shape.id = area.shape where revision = $1 order by no`,
    [revision],
  );
}

/** How a revision was read is how its copy was. */
export async function copyReading(tx: Queryable, from: number, to: number): Promise<void> {
  await tx.query(
    `insert into reading (revision, input_sha256, format, file, mapping, rules, notes)
     select $2, input_sha256, format, file, mapping, rules, notes from reading where revision = $1`,
    [from, to],
  );
}
