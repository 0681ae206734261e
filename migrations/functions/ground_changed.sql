-- The area inside the theatre that is of another class in another revision, in parts: faces with the same vertices in
-- both are taken whole, what was redrawn is dissolved by class and overlaid (`grid`: gridSize of the overlay; -1 is exact).
-- With a region (working projection) only the ground inside it.
create or replace function ground_changed(from_revision bigint, to_revision bigint, grid double precision, region geometry default null)
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
