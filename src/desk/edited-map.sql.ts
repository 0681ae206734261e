import { SalientError } from '../errors.js';
import type { Queryable } from '../store/pool.js';
import type { Edit } from './proposal.js';

/** Degrees; 0.1 mm: the linework of an edit and of the areas that it cuts is noded on this grid. */
const NODING_GRID_DEGREES = 1e-9;

/**
 * Degrees; 1 cm: what is published has so many digits, and an edit is drawn along it. A face that is narrower lies between a border and
 * the same border as the edit has it.
 */
const WRITTEN_GRID_DEGREES = 1e-7;

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
 * Ground that comes to lie beside an area of its own party and status becomes part of it. Areas that the edit does not meet stay as they
 * are, to the last digit.
 * @param revision null: the series has no map yet, and the edit is all of it
 * Of an edit with several pieces of ground each goes to its own party; the first has what two of them claim.
 * @throws SalientError `invalid_proposal` when a polygon of the edit crosses itself
 */
export async function editedAreas(tx: Queryable, revision: number | null, edit: Edit): Promise<EditedArea[]> {
  const pieces = [edit, ...(edit.also ?? [])].map(({ polygons, party, status }) => ({
    ...{ party, status, geometry: { type: 'MultiPolygon', coordinates: polygons } },
  }));
  for (const [i, { geometry }] of pieces.entries())
    await checkPolygons(tx, JSON.stringify(geometry), i === 0 ? '/geometry' : `/also/${i - 1}/geometry`);
  return tx.query<EditedArea>(
    `with edit as materialized (
       select (nth)::int as piece, piece->>'party' as party, piece->>'status' as status,
              st_setsrid(st_geomfromgeojson(piece->'geometry'), 4326) as geom
       from jsonb_array_elements($2::jsonb) with ordinality as given (piece, nth)
     ), stood as materialized (
       select area.no, area.party, area.status, area.confidence, shape.geom,
              exists (select from edit where st_intersects(shape.geom, edit.geom)) as met
       from area join shape on shape.id = area.shape where area.revision = $1::bigint
     ), linework as (
       select st_unaryunion(st_collect(line), $3::float8) as geom
       from (select st_boundary(geom) as line from stood where met union all select st_boundary(geom) from edit) lines
     ), face as materialized (
       select d.geom, st_pointonsurface(d.geom) as inside
       from linework, lateral st_dump(st_polygonize(array[linework.geom])) d
     ), edited as materialized (
       select face.geom, face.inside,
              coalesce((select piece from edit where st_intersects(edit.geom, face.inside) order by piece limit 1),
                       case when 2 * st_area(face.geom) < $4::float8 * st_perimeter(face.geom) then
                         (select piece from edit where st_dwithin(edit.geom, face.geom, $4::float8) order by piece limit 1) end) as piece
       from face
     ), owned as materialized (
       select geom, piece, case when piece is null then
                (select no from stood where met and st_intersects(stood.geom, inside) order by no limit 1) end as no
       from edited
     ), beside as (
       select distinct ground.piece, area.no
       from owned ground join edit using (piece)
         join owned area on area.piece is null and st_relate(ground.geom, area.geom, '****1****')
         join stood on stood.no = area.no and stood.confidence is null
           and stood.status = edit.status and stood.party is not distinct from edit.party
     ), host as (
       select piece, min(no) as no from beside group by piece
     ), joined as (
       select beside.no, min(host.no) as host from beside join host using (piece) group by beside.no
     ), placed as (
       select geom, piece, coalesce((select joined.host from joined where joined.no = coalesce(owned.no, host.no)), owned.no) as no
       from owned left join host using (piece)
     )
     select party, status, confidence, st_asgeojson(st_forcepolygonccw(geom), 15) as geometry from stood where not met
     union all
     select party, status, confidence, st_asgeojson(st_forcepolygonccw(st_multi(after.geom)), 15)
     from (select no, st_unaryunion(st_collect(geom), $3::float8) as geom from placed where no is not null group by no) after
       join stood using (no)
     union all
     select edit.party, edit.status, null, st_asgeojson(st_forcepolygonccw(st_multi(st_unaryunion(st_collect(placed.geom), $3::float8))), 15)
     from placed join edit using (piece) where placed.no is null group by piece, edit.party, edit.status`,
    [revision, JSON.stringify(pieces), NODING_GRID_DEGREES, WRITTEN_GRID_DEGREES],
  );
}

async function checkPolygons(tx: Queryable, polygons: string, at: string): Promise<void> {
  const [row] = await tx.query<{ valid: boolean; reason: string | null; place: string | null }>(
    `select d.valid, d.reason, st_asgeojson(d.location) as place
     from st_isvaliddetail(st_setsrid(st_geomfromgeojson($1), 4326)) d`,
    [polygons],
  );
  if (row?.valid) return;
  const where = row?.place ? (JSON.parse(row.place) as { coordinates: [number, number] }).coordinates : undefined;
  const how =
    'a line that crosses itself is drawn as two; where a front is drawn across the old one, ground passes each way (also)';
  const message = `the polygon of the edit is not valid (${row?.reason ?? 'no reason given'}): ${how}`;
  throw new SalientError('invalid_proposal', message, [{ code: 'geometry', at, message, ...(where && { where }) }]);
}
