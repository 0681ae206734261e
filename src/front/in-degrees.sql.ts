import { cutAt180 } from '../store/across-180.sql.js';

/**
 * Common tables: `turned`, the lines of a table `line (n, geom)`, numbered from 1, in degrees, cut at 180°, `n` as there. The projection is that of
 * `ground`. All at once: a projection is read anew for each geometry that it is asked for, which takes half a millisecond.
 */
export const TURNED = `degrees as materialized (
       select path[1] as n, case when min(cardinality(path)) = 1 then (array_agg(geom))[1] else st_collect(geom order by path) end as geom
       from (select st_transform(st_collect(line.geom order by n), min(projection), 4326) as whole from line cross join ground) collected
         cross join lateral st_dump(whole) group by 1
     ), turned as materialized (
       -- What is empty has no part.
       select n, st_setsrid(coalesce(${cutAt180('degrees.geom')}, line.geom), 4326) as geom from line left join degrees using (n)
     )`;
