-- Credentials of people and machines. The token itself is shown once and never stored: `hash` is the SHA-256 of 256 random
-- bits. A revoked token stays, because rows name their principal; its name becomes free again.
create table token (
  id bigint generated always as identity primary key,
  name slug not null,
  hash bytea not null unique check (length(hash) = 32),
  scopes text[] not null check (cardinality(scopes) > 0 and scopes <@ array['read', 'write', 'review', 'admin']),
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null check (created_by <> ''),
  expires_at timestamptz,
  revoked_at timestamptz,
  revoked_by text check (revoked_by <> ''),
  check ((revoked_at is null) = (revoked_by is null))
);
create unique index token_in_use on token (name) where revoked_at is null;
-- All that may change is that a token in use is revoked.
create trigger kept before delete or truncate or update of id, name, hash, scopes, created_at, created_by, expires_at on token
  for each statement execute function refuse_change();
create trigger revoked_for_good before update on token for each row when (old.revoked_at is not null)
  execute function refuse_change();

-- Who recorded a row: the pool sets `salient.principal` for the work of a caller; what the service does by itself is its
-- own. Rows recorded before nobody asked say so.
do $$
declare t text;
begin
  foreach t in array array['edition', 'series_statement', 'revision', 'step_kind', 'held_snapshot', 'held_decision',
                           'snapshot_withdrawal', 'snapshot_restoration', 'mapping', 'report_definition', 'report_edition'] loop
    execute format('alter table %I add column principal text not null default ''unrecorded'' check (principal <> '''')', t);
    execute format('alter table %I alter column principal set default coalesce(nullif(current_setting(''salient.principal'', true), ''''), ''service'')', t);
  end loop;
end $$;
