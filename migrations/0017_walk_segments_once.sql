-- The segments of the faces of a revision's plane, each face on the left of its own (shells run anticlockwise, holes
-- clockwise). As numbers, each taken out of its geometry once: as expressions, the planner repeats them in every
-- comparison that they are part of, which cost more than all the rest (the subquery with an offset is not pulled up).
create function face_segments(in_revision bigint)
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

-- The edges between ground of two classes in a revision's plane, as `class_edges` tells them (0005), from a to b.
create function class_segments(in_revision bigint)
returns table (left_class text, left_face integer, left_role text, right_class text, right_face integer, right_role text,
               ax double precision, ay double precision, bx double precision, by double precision)
language sql stable parallel safe as $$
  with face as materialized (
    select f.no, f.class,
           case when f.territory is not null then territory.kind when f.status = 'controlled' then 'party' else 'gray' end as role
    from faces_of(in_revision) f
      cross join revision r
      left join territory on territory.edition = r.edition and territory.id = f.territory
    where r.id = in_revision
  ), half as (
    select no, forward, case when forward then ax else bx end as x0, case when forward then ay else by end as y0,
           case when forward then bx else ax end as x1, case when forward then by else ay end as y1
    from (select *, ax < bx or (ax = bx and ay < by) as forward from face_segments(in_revision) offset 0) segment offset 0
  ), met as (
    select x0, y0, x1, y1, max(no) filter (where forward) as l_no, max(no) filter (where not forward) as r_no
    from half group by x0, y0, x1, y1
  ), turned as (
    select x0, y0, x1, y1, l_no, r_no, l.class as l_class, r.class as r_class, l.role as l_role, r.role as r_role,
           coalesce(l.role, '') not in ('party', 'gray')
           or coalesce(r.role in ('party', 'gray') and r.class < l.class collate "C", false) as turn
    from met left join face l on l.no = l_no left join face r on r.no = r_no
    where l.class is distinct from r.class and (l.role in ('party', 'gray') or r.role in ('party', 'gray'))
    offset 0
  )
  select case when turn then r_class else l_class end, case when turn then r_no else l_no end,
         case when turn then r_role else l_role end, case when turn then l_class else r_class end,
         case when turn then l_no else r_no end, case when turn then l_role else r_role end,
         case when turn then x1 else x0 end, case when turn then y1 else y0 end,
         case when turn then x0 else x1 end, case when turn then y0 else y1 end
  from turned
$$;

create or replace function class_edges(in_revision bigint)
returns table (left_class text, left_face integer, left_role text, right_class text, right_face integer, right_role text,
               geom geometry)
language sql stable parallel safe as $$
  select left_class, left_face, left_role, right_class, right_face, right_role,
         st_makeline(st_point(ax, ay), st_point(bx, by))
  from class_segments(in_revision)
$$;
