-- Metres from the beginning of a line to a share (0 to 1) of its length in the plane: by the measure of the line (`route_line`), or
-- in the plane where it has none.
create or replace function metres_along(line geometry, share double precision) returns double precision language sql immutable parallel safe as $$
  select case when st_zmflag(line) in (1, 3) then st_m(st_lineinterpolatepoint(line, least(1, greatest(0, share))))
              else share * st_length(line) end
$$;
