-- One small number a series that every writer raises in its transaction: while it stands, whatever was resolved of the series
-- (which map, which edition, which statement is in force on a day) holds. It is no count: it never comes back to a former
-- value, not even after a restore. Not part of a backup.
create table series_epoch (
  series slug primary key,
  epoch bigint not null
);

-- The argument names how a changed row is known to a series: by its `series`, by the theatre, by the edition of the theatre.
create function raise_epoch() returns trigger language plpgsql as $$
declare
  now_us bigint := extract(epoch from clock_timestamp()) * 1000000;
begin
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

insert into series_epoch select id, extract(epoch from clock_timestamp()) * 1000000 from series;

do $$
declare
  watched record;
begin
  for watched in select * from (values
    ('series', 'id', false), ('series_statement', 'series', false), ('revision', 'series', true),
    ('edition', 'theatre', false), ('event', 'theatre', true), ('claim', 'theatre', true),
    ('relation', 'edition', false), ('border_policy', 'edition', false), ('anchor', 'edition', false),
    ('post', 'edition', false)
  ) as t(name, known_by, superseded)
  loop
    execute format('create trigger raised after insert on %I referencing new table as changed for each statement execute function raise_epoch(%L)',
                   watched.name, watched.known_by);
    if watched.superseded then
      execute format('create trigger raised_again after update on %I referencing new table as changed for each statement execute function raise_epoch(%L)',
                     watched.name, watched.known_by);
    end if;
  end loop;
end $$;
