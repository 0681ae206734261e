-- What a day of the series means: its map shows the ground at the start of the day, or at its end. Null: not stated.
alter table series_statement add column date_means text check (date_means in ('start', 'end'));
-- Who holds the ground of the theatre that a map draws in no area: a party, or `unknown`. Null: nobody, it is unassigned.
alter table series_statement add column rest slug;

-- Of a map as its author drew it, before vertices are added: the mean distance between vertices, weighted so that σ² times
-- it times the length of a line is the variance of the area beside that line. Without edges along the frame of the theatre.
-- And the ground of the map outside the theatre, which no figure counts: km² and number of pieces. Null: not measured.
alter table revision
  add column drawn_spacing_m double precision check (drawn_spacing_m > 0),
  add column outside_km2 double precision check (outside_km2 >= 0),
  add column outside_pieces integer check (outside_pieces >= 0);
alter table held_snapshot
  add column drawn_spacing_m double precision check (drawn_spacing_m > 0),
  add column outside_km2 double precision check (outside_km2 >= 0),
  add column outside_pieces integer check (outside_pieces >= 0);
