-- Files of other publishers that are pulled by address: what was stated, how it stands, and what came of each pull.

-- `words`: how the file is read (maps/import-words.ts). `source`: what maps and proposals name; the address may be a secret.
create table subscription (
  id bigint generated always as identity primary key,
  series slug not null references series,
  address text not null check (address ~ '^https?://'),
  publisher text not null check (publisher <> ''),
  source text not null check (source <> ''),
  mode text not null check (mode in ('hold', 'proposal', 'approved')),
  every_s integer not null check (every_s >= 300),
  date_from text not null check (date_from in ('file', 'modified', 'fetched')),
  words jsonb not null,
  principal text not null check (principal <> ''),
  recorded_at timestamptz not null default clock_timestamp()
);
create index subscription_of_series on subscription (series, id);

-- Work, no history. `owner` pulls it until `until`; `pending`: the content that is being brought in, and its day.
create table subscription_state (
  subscription bigint primary key references subscription,
  host text not null check (host <> ''),
  next_due timestamptz not null,
  paused_why text check (paused_why <> ''),
  removed_why text check (removed_why <> ''),
  -- The publisher asked not to be asked before.
  not_before timestamptz,
  etag text,
  last_modified text,
  sha256 text,
  pending_sha256 text,
  pending_date date,
  fetched_at timestamptz,
  status integer,
  outcome text,
  error text,
  failures integer not null default 0,
  owner text,
  until timestamptz
);

-- What came of the pulls, but of those that found the file unchanged or failed as the one before.
create table subscription_pull (
  no bigint generated always as identity primary key,
  subscription bigint not null references subscription,
  pulled_at timestamptz not null,
  outcome text not null check (outcome in ('stored', 'held', 'proposed', 'decided', 'unchanged', 'failed')),
  status integer,
  words text not null check (words <> ''),
  principal text not null check (principal <> '')
);
create index subscription_pull_of on subscription_pull (subscription, no);

do $$
declare t text;
begin
  foreach t in array array['subscription', 'subscription_pull'] loop
    execute format('create trigger kept before update or delete or truncate on %I for each statement execute function refuse_change()', t);
  end loop;
end $$;
