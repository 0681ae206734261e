-- With how many decimals of a degree the corners of a polygon are written: seven, or all where rounding would make it touch or cross
-- itself. Known from when it is stored, for finding it out takes longer than all else of writing it.
alter table shape add column decimals smallint not null
  generated always as (case when st_isvalid(st_geomfromgeojson(st_asgeojson(geom, 7))) then 7 else 15 end) stored;
