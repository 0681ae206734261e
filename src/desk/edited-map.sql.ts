import { SalientError } from '../errors.js';
import type { Queryable } from '../store/pool.js';
import type { Edit } from './proposal.js';

/** Degrees; 0.1 mm: the linework of an edit and of the areas that it cuts is noded on this grid. */
const NODING_GRID_DEGREES = 1e-9;

/** An area of a map, its geometry as GeoJSON (EPSG:4326). */
export interface EditedArea {
  party: string | null;
  status: string;
  confidence: number | null;
  geometry: string;
}

/**
 * The areas of a map with an edit applied. The edit and the areas that it meets are noded together, cut into faces, and each
 * face goes to the edit or stays where it was: their new border is one line, so that neither a gap nor an overlap can arise.
 * Areas that the edit does not meet stay as they are, to the last digit.
 * @param revision null: the series has no map yet, and the edit is all of it
 * @throws SalientError `invalid_proposal` when the polygon of the edit crosses itself
 */
export async function editedAreas(tx: Queryable, revision: number | null, edit: Edit): Promise<EditedArea[]> {
  const polygons = JSON.stringify({ type: 'MultiPolygon', coordinates: edit.polygons });
  await checkPolygons(tx, polygons);
  return tx.query<EditedArea>(
    `with edit as materialized (
       select st_setsrid(st_geomfromgeojson($2), 4326) as geom
     ), stood as materialized (
       select area.no, area.party, area.status, area.confidence, shape.geom, st_intersects(shape.geom, edit.geom) as met
       from area join shape on shape.id = area.shape, edit where area.revision = $1::bigint
     ), linework as (
       select st_unaryunion(st_collect(line), $5::float8) as geom
       from (select st_boundary(geom) as line from stood where met union all select st_boundary(geom) from edit) lines
     ), face as materialized (
       select d.geom, st_pointonsurface(d.geom) as inside
       from linework, lateral st_dump(st_polygonize(array[linework.geom])) d
     ), owned as (
       select face.geom, case when st_intersects(edit.geom, face.inside) then null else
                (select no from stood where met and st_intersects(stood.geom, face.inside) order by no limit 1) end as no,
              st_intersects(edit.geom, face.inside) as edited
       from face, edit
     ), after as (
       select no, st_unaryunion(st_collect(geom), $5::float8) as geom from owned where no is not null group by no
     )
     select party, status, confidence, st_asgeojson(geom, 15) as geometry from stood where not met
     union all
     select party, status, confidence, st_asgeojson(st_multi(after.geom), 15) from after join stood using (no)
     union all
     select $3::text, $4::text, null, st_asgeojson(st_multi(st_unaryunion(st_collect(geom), $5::float8)), 15)
     from owned where edited having count(*) > 0`,
    [revision, polygons, edit.party, edit.status, NODING_GRID_DEGREES],
  );
}

async function checkPolygons(tx: Queryable, polygons: string): Promise<void> {
  const [row] = await tx.query<{ valid: boolean; reason: string | null; place: string | null }>(
    `select d.valid, d.reason, st_asgeojson(d.location) as place
     from st_isvaliddetail(st_setsrid(st_geomfromgeojson($1), 4326)) d`,
    [polygons],
  );
  if (row?.valid) return;
  const where = row?.place ? (JSON.parse(row.place) as { coordinates: [number, number] }).coordinates : undefined;
  const how = 'a line that crosses itself, or the front that it replaces, is drawn as two: each ends where they cross';
  const message = `the polygon of the edit is not valid (${row?.reason ?? 'no reason given'}): ${how}`;
  throw new SalientError('invalid_proposal', message, [
    { code: 'geometry', at: '/geometry', message, ...(where && { where }) },
  ]);
}
