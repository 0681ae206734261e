-- An instant for everything that a transaction records: later than every other one handed out, and than everything that
-- is recorded (a restored store may come from a machine whose clock is ahead), though the clock goes back. The lock is held
-- for this statement only, not to the end of the transaction.
create or replace function recording_instant() returns timestamptz language plpgsql volatile as $$
declare
  latest bigint;
  at bigint;
begin
  perform pg_advisory_lock(hashtext('salient recording clock'));
  select greatest(
           (select last_value from recording_clock),
           (select (1e6 * extract(epoch from max(greatest(recorded_at, superseded_at))))::bigint from revision),
           (select (1e6 * extract(epoch from max(greatest(nullif(ahead_at, 'infinity'), nullif(ahead_until, 'infinity')))))::bigint
            from public.revision where ahead_at is not null or ahead_until is not null),
           (select (1e6 * extract(epoch from max(recorded_at)))::bigint from series_statement),
           (select (1e6 * extract(epoch from max(recorded_at)))::bigint from edition)
         ) into latest;
  at := greatest((1e6 * extract(epoch from clock_timestamp()))::bigint, coalesce(latest, 0) + 1);
  perform setval('recording_clock', at);
  perform pg_advisory_unlock(hashtext('salient recording clock'));
  return timestamptz 'epoch' + at * interval '1 microsecond';
exception when others then
  perform pg_advisory_unlock(hashtext('salient recording clock'));
  raise;
end $$;
