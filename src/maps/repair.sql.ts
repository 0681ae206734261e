import type { Queryable } from '../store/pool.js';
import { overlayGrid } from '../store/statement.js';

/*
 * What may be done to a staged map when it was asked for, never silently: each statement answers what it did in km².
 * Results lie on the grid that overlays on the embedded engine need.
 */
const GRID_DEGREES = 1e-9;

export interface Effect {
  at: string;
  before_km2: number;
  after_km2: number;
}

/** Makes invalid areas valid by their structure (methods B.3: the default method invents other ground). */
export function repairStaged(tx: Queryable, edition: number): Promise<Effect[]> {
  return tx.query(
    `with made as materialized (
       select no, geom as old, st_multi(st_collectionextract(st_makevalid(geom, 'method=structure keepcollapsed=false'), 3)) as new
       from staged where not st_isvalid(geom)
     ), done as (
       update staged set geom = made.new from made where staged.no = made.no returning staged.no, staged.at
     )
     select at, planar_km2(made.old, projection) as before_km2, planar_km2(made.new, projection) as after_km2
     from done join made using (no), edition where edition.id = $1 order by no`,
    [edition],
  );
}

/** Leaves out the parts of areas that are farther than `km` from the theatre; areas without a part left go. */
export async function dropFar(tx: Queryable, edition: number, km: number): Promise<Effect[]> {
  const effects = await tx.query<Effect>(
    `with part as materialized (
       select no, d.geom, st_intersects(d.geom, boundary)
                or st_distance(st_closestpoint(boundary, d.geom)::geography, st_closestpoint(d.geom, boundary)::geography) <= $2 * 1000 as near
       from staged cross join lateral st_dump(geom) d, edition where edition.id = $1
     ), left_over as materialized (
       select no, st_multi(st_collect(part.geom) filter (where near)) as geom from part group by no having bool_or(not near)
     ), done as (
       update staged set geom = coalesce(left_over.geom, 'SRID=4326;MULTIPOLYGON EMPTY'::geometry)
       from left_over where left_over.no = staged.no returning staged.no, staged.at
     )
     select at, planar_km2(staged.geom, projection) as before_km2, coalesce(planar_km2(left_over.geom, projection), 0) as after_km2
     from done join staged using (no, at) join left_over using (no), edition where edition.id = $1 order by no`,
    [edition, km],
  );
  await tx.query('delete from staged where st_isempty(geom)');
  return effects;
}

/** Cuts the areas off at the boundary of the theatre; areas without ground inside go. */
export async function clipStaged(tx: Queryable, edition: number): Promise<Effect[]> {
  const effects = await tx.query<Effect>(
    `with cut as materialized (
       select no, staged.geom as old, st_multi(st_collectionextract(st_intersection(staged.geom, boundary, $2), 3)) as new
       from staged, edition where edition.id = $1 and not st_coveredby(staged.geom, boundary)
     ), done as (
       update staged set geom = cut.new from cut where cut.no = staged.no returning staged.no, staged.at
     )
     select at, planar_km2(cut.old, projection) as before_km2, planar_km2(cut.new, projection) as after_km2
     from done join cut using (no), edition where edition.id = $1 order by no`,
    [edition, overlayGrid(tx, GRID_DEGREES)],
  );
  await tx.query('delete from staged where st_isempty(geom)');
  return effects;
}

/**
 * Gives ground that several areas have to the one with the lowest rank, of equal ranks the earlier one. `ranks` by
 * number of the area, from 1. Areas without ground left go.
 */
export async function giveByRank(tx: Queryable, ranks: readonly number[]): Promise<void> {
  await tx.query(
    `with ranked as materialized (
       select no, geom, rank from staged join unnest($1::int[]) with ordinality as r(rank, no) using (no)
     ), above as materialized (
       select b.no, st_union(a.geom) as geom
       from ranked b join ranked a
         on (a.rank, a.no) < (b.rank, b.no) and a.geom && b.geom and st_relate(a.geom, b.geom, '2********')
       group by b.no
     )
     update staged set geom = st_multi(st_collectionextract(st_difference(staged.geom, above.geom, $2), 3))
     from above where above.no = staged.no`,
    [ranks, overlayGrid(tx, GRID_DEGREES)],
  );
  await tx.query('delete from staged where st_isempty(geom)');
}

/** Makes ground that areas of different classes have in common one contested area of nobody's; same classes: the earlier. */
export async function makeContested(tx: Queryable): Promise<void> {
  const grid = overlayGrid(tx, GRID_DEGREES);
  await tx.query(
    `with common as materialized (
       select st_multi(st_union(st_collectionextract(st_intersection(a.geom, b.geom, $1), 3))) as geom
       from staged a join staged b
         on a.no < b.no and a.geom && b.geom and st_relate(a.geom, b.geom, '2********')
            and class_of(a.status, a.party) is distinct from class_of(b.status, b.party)
     ), cut as (
       update staged set geom = st_multi(st_collectionextract(st_difference(staged.geom, common.geom, $1), 3))
       from common where common.geom is not null and st_intersects(staged.geom, common.geom)
     )
     insert into staged (no, at, party, status, confidence, geom)
     select (select max(no) + 1 from staged), '', null, 'contested', null, geom from common where geom is not null`,
    [grid],
  );
  await tx.query('delete from staged where st_isempty(geom)');
}

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
    [edition, widthM, overlayGrid(tx, GRID_DEGREES)],
  );
  if (!row) throw new Error('gaps were not measured');
  return row;
}

/** Numbers the staged areas without gaps, in their order: some may have been left out, and ranks go by number. */
export async function renumberStaged(tx: Queryable): Promise<void> {
  await tx.query(
    `update staged set no = n.new
     from (select no, row_number() over (order by no)::int as new from staged) n
     where n.no = staged.no`,
  );
}
