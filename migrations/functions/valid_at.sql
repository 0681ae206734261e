-- Whether a geometry is still valid when its coordinates are written with so many decimals: rounding can make a ring touch or
-- cross itself. Where it is not, it is published with all the digits it has.
create or replace function valid_at(geom geometry, digits integer) returns boolean language sql immutable parallel safe as $$
  select geom is null or st_isvalid(st_geomfromgeojson(st_asgeojson(geom, digits)))
$$;
