/**
 * SQL of an expression: the boxes (`[[west, south, east, north], …]`, JSON) of the geometries in degrees that a query selects as
 * `geom`; null where it selects none. It is one box around all, or that of every part where they reach round more than half of
 * the globe: then they may lie on both sides of 180°, and `narrowestBounds` tells which side is theirs.
 */
export const boxesOf = (query: string): string => `(
  with shown as (${query}), whole as (select st_extent(geom) as box from shown)
  select case when st_xmax(box) - st_xmin(box) <= 180 then json_build_array(${cornersOf('box')})
              else (select json_agg(${cornersOf('part.geom')}) from shown cross join lateral st_dump(shown.geom) part) end
  from whole)`;

const cornersOf = (of: string) => `json_build_array(st_xmin(${of}), st_ymin(${of}), st_xmax(${of}), st_ymax(${of}))`;
