-- What each margin is worth (measured, at_least, no_narrow_place, no_rear). Margins of rows without it were kept by a version that
-- put twice the diagonal of the map where there is no width: they are measured again when somebody asks.
alter table kept_encirclement
  add margin_strict_bound text check (margin_strict_bound in ('measured', 'at_least', 'no_narrow_place', 'no_rear')),
  add margin_lenient_bound text check (margin_lenient_bound in ('measured', 'at_least', 'no_narrow_place', 'no_rear'));
update kept_encirclement set margin_strict_m = null, margin_lenient_m = null, margin_at_least = null
where margin_at_least is not null;
