-- The faces of a revision's plane with who holds them, as every measure asks for them: inside the theatre a face is of a
-- class (`unassigned` where it is in no area), abroad its class is the territory's id. One select and stable, so that
-- the planner sees through it: what a caller does not use is not read. Working projection, metres, SRID 0.
create function faces_of(in_revision bigint)
returns table (no integer, shape bigint, territory text, party text, status text, class text, claimant text,
               geom geometry, area_m2 double precision)
language sql stable parallel safe as $$
  select f.no, f.shape, f.territory::text, area.party::text, area.status,
         coalesce(f.territory, class_of(area.status, area.party), 'unassigned')::text,
         -- Who claims ground of the class `contested`.
         case when area.status in ('contested', 'claimed') then area.party end::text,
         f.geom, f.area_m2
  from revision r
    join plane_face f on f.plane = r.plane
    left join area on area.revision = r.id and area.shape = f.shape
  where r.id = in_revision
$$;

-- The ground inside the theatre that is of another class in another revision, in parts: faces with the same vertices in
-- both are taken whole, what was drawn anew is dissolved by class and overlaid (`grid`: gridSize of the overlay; -1 is exact).
-- With a region (working projection) only the ground inside it.
create function ground_changed(from_revision bigint, to_revision bigint, grid double precision, region geometry default null)
returns table (from_class text, to_class text, geom geometry)
language sql stable parallel safe as $$
  with face as materialized (
    select side, f.class, part.geom, f.area_m2 from unnest(array[from_revision, to_revision]) with ordinality asked (revision, side)
      cross join lateral faces_of(revision) f
      cross join lateral (
        select case when region is null or st_coveredby(f.geom, region) then f.geom
                    else st_collectionextract(st_intersection(f.geom, region, grid), 3) end as geom
      ) part
    where f.territory is null and (region is null or st_intersects(f.geom, region))
  ), keyed as materialized (
    -- Faces of different size are not the same: only the others are told apart by their vertices.
    select face.*, case when count(*) over (partition by round(area_m2)) > 1 then md5(st_asbinary(st_normalize(face.geom))) end as key
    from face
  ), same as materialized (
    select key, max(class) filter (where side = 1) as a, max(class) filter (where side = 2) as b
    from keyed where key is not null group by key having count(*) = 2 and min(side) <> max(side)
  ), redrawn as materialized (
    select side, class, st_union(keyed.geom) as geom
    from keyed where key is null or key not in (select key from same) group by 1, 2
  )
  select a, b, keyed.geom from same join keyed using (key) where a <> b and side = 1
  union all
  select a.class, b.class, st_collectionextract(st_intersection(a.geom, b.geom, grid), 3)
  from redrawn a join redrawn b on a.side = 1 and b.side = 2 and a.class <> b.class
$$;

-- As before, by `faces_of`.
create or replace function class_edges(in_revision bigint)
returns table (left_class text, left_face integer, left_role text, right_class text, right_face integer, right_role text,
               geom geometry)
language sql stable parallel safe as $$
  with face as materialized (
    select f.no, st_forcepolygonccw(f.geom) as geom, f.class,
           case when f.territory is not null then territory.kind when f.status = 'controlled' then 'party' else 'gray' end as role
    from faces_of(in_revision) f
      cross join revision r
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
