-- The log of what was said, by whom, and when we recorded it. A row is never changed but to be superseded by a newer
-- version of the same id; contradicting claims stand side by side.
create function only_superseded() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.superseded_at is null and new.superseded_at is not null
     and to_jsonb(new) - 'superseded_at' = to_jsonb(old) - 'superseded_at' then
    return new;
  end if;
  raise exception '% of % refused: a row may only be superseded, once', lower(tg_op), tg_table_name
    using errcode = 'restrict_violation';
end $$;

create table source (
  no bigint generated always as identity primary key,
  theatre slug not null references theatre,
  id slug not null,
  publisher text not null check (publisher <> ''),
  title text,
  url text,
  published_on date,
  published_on_inferred boolean not null default false,
  stance text not null check (stance in ('independent', 'press', 'partisan', 'general')),
  favours slug,
  via text,
  note text,
  -- Of everything above and, for claims and events, of the sources they cite: a newer version exists when it differs.
  sha256 text not null check (length(sha256) = 64),
  recorded_at timestamptz not null default clock_timestamp(),
  superseded_at timestamptz check (superseded_at > recorded_at),
  foreign key (theatre, favours) references party,
  exclude using gist (theatre with =, id with =, tstzrange(recorded_at, superseded_at) with &&)
);

create table claim (
  no bigint generated always as identity primary key,
  theatre slug not null references theatre,
  id slug not null,
  kind text not null check (kind in ('captured', 'lost', 'held', 'contested', 'expected', 'denied', 'besieged')),
  -- `near` a place is not the place: it never moves control.
  relation text not null check (relation in ('at', 'near')),
  place slug,
  post_operator slug,
  post_number integer,
  location text,
  party slug,
  earliest date,
  latest date,
  dates_inferred boolean not null default false,
  published_on date,
  facts text[] not null default '{}',
  withdrawn_on date,
  withdrawn_why text check ((withdrawn_on is null) = (withdrawn_why is null)),
  note text,
  -- Of everything above and, for claims and events, of the sources they cite: a newer version exists when it differs.
  sha256 text not null check (length(sha256) = 64),
  recorded_at timestamptz not null default clock_timestamp(),
  superseded_at timestamptz check (superseded_at > recorded_at),
  foreign key (theatre, place) references place,
  foreign key (theatre, party) references party,
  check (earliest <= latest),
  check (place is not null or post_number is not null or location is not null),
  check ((post_operator is null) = (post_number is null)),
  check (kind not in ('captured', 'lost', 'contested') or (earliest is not null and latest is not null)),
  check (kind not in ('captured', 'lost', 'contested', 'held') or party is not null),
  exclude using gist (theatre with =, id with =, tstzrange(recorded_at, superseded_at) with &&)
);
create index on claim (theatre, place) where superseded_at is null;

create table claim_source (claim bigint references claim, source bigint references source, primary key (claim, source));

create table event (
  no bigint generated always as identity primary key,
  theatre slug not null references theatre,
  id slug not null,
  kind text not null check (kind in ('strike', 'attack', 'displacement', 'casualties', 'statement', 'population')),
  earliest date,
  latest date,
  dates_inferred boolean not null default false,
  relation text check (relation in ('at', 'near')),
  place slug,
  location text,
  actor text,
  -- The event whose counts include this one's: the two are never summed.
  part_of slug,
  facts text[] not null default '{}',
  withdrawn_on date,
  withdrawn_why text check ((withdrawn_on is null) = (withdrawn_why is null)),
  note text,
  -- Of everything above and, for claims and events, of the sources they cite: a newer version exists when it differs.
  sha256 text not null check (length(sha256) = 64),
  recorded_at timestamptz not null default clock_timestamp(),
  superseded_at timestamptz check (superseded_at > recorded_at),
  foreign key (theatre, place) references place,
  check (earliest <= latest),
  check (part_of <> id),
  exclude using gist (theatre with =, id with =, tstzrange(recorded_at, superseded_at) with &&)
);
create index on event (theatre, earliest) where superseded_at is null;

create table event_source (event bigint references event, source bigint references source, primary key (event, source));

create table event_count (
  event bigint not null references event,
  measure text not null check (measure <> ''),
  value numeric check (value >= 0),
  qualifier text not null check (qualifier in ('exact', 'at_least', 'more_than', 'about', 'nearly', 'claimed')),
  wording text,
  period daterange check (not isempty(period)),
  part_of text,
  fact text,
  primary key (event, measure),
  check (value is not null or wording is not null),
  check (part_of <> measure)
);

-- "No claim without a source", checked when the transaction that records it commits.
create function has_source() returns trigger language plpgsql as $$
declare found_one boolean;
begin
  execute format('select exists (select 1 from %I where %I = $1)', tg_table_name || '_source', tg_table_name)
    into found_one using new.no;
  if not found_one then
    raise exception '% % has no source', tg_table_name, new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger claim_has_source after insert on claim
  deferrable initially deferred for each row execute function has_source();
create constraint trigger event_has_source after insert on event
  deferrable initially deferred for each row execute function has_source();

create trigger kept before update or delete on source for each row execute function only_superseded();
create trigger kept before update or delete on claim for each row execute function only_superseded();
create trigger kept before update or delete on event for each row execute function only_superseded();
create trigger kept before update or delete on claim_source for each row execute function refuse_change();
create trigger kept before update or delete on event_source for each row execute function refuse_change();
create trigger kept before update or delete on event_count for each row execute function refuse_change();
