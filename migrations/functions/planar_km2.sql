-- km² of a polygon whose edges are straight in lon, lat: densified, then measured in an equal-area projection (methods
-- B.2). Not on the geography: there a long edge is a geodesic, and a sliver along a border gets an area it does not have.
create or replace function planar_km2(geom geometry, projection text) returns double precision language sql immutable parallel safe as $$
  select st_area(st_transform(st_segmentize(geom, 0.02), projection)) / 1e6
$$;
