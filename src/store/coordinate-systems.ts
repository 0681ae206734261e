import type { Queryable } from './pool.js';

/** Degrees, a tenth of a millimetre: the two databases carry different releases of PROJ. */
const TRANSFORM_GRID = 1e-9;

export interface CoordinateSystem {
  /** EPSG's number; null where only the definition identifies it. */
  srid: number | null;
  /** What PROJ reads: well-known text of any dialect, PROJJSON or a code of another authority. */
  definition?: string;
  /** As EPSG or the definition calls it. */
  name: string;
  geographic: boolean;
}

/** The system of an EPSG code, when the database knows it. */
export async function systemOfCode(db: Queryable, code: number): Promise<CoordinateSystem | null> {
  const [row] = await db.query<CoordinateSystem>(
    `select srid, substring(srtext from '"([^"]+)"') as name, proj4text like '%+proj=longlat%' as geographic
     from spatial_ref_sys where auth_name = 'EPSG' and auth_srid = $1`,
    [code],
  );
  return row ?? null;
}

/**
 * The system of a name as ESRI writes it (`WGS_1984_UTM_Zone_37N`, `GCS_WGS_1984`) or EPSG does: compared without
 * blanks and signs, and with the years of the datums written in the same way.
 */
export async function systemOfName(db: Queryable, name: string): Promise<CoordinateSystem | null> {
  const [row] = await db.query<CoordinateSystem>(
    `with plain as (
       select srid, substring(srtext from '"([^"]+)"') as name, proj4text like '%+proj=longlat%' as geographic,
              lower(regexp_replace(substring(srtext from '"([^"]+)"'), '[^A-Za-z0-9]', '', 'g')) as spelt
       from spatial_ref_sys where auth_name = 'EPSG'
     ), wanted as (
       select replace(replace(replace(regexp_replace(lower(regexp_replace($1, '[^A-Za-z0-9]', '', 'g')), '^gcs', ''),
                'wgs1984', 'wgs84'), 'etrs1989', 'etrs89'), 'webmercatorauxiliarysphere', 'pseudomercator') as spelt
     )
     select srid, name, geographic from plain where spelt in (select spelt from wanted)
     order by srid limit 1`,
    [name],
  );
  return row ?? null;
}

/**
 * Whether a definition is that of an EPSG code: whether both bring a position (in its units) to the same place. A name
 * alone proves nothing: `WGS_1984_UTM_Zone_37N` may stand over other parameters.
 */
export async function isSystem(db: Queryable, definition: string, srid: number, [x, y]: readonly [number, number]) {
  const [row] = await db.query<{ same: boolean }>(
    `select coalesce(st_distance(st_transform(p, $1::text, 4326), st_transform(st_setsrid(p, $2::int), 4326)) < $5::float8, false) as same
     from st_makepoint($3::float8, $4::float8) p`,
    [definition, srid, x, y, TRANSFORM_GRID],
  );
  return row?.same ?? false;
}

/** Metres: between vertices of a longer edge more are put, so that it stays straight in its own projection to 1 cm. */
export const LONGEST_EDGE_M = 500;

/**
 * Multipolygons of a known system in longitude, latitude (EPSG:4326), as well-known binary. An edge that is straight in
 * a projection is not in lon, lat: long ones are densified before. PROJ finds the transformation, shift of datum and all.
 */
export async function transformed(
  db: Queryable,
  system: CoordinateSystem,
  wkb: readonly Uint8Array[],
): Promise<Uint8Array[]> {
  const from = system.srid === null ? '$2::text, 4326' : '4326';
  const srid = system.srid === null ? '0' : '$2::int';
  const rows = await db.query<{ wkb: Uint8Array }>(
    `select st_asbinary(st_forcepolygonccw(st_snaptogrid(st_transform(
              case when $3 then geom else st_segmentize(geom, $4::float8) end, ${from}), $5::float8))) as wkb
     from unnest($1::bytea[]) with ordinality as r(wkb, no)
       cross join lateral st_geomfromwkb(r.wkb, ${srid}) geom
     order by no`,
    [
      wkb.map((bytes) => Buffer.from(bytes)),
      system.srid ?? system.definition,
      system.geographic,
      LONGEST_EDGE_M,
      TRANSFORM_GRID,
    ],
  );
  return rows.map((row) => row.wkb);
}
