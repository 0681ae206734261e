import { linesToWkb } from '../geometry/wkb.js';
import type { IsoDate } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';
import { TURNED } from './in-degrees.sql.js';
import type { ClassLines } from './partition-edges.js';

/** `front`: two parties; `allied`: two that stand together; `gray`: next to disputed or unknown ground; the edges of the theatre. */
type FrontKind = 'front' | 'allied' | 'gray' | 'border' | 'coast' | 'frame';

export interface FrontRow {
  /** By the line's direction, seen with north up; of two classes the one that sorts first is left. Null: outside what is mapped. */
  left: string;
  right: string | null;
  kind: FrontKind;
  /** As drawn, as generalised with the ruler, and by the area within a ruler's reach (methods D.3): metres on the ellipsoid. */
  length_m: number;
  ruled_m: number;
  minkowski_m: number;
  /** WKB (hex) of the line in the working projection, metres, for further measures. */
  line: string;
  /** GeoJSON LineString or MultiLineString, EPSG:4326. */
  geometry: string;
}

/** Whose relations decide which parties stand together, and when. */
export interface FrontInput {
  revision: number;
  edition: number;
  date: IsoDate;
  /** The ruler ε, metres. */
  rulerM: number;
}

/**
 * The lines between areas of different classes in a revision and along the edge of the theatre, one row per pair
 * (methods D.1, by edge hash), of the edges between these classes. Parties are allied where one is own or ally to the other, or both are to a third side.
 */
export function frontLines(db: Queryable, input: FrontInput, lines: readonly ClassLines[]): Promise<FrontRow[]> {
  return db.query(
    `with border as materialized (
       select row_number() over () as nth, left_class, right_class, left_role, right_role, st_linemerge(st_geomfromwkb(wkb), true) as geom
       from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::bytea[]) given(left_class, left_role, right_class, right_role, wkb)
     ), friend as (
       select side, party from relation where edition = $2 and valid @> $3::date and stance in ('own', 'ally')
     ), measured as materialized (
       select border.*, case
           when right_role is null then 'frame' when right_role = 'sea' then 'coast' when right_role = 'state' then 'border'
           when 'gray' in (left_role, right_role) then 'gray'
           when exists (select from friend where (side, party) in ((left_class, right_class), (right_class, left_class)))
             or exists (select from friend a join friend b using (side) where a.party = left_class and b.party = right_class)
             then 'allied' else 'front' end as kind,
         st_simplifypreservetopology(geom, $4::float8) as ruled
       from border
     ), ground as materialized (
       select projection from revision join edition on edition.id = revision.edition where revision.id = $1
     ), line as materialized (
       select 2 * nth - 1 as n, geom from measured union all select 2 * nth, ruled from measured
     ), ${TURNED}
     select left_class as "left", right_class as "right", kind, length_m, st_length(ruled.geom::geography) as ruled_m,
            st_area(st_buffer(measured.geom, $4::float8, 'endcap=flat')) / (2 * $4::float8) * length_m / st_length(measured.geom) as minkowski_m,
            encode(st_asbinary(measured.geom), 'hex') as line, st_asgeojson(drawn.geom, 7) as geometry
     from measured join turned drawn on drawn.n = 2 * nth - 1 join turned ruled on ruled.n = 2 * nth
       cross join lateral (select st_length(drawn.geom::geography) as length_m offset 0) length
     order by kind, "left", "right" nulls last`,
    [
      ...[input.revision, input.edition, input.date, input.rulerM],
      lines.map(({ left }) => left.class),
      lines.map(({ left }) => left.role),
      lines.map(({ right }) => right?.class ?? null),
      lines.map(({ right }) => right?.role ?? null),
      lines.map(({ edges }) => Buffer.from(linesToWkb(edges))),
    ],
  );
}
