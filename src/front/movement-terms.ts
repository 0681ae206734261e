/** The octants around the middle of a theatre, clockwise from north; the directions of its working projection. */
const SECTORS = ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'] as const;

/** The value below which a share of the values lies, interpolated; null of none. */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
  return low + (high - low) * (at - Math.floor(at));
}

export interface Offsets {
  samples: number;
  /** Signed: positive where the party advanced. Metres. */
  median_m: number | null;
  p90_m: number | null;
  /** Of the distances, whichever way. */
  p90_abs_m: number | null;
  max_abs_m: number | null;
}

export function offsetSummary(offsetsM: readonly number[]): Offsets {
  const distances = offsetsM.map(Math.abs);
  return {
    samples: offsetsM.length,
    median_m: quantile(offsetsM, 0.5),
    p90_m: quantile(offsetsM, 0.9),
    p90_abs_m: quantile(distances, 0.9),
    max_abs_m: quantile(distances, 1),
  };
}

export interface SectorAdvance {
  sector: string | null;
  gained_km2: number;
  lost_km2: number;
  /** Of gained less lost, what corrections and redefinitions made: no movement. */
  not_movement_km2: number;
  front_km: number;
  /** What is left of gained less lost, by the length of the earlier front: how far it moved on average. Null without a front there, or where that is not known. */
  advance_m: number | null;
  advance_m_per_day: number | null;
  offsets: Offsets;
}

/** Less of an advance than this, metres, is what slivers of an overlay come to. */
const LEAST_M = 0.5;

/** Whether so much ground became known or unknown that the advance, or the lack of one, is not known. */
export const isUnknown = (row: { unknown_m2: number; front_m: number }, rulerM: number): boolean =>
  row.unknown_m2 > LEAST_M * Math.max(row.front_m, rulerM);

/**
 * A front of less than its ruler in a sector is a crumb: nothing is divided by it.
 * @param otherM2 gained less lost in the steps that were no movement, m²
 */
export function sectorAdvance(
  row: { sector: number | null; gained_m2: number; lost_m2: number; unknown_m2: number; front_m: number },
  offsetsM: readonly number[],
  days: number,
  rulerM: number,
  otherM2 = 0,
): SectorAdvance {
  const unknown = isUnknown(row, rulerM);
  const advance = row.front_m < rulerM || unknown ? null : (row.gained_m2 - row.lost_m2 - otherM2) / row.front_m;
  return {
    sector: row.sector === null ? null : (SECTORS[row.sector] as string),
    gained_km2: row.gained_m2 / 1e6,
    lost_km2: row.lost_m2 / 1e6,
    not_movement_km2: otherM2 / 1e6,
    front_km: row.front_m / 1000,
    advance_m: advance,
    advance_m_per_day: advance === null || days === 0 ? null : advance / Math.abs(days),
    offsets: offsetSummary(unknown ? [] : offsetsM),
  };
}
