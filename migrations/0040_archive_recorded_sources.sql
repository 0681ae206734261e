-- Where a recorded source is archived, and copies of recorded sources beside those of proposals.
alter table source add column archive text check (archive ~ '^https?://');

-- `theatre`: of a copy that readers may know of: of a recorded source, or of a proposal that went out. `archive`: the address
-- it was fetched from, where that is another than the source's own.
alter table source_copy alter column proposal drop not null;
alter table source_copy add column theatre slug;
alter table source_copy add column archive text check (archive ~ '^https?://');
alter table source_copy add check (proposal is not null or theatre is not null);
create index source_copy_url on source_copy (url);
-- Two runs at the same time keep one copy.
create unique index source_copy_once on source_copy (theatre, url, sha256, coalesce(archive, '')) where proposal is null;

-- A source that could not be copied, and before when its address is not asked again. Gone when it is copied.
create table source_copy_failure (
  theatre slug not null,
  url text not null check (url <> ''),
  failures integer not null check (failures > 0),
  error text not null check (error <> ''),
  failed_at timestamptz not null,
  not_before timestamptz not null,
  primary key (theatre, url)
);

-- Claims and events are shown with both.
create trigger raised after insert on publisher_reliability referencing new table as changed
  for each statement execute function raise_epoch('theatre');
create trigger raised after insert on source_copy referencing new table as changed
  for each statement execute function raise_epoch('theatre');
