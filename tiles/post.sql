-- Observation posts in service, with the verdict on the day.
with state as (select * from jsonb_to_record($1::jsonb) as s(revision bigint, edition bigint, statement bigint, since date))
select post.operator || '/' || post.number as key, post.operator, post.number, post.name,
       coalesce(kept.verdict, 'inactive') as verdict, kept.reason, kept.grade,
       st_asgeojson(post.geom, 7) as geometry
from state
  join post on post.edition = state.edition and lower(post.established) <= state.since
  left join kept_encirclement kept
    on kept.revision = state.revision and kept.edition = state.edition and kept.statement = state.statement
   and kept.since = state.since and kept.operator = post.operator and kept.number = post.number
order by post.operator, post.number
