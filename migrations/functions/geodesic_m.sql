-- The length of lines in metres on the ellipsoid (Karney): a plane is up to 0.5 % short across a continent. Lines come in a
-- working projection, metres.
create or replace function geodesic_m(line geometry, projection text) returns double precision language sql immutable parallel safe as $$
  select st_length(st_setsrid(st_transform(line, projection, 4326), 4326)::geography)
$$;
