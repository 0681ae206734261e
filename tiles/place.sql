-- Populated places with who holds the ground under them.
with state as (select * from jsonb_to_record($1::jsonb) as s(revision bigint, edition bigint))
select p.place as key, p.place as id, p.name, p.kind, held.party, held.status,
       st_asgeojson(p.geom, 7) as geometry
from state
  join place_entry p on p.edition = state.edition
  left join lateral (
    select area.party, area.status from shape join area on area.shape = shape.id and area.revision = state.revision
    where st_intersects(shape.geom, p.geom) order by area.no limit 1
  ) held on true
order by p.place
