-- A margin "of at least" so much is no wider than the map itself: those kept as wider are measured again when somebody asks.
update kept_encirclement set margin_strict_m = null, margin_lenient_m = null, margin_at_least = null,
  margin_strict_bound = null, margin_lenient_bound = null
where 'at_least' in (margin_strict_bound, margin_lenient_bound);
