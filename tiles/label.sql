-- Which areas of the layer `control` are labelled, and with what. The points themselves are found on the whole polygon, in
-- the arcs that the areas share; each is drawn in the one tile that it lies in.
with state as (select * from jsonb_to_record($1::jsonb) as s(revision bigint, edition bigint))
select distinct area.party || ' ' || area.status as key, area.party, area.status, entry.name, entry.colour
from state
  join area on area.revision = state.revision
  join party_entry entry on entry.edition = state.edition and entry.party = area.party
order by key
