-- What the step of a series to its map of a day was: the ground changed hands (movement, unless something else is
-- stated), the publisher put right what had been drawn wrongly (correction), or what is drawn came to mean something
-- else (redefinition). Kept by day and not by revision, so that a corrected, derived or restored map of the same day
-- keeps the kind of its step; the newest statement known at an instant holds.
create table step_kind (
  id bigint generated always as identity primary key,
  series slug not null references series,
  valid_on date not null,
  kind text not null check (kind in ('movement', 'correction', 'redefinition')),
  why text not null check (why <> ''),
  stated_by text check (stated_by <> ''),
  recorded_at timestamptz not null default clock_timestamp(),
  unique (series, valid_on, recorded_at)
);
create trigger kept before update or delete on step_kind for each row execute function refuse_change();
