-- The share (0 to 1) of a line's length in the plane at which it is so many metres long: the inverse of `metres_along`.
create or replace function share_along(line geometry, metres double precision) returns double precision language sql immutable parallel safe as $$
  select case when metres <= 0 then 0 when metres >= metres_along(line, 1) then 1
              when st_zmflag(line) in (1, 3) then st_linelocatepoint(line, st_geometryn(st_locatealong(line, metres), 1))
              else metres / st_length(line) end
$$;
