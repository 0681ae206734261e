-- The planar partition (methods A.2, B.2 and G): theatre, foreign territory (both of the edition) and the given polygons are
-- noded together on the 1e-7 degree grid, each shared arc is densified to 0.02 degrees and projected once, and the faces
-- between the arcs are what everything is measured in. Polygons: stored ones by id, or WKB with their hashes (EPSG:4326).
-- `lines`: WKB of the lines between them, a border of two once (half the time); null: their boundaries. A collection of two:
-- those that are to be noded, and those that are noded already and run nowhere along the frame (coverage/noded-lines.ts).
-- Out: each face with the hash of the polygon that it is of (null where none lies) or the territory abroad, in the edition's
-- projection, metres; beside each, `built_m2` of all faces in the theatre and `theatre_m2` of its geodesic area (on that grid).
create or replace function cut_partition(in_edition bigint, shapes bigint[], hashes text[], polygons bytea[], lines bytea)
returns table (no integer, given text, territory text, geom geometry, area_m2 double precision,
               built_m2 double precision, theatre_m2 double precision)
language sql stable parallel safe as $$
  with given as materialized (
    select sha256, st_force2d(geom) as geom from shape where id = any(shapes)
    union all select sha256, st_geomfromwkb(wkb, 4326) from unnest(hashes, polygons) as sent(sha256, wkb)
  ), sent as materialized (
    select case when parted then st_geometryn(geom, 1) else geom end as geom, case when parted then st_geometryn(geom, 2) end as noded
    from (select geom, st_geometrytype(geom) = 'ST_GeometryCollection' as parted
          from st_geomfromwkb(lines, 4326) geom where lines is not null offset 0) collected
  ), ground as (
    select geom from sent
    union all select st_boundary(geom) from given where lines is null
    union all select st_boundary(st_segmentize(boundary, 0.02)) from edition where id = in_edition
    union all select st_boundary(boundary) from territory where edition = in_edition
  ), noded as materialized (
    -- Snap-rounding to the precision of the data: a vertex on another polygon's edge becomes a vertex of both.
    select st_unaryunion(st_collect(geom), 1e-7) as geom from ground
  ), frame as materialized (
    select st_boundary(ground) as geom, ground, st_buffer(st_boundary(ground), 1, 'endcap=flat join=mitre') as beside, parts
    from (
      -- A theatre across 180 degrees is cut there in lon, lat only: its halves share an edge that is no frame.
      select case when st_xmin(parts) = -180 and st_xmax(parts) = 180 then st_unaryunion(projected, 1e-6) else projected end as ground, parts
      from (select parts, st_transform(parts, projection) as projected
            from (select st_reduceprecision(st_segmentize(boundary, 0.02), 1e-7) as parts, projection
                  from edition where id = in_edition offset 0) rounded offset 0) both_halves
    ) theatre
  ), arc as materialized (
    -- All arcs in one ST_Transform: a call costs a millisecond before its first point. A hair longer than what the theatre's edges were
    -- cut into: rounding makes some of those pieces longer by 1.4e-7, and a vertex in the middle of one would lie off the frame's chord.
    select d.geom, d.path[1] = 2 as away
    from noded cross join edition cross join lateral st_dump(st_transform(
      st_segmentize(st_collect(array[noded.geom, (select sent.noded from sent)]), 0.0200002), edition.projection)) d
    where edition.id = in_edition
  ), straight as (
    -- An arc that a map ends on the frame ends on the frame's chord instead (0.1 m off at most): else that vertex
    -- would bend the frame, and two maps of one theatre would differ in size (by 500 m² in 16,000 km²).
    select case when away or not st_intersects(frame.beside, arc.geom) then arc.geom else (
      select st_setpoint(st_setpoint(arc.geom, 0, case when st_distance(a, head) <= 0.5 then head else a end),
                         -1, case when st_distance(b, tail) <= 0.5 then tail else b end)
      from st_startpoint(arc.geom) a, st_endpoint(arc.geom) b
        cross join lateral (select st_closestpoint(frame.geom, a), st_closestpoint(frame.geom, b) offset 0) near(head, tail)) end as geom
    from arc, frame
  ), line as (
    -- Merged first: noding on a grid takes six times as long for as many arcs as vertices.
    select st_linemerge(st_collect(geom)) as geom from straight union all select geom from frame
  ), face as materialized (
    -- Noded once more (to a micrometre) with the frame itself, so that the faces inside it fill it whatever the map is like; specks far
    -- below what areas balance to (balanceTolerance in src/model/transition.ts) are left out.
    select row_number() over ()::int as n, geom from (
      select (st_dump(st_polygonize(array[st_unaryunion(st_collect(line.geom), 1e-6)]))).geom from line
    ) made where st_area(geom) > (select least(0.001, 1e-10 * st_area(ground)) from frame)
  ), spot as materialized (
    select n, st_pointonsurface(geom) as geom from face
  ), spotted as materialized (
    select face.n, face.geom, st_intersects(frame.ground, spot.geom) as in_theatre, spot.geom as at, st_setsrid(lonlat.geom, 4326) as spot
    from face join spot using (n) cross join frame join (
      select (d).path[1] as n, (d).geom
      from (select st_dump(st_transform(st_collect(geom order by n), projection, 4326)) as d
            from spot, edition where edition.id = in_edition group by projection) dumped
    ) lonlat using (n)
  ), near as materialized (
    -- Polygon by polygon: PostGIS keeps an index of the one that it was last asked about, and a map with many slivers has as many
    -- spots as slivers. The box holds all that is within 5e-6 degrees.
    select n, sha256, geom, inside
    from given cross join lateral (
      select n, st_intersects(given.geom, spot) as inside from spotted
      where in_theatre and st_intersects(given.geom, st_expand(spot, 5e-6)) offset 0
    ) beside
    where coalesce(cardinality(shapes), 0) <= 50
  ), built as materialized (
    select row_number() over (order by st_xmin(spotted.geom), st_ymin(spotted.geom), st_area(spotted.geom))::int as no,
           case when in_theatre then covering.sha256 end as given,
           case when not in_theatre then abroad.id end as territory,
           in_theatre, spotted.geom, st_area(spotted.geom) as area_m2
    from spotted cross join frame
      -- Within 2e-7 degrees: a sliver between a map's rounded edge and the frame belongs to the map. Where they have vertices in different
      -- places it is as wide as an edge of 0.02 degrees bends between its ends in the projection, 5 cm at most.
      left join lateral (
        select sha256 from (
          -- Of many stored polygons by the index: but under each spot lies a polygon of every map that was ever stored.
          select sha256, case when inside then 0 else st_distance(geom, spot) end as away from near where near.n = spotted.n
          union all
          select sha256, st_distance(geom, spot) from shape
          where cardinality(shapes) > 50 and id = any(shapes) and geom && st_expand(spot, 5e-6)
        ) candidate
        where in_theatre and (away = 0 or ((away <= 2e-7 or (away <= 5e-6 and st_dwithin(frame.geom, spotted.at, 0.1)))
          -- One spot says nothing of a face that is wide elsewhere: ground of nobody that such a sliver leads to.
          and st_area(spotted.geom) <= 0.1 * st_perimeter(spotted.geom) and st_isempty(st_buffer(spotted.geom, -0.1, 'quad_segs=1'))))
        order by away, sha256 limit 1
      ) covering on true
      left join lateral (select id from territory where not in_theatre and edition = in_edition and st_intersects(boundary, spot)
                         order by id limit 1) abroad on true
    where in_theatre or abroad.id is not null
  ), filled as materialized (
    select coalesce((select sum(area_m2) from built where in_theatre), 0) as built,
           -- Of the boundary as the faces have it: half a grid step at its edges is 1e-6 of a theatre that is 5 km wide.
           st_area(parts::geography) as geodesic from frame
  )
  select built.no, built.given::text, built.territory::text, built.geom, built.area_m2, filled.built, filled.geodesic
  from built cross join filled
$$;
