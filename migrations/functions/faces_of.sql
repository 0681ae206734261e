-- The faces of a revision's planar partition with who holds them, as every measure reads them: inside the theatre a face is of a
-- class (`unassigned` where it is in no area), abroad its class is the territory's id. One select and stable, so that
-- the planner sees through it: columns that a caller does not use are not read. Working projection, metres, SRID 0.
create or replace function faces_of(in_revision bigint)
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
