-- "As of a day, as known at an instant", resolved to a revision before any geometry is read.
create or replace function revision_at(in_series text, on_day date, known_at timestamptz) returns bigint
language sql stable parallel safe as $$
  select id from revision
  where series = in_series and valid_on <= on_day and stands_at(recorded_at, superseded_at, known_at)
  order by valid_on desc limit 1
$$;
