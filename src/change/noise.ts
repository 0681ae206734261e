/*
 * What two drawings of the same line differ by, although nothing moved (methods B.4): each is off by σ (metres, normal),
 * so the ground between them is false gain on the one side and false loss on the other.
 */

/** Over how many metres the error of a line stays the same, and where that was taken from. */
export interface Correlation {
  metres: number;
  from: 'stated' | 'spacing' | 'drawn' | 'vertices';
  /** The true ℓ may be longer, and every error that rests on it larger: it comes from vertices that nobody drew. */
  at_least: boolean;
  /** Of the length of a drawn line, what is left without its own error: what ℓ is to be multiplied with. */
  straight: number;
}

/** What is known of how two maps were drawn. */
export interface Drawn {
  /** Distance of the vertices that their authors drew, weighted (`maps/drawn-spacing.ts`), metres; null: not recorded. */
  spacingM: readonly (number | null)[];
  /** Mean distance of the vertices of their borders as they are stored, metres. */
  verticesM: number;
  /** Of the length of lines that were drawn anew, what is left without errors of σ (`straightness.ts`). */
  straight: number;
}

/**
 * Edges that errors of σ lengthen are of uneven length, which adds so much to their weighted mean where nothing else is left of
 * them: (1 + E|xy|)·π/4 − 1 of x and y normal and correlated by −1/2, since two edges that meet have a vertex in common.
 */
const SCATTER = 0.349;

/**
 * The correlation length ℓ of a series: as stated; else its spacing (a line between two cells is off along the whole of
 * their common edge); else the distance between the vertices that the authors of both maps drew, each off by an error of
 * its own; else, where that was not recorded, that of the vertices that are stored, which is the least it can be.
 */
export function correlationOf(
  stated: { correlation_m: number | null; spacing_m: number | null },
  { spacingM, verticesM, straight }: Drawn,
): Correlation {
  if (stated.correlation_m !== null) {
    return { metres: stated.correlation_m, from: 'stated', at_least: false, straight };
  }
  if (stated.spacing_m) return { metres: stated.spacing_m, from: 'spacing', at_least: false, straight };
  const drawn = spacingM.filter((metres) => metres !== null);
  if (drawn.length > 0 && drawn.length === spacingM.length) {
    const mean = drawn.reduce((sum, metres) => sum + metres, 0) / drawn.length;
    return { metres: (mean * straight) / (1 + SCATTER * (1 - straight)), from: 'drawn', at_least: false, straight };
  }
  return { metres: verticesM, from: 'vertices', at_least: true, straight };
}

/**
 * Standard deviation of an area in m² whose edge is off by σ along `lengthM`, errors the same over ℓ: σ·√(L·ℓ). Of a
 * net change the edge is what moved of the border, on both maps: a line of length L drawn twice gives √2·σ·√(L·ℓ)
 * (methods B.4).
 */
export const areaDeviation = (accuracyM: number, correlationM: number, lengthM: number): number =>
  accuracyM * Math.sqrt(lengthM * correlationM);

export interface NoiseFloor {
  /** False gain to expect, and as much false loss, km². */
  each_way_km2: number;
  /** Length of border that was drawn anew, km: a border that lies on one of the other map does not differ, whatever its vertices. */
  redrawn_km: number;
  /** Standard deviation of the false net change, km²: of gain less loss where nothing moved. */
  net_sd_km2: number;
  correlation: Correlation;
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

/**
 * The most that can be false of what was gained and lost between two maps, km²: drawing a line anew gives as much one way as the
 * other, so no more than went both ways between each two classes, on the borders of one class or of all.
 */
export function wentBothWays(matrix: readonly { from: string; to: string; km2: number }[], of: string | null): number {
  const km2 = new Map(matrix.map((cell) => [`${cell.from} ${cell.to}`, cell.km2]));
  return matrix
    .filter(({ from, to }) => from < to && (of === null || from === of || to === of))
    .reduce((sum, cell) => sum + Math.min(cell.km2, km2.get(`${cell.to} ${cell.from}`) ?? 0), 0);
}

/**
 * The floor under a change between two maps of one series.
 * @param redrawnM metres; null: both maps share one planar partition
 * @param measuredKm2 what went both ways between them (`wentBothWays`): no more of it can be false
 */
export function noiseFloor(
  accuracyM: number,
  redrawnM: number | null,
  correlation: Correlation,
  measuredKm2 = Number.POSITIVE_INFINITY,
): NoiseFloor {
  const redrawn = redrawnM ?? 0;
  const straight = redrawn * correlation.straight;
  return {
    each_way_km2: Math.min(measuredKm2, falseGain(accuracyM, accuracyM, straight) / 1e6),
    redrawn_km: redrawn / 1000,
    net_sd_km2: areaDeviation(accuracyM, correlation.metres, 2 * straight) / 1e6,
    correlation,
    accuracy_m: accuracyM,
    reason:
      redrawnM === null
        ? 'both maps are made of the same polygons: a border that did not move has identical vertices, so drawing adds nothing; how well the polygons fit the ground is the accuracy of the series'
        : redrawn === 0
          ? 'every border of the earlier map lies on one of the later map, within the grid'
          : 'borders drawn anew differ by the accuracy of either drawing: σL/√π each way, L their length in the earlier map',
  };
}

export interface NetChange {
  party: string;
  km2: number;
  /** One σ of the error of lines: of the border that moved, on both maps. */
  sd_km2: number;
  /** Net less and plus one σ. */
  band_km2: [number, number];
  moved_km: { before: number; after: number };
}

/** The net change of a party, km², with the error of the lines it lies between; m of border that moved. */
export function netChange(
  row: { party: string; gained_km2: number; lost_km2: number },
  moved: { before_m: number; after_m: number } | undefined,
  accuracyM: number,
  correlation: Correlation,
): NetChange {
  const { before_m: before, after_m: after } = moved ?? { before_m: 0, after_m: 0 };
  const km2 = row.gained_km2 - row.lost_km2;
  const sd = areaDeviation(accuracyM, correlation.metres, (before + after) * correlation.straight) / 1e6;
  return {
    party: row.party,
    km2,
    sd_km2: sd,
    band_km2: [km2 - sd, km2 + sd],
    moved_km: { before: before / 1000, after: after / 1000 },
  };
}

/** The radius of the opening that takes away what drawing alone can explain, metres: 2σ (methods B.4). */
export const openingRadius = (accuracyM: number): number => 2 * accuracyM;
