/** Start and end, SQL of instants. */
type Ends = readonly [start: string, end: string];

/** The temporal functions of CQL2 (OGC 21-065r2, clause 7.4: Allen's relations) over starts and ends; lower case names. */
export const TEMPORAL_RELATIONS: ReadonlyMap<string, (a: Ends, b: Ends) => string> = new Map<
  string,
  (a: Ends, b: Ends) => string
>([
  ['t_after', ([as], [, be]) => `${as} > ${be}`],
  ['t_before', ([, ae], [bs]) => `${ae} < ${bs}`],
  ['t_contains', ([as, ae], [bs, be]) => `${as} < ${bs} and ${ae} > ${be}`],
  ['t_disjoint', ([as, ae], [bs, be]) => `${as} > ${be} or ${ae} < ${bs}`],
  ['t_during', ([as, ae], [bs, be]) => `${as} > ${bs} and ${ae} < ${be}`],
  ['t_equals', ([as, ae], [bs, be]) => `${as} = ${bs} and ${ae} = ${be}`],
  ['t_finishedby', ([as, ae], [bs, be]) => `${as} < ${bs} and ${ae} = ${be}`],
  ['t_finishes', ([as, ae], [bs, be]) => `${as} > ${bs} and ${ae} = ${be}`],
  ['t_intersects', ([as, ae], [bs, be]) => `${as} <= ${be} and ${ae} >= ${bs}`],
  ['t_meets', ([, ae], [bs]) => `${ae} = ${bs}`],
  ['t_metby', ([as], [, be]) => `${as} = ${be}`],
  ['t_overlappedby', ([as, ae], [bs, be]) => `${as} > ${bs} and ${as} < ${be} and ${ae} > ${be}`],
  ['t_overlaps', ([as, ae], [bs, be]) => `${as} < ${bs} and ${ae} > ${bs} and ${ae} < ${be}`],
  ['t_startedby', ([as, ae], [bs, be]) => `${as} = ${bs} and ${ae} > ${be}`],
  ['t_starts', ([as, ae], [bs, be]) => `${as} = ${bs} and ${ae} < ${be}`],
]);
