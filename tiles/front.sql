-- Which areas of the layer `control` face each other across a front: those of two parties. The lines themselves are the
-- arcs that the areas share. Ground that is only contested or claimed counts as its claimant's side.
with state as (select * from jsonb_to_record($1::jsonb) as s(revision bigint)),
side as (
  select distinct coalesce(area.party, '-') || ' ' || area.status as key, area.party, area.status
  from state join area on area.revision = state.revision
  where area.party is not null
)
select a.key as left_key, b.key as right_key, a.party as "left", b.party as "right",
       a.status as left_status, b.status as right_status
from side a join side b on a.key < b.key and a.party <> b.party
order by left_key, right_key
