-- Coverages simplified for all zooms, and what else tiles are drawn from, under a digest of what they are made of: a restart
-- draws at once. Each level of detail draws the zooms up to `maxzoom`. Can be made again; not part of a backup.
create table kept_coverage (
  key text not null,
  maxzoom smallint not null,
  bytes bytea not null,
  kept_at timestamptz not null default clock_timestamp(),
  primary key (key, maxzoom)
);
-- Packed already.
alter table kept_coverage alter bytes set storage external;
