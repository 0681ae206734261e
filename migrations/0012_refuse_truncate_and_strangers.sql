-- TRUNCATE fires no row trigger, and a row trigger does not fire on an empty table: what is kept for ever is guarded by
-- statement, and what may be superseded besides.
do $$
declare t record;
begin
  for t in
    select c.relname, p.proname from pg_trigger g
      join pg_class c on c.oid = g.tgrelid join pg_proc p on p.oid = g.tgfoid
    where g.tgname = 'kept' and c.relnamespace = 'public'::regnamespace
  loop
    if t.proname = 'refuse_change' then
      execute format('drop trigger kept on %I', t.relname);
      execute format('create trigger kept before update or delete or truncate on %I for each statement execute function refuse_change()',
                     t.relname);
    else
      execute format('create trigger kept_whole before truncate on %I for each statement execute function refuse_change()',
                     t.relname);
    end if;
  end loop;
end $$;

-- An area rests on sources and claims of its own theatre.
alter table source add unique (no, theatre);
alter table claim add unique (no, theatre);
alter table area add foreign key (source, theatre) references source (no, theatre);
alter table held_snapshot add foreign key (source, theatre) references source (no, theatre);

alter table area_claim disable trigger kept;
alter table area_claim add column theatre slug;
update area_claim set theatre = area.theatre from area where area.revision = area_claim.revision and area.no = area_claim.no;
alter table area_claim enable trigger kept;
alter table area_claim alter column theatre set not null,
  add foreign key (revision, theatre) references revision (id, theatre),
  add foreign key (claim, theatre) references claim (no, theatre);
