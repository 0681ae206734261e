/*
 * What two drawings of the same line differ by, although nothing moved (methods B.4): each is off by σ (metres, normal),
 * so the ground between them is false gain on the one side and false loss on the other.
 */

export interface NoiseFloor {
  /** False gain to expect, and as much false loss, km². */
  each_way_km2: number;
  /** Length of border that was drawn anew, km: a border whose vertices are the same in both maps cannot differ. */
  redrawn_km: number;
  accuracy_m: number;
  reason: string;
}

/**
 * Expected false gain (and as much false loss) in m²: σL/√π where both drawings have the accuracy σ; with two
 * accuracies, L·√(σ₁² + σ₂²)/√(2π).
 */
export function falseGain(accuracyM: number, otherAccuracyM: number, lengthM: number): number {
  return (lengthM * Math.hypot(accuracyM, otherAccuracyM)) / Math.sqrt(2 * Math.PI);
}

/** The floor under a change between two maps of one series. @param redrawnM metres; null: both maps share one plane */
export function noiseFloor(accuracyM: number, redrawnM: number | null): NoiseFloor {
  const redrawn = redrawnM ?? 0;
  return {
    each_way_km2: falseGain(accuracyM, accuracyM, redrawn) / 1e6,
    redrawn_km: redrawn / 1000,
    accuracy_m: accuracyM,
    reason:
      redrawnM === null
        ? 'both maps are made of the same polygons: a border that did not move has identical vertices, so drawing adds nothing; how well the polygons fit the ground is the accuracy of the series'
        : redrawn === 0
          ? 'every border of the earlier map has identical vertices in the later one'
          : 'borders drawn anew differ by the accuracy of either drawing: σL/√π each way, L their length in the earlier map',
  };
}

/** The radius of the opening that takes away what drawing alone can explain, metres: 2σ (methods B.4). */
export const openingRadius = (accuracyM: number): number => 2 * accuracyM;
