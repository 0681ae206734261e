-- Answers that were computed once. `inputs` is the hash of everything the answer depends on, by number: revisions,
-- editions and statements never change, so nothing here is ever stale, and all of it could be computed again.
create table kept_answer (
  kind text check (kind <> ''),
  inputs text check (length(inputs) = 64),
  answer jsonb not null,
  primary key (kind, inputs)
);

-- The edges between ground of two classes in a revision's plane (methods D.1): every undirected segment of the faces
-- once, with the class, the role and the face on either side of its direction; null on the right is outside the plane.
-- Left is inside the theatre; with both sides inside, the class that sorts first is on the left, so that the same two
-- sides give the same direction on every date. Roles: party, gray (contested, unknown, unassigned), state, sea.
-- Working projection of the edition, metres, SRID 0.
create function class_edges(in_revision bigint)
returns table (left_class text, left_face integer, left_role text, right_class text, right_face integer, right_role text,
               geom geometry)
language sql stable parallel safe as $$
  with face as materialized (
    select f.no, st_forcepolygonccw(f.geom) as geom,
           coalesce(f.territory, class_of(area.status, area.party), 'unassigned') as class,
           case when f.territory is not null then territory.kind
                when area.status = 'controlled' then 'party' else 'gray' end as role
    from revision r
      join plane_face f on f.plane = r.plane
      left join area on area.revision = r.id and area.shape = f.shape
      left join territory on territory.edition = r.edition and territory.id = f.territory
    where r.id = in_revision
  ), walked as (
    -- The shells of faces run anticlockwise, holes clockwise: the face is on the left of each of its segments.
    select no, class, role, st_x(a) as ax, st_y(a) as ay, st_x(b) as bx, st_y(b) as by
    from face
      cross join lateral st_dumpsegments(face.geom) segment
      cross join lateral (select st_startpoint(segment.geom) as a, st_endpoint(segment.geom) as b) ends
  ), half as (
    select no, class, role, (ax, ay) < (bx, by) as forward, least(ax, bx) as x0, greatest(ax, bx) as x1,
           case when (ax, ay) < (bx, by) then ay else by end as y0, case when (ax, ay) < (bx, by) then by else ay end as y1
    from walked
  ), met as (
    select x0, y0, x1, y1,
           max(class) filter (where forward) as l_class, max(no) filter (where forward) as l_no,
           max(role) filter (where forward) as l_role, max(class) filter (where not forward) as r_class,
           max(no) filter (where not forward) as r_no, max(role) filter (where not forward) as r_role
    from half group by x0, y0, x1, y1
  ), turned as (
    select met.*, coalesce(l_role, '') not in ('party', 'gray')
                  or coalesce(r_role in ('party', 'gray') and r_class < l_class collate "C", false) as turn
    from met
    where l_class is distinct from r_class and (l_role in ('party', 'gray') or r_role in ('party', 'gray'))
  )
  select case when turn then r_class else l_class end, case when turn then r_no else l_no end,
         case when turn then r_role else l_role end, case when turn then l_class else r_class end,
         case when turn then l_no else r_no end, case when turn then l_role else r_role end,
         case when turn then st_makeline(st_point(x1, y1), st_point(x0, y0))
              else st_makeline(st_point(x0, y0), st_point(x1, y1)) end
  from turned
$$;
