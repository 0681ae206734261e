-- A route (EPSG:4326) as a line of the working plane whose M is the length of the way from its beginning, metres on the ellipsoid
-- (Karney): a plane is up to 0.5 % short across a continent. Vertices are where every other reader of routes has them.
create or replace function route_line(route geometry, projection text) returns geometry language sql immutable parallel safe as $$
  with drawn as materialized (
    select st_segmentize(route, 0.02) as geom
  ), vertex as (
    select d.path[1] as n, st_setsrid(d.geom, 4326)::geography as here,
           st_setsrid(lag(d.geom) over (order by d.path[1]), 4326)::geography as before
    from drawn cross join lateral st_dumppoints(drawn.geom) d
  ), way as (
    select n, sum(coalesce(st_distance(before, here), 0)) over (order by n) as m from vertex
  )
  select st_makeline(st_pointm(st_x(d.geom), st_y(d.geom), way.m) order by way.n)
  from drawn cross join lateral st_dumppoints(st_transform(drawn.geom, projection)) d join way on way.n = d.path[1]
$$;
