-- Whether one of these maps was purged; waits for a purge under way, as purged_since.
create or replace function is_purged(revisions bigint[]) returns boolean language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock_shared(hashtext('salient purge'));
  return exists (select from public.revision where id = any(revisions) and plane is null);
end $$;
