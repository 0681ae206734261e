-- A series is one publisher's (or one method's) line of dated maps. What is said of it as a whole (title, accuracy,
-- withdrawn or not) is a list of statements, the newest of which holds.
create table series (
  id slug primary key,
  theatre slug not null references theatre,
  recorded_at timestamptz not null default clock_timestamp(),
  unique (id, theatre)
);

create table series_statement (
  id bigint generated always as identity primary key,
  series slug not null references series,
  title text not null check (title <> ''),
  publisher text not null check (publisher <> ''),
  licence text not null check (licence <> ''),
  kind text not null check (kind in ('derived', 'imported')),
  method text not null check (method <> ''),
  accuracy_m double precision not null check (accuracy_m >= 0),
  accuracy_note text,
  first_date date,
  complete_until date,
  parties text[] not null,
  -- Radii and thresholds of the measures: methods.md A.2, A.3 and G.
  perimeter_m double precision not null check (perimeter_m > 0),
  reach_m double precision not null check (reach_m > 0),
  narrow_m double precision not null check (narrow_m > 0),
  -- Of derived series only: how far a report reaches, and the typical distance between reports: a place without one
  -- gets a cell of its own only where none is nearer than that.
  r_max_m double precision check (r_max_m > 0),
  spacing_m double precision check (spacing_m >= 0),
  withdrawn_why text,
  recorded_at timestamptz not null default clock_timestamp(),
  check (first_date <= complete_until),
  check (kind <> 'derived' or (r_max_m is not null and spacing_m is not null and first_date is not null)),
  unique (series, recorded_at)
);

-- Geometry is stored once and known by its content: the same polygon in two snapshots is the same row, so that
-- "nothing changed here" is an equality of numbers and not an overlay.
create table shape (
  id bigint generated always as identity primary key,
  sha256 text not null unique check (length(sha256) = 64),
  geom geometry(MultiPolygon, 4326) not null check (st_isvalid(geom) and not st_isempty(geom))
);
create index on shape using gist (geom);

-- The completed plane of a revision: theatre, areas and foreign ground noded together, each shared arc densified and
-- projected once. Revisions whose polygons are the same share one plane.
create table plane (
  id bigint generated always as identity primary key,
  edition bigint not null references edition,
  sha256 text not null check (length(sha256) = 64),
  theatre_m2 double precision not null check (theatre_m2 > 0),
  unique (edition, sha256)
);

create table plane_face (
  plane bigint references plane,
  no integer,
  shape bigint references shape,
  territory slug,
  -- Working projection of the edition, metres; SRID 0 because each theatre has its own.
  geom geometry(Polygon, 0) not null check (st_isvalid(geom)),
  area_m2 double precision not null check (area_m2 > 0),
  primary key (plane, no),
  check (shape is null or territory is null)
);
create index on plane_face (plane, shape);

create table revision (
  id bigint generated always as identity primary key,
  series slug not null,
  theatre slug not null,
  valid_on date not null,
  edition bigint not null references edition,
  plane bigint not null references plane,
  sha256 text not null check (length(sha256) = 64),
  note text,
  recorded_at timestamptz not null default clock_timestamp(),
  superseded_at timestamptz check (superseded_at > recorded_at),
  unique (id, theatre),
  foreign key (series, theatre) references series (id, theatre),
  foreign key (edition, theatre) references edition (id, theatre),
  exclude using gist (series with =, valid_on with =, tstzrange(recorded_at, superseded_at) with &&)
);
-- The exclusion above forbids two current revisions of one date; this index finds the one that holds on a day.
create index revision_in_force on revision (series, valid_on desc, recorded_at, superseded_at);

create table area (
  revision bigint,
  theatre slug not null,
  no integer,
  party slug,
  status text not null check (status in ('controlled', 'contested', 'claimed', 'unknown')),
  confidence double precision check (confidence between 0 and 1),
  shape bigint not null references shape,
  source bigint not null references source,
  place slug,
  reason text,
  primary key (revision, no),
  unique (revision, shape),
  foreign key (revision, theatre) references revision (id, theatre),
  foreign key (theatre, party) references party,
  foreign key (theatre, place) references place,
  check (party is not null or status in ('contested', 'unknown'))
);

create index on area (shape, revision);

create table area_claim (
  revision bigint,
  no integer,
  claim bigint references claim,
  primary key (revision, no, claim),
  foreign key (revision, no) references area
);

-- The class of a point of an area (api.md): the party where it controls; what is only claimed counts as contested. Of
-- ground in no area (status null) it is null, which every question names `unassigned`.
create function class_of(status text, party text) returns text language sql immutable parallel safe as $$
  select case when status is null then null when status = 'controlled' then party when status = 'unknown' then 'unknown' else 'contested' end
$$;

-- km² of a polygon whose edges are straight in lon, lat: densified, then measured in an equal-area projection (methods
-- B.2). Not on the geography: there a long edge is a geodesic, and a sliver along a border gets an area it does not have.
create function planar_km2(geom geometry, projection text) returns double precision language sql immutable parallel safe as $$
  select st_area(st_transform(st_segmentize(geom, 0.02), projection)) / 1e6
$$;

-- The one place where "as of a day, as known at an instant" is resolved, to a number, before any geometry is touched.
create function revision_at(in_series text, on_day date, known_at timestamptz) returns bigint
language sql stable parallel safe as $$
  select id from revision
  where series = in_series and valid_on <= on_day
    and recorded_at <= known_at and (superseded_at is null or superseded_at > known_at)
  order by valid_on desc limit 1
$$;

create trigger kept before update or delete on series for each row execute function refuse_change();
create trigger kept before update or delete on series_statement for each row execute function refuse_change();
create trigger kept before update or delete on shape for each row execute function refuse_change();
create trigger kept before update or delete on plane for each row execute function refuse_change();
create trigger kept before update or delete on plane_face for each row execute function refuse_change();
create trigger kept before update or delete on revision for each row execute function only_superseded();
create trigger kept before update or delete on area for each row execute function refuse_change();
create trigger kept before update or delete on area_claim for each row execute function refuse_change();
