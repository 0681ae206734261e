-- How the maps of a publisher are read, as editions of which the newest holds; and of each imported revision how it was
-- read: from which file, by which edition, and what was done to it before it was stored.
create table mapping (
  id bigint generated always as identity primary key,
  series slug not null references series,
  sha256 text not null check (length(sha256) = 64),
  body jsonb not null,
  recorded_at timestamptz not null default clock_timestamp()
);
create index on mapping (series, id);

create table reading (
  revision bigint primary key references revision,
  -- Of the map before it was clipped, repaired or freed of overlaps, with the rules for that: the same file again is
  -- known by it without measuring anything.
  input_sha256 text not null check (length(input_sha256) = 64),
  format text not null,
  file text,
  mapping bigint references mapping,
  rules jsonb not null,
  notes text[] not null
);

create trigger kept before update or delete on mapping for each row execute function refuse_change();
create trigger kept before update or delete on reading for each row execute function refuse_change();
