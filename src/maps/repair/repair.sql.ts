import type { Queryable } from '../../store/pool.js';
import { overlayGrid } from '../../store/statement.js';

/*
 * What may be done to a staged map on request, never silently: each statement returns what it did in km².
 * Results lie on the grid that overlays on the embedded engine need.
 */
const GRID_DEGREES = 1e-9;
/** How ST_MakeValid makes areas valid. */
const BY_STRUCTURE = 'method=structure keepcollapsed=false';

export interface Effect {
  at: string;
  before_km2: number;
  after_km2: number;
}

/** A hole that lies wholly outside its shell, by the area that has it. */
export interface HoleOutside {
  at: string;
  km2: number;
  where: [number, number];
}

/**
 * Leaves out holes that lie wholly outside their shells: a hole takes ground away, and one outside takes none. ST_MakeValid would
 * make ground of it. Distances are PostGIS's own, which no crossing ring disturbs.
 */
export function dropHolesOutside(tx: Queryable, edition: number): Promise<HoleOutside[]> {
  return tx.query(
    `with part as materialized (
       select no, d.path[1] as part, d.geom, case when st_numinteriorrings(d.geom) > 0
                then st_makevalid(st_makepolygon(st_exteriorring(d.geom)), '${BY_STRUCTURE}') end as shell
       from staged cross join lateral st_dump(staged.geom) d where not st_isvalid(staged.geom)
     ), hole as materialized (
       select no, part, r.path[1] as nth, st_exteriorring(r.geom) as ring, made.ground, st_distance(made.ground, shell) > 0 as outside
       from part cross join lateral st_dumprings(part.geom) r
         cross join lateral (select st_makevalid(r.geom, '${BY_STRUCTURE}') as ground) made
       where shell is not null and r.path[1] > 0
     ), kept as materialized (
       select no, part, array_agg(ring order by nth) filter (where outside is not true) as rings
       from hole group by no, part having bool_or(outside)
     ), redrawn as materialized (
       select no, st_multi(st_collect(case
                when kept.no is null then part.geom
                when rings is null then st_makepolygon(st_exteriorring(part.geom))
                else st_makepolygon(st_exteriorring(part.geom), rings) end order by part)) as geom
       from part left join kept using (no, part) group by no having bool_or(kept.no is not null)
     ), done as (
       update staged set geom = redrawn.geom from redrawn where staged.no = redrawn.no returning staged.no, staged.at
     )
     select at, planar_km2(ground, projection) as km2, array[st_x(st_startpoint(ring)), st_y(st_startpoint(ring))] as where
     from done join hole using (no), edition where outside and edition.id = $1 order by no, part, nth`,
    [edition],
  );
}

/** Makes invalid areas valid by their structure (methods B.3: the default method invents other ground); areas without ground go. */
export async function repairStaged(tx: Queryable, edition: number): Promise<Effect[]> {
  const effects = await tx.query<Effect>(
    `with made as materialized (
       select no, geom as old, st_multi(st_collectionextract(st_makevalid(geom, '${BY_STRUCTURE}'), 3)) as new
       from staged where not st_isvalid(geom)
     ), done as (
       update staged set geom = made.new from made where staged.no = made.no returning staged.no, staged.at
     )
     select at, planar_km2(made.old, projection) as before_km2, planar_km2(made.new, projection) as after_km2
     from done join made using (no), edition where edition.id = $1 order by no`,
    [edition],
  );
  await tx.query('delete from staged where st_isempty(geom)');
  return effects;
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
