-- The edges between ground of two classes in either of two revisions (methods 0.6), each once, to the millimetre: `shared`
-- sums those that both maps have, by the classes on either side in each; `lone` lists those of one map only, with their
-- length and, with a region (working projection), of it what lies in the region. In an order of their own, so that sums are the same to
-- the last digit whatever the plan. Classes by number, as `classes` names them.
create or replace function border_edges(from_revision bigint, to_revision bigint, region geometry default null)
returns table (classes json, shared json, lone json)
language sql stable parallel safe as $$
  with face as materialized (
    -- Walked here with its class: to join the segments of face_segments with it takes a third as long again. Classes as
    -- numbers, which sort faster; territory abroad has none.
    select map, row_number() over ()::int as n, st_forcepolygonccw(f.geom) as geom, f.class as name,
           case when f.territory is null then dense_rank() over (order by f.territory is not null, f.class collate "C") end::int as class
    from unnest(array[from_revision, to_revision]) with ordinality asked (revision, map) cross join lateral faces_of(revision) f
  ), named as materialized (
    select distinct class, name from face where class is not null
  ), edge as materialized (
    -- Each edge once, to the millimetre, with the class on either side of it in the first map (a, b) and in the second (c, d).
    -- (The offsets keep the planner from repeating an expression wherever its column is used.)
    select x0, y0, x1, y1, bool_or(map = 1) as in_first, bool_or(map = 2) as in_second,
           max(class) filter (where map = 1 and forward) as a, max(class) filter (where map = 1 and not forward) as b,
           max(class) filter (where map = 2 and forward) as c, max(class) filter (where map = 2 and not forward) as d
    from (
      select map, class, forward, case when forward then ax else bx end as x0, case when forward then ay else by end as y0,
             case when forward then bx else ax end as x1, case when forward then by else ay end as y1
      from (
        select *, ax < bx or (ax = bx and ay < by) as forward
        from (
          select map, class, round(1000 * ax) as ax, round(1000 * ay) as ay, round(1000 * bx) as bx, round(1000 * by) as by
          from (
            select map, class, x as ax, y as ay, lead(x) over ring as bx, lead(y) over ring as by
            from (
              select n, map, class, path[1] as ring, path[2] as nth, st_x(vertex.geom) as x, st_y(vertex.geom) as y
              from face cross join lateral st_dumppoints(face.geom) vertex offset 0
            ) point
            window ring as (partition by n, ring order by nth)
          ) walked where bx is not null offset 0
        ) rounded offset 0
      ) directed offset 0
    ) half group by x0, y0, x1, y1
  ), border as materialized (
    select edge.x0 / 1000 as x0, edge.y0 / 1000 as y0, edge.x1 / 1000 as x1, edge.y1 / 1000 as y1, in_first, in_second, a, b, c, d,
           case when region is null then sqrt((x1 - x0) ^ 2 + (y1 - y0) ^ 2) / 1000
                else st_length(st_intersection(st_makeline(st_point(x0 / 1000, y0 / 1000), st_point(x1 / 1000, y1 / 1000)), region)) end as m
    from edge where a <> b or c <> d
  ), shared as (
    select case when a <> b then json_build_array(least(a, b), greatest(a, b)) end::text as before,
           case when c <> d then json_build_array(least(c, d), greatest(c, d)) end::text as after, sum(m order by m) as metres, count(*)::int as edges
    from border where in_first and in_second and m > 0 group by 1, 2
  )
  select (select coalesce(json_agg(name order by class), '[]') from named) as classes,
         (select coalesce(json_agg(json_build_object('before', before::json, 'after', after::json, 'metres', metres, 'edges', edges) order by before, after), '[]') from shared) as shared,
         (select coalesce(json_agg(case when in_first then json_build_array(1, a, b, x0, y0, x1, y1, m)
                                        else json_build_array(2, c, d, x0, y0, x1, y1, m) end order by x0, y0, x1, y1), '[]')
          from border where not (in_first and in_second) and m > 0) as lone
$$;
