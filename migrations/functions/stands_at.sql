-- Whether a row of the record was known, and not yet superseded, at an instant; at null, whether it is current. The one
-- place where "known at" is decided. One expression, so that the planner inlines it and uses the indexes of the columns.
create or replace function stands_at(recorded_at timestamptz, superseded_at timestamptz, known_at timestamptz)
returns boolean language sql immutable parallel safe as $$
  select recorded_at <= coalesce(known_at, 'infinity') and (superseded_at is null or superseded_at > known_at)
$$;
