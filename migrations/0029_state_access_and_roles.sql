-- Who may know of the series of a theatre at all, and what a person may do in one. The newest row of each holds.

-- A theatre may be for members before its first map is there: no reference.
create table theatre_access (
  id bigint generated always as identity primary key,
  theatre slug not null,
  members_only boolean not null,
  why text not null check (why <> ''),
  principal text not null check (principal <> ''),
  recorded_at timestamptz not null default clock_timestamp()
);
-- `holder` is a principal (`token:ann`). A role that is null was taken away. A role of a token ends with it: another one of
-- the same name has none.
create table series_role (
  id bigint generated always as identity primary key,
  series slug not null,
  holder text not null check (holder <> ''),
  role text check (role in ('reader', 'contributor', 'reviewer', 'publisher', 'keeper')),
  principal text not null check (principal <> ''),
  recorded_at timestamptz not null default clock_timestamp()
);
create trigger kept before update or delete or truncate on theatre_access for each statement execute function refuse_change();
create trigger kept before update or delete or truncate on series_role for each statement execute function refuse_change();
