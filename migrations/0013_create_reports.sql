-- What is reported, how often and to whom. Every version of a definition is kept; the newest one holds.
create table report_definition (
  no bigint generated always as identity primary key,
  report slug not null,
  version integer not null check (version > 0),
  definition json not null,
  withdrawn_why text check (withdrawn_why <> ''),
  recorded_at timestamptz not null default clock_timestamp(),
  unique (report, version)
);

-- A report as it was given out. A late correction of its period makes a further edition; none is ever replaced.
-- `content` is json, not jsonb: the text stays as it was, so that the same edition is the same bytes for ever.
create table report_edition (
  no bigint generated always as identity primary key,
  definition bigint not null references report_definition,
  report slug not null,
  period text not null check (period <> ''),
  starts date not null,
  ends date not null check (ends > starts),
  edition integer not null check (edition > 0),
  known_at timestamptz not null,
  content json not null,
  headline text not null,
  summary text not null,
  -- What differs from the edition before, figure by figure.
  changed json not null default '[]',
  made_at timestamptz not null default clock_timestamp(),
  unique (report, period, edition)
);

-- The run log: what was tried, how it ended, and why. `inputs` is the hash of all that the period's answers rest on: as
-- long as it is the same there is nothing new to tell.
create table report_run (
  no bigint generated always as identity primary key,
  report slug not null,
  period text not null check (period <> ''),
  outcome text not null check (outcome in ('made', 'corrected', 'unchanged', 'failed')),
  reason text not null check (reason <> ''),
  edition bigint references report_edition,
  inputs text not null check (length(inputs) = 64),
  process text not null,
  started_at timestamptz not null,
  ended_at timestamptz not null default clock_timestamp(),
  check ((outcome in ('made', 'corrected')) = (edition is not null))
);
create index on report_run (report, period, no desc);

-- An edition on its way to one recipient. `key` tells the receiver that a repeated message is the same one.
create table delivery (
  no bigint generated always as identity primary key,
  edition bigint not null references report_edition,
  kind text not null check (kind in ('webhook', 'folder')),
  target text not null check (target <> ''),
  key text not null unique check (key <> ''),
  recorded_at timestamptz not null default clock_timestamp(),
  unique (edition, kind, target)
);

create table delivery_attempt (
  no bigint generated always as identity primary key,
  delivery bigint not null references delivery,
  outcome text not null check (outcome in ('delivered', 'failed', 'given_up')),
  reason text not null check (reason <> ''),
  process text not null,
  started_at timestamptz not null,
  ended_at timestamptz not null default clock_timestamp()
);
-- Nothing is delivered, or given up, twice.
create unique index on delivery_attempt (delivery) where outcome in ('delivered', 'given_up');

do $$
declare t text;
begin
  foreach t in array array['report_definition', 'report_edition', 'report_run', 'delivery', 'delivery_attempt'] loop
    execute format('create trigger kept before update or delete or truncate on %I for each statement execute function refuse_change()',
                   t);
  end loop;
end $$;

-- Who is at a delivery just now: the only rows here that change. A process that is killed leaves a lease that runs out.
create table delivery_lease (
  delivery bigint primary key references delivery,
  until timestamptz not null
);
