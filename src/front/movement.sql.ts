import { OVERLAY_GRID_M } from '../change/overlay.sql.js';
import { HOLDER_UNKNOWN } from '../model/classes.js';
import type { Queryable } from '../store/pool.js';
import { overlayGrid } from '../store/statement.js';

export interface SectorRow {
  /** Octant around the middle of the theatre, 0 north and then clockwise; null: all of it. */
  sector: number | null;
  /** From and to others who are known to hold it, or dispute it. */
  gained_m2: number;
  lost_m2: number;
  /** Ground of the party, or of one across its front, whose holder is known on one of the maps alone: who won it, nobody knows. */
  unknown_m2: number;
  /** Length of the earlier front in the sector: area within `rulerM` of it, by twice that (methods D.3), metres on the ellipsoid. */
  front_m: number;
}

/** Between two revisions, for one party. `lines` are WKB (hex) of the earlier front, working projection. */
export interface MovementInput {
  from: number;
  to: number;
  party: string;
  /** Parties that it has a front with on either day. */
  opponents: readonly string[];
  lines: readonly string[];
  rulerM: number;
}

/** Area that passed from one class to another between two revisions: WKB, working projection. */
export interface ChangedArea {
  from_class: string;
  to_class: string;
  wkb: Uint8Array;
}

/** All area that is of another class in the later revision; each party reads its own out of it. */
export function changedAreas(db: Queryable, from: number, to: number): Promise<ChangedArea[]> {
  return db.query('select from_class, to_class, st_asbinary(geom) as wkb from ground_changed($1, $2, $3)', [
    ...[from, to, overlayGrid(db, OVERLAY_GRID_M)],
  ]);
}

/** The lines whose vertices are listed (`line`, `part`, `nth` from 0, `geom`), in pieces of so many vertices; neighbours share one. */
const piecesOf = (vertices: string, most: number) => `
       select st_makeline(geom order by nth) as geom
       from (select line, part, nth, nth / ${most} as piece, geom from ${vertices}
             union all select line, part, nth, nth / ${most} - 1, geom from ${vertices} where nth > 0 and nth % ${most} = 0) shared
       group by line, part, piece having count(*) > 1`;

type Way = 'gained' | 'lost' | 'unknown';

/** What a change of class is to a party: null: nothing. */
function wayOf({ from_class: from, to_class: to }: ChangedArea, { party, opponents }: MovementInput): Way | null {
  const [was, is] = [HOLDER_UNKNOWN.includes(from), HOLDER_UNKNOWN.includes(to)];
  if (was !== is) return [party, ...opponents].includes(was ? to : from) ? 'unknown' : null;
  return to === party ? 'gained' : from === party ? 'lost' : null;
}

/** What a party gained and lost, and how long its front was before, in the whole theatre and by octant (methods D.4). */
export async function advanceBySector(
  db: Queryable,
  input: MovementInput,
  areas: readonly ChangedArea[],
): Promise<SectorRow[]> {
  const own = areas.flatMap((area) => ({ way: wayOf(area, input), wkb: area.wkb })).filter(({ way }) => way !== null);
  return db.query(
    `with changed as (
       select way, st_geomfromwkb(wkb) as geom from unnest($2::text[], $3::bytea[]) given(way, wkb)
     ), ground as materialized (
       select way, st_unaryunion(st_collect(geom), $6) as geom from changed group by way
     ), front as materialized (
       -- On the grid of the cuts, so that what is cut of a line still meets the rest of it.
       select coalesce(st_linemerge(st_collect(case when $6 > 0 then st_snaptogrid(d.geom, $6) else d.geom end)), 'LINESTRING EMPTY') as geom
       from unnest($4::text[]) as line cross join lateral st_dump(line::geometry) d
     ), theatre as (
       select st_envelope(st_transform(boundary, projection)) as box, st_centroid(st_transform(boundary, projection)) as middle
       from revision r join edition on edition.id = r.edition where r.id = $1
     ), wedge as (
       select n as sector, st_makepolygon(st_makeline(array[middle,
                st_translate(middle, reach * sin(radians(45 * n - 22.5)), reach * cos(radians(45 * n - 22.5))),
                st_translate(middle, reach * sin(radians(45 * n + 22.5)), reach * cos(radians(45 * n + 22.5))), middle])) as geom
       from theatre cross join generate_series(0, 7) n
         cross join lateral (select 3 * st_distance(st_point(st_xmin(box), st_ymin(box)), st_point(st_xmax(box), st_ymax(box))) as reach) r
     ), vertex as materialized (
       select d.path[1] as line, 1 as part, p.path[1] - 1 as nth, p.geom
       from front cross join lateral st_dump(geom) d cross join lateral st_dumppoints(d.geom) p
     ), piece as materialized (
       -- Most lie within one wedge: only those across a side of it are cut.
       select way as of, d.geom from ground cross join lateral st_dump(ground.geom) d
       union all select 'front', geom from (${piecesOf('vertex', 64)}) line
     ), cut as (
       select sector, of, case when st_coveredby(piece.geom, wedge.geom) then piece.geom
                               else st_intersection(piece.geom, wedge.geom, $6) end as geom
       from wedge join piece on st_intersects(piece.geom, wedge.geom)
     ), part as (
       select sector, st_collect(cut.geom) filter (where of = 'gained') as gained, st_collect(cut.geom) filter (where of = 'lost') as lost,
              st_collect(cut.geom) filter (where of = 'unknown') as unknown,
              coalesce(st_collect(cut.geom) filter (where of = 'front'), 'LINESTRING EMPTY') as front
       from wedge left join cut using (sector) group by sector
       union all select null, (select geom from ground where way = 'gained'), (select geom from ground where way = 'lost'),
                        (select geom from ground where way = 'unknown'), front.geom from front
     )
     select sector, coalesce(st_area(gained), 0) as gained_m2, coalesce(st_area(lost), 0) as lost_m2, coalesce(st_area(unknown), 0) as unknown_m2,
            st_area(st_buffer(line, $5::float8, 'endcap=flat')) / (2 * $5::float8)
              * coalesce(geodesic_m(line, projection) / nullif(st_length(line), 0), 1) as front_m
     from part cross join lateral (select st_linemerge(st_collectionextract(front, 2)) as line) drawn
       cross join (select projection from revision r join edition on edition.id = r.edition where r.id = $1) plane
     order by sector nulls first`,
    [
      input.from,
      own.map(({ way }) => way),
      own.map(({ wkb }) => Buffer.from(wkb)),
      ...[input.lines, input.rulerM, overlayGrid(db, OVERLAY_GRID_M)],
    ],
  );
}

export interface OffsetRow {
  sector: number;
  /** From the earlier front to the nearest later one, on the ellipsoid; positive where the party advanced. Metres. */
  offset_m: number;
}

export interface OffsetInput extends MovementInput {
  /** WKB (hex) of the later front. */
  laterLines: readonly string[];
  spacingM: number;
}

/** Metres from `apart` to the nearest face that is the party's own, or another's, however far; null without one. Only faces whose box is near enough are measured. */
const nearestFace = (own: boolean) => `(
       select min(st_distance(f.geom, apart.geom)) from (
         select st_distance(ground.geom, apart.geom) as metres from ground where own = ${own} order by ground.geom <#> apart.geom limit 1 offset 0
       ) sure join ground f on f.own = ${own} and f.geom && st_expand(apart.geom, sure.metres))`;

/**
 * How far the front moved, sampled every `spacingM` metres along the earlier one (methods D.4, as shoreline analysis
 * does). The sign is by what a sample is nearer to on the later map: the party's ground, or another party's.
 */
export function frontOffsets(db: Queryable, input: OffsetInput): Promise<OffsetRow[]> {
  return db.query(
    `with vertex as materialized (
       select line, d.path[1] as part, p.path[1] - 1 as nth, p.geom
       from unnest($4::text[]) with ordinality given(wkb, line)
         cross join lateral st_dump(wkb::geometry) d cross join lateral st_dumppoints(d.geom) p
     ), later as materialized (
       -- In pieces: each sample is measured to those alone whose box is no farther than a piece that is surely near.
       ${piecesOf('vertex', 256)}
     ), ground as materialized (
       -- Not united: the distance to the whole is that to the nearest face.
       select st_force2d(geom) as geom, party = $2 as own from faces_of($1) where status = 'controlled'
     ), earlier as (
       select d.geom, st_length(d.geom) as m
       from (select st_linemerge(st_collect(p.geom)) as geom
             from unnest($3::text[]) as line cross join lateral st_dump(line::geometry) p) whole
         cross join lateral st_dump(whole.geom) d
     ), sample as materialized (
       select st_lineinterpolatepoint(geom, least(1, (n + 0.5) * m / greatest(1, round(m / $5::float8))  / m)) as geom
       from earlier cross join lateral generate_series(0, greatest(1, round(m / $5::float8))::int - 1) n where m > 0
     ), theatre as (
       select st_centroid(st_transform(boundary, projection)) as middle, projection
       from revision r join edition on edition.id = r.edition where r.id = $1
     ), apart as materialized (
       select sample.geom, nearest.line, row_number() over () as n
       from sample cross join lateral (
         select st_distance(later.geom, sample.geom) as metres from later order by later.geom <#> sample.geom limit 1 offset 0
       ) sure cross join lateral (
         select st_shortestline(sample.geom, later.geom) as line from later
         where later.geom && st_expand(sample.geom, sure.metres) order by st_distance(later.geom, sample.geom) limit 1
       ) nearest
     ), measured as materialized (
       select d.path[1] as n, st_length(st_setsrid(d.geom, 4326)::geography) as metres
       from theatre cross join lateral (select st_collect(line order by n) as geom from apart) way
         cross join lateral st_dump(st_transform(way.geom, projection, 4326)) d
     )
     select (floor(degrees(st_azimuth(middle, apart.geom)) / 45 + 0.5)::int % 8) as sector,
            metres * sign(coalesce(near.other, ${nearestFace(false)}, 'infinity') - coalesce(near.own, ${nearestFace(true)}, 'infinity')) as offset_m
     from apart join measured using (n) cross join theatre cross join lateral (
       -- Both are mostly no farther than the later front: of all whose box is within reach, the nearest within reach is the nearest.
       select min(m) filter (where own and m <= reach) as own, min(m) filter (where not own and m <= reach) as other
       from (select st_length(apart.line) + $5::float8 as reach) r
         cross join lateral (select own, st_distance(geom, apart.geom) as m from ground where geom && st_expand(apart.geom, reach)) f
     ) near`,
    [input.to, input.party, input.lines, input.laterLines, input.spacingM],
  );
}
