import type { Queryable } from '../db/pool.js';
import { measureAreas, measureExtent, measureOverlaps } from '../db/staging.js';
import type { SnapshotMeasures } from '../model/judge-snapshot.js';

/** What is measured of a staged map by itself, for `judgeSnapshot`. */
export async function measureStaged(tx: Queryable, edition: number): Promise<SnapshotMeasures> {
  const areas = await measureAreas(tx, edition);
  const unmeasured = {
    overlaps: [],
    bounds: [0, 0, 0, 0],
    theatre_bounds: [0, 0, 0, 0],
    gap_km2: 0,
    theatre_km2: 0,
  } as const;
  // An overlay with an invalid polygon is an exception at best: only validity is judged then.
  const valid = areas.every((area) => area.valid);
  const extent = valid ? await measureExtent(tx, edition) : unmeasured;
  const sum = (of: 'area_km2' | 'outside_km2') => areas.reduce((total, area) => total + area[of], 0);
  return {
    areas,
    overlaps: valid ? await measureOverlaps(tx, edition) : [],
    bounds: [...extent.bounds],
    theatre_bounds: [...extent.theatre_bounds],
    gap_km2: extent.gap_km2,
    theatre_km2: extent.theatre_km2,
    outside_km2: sum('outside_km2'),
    total_km2: sum('area_km2'),
  };
}
