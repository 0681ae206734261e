-- Whether maps were purged after the purge of that number. Waits for a purge under way, and sees it then (volatile): what was computed
-- of maps that it takes is not kept behind it (purge_maps holds the lock).
create or replace function purged_since(last_purge bigint) returns boolean language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock_shared(hashtext('salient purge'));
  return exists (select from public.purge where id > last_purge);
end $$;
