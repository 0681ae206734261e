-- What happened at or near a place in the week up to the day. Events whose sources took them back are left out.
-- No "days ago" here: tiles would then change every day, and the client knows the day it shows.
with state as (select * from jsonb_to_record($1::jsonb) as s(edition bigint, events_on date, events_known bigint)),
known as (select state.*, timestamptz 'epoch' + events_known * interval '1 microsecond' as at from state)
select event.id as key, event.id, event.kind, p.name as place, event.relation, event.actor, event.earliest, event.latest,
       event.latest - date '1970-01-01' as latest_day, st_asgeojson(p.geom, 7) as geometry
from known
  join edition on edition.id = known.edition
  join event on event.theatre = edition.theatre and event.withdrawn_on is null
            and event.recorded_at <= known.at and (event.superseded_at is null or event.superseded_at > known.at)
            and event.earliest <= known.events_on and known.events_on < event.latest + 7
  join place_entry p on p.edition = known.edition and p.place = event.place
order by event.earliest, event.id
