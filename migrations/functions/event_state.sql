-- The located events of a theatre on a day as a state: since when the same ones count, and the microsecond of the log (since
-- 1970) at which they last changed. An event counts from its earliest day until `days` after its latest; two days on
-- which the same versions of the same events count have the same state. No row when none counts.
create or replace function event_state(in_theatre text, on_day date, days integer, known_at timestamptz)
returns table (since date, known bigint) language sql stable parallel safe as $$
  with logged as materialized (
    select recorded_at, superseded_at, earliest as first, latest + days as past,
           stands_at(recorded_at, superseded_at, known_at) as stands
    from event
    where theatre = in_theatre and place is not null and earliest is not null and withdrawn_on is null
      and recorded_at <= known_at
  ), turn as (
    select max(day) as day
    from (select first as day from logged where stands union all select past from logged where stands) t where day <= on_day
  )
  select turn.day,
         (extract(epoch from max(greatest(l.recorded_at, case when not l.stands then l.superseded_at end))) * 1000000)::bigint
  from turn join logged l on l.first <= turn.day and turn.day < l.past
  group by turn.day having bool_or(l.stands)
$$;
