import type { Queryable } from '../store/pool.js';
import { measureOverlaps, type Overlaps } from './repair/overlaps.sql.js';
import { SNAPSHOT_POLICY, type SnapshotMeasures } from './review/judge-snapshot.js';
import { measureAreas, measureExtent, measureGap } from './staging.sql.js';

const NO_OVERLAPS: Overlaps = { wide: [], noise: { pieces: 0, km2: 0 } };

/**
 * What is measured of a staged map by itself, for `judgeSnapshot`.
 * @param settled its areas are known to share no ground
 * @param gap whether the ground in no area is measured as well, which takes an overlay of the whole map; else `gap_km2` is 0
 */
export async function measureStaged(
  tx: Queryable,
  edition: number,
  { settled = false, gap = true } = {},
): Promise<SnapshotMeasures> {
  const areas = await measureAreas(tx, edition);
  const unmeasured = { bounds: [0, 0, 0, 0], theatre_bounds: [0, 0, 0, 0], theatre_km2: 0 } as const;
  // An overlay with an invalid polygon is an exception at best: only validity is judged then.
  const valid = areas.every((area) => area.valid);
  const extent = valid ? await measureExtent(tx, edition) : unmeasured;
  const sum = (of: 'area_km2' | 'outside_km2' | 'outside_pieces') => areas.reduce((total, area) => total + area[of], 0);
  const overlaps = valid && !settled ? await measureOverlaps(tx, edition) : NO_OVERLAPS;
  const measures: SnapshotMeasures = {
    areas,
    overlaps,
    bounds: [...extent.bounds],
    theatre_bounds: [...extent.theatre_bounds],
    gap_km2: 0,
    theatre_km2: extent.theatre_km2,
    outside_km2: sum('outside_km2'),
    outside_pieces: sum('outside_pieces'),
    total_km2: sum('area_km2'),
    rest_km2: 0,
  };
  return gap && valid ? { ...measures, gap_km2: await gapOf(tx, edition, measures) } : measures;
}

/** km² of the theatre in no staged area, of valid areas; 0 where it is less than the rounding of a sum of areas. */
export async function gapOf(
  tx: Queryable,
  edition: number,
  { overlaps, outside_km2, total_km2, theatre_km2 }: SnapshotMeasures,
): Promise<number> {
  // With no ground in two areas or outside, the gap is what the sum lacks of the theatre. Only one that is more than the
  // rounding of that needs an overlay of the whole map to be reported.
  const lacking = overlaps.wide.length === 0 && outside_km2 === 0 ? theatre_km2 - total_km2 : null;
  const rounding = (SNAPSHOT_POLICY.gap_note_share / 10) * theatre_km2;
  return lacking !== null && Math.abs(lacking) < rounding ? 0 : measureGap(tx, edition);
}
