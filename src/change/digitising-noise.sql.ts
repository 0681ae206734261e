import type { BorderEdges } from '../coverage/border-edges.js';
import type { Queryable } from '../store/pool.js';
import { overlayGrid, requiredRow } from '../store/statement.js';
import { OVERLAY_GRID_M } from './overlay.sql.js';

/** The edges between classes in either revision (methods 0.6); in a region (WKB hex) or, null, the whole theatre. */
export async function borderEdges(
  db: Queryable,
  from: number,
  to: number,
  region: string | null = null,
): Promise<BorderEdges> {
  const [row] = await db.query<BorderEdges>('select classes, shared, lone from border_edges($1, $2, $3)', [
    from,
    to,
    region,
  ]);
  return requiredRow(row, 'compared with the borders of another map');
}

export interface OpenedRow {
  from_class: string;
  to_class: string;
  m2: number;
  /** Of it, what an opening of the radius leaves. */
  opened_m2: number;
}

/**
 * The ground that passed from one class to another, and what is left of it where no disc of `radiusM` fits (an opening:
 * erosion, then dilation, never beyond the ground itself). `quadSegments` to a quarter circle.
 */
export async function openedChange(
  db: Queryable,
  from: number,
  to: number,
  radiusM: number,
  quadSegments = 32,
): Promise<OpenedRow[]> {
  return db.query(
    `with passed as materialized (
       select from_class, to_class, st_unaryunion(st_collect(geom), $3) as geom from ground_changed($1, $2, $3) group by 1, 2
     )
     select from_class, to_class, st_area(geom) as m2,
            st_area(st_intersection(st_buffer(st_buffer(geom, -$4::float8, $5::int), $4::float8, $5::int), geom, $3)) as opened_m2
     from passed where st_area(geom) > 0 order by 1, 2`,
    [from, to, overlayGrid(db, OVERLAY_GRID_M), radiusM, quadSegments],
  );
}
