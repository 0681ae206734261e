-- Makes the schema `ahead`: the tables of the record as members of the theatres in `salient.ahead` (a list between commas) read them.
-- Who has it before `public` in the search path reads the same statements as everybody, of their record; of other theatres the public
-- one. Made anew after each migration, with whatever columns the tables then have.
create or replace function make_ahead_views() returns void language plpgsql as $$
declare
  t record;
  c record;
  sees text := 'coalesce(position('','' || %s || '','' in current_setting(''salient.ahead'', true)) > 0, false)';
  seen text;
  list text;
begin
  drop schema if exists ahead cascade;
  create schema ahead;
  for t in select * from (values ('revision', 'id'), ('claim', 'no'), ('event', 'no'), ('source', 'no'), ('edition', 'id')) v (name, key) loop
    seen := format(sees, 'theatre');
    select string_agg(case attname
        when 'recorded_at' then format('case when %s then coalesce(ahead_at, recorded_at) else recorded_at end as recorded_at', seen)
        when 'superseded_at' then format(
          'case when %s then nullif(coalesce(ahead_until, case when recorded_at is not null then superseded_at end), ''infinity'') '
          'else superseded_at end as superseded_at', seen)
        else quote_ident(attname) end, ', ' order by attnum)
      into list from pg_attribute
      where attrelid = format('public.%I', t.name)::regclass and attnum > 0 and not attisdropped and attname not in ('ahead_at', 'ahead_until');
    execute format('create view ahead.%I as select %s from public.%I where case when %s then coalesce(ahead_at, recorded_at) < ''infinity'' '
                   'else recorded_at > ''-infinity'' end', t.name, list, t.name, seen);
    execute format('create trigger inserted instead of insert on ahead.%I for each row execute function %s', t.name,
                   case when t.name = 'edition' then 'ahead_insert_edition()' else format('ahead_insert(''hidden'', %L)', t.key) end);
    if t.name <> 'edition' then
      execute format('create trigger superseded instead of update on ahead.%I for each row execute function ahead_supersede(''hidden'', %L)', t.name, t.key);
    end if;
  end loop;
  for t in select * from (values ('series_statement', 'id'), ('step_kind', 'id'), ('snapshot_withdrawal', 'id'), ('snapshot_restoration', ''),
                                 ('held_decision', ''), ('series_continuation', 'id'), ('reference_addition', 'id'), ('added_edition', ''))
           v (name, key) loop
    for c in select a.attname, format_type(a.atttypid, a.atttypmod) as type from pg_attribute a
             where a.attrelid = format('public.%I', t.name)::regclass and a.attnum > 0 and not a.attisdropped
               and not exists (select from pg_attribute b where b.attrelid = format('public.ahead_%I', t.name)::regclass and b.attname = a.attname) loop
      execute format('alter table public.ahead_%I add column %I %s', t.name, c.attname, c.type);
    end loop;
    select string_agg(quote_ident(attname), ', ' order by attnum) into list from pg_attribute
      where attrelid = format('public.%I', t.name)::regclass and attnum > 0 and not attisdropped;
    execute format('create view ahead.%1$I as select %2$s from public.%1$I union all select %2$s from public.ahead_%1$I where %3$s',
                   t.name, list, format(sees, 'ahead_theatre'));
    execute format('create trigger inserted instead of insert on ahead.%I for each row execute function ahead_insert(''beside'', %L)', t.name, t.key);
  end loop;
  -- Who may record in the store may read and bring up to date here.
  for c in select distinct grantee from information_schema.role_table_grants
           where table_schema = 'public' and table_name = 'revision' and privilege_type = 'INSERT' and grantee <> current_user loop
    execute format('grant usage on schema ahead to %I', c.grantee);
    execute format('grant select, insert, update on all tables in schema ahead to %I', c.grantee);
  end loop;
end $$;
