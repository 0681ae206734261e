-- A withdrawn map whose geometry is gone for good (a court, an endangered source). Its revisions stay as tombstones without a
-- partition, so that what was known before is refused as purged and never told as something else. What is purged is listed by
-- number, and listed for ever.
create table purge (
  id bigint generated always as identity primary key,
  series slug not null references series,
  -- Null: every map of the series.
  valid_on date,
  revisions bigint[] not null,
  held bigint[] not null,
  proposals bigint[] not null,
  report_editions bigint[] not null,
  shapes integer not null check (shapes >= 0),
  why text not null check (why <> ''),
  decided_by text check (decided_by <> ''),
  recorded_at timestamptz not null default clock_timestamp(),
  principal text not null default coalesce(nullif(current_setting('salient.principal', true), ''), 'service') check (principal <> '')
);
create index on purge (series);
create trigger kept before update or delete or truncate on purge for each statement execute function refuse_change();

-- Null: the map was purged.
alter table revision alter column plane drop not null;

-- Whether `purge_maps` is at work: it alone runs as the owner of the tables with this setting.
create function is_purging(in_table text) returns boolean language sql stable as $$
  select coalesce(current_setting('salient.purging', true), '') = 'on'
     and current_user = (select tableowner from pg_tables where schemaname = 'public' and tablename = in_table)
$$;

create or replace function refuse_change() returns trigger language plpgsql as $$
begin
  if tg_level = 'STATEMENT' and tg_op <> 'TRUNCATE' and is_purging(tg_table_name) then return null; end if;
  raise exception '% of % refused: rows here are kept for ever; record a newer one instead', lower(tg_op), tg_table_name
    using errcode = 'restrict_violation';
end $$;

create or replace function only_superseded() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.superseded_at is null and new.superseded_at is not null
     and to_jsonb(new) - 'superseded_at' = to_jsonb(old) - 'superseded_at' then
    return new;
  end if;
  if tg_op = 'UPDATE' and tg_table_name = 'revision' and is_purging(tg_table_name)
     and to_jsonb(new) - 'plane' = to_jsonb(old) - 'plane' then
    return new;
  end if;
  raise exception '% of % refused: a row may only be superseded, once', lower(tg_op), tg_table_name
    using errcode = 'restrict_violation';
end $$;
