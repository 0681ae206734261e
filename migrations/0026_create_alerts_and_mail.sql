-- What a reader wants to be told of at once: every version of a rule is kept; the newest one holds.
create table alert_rule (
  no bigint generated always as identity primary key,
  rule slug not null,
  version integer not null check (version > 0),
  definition json not null,
  withdrawn_why text check (withdrawn_why <> ''),
  recorded_at timestamptz not null default clock_timestamp(),
  unique (rule, version)
);

-- What happened by a rule. `key` names the thing (a post on a day, a place on a day): nothing fires twice.
create table alert (
  no bigint generated always as identity primary key,
  rule slug not null,
  key text not null check (key <> ''),
  content json not null,
  fired_at timestamptz not null,
  unique (rule, key)
);

-- What goes out to recipients: one alert, or a digest of several. It waits for the end of quiet hours.
create table alert_message (
  no bigint generated always as identity primary key,
  rule slug not null,
  not_before timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp()
);
create table alert_in_message (
  alert bigint primary key references alert,
  message bigint not null references alert_message
);
create index on alert_in_message (message);

do $$
declare t text;
begin
  foreach t in array array['alert_rule', 'alert', 'alert_message', 'alert_in_message'] loop
    execute format('create trigger kept before update or delete or truncate on %I for each statement execute function refuse_change()',
                   t);
  end loop;
end $$;

-- Up to where a rule has been judged: what was recorded by `through`, and maps up to the day `from_day` when it was made, which
-- are history and no news.
create table alert_watch (
  rule slug primary key,
  version integer not null,
  through timestamptz not null,
  from_day date
);

-- Deliveries carry an edition or a message of alerts, by e-mail too.
alter table delivery
  alter column edition drop not null,
  add column message bigint references alert_message,
  add constraint delivery_carries_one check ((edition is null) <> (message is null)),
  add constraint delivery_message_kind_target_key unique (message, kind, target),
  drop constraint delivery_kind_check,
  add constraint delivery_kind_check check (kind in ('webhook', 'folder', 'email'));

-- Who gets e-mail of a report or a rule: the token stands in the link by which they leave.
create table mail_recipient (
  token text primary key check (length(token) >= 32),
  scope text not null check (scope <> ''),
  address text not null check (address <> ''),
  unsubscribed_at timestamptz,
  unique (scope, address)
);
