-- A post inside ground of the other side may still be reached by agreement. That is said, by someone, of some days, and
-- never follows from geometry: a kind of claim that moves nothing. From `earliest` on; `latest` may be open.
alter table claim drop constraint claim_kind_check;
alter table claim add constraint claim_kind_check
  check (kind in ('captured', 'lost', 'held', 'contested', 'expected', 'denied', 'besieged', 'access'));
