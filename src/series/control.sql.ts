import type { Queryable } from '../store/pool.js';

export interface ControlRow {
  party: string | null;
  status: string;
  confidence: number | null;
  /** GeoJSON MultiPolygon, EPSG:4326, shells anticlockwise; 7 decimals, or 15 for all rows where those would make one invalid. */
  geometry: string;
}

/**
 * One polygon per party and status, confidence weighted by area (methods G). Sums are taken in the order of the areas: in
 * another order they differ in the last digit, and a restored store would answer otherwise.
 */
export function dissolvedControl(db: Queryable, revision: number): Promise<ControlRow[]> {
  return db.query(
    `select party, status, confidence,
            st_asgeojson(geom, case when bool_and(valid_at(geom, 7)) over () then 7 else 15 end) as geometry
     from (select party, status, sum(confidence * km2 order by no)
                    / nullif(sum(km2 order by no) filter (where confidence is not null), 0) as confidence,
                  st_forcepolygonccw(st_multi(st_union(geom))) as geom
     from (
       select area.no, area.party, area.status, area.confidence, shape.geom, face.m2 / 1e6 as km2
       from area join shape on shape.id = area.shape
         left join (select shape, sum(area_m2 order by no) as m2 from faces_of($1) group by 1) face using (shape)
       where area.revision = $1
     ) measured
     group by party, status) dissolved order by party nulls last, status`,
    [revision],
  );
}

export interface CellRow extends ControlRow {
  no: number;
  place: string | null;
  reason: string | null;
  source: string;
  claims: string[];
}

/** The areas as they were stored, each with the claims and the source it rests on. */
export function controlCells(db: Queryable, revision: number): Promise<CellRow[]> {
  return db.query(
    `select area.no, area.party, area.status, area.confidence, area.place, area.reason, source.id as source,
            st_asgeojson(st_forcepolygonccw(shape.geom), max(shape.decimals) over ()) as geometry,
            array(select claim.id::text from area_claim join claim on claim.no = area_claim.claim
                  where area_claim.revision = area.revision and area_claim.no = area.no order by 1) as claims
     from area join shape on shape.id = area.shape join source on source.no = area.source
     where area.revision = $1 order by area.no`,
    [revision],
  );
}
