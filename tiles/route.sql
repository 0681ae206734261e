-- Routes cut where the class of the ground changes; `front` where the road runs along a border.
with state as (select * from jsonb_to_record($1::jsonb) as s(revision bigint, edition bigint)),
line as materialized (
  select route.id, route.name, edition.projection, st_transform(st_segmentize(route.geom, 0.02), edition.projection) as geom
  from state join route on route.edition = state.edition join edition on edition.id = route.edition
), face as materialized (
  select f.class, f.geom from state cross join lateral faces_of(state.revision) f where f.territory is null
), cut as (
  select line.id, st_linelocatepoint(line.geom, (st_dumppoints(st_intersection(line.geom, st_boundary(face.geom)))).geom) as at
  from line join face on st_intersects(line.geom, face.geom)
  union select id, 0 from line union select id, 1 from line
), piece as (
  select id, at as from_share, lead(at) over (partition by id order by at) as to_share from cut
), classed as (
  select line.id, line.name, line.projection, st_linesubstring(line.geom, from_share, to_share) as geom,
         array(select distinct class from face
               where st_dwithin(face.geom, st_lineinterpolatepoint(line.geom, (from_share + to_share) / 2), 0.001)) as classes
  from piece join line using (id) where to_share > from_share
), named as (
  select *, case cardinality(classes) when 0 then 'unmapped' when 1 then classes[1] else 'front' end as class from classed
)
select id || ' ' || class as key, id, name, class,
       st_asgeojson(st_transform(st_linemerge(st_collect(geom)), projection, 4326), 7) as geometry
from named group by id, name, class, projection order by key
