-- Alerts that a purge took: what they told was measured from the purged maps.
alter table purge add column alerts bigint[] not null default '{}';

-- The function of this name takes the numbers of alerts too (migrations/functions/purge_maps.sql); an older process names none.
drop function if exists purge_maps(bigint[], bigint[], bigint[], bigint[]);

-- A delivery that ended without being sent, because its recipient has left or what it carries was purged, is no delivered one.
alter table delivery_attempt
  drop constraint delivery_attempt_outcome_check,
  add constraint delivery_attempt_outcome_check check (outcome in ('delivered', 'failed', 'given_up', 'not_sent'));
drop index delivery_attempt_delivery_idx;
create unique index delivery_attempt_delivery_idx on delivery_attempt (delivery) where outcome in ('delivered', 'given_up', 'not_sent');
