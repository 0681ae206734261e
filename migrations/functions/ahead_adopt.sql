-- Makes the record of a theatre's members the public one as it is now: what was held back is theirs, what they alone had they have had.
-- `salient.follow` names the theatre. Returns the revisions that stand for the public and that members had replaced: the caller copies
-- them, since a row is theirs for one stretch of time only.
create or replace function ahead_adopt(in_theatre text) returns bigint[] language plpgsql as $$
declare
  at timestamptz;
  one bigint;
begin
  for one in select id from public.edition where theatre = in_theatre and ahead_at = 'infinity' order by recorded_at loop
    update public.edition set ahead_at = recording_instant() where id = one;
    delete from public.ahead_added_edition where ahead_theatre = in_theatre;
    delete from public.ahead_reference_addition where ahead_theatre = in_theatre;
  end loop;
  at := recording_instant();
  update public.revision set ahead_until = at where theatre = in_theatre and (recorded_at is null and ahead_until is null or ahead_until = 'infinity' and ahead_at is distinct from 'infinity');
  update public.claim set ahead_until = at where theatre = in_theatre and (recorded_at is null and ahead_until is null or ahead_until = 'infinity' and ahead_at is distinct from 'infinity');
  update public.event set ahead_until = at where theatre = in_theatre and (recorded_at is null and ahead_until is null or ahead_until = 'infinity' and ahead_at is distinct from 'infinity');
  update public.source set ahead_until = at where theatre = in_theatre and (recorded_at is null and ahead_until is null or ahead_until = 'infinity' and ahead_at is distinct from 'infinity');
  update public.revision set ahead_at = at where theatre = in_theatre and ahead_at = 'infinity' and superseded_at is null;
  update public.claim set ahead_at = at where theatre = in_theatre and ahead_at = 'infinity' and superseded_at is null;
  update public.event set ahead_at = at where theatre = in_theatre and ahead_at = 'infinity' and superseded_at is null;
  update public.source set ahead_at = at where theatre = in_theatre and ahead_at = 'infinity' and superseded_at is null;
  -- The newest of these holds: where the newest is the members' own, the public one again.
  insert into ahead.series_statement
    select (jsonb_populate_record(null::ahead.series_statement, to_jsonb(p) || jsonb_build_object('recorded_at', at))).*
    from series join lateral (select * from public.series_statement s where s.series = series.id order by recorded_at desc limit 1) p on true
    where series.theatre = in_theatre
      and exists (select from public.ahead_series_statement o where o.series = series.id and o.recorded_at > p.recorded_at);
  insert into ahead.step_kind
    select (jsonb_populate_record(null::ahead.step_kind, to_jsonb(p) || jsonb_build_object('recorded_at', at))).*
    from series join lateral (
      select distinct on (valid_on) * from public.step_kind k where k.series = series.id order by valid_on, recorded_at desc) p on true
    where series.theatre = in_theatre
      and exists (select from public.ahead_step_kind o where o.series = series.id and o.valid_on = p.valid_on and o.recorded_at > p.recorded_at);
  delete from public.ahead_snapshot_withdrawal where ahead_theatre = in_theatre;
  delete from public.ahead_snapshot_restoration where ahead_theatre = in_theatre;
  delete from public.ahead_held_decision where ahead_theatre = in_theatre;
  delete from public.ahead_series_continuation where ahead_theatre = in_theatre;
  return array(select id from public.revision where theatre = in_theatre and recorded_at is not null and superseded_at is null
                                                 and ahead_until < 'infinity' order by id);
end $$;
