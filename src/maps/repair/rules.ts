import type { Mapping } from '../../formats/mapping.js';

/** Who has ground that areas of different classes share; `last`: the one that is drawn last, on top of the others. */
export const OVERLAP_RULES = ['refuse', 'priority', 'contested', 'last'] as const;
export const GAP_RULES = ['leave', 'fill'] as const;

/** What may be done to a map before it is judged; by default nothing is. Each effect is a note, in km². */
export interface MapRules {
  /** Ground of several areas. Ground of one class that overlaps itself is always one ground. */
  overlaps: (typeof OVERLAP_RULES)[number];
  /** Wider overlaps are refused although a rule would settle them, metres; null: of any width. */
  overlapWidthM: number | null;
  /** Ground of the theatre in no area and nowhere wider than `gapWidthM`: left, or given to the area beside it. */
  gaps: (typeof GAP_RULES)[number];
  /** Metres; null: gaps are not looked for, and filled up to the accuracy of the series. */
  gapWidthM: number | null;
  /** Ground outside the theatre: judged as it is, or cut off. */
  outside: 'refuse' | 'clip';
  /** Invalid polygons are made valid by their structure, rings without ground are dropped. */
  repair: boolean;
  /** Who holds the ground of the theatre that is in no area, by the series: a party, or `unknown`; null: nobody. */
  rest: string | null;
}

export const NO_RULES: MapRules = {
  overlaps: 'refuse',
  overlapWidthM: null,
  gaps: 'leave',
  gapWidthM: null,
  outside: 'refuse',
  repair: false,
  rest: null,
};

/** Whether the rules may change the map from what was read. */
export function mayRework({ overlaps, gaps, outside, repair, rest }: MapRules, mapping: Mapping | null): boolean {
  const far = mapping?.ignore?.farther_than_km !== undefined;
  return overlaps !== 'refuse' || gaps !== 'leave' || outside !== 'refuse' || repair || rest !== null || far;
}
