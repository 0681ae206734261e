import { SalientError } from '../errors.js';
import type { Queryable } from '../store/pool.js';
import { requiredRow } from '../store/statement.js';

/** The partition that these polygons make in this edition, if it has been built. */
export async function findPartition(tx: Queryable, edition: number, sha256: string): Promise<number | null> {
  const [row] = await tx.query<{ id: number }>(
    'select id from plane where edition = $1 and sha256 = $2',
    [edition, sha256],
    'prepared',
  );
  return row?.id ?? null;
}

/**
 * The planar partition (methods A.2, B.2 and G) as a chain of CTEs: theatre, foreign territory ($1: the edition's) and the
 * given polygons are noded together on the 1e-7 degree grid, each shared arc is densified to 0.02 degrees and projected
 * once, and the faces between the arcs (`built`) are what everything is measured in. Coordinates in: EPSG:4326; out: the
 * edition's projection, metres.
 * @param given select of the polygons: `sha256`, `geom`
 * @param lines select of the lines between them, `geom`: their boundaries, a border of two perhaps once only
 * @param candidates those of them in which a `spot` may lie
 */
function cutting(given: string, lines: string, candidates = 'select sha256, geom from given'): string {
  return `with given as materialized (${given}
  ), ground as (
    ${lines}
    union all select st_boundary(st_segmentize(boundary, 0.02)) from edition where id = $1
    union all select st_boundary(boundary) from territory where edition = $1
  ), noded as materialized (
    -- Snap-rounding to the precision of the data: a vertex on another polygon's edge becomes a vertex of both.
    select st_unaryunion(st_collect(geom), 1e-7) as geom from ground
  ), frame as materialized (
    select st_boundary(ground) as geom, ground, st_buffer(st_boundary(ground), 1, 'endcap=flat join=mitre') as beside
    from (
      -- A theatre across 180 degrees is cut there in lon, lat only: its halves share an edge that is no frame.
      select case when st_xmin(parts) = -180 and st_xmax(parts) = 180 then st_unaryunion(projected, 1e-6) else projected end as ground
      from (select boundary as parts, st_transform(st_reduceprecision(st_segmentize(boundary, 0.02), 1e-7), projection) as projected
            from edition where id = $1 offset 0) both_halves
    ) theatre
  ), arc as materialized (
    -- All arcs in one ST_Transform: a call costs a millisecond before its first point.
    select (st_dump(st_transform(st_segmentize(noded.geom, 0.02), edition.projection))).geom
    from noded, edition where edition.id = $1
  ), straight as (
    -- An arc that a map ends on the frame ends on the frame's chord instead (0.1 m off at most): else that vertex
    -- would bend the frame, and two maps of one theatre would differ in size (by 500 m² in 16,000 km²).
    select case when not st_intersects(frame.beside, arc.geom) then arc.geom else (
      select st_setpoint(st_setpoint(arc.geom, 0, head), -1, tail)
      from st_startpoint(arc.geom) a, st_endpoint(arc.geom) b
        cross join lateral (select case when st_dwithin(a, frame.geom, 0.5) then st_closestpoint(frame.geom, a) else a end,
                                   case when st_dwithin(b, frame.geom, 0.5) then st_closestpoint(frame.geom, b) else b end
                           ) near(head, tail)) end as geom
    from arc, frame
  ), line as (
    -- Merged first: noding on a grid takes six times as long for as many arcs as vertices.
    select st_linemerge(st_collect(geom)) as geom from straight union all select geom from frame
  ), face as materialized (
    -- Noded once more (to a micrometre) with the frame itself, so that the faces inside it fill it whatever the map is like; specks far
    -- below the 1e-9 of the theatre to which areas balance are left out.
    select row_number() over ()::int as n, geom from (
      select (st_dump(st_polygonize(array[st_unaryunion(st_collect(line.geom), 1e-6)]))).geom from line
    ) made where st_area(geom) > 0.001
  ), spot as materialized (
    select n, st_pointonsurface(geom) as geom from face
  ), spotted as materialized (
    select face.geom, st_intersects(frame.ground, spot.geom) as in_theatre, st_setsrid(lonlat.geom, 4326) as spot
    from face join spot using (n) cross join frame join (
      select (d).path[1] as n, (d).geom
      from (select st_dump(st_transform(st_collect(geom order by n), projection, 4326)) as d
            from spot, edition where edition.id = $1 group by projection) dumped
    ) lonlat using (n)
  ), built as materialized (
    select row_number() over (order by st_xmin(spotted.geom), st_ymin(spotted.geom), st_area(spotted.geom))::int as no,
           case when in_theatre then covering.sha256 end as given,
           case when not in_theatre then abroad.id end as territory,
           in_theatre, spotted.geom, st_area(spotted.geom) as area_m2
    from spotted
      -- Within 2e-7 degrees: a sliver between a map's rounded edge and the frame belongs to the map.
      left join lateral (
        select sha256 from (${candidates}) candidate
        where in_theatre and st_dwithin(candidate.geom, spot, 2e-7) order by st_distance(candidate.geom, spot), sha256 limit 1
      ) covering on true
      left join lateral (select id from territory where not in_theatre and edition = $1 and st_intersects(boundary, spot)
                         order by id limit 1) abroad on true
    where in_theatre or abroad.id is not null
  ), filled as materialized (
    select coalesce((select sum(area_m2) from built where in_theatre), 0) as built,
           st_area(st_segmentize(boundary, 0.02)::geography) as geodesic from edition where id = $1
  )`;
}

/** The faces fill the theatre to this share of its geodesic area. */
const FILL_TOLERANCE = 1e-6;

function imbalance(built: number, geodesic: number): SalientError {
  return new SalientError(
    'imbalance',
    `the partition's faces hold ${built} m² of a theatre of ${geodesic} m²: nothing was stored`,
  );
}

/**
 * Builds the planar partition of stored polygons.
 * @throws SalientError `imbalance` when the faces do not fill the theatre to 1e-6 of its geodesic area
 */
export async function buildPartition(
  tx: Queryable,
  edition: number,
  sha256: string,
  shapes: readonly number[],
): Promise<number> {
  const given = 'select sha256, st_force2d(geom) as geom from shape where id = any($2)';
  // Where there are many, by the index: but under each spot lies a polygon of every map that was ever stored.
  const candidates = `select sha256, geom from given where cardinality($2::bigint[]) <= 50
    union all
    select sha256, geom from shape where cardinality($2::bigint[]) > 50 and id = any($2) and geom && st_expand(spot, 2e-7)`;
  const [row] = await tx.query<{ id: number | null; built: number; geodesic: number }>(
    `${cutting(given, 'select st_boundary(geom) as geom from given', candidates)}, stored as (
       insert into plane (edition, sha256, theatre_m2) select $1, $3, built from filled where abs(built / geodesic - 1) <= ${FILL_TOLERANCE}
       on conflict (edition, sha256) do nothing returning id
     ), faces as (
       insert into plane_face (plane, no, shape, territory, geom, area_m2)
       select stored.id, no, shape.id, territory, built.geom, area_m2
       from stored cross join built left join shape on shape.sha256 = built.given
     )
     select built, geodesic, (select id from stored) as id from filled`,
    [edition, shapes, sha256],
  );
  const { id, built, geodesic } = requiredRow(row, 'cut into faces');
  // Another series of the theatre may have built the same meanwhile.
  const found = id ?? (await findPartition(tx, edition, sha256));
  if (found === null) throw imbalance(built, geodesic);
  return found;
}

/** A partition that was cut and is not stored yet. */
export interface CutPartition {
  theatre_m2: number;
  faces: {
    no: number;
    /** Hash of the polygon that it is of; null where none lies. */
    given: string | null;
    territory: string | null;
    /** Polygon, working projection. */
    wkb: Uint8Array;
    area_m2: number;
  }[];
}

/**
 * As `buildPartition` cuts it, of a few polygons (WKB, EPSG:4326) that need not be stored: nothing is stored. Takes half as
 * long where `lines` (WKB) has a border of two polygons once. Prepared although it is heavy: its plan is the same for any
 * few polygons, and takes 2 ms to make.
 */
export async function cutPartition(
  db: Queryable,
  edition: number,
  polygons: readonly { sha256: string; wkb: Uint8Array }[],
  lines: Uint8Array,
): Promise<CutPartition> {
  const given =
    'select sha256, st_geomfromwkb(wkb, 4326) as geom from unnest($2::text[], $3::bytea[]) as sent(sha256, wkb)';
  const rows = await db.query<CutPartition['faces'][number] & { built: number; geodesic: number }>(
    `${cutting(given, 'select st_geomfromwkb($4, 4326) as geom')}
     select no, given, territory, st_asbinary(geom) as wkb, area_m2, filled.built, geodesic from built cross join filled`,
    [edition, polygons.map(({ sha256 }) => sha256), polygons.map(({ wkb }) => Buffer.from(wkb)), Buffer.from(lines)],
    'prepared',
  );
  const { built, geodesic } = requiredRow(rows[0], 'cut into faces');
  if (!(Math.abs(built / geodesic - 1) <= FILL_TOLERANCE)) throw imbalance(built, geodesic);
  return { theatre_m2: built, faces: rows };
}

/** Stores a partition that was cut; its polygons must be stored. */
export async function storePartition(
  tx: Queryable,
  edition: number,
  sha256: string,
  { theatre_m2, faces }: CutPartition,
): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `with stored as (
       insert into plane (edition, sha256, theatre_m2) values ($1, $2, $3) on conflict (edition, sha256) do nothing returning id
     ), kept as (
       insert into plane_face (plane, no, shape, territory, geom, area_m2)
       select stored.id, no, shape.id, territory, st_geomfromwkb(wkb), area_m2
       from stored cross join unnest($4::int[], $5::text[], $6::text[], $7::bytea[], $8::float8[])
           as face(no, given, territory, wkb, area_m2)
         left join shape on shape.sha256 = given
     )
     select id from stored`,
    [
      ...[edition, sha256, theatre_m2],
      faces.map(({ no }) => no),
      faces.map(({ given }) => given),
      faces.map(({ territory }) => territory),
      faces.map(({ wkb }) => wkb),
      faces.map(({ area_m2 }) => area_m2),
    ],
    'prepared',
  );
  return row?.id ?? requiredRow({ id: (await findPartition(tx, edition, sha256)) as number }, 'stored').id;
}
