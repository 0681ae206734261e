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

/** The faces fill the theatre to this share of its geodesic area, or to so much: the projection rounds a small one by a few cm². */
const FILL_TOLERANCE = 1e-6;
const FILL_TOLERANCE_M2 = 0.01;

function imbalance(built: number, geodesic: number): SalientError {
  return new SalientError(
    'imbalance',
    `the partition's faces hold ${built} m² of a theatre of ${geodesic} m²: nothing was stored`,
  );
}

/**
 * Builds the planar partition of stored polygons. Takes half as long where `lines` (WKB) has a border of two of them once.
 * @throws SalientError `imbalance` when the faces do not fill the theatre to 1e-6 of its geodesic area (of a small one to 0.01 m²)
 */
export async function buildPartition(
  tx: Queryable,
  edition: number,
  sha256: string,
  shapes: readonly number[],
  lines: Uint8Array | null = null,
): Promise<number> {
  const [row] = await tx.query<{ id: number | null; built: number; geodesic: number }>(
    `with face as materialized (select * from cut_partition($1, $2, null, null, $4)),
     filled as (select coalesce(max(built_m2), 0) as built, coalesce(max(theatre_m2), 0) as geodesic from face),
     stored as (
       insert into plane (edition, sha256, theatre_m2)
       select $1, $3, built from filled where geodesic > 0 and abs(built - geodesic) <= greatest(${FILL_TOLERANCE_M2}, ${FILL_TOLERANCE} * geodesic)
       on conflict (edition, sha256) do nothing returning id
     ), faces as (
       insert into plane_face (plane, no, shape, territory, geom, area_m2)
       select stored.id, no, shape.id, territory, face.geom, area_m2
       from stored cross join face left join shape on shape.sha256 = face.given
     )
     select built, geodesic, (select id from stored) as id from filled`,
    [edition, shapes, sha256, lines],
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
 * As `buildPartition` cuts it, of a few polygons (WKB, EPSG:4326) that need not be stored: nothing is stored. Prepared although
 * it is heavy: its plan is the same for any few polygons, and takes 2 ms to make.
 */
export async function cutPartition(
  db: Queryable,
  edition: number,
  polygons: readonly { sha256: string; wkb: Uint8Array }[],
  lines: Uint8Array,
): Promise<CutPartition> {
  const rows = await db.query<CutPartition['faces'][number] & { built: number; geodesic: number }>(
    `select no, given, territory, st_asbinary(geom) as wkb, area_m2, built_m2 as built, theatre_m2 as geodesic
     from cut_partition($1, null, $2, $3, $4)`,
    [edition, polygons.map(({ sha256 }) => sha256), polygons.map(({ wkb }) => Buffer.from(wkb)), Buffer.from(lines)],
    'prepared',
  );
  const { built, geodesic } = requiredRow(rows[0], 'cut into faces');
  const most = Math.max(FILL_TOLERANCE_M2, FILL_TOLERANCE * geodesic);
  if (!(geodesic > 0 && Math.abs(built - geodesic) <= most)) throw imbalance(built, geodesic);
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
