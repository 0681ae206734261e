import type { Queryable } from '../../store/pool.js';
import { overlayGrid, requiredRow } from '../../store/statement.js';
import { cutNets, ON_EDGE } from './gap-nets.sql.js';
import { NOISE_WIDTH_M } from './overlaps.sql.js';

/** The grid of overlays in degrees: a hundredth of the precision at which the planar partition is noded. */
const OVERLAY_GRID_DEGREES = 1e-9;
/** Degrees: what is filled is noded with its area on the grid of the planar partition. */
const NODING_GRID_DEGREES = 1e-7;
/** Metres: an edge that is straight in lon, lat is so far off the chord between its vertices in the working projection. */
const CHORD_M = 0.25;

/** Gaps of the theatre between staged areas that are nowhere wider than `widthM`: how many, km², and a point of the largest. */
export async function narrowGaps(
  tx: Queryable,
  edition: number,
  widthM: number,
): Promise<{ gaps: number; km2: number; where: [number, number] | null }> {
  const [row] = await tx.query<{ gaps: number; km2: number; where: [number, number] | null }>(
    `with ground as materialized (
       select projection, st_transform(st_segmentize(st_difference(boundary, (select st_unaryunion(st_collect(geom), $3) from staged), $3), 0.02), projection) as gap
       from edition where id = $1
     ), narrow as (
       select d.geom, projection from ground cross join lateral st_dump(gap) d
       where st_isempty(st_buffer(d.geom, -$2::float8 / 2)) and st_area(d.geom) > 1
     ), largest as (
       select st_transform(st_pointonsurface(geom), projection, 4326) as spot from narrow order by st_area(geom) desc limit 1
     )
     select (select count(*)::int from narrow) as gaps, (select coalesce(sum(st_area(geom)), 0) / 1e6 from narrow) as km2,
            (select json_build_array(st_x(spot), st_y(spot)) from largest) as where`,
    [edition, widthM, overlayGrid(tx, OVERLAY_GRID_DEGREES)],
  );
  return requiredRow(row, 'compared with the theatre');
}

/** Ground that was in no area and is in one now. */
export interface Filled {
  /** Staged number of the area that has it. */
  no: number;
  pieces: number;
  km2: number;
  /** A point of the largest piece. */
  where: [number, number];
}

/**
 * Fills the ground of the theatre that is in no staged area where no disc of `widthM` fits (what an opening leaves out): between
 * areas, and between an area and the boundary of the theatre. Each piece goes to the area with the longest border to it, and is cut
 * where its neighbours change; a piece that no area borders stays.
 */
export async function fillGaps(tx: Queryable, edition: number, widthM: number): Promise<Filled[]> {
  await findNarrow(tx, edition, widthM);
  await tx.query(
    `create temporary table border on commit drop as select no, st_subdivide(st_boundary(geom), 64) as geom from staged
     where exists (select from narrow)`,
  );
  await tx.query('create index on border using gist (geom)');
  await tx.query('analyze border');
  await cutNets(tx, widthM);
  const filled = await give(tx);
  await tx.query('drop table narrow, border');
  return filled;
}

/** Puts the narrow ground beside the staged areas, each connected piece by itself. */
async function findNarrow(tx: Queryable, edition: number, widthM: number): Promise<void> {
  await tx.query(
    `create temporary table narrow (nth integer generated always as identity, projection text, geom geometry) on commit drop`,
  );
  await tx.query(
    `with gap as materialized (
       select (st_dump(st_collectionextract(
                st_difference(boundary, (select st_unaryunion(st_collect(geom), $3) from staged), $3), 3))).geom, projection
       from edition where id = $1
     ), opened as materialized (
       -- Mitred, so that the corners of wide ground stay its own.
       select geom, projection,
              st_buffer(st_buffer(st_transform(st_segmentize(geom, 0.02), projection), -$2::float8 / 2, 'join=mitre mitre_limit=5'),
                        $2::float8 / 2 + $4::float8, 'join=mitre mitre_limit=5') as core
       from gap
     )
     insert into narrow (projection, geom)
     select projection, d.geom
     from opened cross join lateral st_dump(
       case when st_isempty(core) then geom
            else st_collectionextract(st_difference(geom, st_transform(st_setsrid(core, 0), projection, 4326), $3), 3) end) d`,
    [edition, widthM, overlayGrid(tx, OVERLAY_GRID_DEGREES), CHORD_M],
  );
}

/** Gives each piece to the area that has the longest border with it. */
async function give(tx: Queryable): Promise<Filled[]> {
  return tx.query<Filled>(
    `with projected as (
       select projection, array_agg(nth order by nth) as nths, st_transform(st_collect(st_segmentize(geom, 0.02) order by nth), projection) as geom
       from narrow group by projection
     ), measured as materialized (
       select nths[d.path[1]] as nth, st_area(d.geom) as m2 from projected cross join lateral st_dump(projected.geom) d
       where 2 * st_area(d.geom) > $1 * st_perimeter(d.geom)
     ), side as (
       select nth, beside.no, sum(st_length(segment.geom)) as shared
       from narrow join measured using (nth)
         cross join lateral st_dumpsegments(narrow.geom) segment
         cross join lateral st_lineinterpolatepoint(segment.geom, 0.5) middle
         cross join lateral (select distinct no from border where st_dwithin(geom, middle, ${ON_EDGE})) beside
       group by 1, 2
     ), given as materialized (
       select distinct on (nth) nth, no from side order by nth, shared desc, no
     ), grown as (
       select no, st_multi(st_unaryunion(st_collect(geom), $2)) as geom from (
         select no, staged.geom from staged where no in (select no from given)
         union all select given.no, narrow.geom from given join narrow using (nth)
       ) parts group by no
     ), done as (
       update staged set geom = grown.geom from grown where grown.no = staged.no
     )
     select no, count(*)::int as pieces, sum(m2) / 1e6 as km2,
            (array_agg(json_build_array(st_x(spot), st_y(spot)) order by m2 desc))[1] as where
     from given join measured using (nth) join (select nth, st_pointonsurface(geom) as spot from narrow) spots using (nth)
     group by no order by no`,
    [NOISE_WIDTH_M, NODING_GRID_DEGREES],
  );
}

/** Stages the ground of the theatre that is in no area as one more area; km² of it, 0 where nothing is left. */
export async function stageRest(
  tx: Queryable,
  edition: number,
  { party, status }: { party: string | null; status: string },
): Promise<number> {
  const [row] = await tx.query<{ km2: number | null }>(
    `with rest as materialized (
       select d.geom, projection
       from edition cross join lateral st_dump(st_collectionextract(
         st_difference(boundary, (select st_unaryunion(st_collect(geom), $2) from staged), $2), 3)) d
       where id = $1 and 2e6 * planar_km2(d.geom, projection) > $5 * st_perimeter(st_transform(d.geom, projection))
     ), added as (
       insert into staged (no, at, party, status, confidence, geom)
       select (select coalesce(max(no), 0) + 1 from staged), '', $3, $4, null, st_multi(st_collect(geom)) from rest having count(*) > 0
       returning geom
     )
     select sum(planar_km2(geom, projection)) as km2 from rest`,
    [edition, overlayGrid(tx, OVERLAY_GRID_DEGREES), party, status, NOISE_WIDTH_M],
  );
  return row?.km2 ?? 0;
}
