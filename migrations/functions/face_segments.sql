-- The segments of the faces of a revision's planar partition, each face on the left of its own (shells run anticlockwise, holes
-- clockwise). As numbers, each taken out of its geometry once: as expressions, the planner repeats them in every
-- comparison that they are part of, which cost more than all the rest (the subquery with an offset is not pulled up).
create or replace function face_segments(in_revision bigint)
returns table (no integer, ax double precision, ay double precision, bx double precision, by double precision)
language sql stable parallel safe as $$
  select * from (
    select no, x, y, lead(x) over ring as next_x, lead(y) over ring as next_y
    from (
      select f.no, path[1] as ring, path[2] as nth, st_x(vertex.geom) as x, st_y(vertex.geom) as y
      from revision r join plane_face f on f.plane = r.plane
        cross join lateral st_dumppoints(st_forcepolygonccw(f.geom)) vertex
      where r.id = in_revision offset 0
    ) point
    window ring as (partition by no, ring order by nth)
  ) walked where next_x is not null
$$;
