-- Removes the geometry of maps and of what was made of it, for good; returns how many polygons went. A polygon that another map
-- has as well is that map's, and stays. Answers, simplified coverages and figures kept under a digest go all: which of them hold
-- the map cannot be told from their keys, and all can be computed again. Runs as the owner of the tables, so that the role of the
-- service needs no right to delete (docs/operating/roles.sql); the triggers permit nobody else to.
create or replace function purge_maps(in_revisions bigint[], in_held bigint[], in_proposals bigint[], in_editions bigint[],
                                      in_alerts bigint[] default '{}')
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  candidates bigint[] := array(select shape from area where revision = any(in_revisions)
                               union select shape from held_area where held = any(in_held));
  partitions bigint[] := array(select distinct plane from revision where id = any(in_revisions) and plane is not null);
  gone integer;
begin
  if exists (select from revision where id = any(in_revisions) and superseded_at is null) then
    raise exception 'a map that counts is not purged' using errcode = 'restrict_violation';
  end if;
  -- What others compute of these maps is kept before this, and goes, or is not kept (purged_since, is_purged).
  perform pg_advisory_xact_lock(hashtext('salient purge'));
  perform set_config('salient.purging', 'on', true);
  delete from kept_answer;
  delete from kept_coverage;
  delete from kept_change where from_revision = any(in_revisions) or to_revision = any(in_revisions);
  delete from kept_encirclement where revision = any(in_revisions);
  delete from area_claim where revision = any(in_revisions);
  delete from area where revision = any(in_revisions);
  update revision set plane = null where id = any(in_revisions) and plane is not null;
  delete from held_area where held = any(in_held);
  update held_snapshot set problems = '[]', figures = '{}', sent_by = null where id = any(in_held);
  update proposal set content = jsonb_build_object('kind', kind, 'date', valid_on, 'purged', true), effect = '[]',
                      file = case when file is not null then ''::bytea end
  where id = any(in_proposals);
  update source_copy set url = 'purged', content = null where proposal = any(in_proposals);
  update proposal_release set result = '{"purged": true}' where proposal = any(in_proposals);
  update report_edition set content = '{"purged": true}', headline = 'purged', summary = '', changed = '[]'
  where no = any(in_editions);
  -- The key says what happened: without it the same is told anew if another map of the day shows it.
  update alert set key = 'purged/' || no,
                   content = json_build_object('key', 'purged/' || no, 'kind', content->'kind', 'series', content->'series', 'on', content->'on',
                                               'headline', 'purged', 'source', '', 'certainty', '', 'figures', json_build_object(), 'query', '',
                                               'purged', true)
  where no = any(in_alerts);
  delete from plane_face where plane = any(partitions) and not exists (select from revision r where r.plane = plane_face.plane);
  delete from plane where id = any(partitions) and not exists (select from revision r where r.plane = plane.id);
  delete from shape s
  where id = any(candidates) and not exists (select from area where area.shape = s.id)
    and not exists (select from held_area where held_area.shape = s.id)
    and not exists (select from plane_face where plane_face.shape = s.id);
  get diagnostics gone = row_count;
  perform set_config('salient.purging', '', true);
  return gone;
end $$;
