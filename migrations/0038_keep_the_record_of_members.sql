-- What is approved under embargo: members of a theatre know it from the approval, the public from the release. The record of members
-- runs ahead of the public one where a theatre has such changes (`ahead_branch`), in the same tables:
--   a hidden row is the members' alone. To the public it was never there: `recorded_at` is null (of an edition, -infinity) and
--   `superseded_at` lies before every question;
--   `ahead_at`: when members began to have the row, where that is not `recorded_at`; infinity: they do not have it yet;
--   `ahead_until`: until when members had it, where that is not `superseded_at`; infinity: they still have it.
-- Members read through the views of the schema `ahead` (functions/make_ahead_views.sql); nobody else can see a hidden row.
create table ahead_branch (
  theatre slug primary key references theatre,
  -- Whether something approved waits for its release.
  active boolean not null,
  -- Another number whenever the record of members was brought up to date: what was remembered of it before is not used.
  version bigint not null,
  -- Proposals that the record of members has, beyond the public one, in order.
  applied bigint[] not null default '{}'
);

alter table revision alter column recorded_at drop not null, add column ahead_at timestamptz, add column ahead_until timestamptz;
alter table claim alter column recorded_at drop not null, add column ahead_at timestamptz, add column ahead_until timestamptz;
alter table event alter column recorded_at drop not null, add column ahead_at timestamptz, add column ahead_until timestamptz;
alter table source alter column recorded_at drop not null, add column ahead_at timestamptz, add column ahead_until timestamptz;
alter table edition add column ahead_at timestamptz;

-- Two rows of which the public has none do not exclude each other.
do $$
declare
  old record;
begin
  for old in
    select c.conname, r.relname, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c join pg_class r on r.oid = c.conrelid
    where c.contype = 'x' and r.relnamespace = 'public'::regnamespace and r.relname in ('revision', 'claim', 'event', 'source')
  loop
    execute format('alter table %I drop constraint %I', old.relname, old.conname);
    execute format('alter table %I add constraint %I %s where (recorded_at is not null)', old.relname, old.conname, old.definition);
  end loop;
end $$;
alter table edition drop constraint edition_theatre_recorded_at_key;
create unique index edition_of_instant on edition (theatre, recorded_at) where recorded_at > '-infinity';
create index revision_ahead on revision (theatre) where ahead_at is not null or ahead_until is not null;
create index claim_ahead on claim (theatre) where ahead_at is not null or ahead_until is not null;
create index event_ahead on event (theatre) where ahead_at is not null or ahead_until is not null;
create index source_ahead on source (theatre) where ahead_at is not null or ahead_until is not null;

-- Rows of these tables that members alone have: numbered as the others are, beside them.
create table ahead_series_statement (like series_statement including defaults, ahead_theatre text not null);
create table ahead_step_kind (like step_kind including defaults, ahead_theatre text not null);
create table ahead_snapshot_withdrawal (like snapshot_withdrawal including defaults, ahead_theatre text not null);
create table ahead_snapshot_restoration (like snapshot_restoration including defaults, ahead_theatre text not null);
create table ahead_held_decision (like held_decision including defaults, ahead_theatre text not null);
create table ahead_series_continuation (like series_continuation including defaults, ahead_theatre text not null);
create table ahead_reference_addition (like reference_addition including defaults, ahead_theatre text not null);
create table ahead_added_edition (like added_edition including defaults, ahead_theatre text not null);
create trigger kept before update or delete or truncate on ahead_series_statement for each statement execute function refuse_change();
create trigger kept before update or delete or truncate on ahead_step_kind for each statement execute function refuse_change();

-- Whose record is being brought up to date by this transaction: a theatre; empty: nobody's.
create function ahead_follows() returns text language sql stable as $$
  select coalesce(current_setting('salient.follow', true), '')
$$;

-- What is recorded while a theatre has a branch reaches its members when their record is brought up to date, not before: in it the
-- changes under embargo are made again upon it.
create function hold_back() returns trigger language plpgsql as $$
begin
  if ahead_follows() = '' and coalesce(current_setting('salient.restoring', true), '') <> 'on'
     and exists (select from ahead_branch where theatre = new.theatre and active) then
    if tg_op = 'INSERT' then new.ahead_at := 'infinity';
    elsif new.ahead_until is null then new.ahead_until := 'infinity';
    end if;
  end if;
  return new;
end $$;
do $$
declare t text;
begin
  foreach t in array array['revision', 'claim', 'event', 'source', 'edition'] loop
    execute format('create trigger held_back before insert on %I for each row execute function hold_back()', t);
    if t <> 'edition' then
      execute format('create trigger held_back_again before update of superseded_at on %I for each row execute function hold_back()', t);
    end if;
  end loop;
end $$;

create or replace function only_superseded() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.superseded_at is null and new.superseded_at is not null
     and to_jsonb(new) - '{superseded_at,ahead_until}'::text[] = to_jsonb(old) - '{superseded_at,ahead_until}'::text[]
     and (new.ahead_until is not distinct from old.ahead_until or old.ahead_until is null and new.ahead_until = 'infinity') then
    return new;
  end if;
  if tg_op = 'UPDATE' and tg_table_name = 'revision' and is_purging(tg_table_name)
     and to_jsonb(new) - 'plane' = to_jsonb(old) - 'plane' then
    return new;
  end if;
  if tg_op = 'UPDATE' and ahead_follows() = old.theatre
     and to_jsonb(new) - '{ahead_at,ahead_until}'::text[] = to_jsonb(old) - '{ahead_at,ahead_until}'::text[]
     and (new.ahead_at is not distinct from old.ahead_at or old.ahead_at = 'infinity')
     and (new.ahead_until is not distinct from old.ahead_until or old.ahead_until is null or old.ahead_until = 'infinity') then
    return new;
  end if;
  raise exception '% of % refused: a row may only be superseded, once', lower(tg_op), tg_table_name
    using errcode = 'restrict_violation';
end $$;

-- Of an edition only when members began to have it changes, and once.
create function only_adopted() returns trigger language plpgsql as $$
begin
  if ahead_follows() = old.theatre and old.ahead_at = 'infinity' and new.ahead_at < 'infinity'
     and to_jsonb(new) - 'ahead_at' = to_jsonb(old) - 'ahead_at' then
    return new;
  end if;
  raise exception 'update of edition refused: rows here are kept for ever; record a newer one instead' using errcode = 'restrict_violation';
end $$;
create trigger adopted before update on edition for each row execute function only_adopted();
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
  if tg_level = 'STATEMENT' and tg_op <> 'TRUNCATE' and is_purging(tg_table_name) then return null; end if;
  -- Row by row `only_adopted` decides.
  if tg_level = 'STATEMENT' and tg_op = 'UPDATE' and tg_table_name = 'edition' and ahead_follows() <> '' then return null; end if;
  raise exception '% of % refused: rows here are kept for ever; record a newer one instead', lower(tg_op), tg_table_name
    using errcode = 'restrict_violation';
end $$;

-- What only members learn raises no epoch: pages of the public are not told.
create or replace function raise_epoch() returns trigger language plpgsql as $$
declare
  now_us bigint := extract(epoch from clock_timestamp()) * 1000000;
begin
  if ahead_follows() <> '' then return null; end if;
  if tg_argv[0] = 'id' then
    insert into series_epoch select distinct id, now_us from changed order by 1
      on conflict (series) do update set epoch = greatest(series_epoch.epoch + 1, excluded.epoch);
  elsif tg_argv[0] = 'series' then
    insert into series_epoch select distinct series, now_us from changed order by 1
      on conflict (series) do update set epoch = greatest(series_epoch.epoch + 1, excluded.epoch);
  elsif tg_argv[0] = 'theatre' then
    insert into series_epoch select id, now_us from series where theatre in (select theatre from changed) order by 1
      on conflict (series) do update set epoch = greatest(series_epoch.epoch + 1, excluded.epoch);
  else
    insert into series_epoch
      select s.id, now_us from series s
      where s.theatre in (select e.theatre from edition e where e.id in (select edition from changed)) order by 1
      on conflict (series) do update set epoch = greatest(series_epoch.epoch + 1, excluded.epoch);
  end if;
  return null;
end $$;

-- An insertion into a view of `ahead`: a hidden row of the table, or one of the table beside it. Arguments: which, and the key.
create function ahead_insert() returns trigger language plpgsql as $$
declare
  given jsonb;
  names text;
  target text := case when tg_argv[0] = 'beside' then 'ahead_' else '' end || tg_table_name;
begin
  if ahead_follows() = '' then
    raise exception 'the record of members is written where it is brought up to date only' using errcode = 'restrict_violation';
  end if;
  if tg_argv[1] <> '' then
    new := jsonb_populate_record(new, jsonb_build_object(tg_argv[1], nextval(pg_get_serial_sequence('public.' || tg_table_name, tg_argv[1]))));
  end if;
  given := to_jsonb(new);
  if tg_argv[0] = 'beside' then
    given := given || jsonb_build_object('ahead_theatre', ahead_follows());
  else
    given := given || jsonb_build_object('ahead_at', coalesce(new.recorded_at, recording_instant()), 'recorded_at', null,
                                         'superseded_at', '0001-01-01T00:00:00Z');
  end if;
  select string_agg(quote_ident(key), ', ') into names from jsonb_each(given)
    where value <> 'null' or (key = 'recorded_at' and tg_argv[0] = 'hidden');
  execute format('insert into public.%1$I (%2$s) %3$s select %2$s from jsonb_populate_record(null::public.%1$I, $1)', target, names,
                 case when tg_argv[0] = 'hidden' then 'overriding system value' end) using given;
  return new;
end $$;
create function ahead_insert_edition() returns trigger language plpgsql as $$
begin
  if ahead_follows() = '' then
    raise exception 'the record of members is written where it is brought up to date only' using errcode = 'restrict_violation';
  end if;
  insert into public.edition (theatre, title, boundary, projection, time_zone, sha256, recorded_at, ahead_at)
    values (new.theatre, new.title, new.boundary, new.projection, new.time_zone, new.sha256, '-infinity',
            coalesce(new.recorded_at, recording_instant()))
    returning id into new.id;
  return new;
end $$;
create function ahead_supersede() returns trigger language plpgsql as $$
begin
  execute format('update public.%I set ahead_until = $1 where %I = $2', tg_table_name, tg_argv[1])
    using new.superseded_at, (to_jsonb(old) ->> tg_argv[1])::bigint;
  return new;
end $$;
