-- A theatre is a named region of the world with everything that is said about it, independent of any one map.
-- An edition is one immutable, complete statement of its slow-changing facts (boundary, parties, places, posts, …):
-- a correction is a new edition, so that every answer ever given can be given again ("known at").
create extension if not exists postgis;
create extension if not exists btree_gist;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% of % refused: rows here are kept for ever; record a newer one instead', lower(tg_op), tg_table_name
    using errcode = 'restrict_violation';
end $$;

create domain slug as text check (value ~ '^[a-z0-9][a-z0-9._-]{0,62}$');

create table theatre (
  id slug primary key,
  recorded_at timestamptz not null default clock_timestamp()
);

create table edition (
  id bigint generated always as identity primary key,
  theatre slug not null references theatre,
  title text not null check (title <> ''),
  boundary geometry(MultiPolygon, 4326) not null check (st_isvalid(boundary) and not st_isempty(boundary)),
  projection text not null check (projection like '+proj=%'),
  time_zone text not null,
  sha256 text not null check (length(sha256) = 64),
  recorded_at timestamptz not null default clock_timestamp(),
  unique (id, theatre),
  unique (theatre, recorded_at)
);

create table party (theatre slug references theatre, id slug, primary key (theatre, id));

create table party_entry (
  edition bigint not null,
  theatre slug not null,
  party slug not null,
  name text not null check (name <> ''),
  colour text not null check (colour ~ '^#[0-9a-f]{6}$'),
  kind text not null check (kind in ('ground', 'operator')),
  note text,
  primary key (edition, party),
  foreign key (edition, theatre) references edition (id, theatre),
  foreign key (theatre, party) references party
);

-- How one side stands to a party, from a day to a day: alliances are dated because they change.
create table relation (
  edition bigint not null,
  side slug not null,
  party slug not null,
  stance text not null check (stance in ('own', 'ally', 'hostile', 'neutral')),
  valid daterange not null check (not isempty(valid)),
  source text not null check (source <> ''),
  note text,
  foreign key (edition, side) references party_entry (edition, party),
  foreign key (edition, party) references party_entry,
  exclude using gist (edition with =, side with =, party with =, valid with &&)
);

create table territory (
  edition bigint references edition,
  id slug,
  kind text not null check (kind in ('state', 'sea')),
  name text not null,
  boundary geometry(MultiPolygon, 4326) not null check (st_isvalid(boundary) and not st_isempty(boundary)),
  primary key (edition, id)
);

create table border_policy (
  edition bigint not null,
  side slug not null,
  territory slug not null,
  policy text not null check (policy in ('open', 'closed')),
  valid daterange not null check (not isempty(valid)),
  source text not null check (source <> ''),
  note text,
  foreign key (edition, side) references party_entry (edition, party),
  foreign key (edition, territory) references territory,
  exclude using gist (edition with =, side with =, territory with =, valid with &&)
);

-- The sanctuary a side's posts must reach to be connected (methods A.2).
create table anchor (
  edition bigint not null,
  side slug not null,
  territory slug not null,
  valid daterange not null check (not isempty(valid)),
  source text not null check (source <> ''),
  note text,
  foreign key (edition, side) references party_entry (edition, party),
  foreign key (edition, territory) references territory,
  exclude using gist (edition with =, side with =, territory with =, valid with &&)
);

create table place (theatre slug references theatre, id slug, primary key (theatre, id));

create table place_entry (
  edition bigint not null,
  theatre slug not null,
  place slug not null,
  name text not null check (name <> ''),
  kind text not null,
  aliases text[] not null default '{}',
  geom geometry(Point, 4326) not null check (not st_isempty(geom)),
  error_m double precision not null check (error_m >= 0),
  source text not null check (source <> ''),
  note text,
  primary key (edition, place),
  foreign key (edition, theatre) references edition (id, theatre),
  foreign key (theatre, place) references place
);

create table initial_control (
  edition bigint not null,
  place slug not null,
  party slug not null,
  as_of date not null,
  basis text not null check (basis in ('stated', 'inferred')),
  source text not null check (source <> ''),
  note text,
  primary key (edition, place),
  foreign key (edition, place) references place_entry,
  foreign key (edition, party) references party_entry
);

create table route (
  edition bigint references edition,
  id text check (id <> ''),
  name text not null,
  geom geometry(LineString, 4326) not null check (st_isvalid(geom) and st_npoints(geom) > 1),
  error_m double precision not null check (error_m >= 0),
  source text not null check (source <> ''),
  note text,
  primary key (edition, id)
);

create table post (
  edition bigint not null,
  operator slug not null,
  number integer not null check (number > 0),
  number_source text not null check (number_source in ('documented', 'inferred', 'project')),
  number_text text,
  name text not null check (name <> ''),
  geom geometry(Point, 4326) not null check (not st_isempty(geom)),
  error_m double precision not null check (error_m >= 0),
  -- The day lies somewhere in the range; the sources rarely agree on one.
  established daterange not null check (not isempty(established)),
  established_source text[] not null check (established_source <> '{}'),
  withdrawn daterange check (not isempty(withdrawn)),
  withdrawn_source text[] not null default '{}' check ((withdrawn is null) = (withdrawn_source = '{}')),
  note text,
  primary key (edition, operator, number),
  foreign key (edition, operator) references party_entry (edition, party),
  check (withdrawn is null or lower(established) <= lower(withdrawn))
);

do $$
declare t text;
begin
  foreach t in array array['theatre', 'edition', 'party', 'party_entry', 'relation', 'territory', 'border_policy', 'anchor',
                           'place', 'place_entry', 'initial_control', 'route', 'post'] loop
    execute format('create trigger kept before update or delete on %I for each row execute function refuse_change()', t);
  end loop;
end $$;
