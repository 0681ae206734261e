-- Who controls the ground: one feature per party and status, dissolved. Neighbours share every vertex.
-- key: two areas of one key have no front between them. An area that is alone in its key is drawn as it is stored.
with state as (select * from jsonb_to_record($1::jsonb) as s(revision bigint, edition bigint)),
face as materialized (
  select f.shape, sum(f.area_m2) as m2 from state cross join lateral faces_of(state.revision) f group by 1
)
select coalesce(area.party, '-') || ' ' || area.status as key, area.party, area.status,
       round((sum(area.confidence * face.m2) / nullif(sum(face.m2) filter (where area.confidence is not null), 0))::numeric, 3)
         as confidence, max(entry.colour) as colour,
       st_asbinary(case count(*) when 1 then (array_agg(shape.geom))[1] else st_union(shape.geom) end) as geometry
from state
  join area on area.revision = state.revision
  join shape on shape.id = area.shape
  left join face on face.shape = area.shape
  left join party_entry entry on entry.edition = state.edition and entry.party = area.party
group by area.party, area.status
order by key
