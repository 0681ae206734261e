import { cutAt180 } from '../store/across-180.sql.js';
import type { Queryable } from '../store/pool.js';

/** Vertices of opened ground are rounded to this, metres: what an opening gives back along a straight edge is then gone. */
const GRID_M = 0.001;

export interface SalientRow {
  area_m2: number;
  /** How far its ground lies from the mouth at most, metres. */
  depth_m: number;
  /** The chord between the ends of the mouth, metres; of the longest mouth where there are several. */
  base_m: number | null;
  /** One: a salient. Two or more: a neck between wider ground. */
  mouths: number;
  towns: string[];
  /** GeoJSON Polygon and LineString, EPSG:4326. */
  geometry: string;
  base: string | null;
}

/**
 * The salients of a party at a width (methods D.6): what of its ground no disc of that width reaches from within, and what the disc
 * reaches of it beyond the chord of its mouth, so that area and depth are those of the whole salient, from the mouth on; with at
 * least `minAreaM2` and half the width of depth. Beyond the theatre's edge nothing is known, so that edge is no barrier.
 */
export function salients(
  db: Queryable,
  revision: number,
  party: string,
  widthM: number,
  minAreaM2: number,
  quadSegments = 32,
): Promise<SalientRow[]> {
  return db.query(
    `with ground as materialized (
       select st_union(f.geom) filter (where f.class = $2) as own, st_union(f.geom) as theatre, r.edition, edition.projection
       from faces_of($1) f cross join revision r join edition on edition.id = r.edition
       where r.id = $1 and f.territory is null group by r.edition, edition.projection
     ), open as materialized (
       select ground.*, st_union(own, st_difference(st_expand(st_envelope(theatre), 2 * $3::float8), theatre)) as whole
       from ground where own is not null
     ), opened as materialized (
       select open.*, st_buffer(st_buffer(whole, -$3::float8 / 2, $5::int), $3::float8 / 2, $5::int) as inner_ground from open
     ), residue as materialized (
       select opened.*, d.geom
       from opened
         cross join lateral st_dump(st_collectionextract(
           st_intersection(st_difference(own, inner_ground, $6), theatre, $6), 3)) d
       where st_area(d.geom) >= $4::float8
     ), cut as materialized (
       select residue.*, st_linemerge(st_difference(st_boundary(geom), st_buffer(st_boundary(whole), 10 * $6, 'quad_segs=2'), $6)) as mouth
       from residue
     ), chorded as materialized (
       select cut.*, chord.geom as chord
       from cut left join lateral (
         select st_makeline(st_startpoint(m.geom), st_endpoint(m.geom)) as geom from st_dump(mouth) m
         where not st_isclosed(m.geom) order by st_length(m.geom) desc limit 1) chord on true
     ), segment as materialized (
       -- Between the arc of the disc in each mouth and the chord of that mouth: ground of the salient that the disc reaches into.
       select c.own, c.geom, c.mouth, c.chord, c.edition, c.projection, st_collect(piece.geom) as inlet
       from chorded c left join lateral (
         select st_intersection(st_buildarea(st_unaryunion(st_collect(m.geom, st_makeline(st_startpoint(m.geom), st_endpoint(m.geom))), $6)), c.own, $6) as geom
         from st_dump(c.mouth) m where not st_isclosed(m.geom)
       ) piece on not st_isempty(piece.geom)
       group by c.own, c.geom, c.mouth, c.chord, c.edition, c.projection
     ), whole_salient as materialized (
       select edition, projection, mouth, chord, best.geom
       from segment cross join lateral (
         select d.geom from st_dump(case when inlet is null then segment.geom
           else st_union(segment.geom, st_collectionextract(inlet, 3), $6) end) d
         order by st_area(d.geom) desc limit 1) best
     ), measured as materialized (
       select *, (select max(st_distance(p.geom, coalesce(chord, mouth))) from st_dumppoints(whole_salient.geom) p) as depth_m
       from whole_salient
     )
     select st_area(geom) as area_m2, depth_m, st_length(chord) as base_m, st_numgeometries(mouth) as mouths,
            array(select p.name from place_entry p where p.edition = measured.edition
                    and st_intersects(measured.geom, st_transform(p.geom, projection)) order by 1) as towns,
            st_asgeojson(st_forcepolygonccw(lonlat), case when valid_at(lonlat, 7) then 7 else 15 end) as geometry,
            st_asgeojson(${cutAt180('base')}, 7) as base
     from measured cross join lateral (select st_transform(geom, projection, 4326) as whole, st_transform(chord, projection, 4326) as base offset 0) turned
       cross join lateral (select ${cutAt180('whole')} as lonlat offset 0) drawn where depth_m >= $3::float8 / 2 order by area_m2 desc`,
    [revision, party, widthM, minAreaM2, quadSegments, GRID_M],
  );
}
