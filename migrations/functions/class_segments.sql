-- The edges between ground of two classes in a revision's planar partition, as class_edges.sql describes them, from a to b.
create or replace function class_segments(in_revision bigint)
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
