-- A map whose step is out of all proportion waits for a person. It is kept as it was staged (its polygons are shapes
-- like any other) with what was judged and measured, and is no part of any answer until it is accepted.
create table held_snapshot (
  id bigint generated always as identity primary key,
  series slug not null,
  theatre slug not null,
  valid_on date not null,
  sha256 text not null check (length(sha256) = 64),
  source bigint not null references source,
  sent_by text check (sent_by <> ''),
  problems jsonb not null,
  figures jsonb not null,
  recorded_at timestamptz not null default clock_timestamp(),
  unique (id, theatre),
  foreign key (series, theatre) references series (id, theatre)
);
create index on held_snapshot (series, valid_on);

create table held_area (
  held bigint,
  theatre slug not null,
  no integer,
  party slug,
  status text not null check (status in ('controlled', 'contested', 'claimed', 'unknown')),
  confidence double precision check (confidence between 0 and 1),
  shape bigint not null references shape,
  primary key (held, no),
  foreign key (held, theatre) references held_snapshot (id, theatre),
  foreign key (theatre, party) references party,
  check (party is not null or status in ('contested', 'unknown'))
);

-- What became of a held map: one decision, for ever. `released`: another map was accepted, beside which this one was in
-- proportion.
create table held_decision (
  held bigint primary key references held_snapshot,
  decision text not null check (decision in ('accepted', 'refused', 'released')),
  kind text check (kind in ('movement', 'correction', 'redefinition')),
  why text not null check (why <> ''),
  decided_by text check (decided_by <> ''),
  revision bigint references revision,
  recorded_at timestamptz not null default clock_timestamp(),
  check ((decision = 'refused') = (revision is null)),
  check ((decision = 'accepted') = (kind is not null))
);

-- A map of a day is withdrawn by superseding its revision without another, and restored by a new revision made of the
-- same polygons: so every answer as known at any instant is what it was.
create table snapshot_withdrawal (
  id bigint generated always as identity primary key,
  series slug not null references series,
  valid_on date not null,
  revision bigint not null references revision,
  why text not null check (why <> ''),
  decided_by text check (decided_by <> ''),
  recorded_at timestamptz not null default clock_timestamp(),
  unique (revision)
);

create table snapshot_restoration (
  withdrawal bigint primary key references snapshot_withdrawal,
  revision bigint not null unique references revision,
  why text check (why <> ''),
  decided_by text check (decided_by <> ''),
  recorded_at timestamptz not null default clock_timestamp()
);

do $$
declare t text;
begin
  foreach t in array array['held_snapshot', 'held_area', 'held_decision', 'snapshot_withdrawal', 'snapshot_restoration'] loop
    execute format('create trigger kept before update or delete on %I for each row execute function refuse_change()', t);
  end loop;
end $$;
