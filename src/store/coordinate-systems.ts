import type { Queryable } from './pool.js';

/** Degrees, a tenth of a millimetre: the two databases carry different releases of PROJ. */
const TRANSFORM_GRID = 1e-9;

export interface CoordinateSystem {
  /** EPSG's number; null where only the definition identifies it. */
  srid: number | null;
  /** What PROJ reads: well-known text of any dialect, PROJJSON or a code of another authority. */
  definition?: string;
  /** As EPSG or the definition calls it; null where the database has no name for a code. */
  name: string | null;
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

const TO_LON_LAT = (p: string, { srid }: CoordinateSystem) =>
  srid === null ? `st_transform(${p}, $1::text, 4326)` : `st_transform(st_setsrid(${p}, $1::int), 4326)`;

/**
 * How many metres on earth one unit of a system is at a position: some 100,000 of degrees, 1 of metres, 1000 of kilometres. Null
 * where the system has no such place.
 * @throws the database's error where PROJ finds none
 */
export async function metresOfUnit(db: Queryable, system: CoordinateSystem, [x, y]: readonly [number, number]) {
  const [row] = await db.query<{ metres: number | null }>(
    `select st_distancesphere(${TO_LON_LAT('st_makepoint($2::float8, $3::float8)', system)},
                              ${TO_LON_LAT('st_makepoint($2::float8, $3::float8 + 1)', system)}) as metres`,
    [system.srid ?? system.definition, x, y],
  );
  const metres = row?.metres ?? Number.NaN;
  return Number.isFinite(metres) ? metres : null;
}

/**
 * Whether a system has these positions: whether each comes back from longitude, latitude to a thousandth of its own size. Beyond
 * what a projection is made for, its formulas still give some place on earth, and that is another one's. Those of a
 * cylindrical projection (Mercator) come back a whole turn away.
 * @throws the database's error where PROJ finds none
 */
export async function hasPositions(
  db: Queryable,
  system: CoordinateSystem,
  of: readonly (readonly [number, number])[],
) {
  const back = `st_transform(there, $1::${system.srid === null ? 'text' : 'int'})`;
  const [row] = await db.query<{ has: boolean }>(
    `select coalesce(bool_and(coalesce(abs(st_y(back) - y) < near and (abs(st_x(back) - x) < near or abs(st_x(back) - x) > 2e7), false)), true) as has
     from unnest($2::float8[], $3::float8[]) as r(x, y)
       cross join lateral (select ${TO_LON_LAT('st_makepoint(x, y)', system)} as there, greatest(1000, 1e-3 * abs(x), 1e-3 * abs(y)) as near offset 0) t
       cross join lateral (select ${back} as back offset 0) b`,
    [system.srid ?? system.definition, of.map(([x]) => x), of.map(([, y]) => y)],
  );
  return row?.has ?? false;
}

/** Whether its coordinates count from the centre of the earth: an area drawn in two of the three lies nowhere. */
export async function isGeocentric(db: Queryable, { srid, definition = '' }: CoordinateSystem): Promise<boolean> {
  if (srid === null)
    return (
      /^GEOCCS\b/i.test(definition) || (/^GEODCRS\b/i.test(definition) && /\bCS\s*[[(]\s*cartesian/i.test(definition))
    );
  const [row] = await db.query<{ is: boolean }>(
    `select proj4text like '%+proj=geocent%' as is from spatial_ref_sys where srid = $1`,
    [srid],
  );
  return row?.is ?? false;
}

/** Metres: between vertices of a longer edge more are put, so that it stays straight in its own projection to 1 cm. */
export const LONGEST_EDGE_M = 500;

/**
 * Multipolygons of a known system in longitude, latitude (EPSG:4326), as well-known binary. An edge that is straight in
 * a projection is not in lon, lat: long ones are densified before. PROJ finds the transformation, shift of datum and all.
 * What runs across 180 degrees there is cut along it, as GeoJSON has it (RFC 7946, 3.1.9).
 * @returns null for one that cannot be cut so: it covers a pole, runs round the globe, or crosses itself
 */
export async function transformed(
  db: Queryable,
  system: CoordinateSystem,
  wkb: readonly Uint8Array[],
): Promise<(Uint8Array | null)[]> {
  const from = system.srid === null ? '$2::text, 4326' : '4326';
  const srid = system.srid === null ? '0' : '$2::int';
  const rows = await db.query<{ wkb: Uint8Array | null }>(
    `with moved as materialized (
       select no, st_setsrid(st_transform(case when $3 then geom else st_segmentize(geom, $4::float8) end, ${from}), 4326) as geom
       from unnest($1::bytea[]) with ordinality as r(wkb, no) cross join lateral st_geomfromwkb(r.wkb, ${srid}) geom
     ), wide as (
       -- Of what spans half the globe: as it is, and with its west beyond its east. An edge never spans so much.
       select no, ${WITHOUT_JUMP('geom')} as plain, ${WITHOUT_JUMP('shifted')} as across, shifted
       from moved cross join lateral st_shiftlongitude(geom) shifted where st_xmax(geom) - st_xmin(geom) > 180
     )
     select case when wide.no is null or plain then st_asbinary(${ON_GRID('geom')})
                 when across and st_isvalid(shifted)
                 then st_asbinary(${ON_GRID('st_multi(st_collectionextract(st_wrapx(shifted, 180, -360), 3))')}) end as wkb
     from moved left join wide using (no) order by no`,
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

const ON_GRID = (geom: string) => `st_forcepolygonccw(st_snaptogrid(${geom}, $5::float8))`;

const WITHOUT_JUMP = (geom: string) =>
  `not exists (select from st_dumpsegments(${geom}) s where abs(st_x(st_startpoint(s.geom)) - st_x(st_endpoint(s.geom))) > 180)`;
