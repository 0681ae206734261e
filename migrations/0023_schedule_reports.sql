-- Reports that are to be made, found by the ticks of the scheduler and taken by one process at a time (for update skip locked).
-- A row is work, no history: `report_run` tells what became of it.
create table report_due (
  report slug not null,
  period text not null check (period <> ''),
  starts date not null,
  ends date not null check (ends > starts),
  -- Moves when something is recorded that touches the period: what is under way then is made once more.
  found_at timestamptz not null,
  not_before timestamptz not null,
  tries integer not null default 0,
  owner text,
  until timestamptz,
  primary key (report, period)
);

-- Up to where a definition has been judged: recordings up to `through`, periods up to the one that begins on `reached`.
create table report_watch (
  report slug primary key,
  version integer not null,
  through timestamptz not null,
  reached date
);

-- A lease is given back by its owner alone.
alter table delivery_lease add column owner text;

-- The queue that earlier versions kept (pg-boss); all of it follows from the tables above.
drop schema if exists pgboss cascade;
