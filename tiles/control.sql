-- Who controls the ground: one feature per party and status, dissolved. Neighbours share every vertex.
-- key: two areas of one key have no front between them.
with state as (select $1::bigint as revision, $2::bigint as edition, $3::bigint as statement, $4::date as since)
select coalesce(area.party, '-') || ' ' || area.status as key, area.party, area.status,
       round(avg(area.confidence)::numeric, 3) as confidence, max(entry.colour) as colour,
       st_asgeojson(st_union(shape.geom), 7) as geometry
from state
  join area on area.revision = state.revision
  join shape on shape.id = area.shape
  left join party_entry entry on entry.edition = state.edition and entry.party = area.party
group by area.party, area.status
order by key
