-- Verdicts that were kept are measured again when somebody asks, where they would now be another: a margin "of at least" so much is
-- no wider than the map itself, and an uncertain post whose only way leads over ground about which nothing is stated says so.
alter table kept_encirclement drop constraint kept_encirclement_reason_check;
alter table kept_encirclement add constraint kept_encirclement_reason_check check (reason in ('contested', 'unknown', 'accuracy'));
delete from kept_encirclement kept
using (
  select distinct revision, edition, statement, since from kept_encirclement
  where reason = 'contested' or 'at_least' in (margin_strict_bound, margin_lenient_bound)
) old
where (kept.revision, kept.edition, kept.statement, kept.since) = (old.revision, old.edition, old.statement, old.since);
