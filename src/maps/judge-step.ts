import { type Problem, SalientError } from '../errors.js';

/** What PostGIS measured about the step from the map before to a new one; km². */
export interface StepMeasures {
  /** Ground that changed its class. */
  changed_km2: number;
  /** Of it, what was in an area and is in none now, and what was in none and is in one now. */
  unmapped_km2: number;
  mapped_km2: number;
  /** The largest net gain or loss of one class. */
  largest_net_km2: number;
  /** False gain, and as much false loss, that drawing the borders anew may make (methods B.4); null: not measured. */
  noise_each_way_km2: number | null;
  theatre_km2: number;
  /** `changed_km2` of each earlier step of the series that was movement. */
  history: number[];
}

export type StepPolicy = typeof STEP_POLICY;

export const STEP_POLICY = {
  // A change is out of all proportion when it exceeds this many times the 95th percentile of the earlier movements,
  factor: 10,
  // and this share of the theatre (where steps are tiny, ten times tiny is no reason to call anybody). The theatres of
  // real daily maps are 185,000 and 600,000 km²: 0.5 % of the larger is 3,000 km², below the silent loss of 3,351 km²
  // that one of them had, and above what is taken in a day.
  theatre_share: 0.005,
  // and there are so many earlier movements to compare it with.
  history: 5,
  // Without those only ground that falls out of all areas, or comes into one out of nothing, is suspicious: of the theatre.
  // So much of it always is, whatever the series did before: ground that changes hands does not vanish.
  silent_share: 0.05,
  // A redraw of all borders changes this many times what drawing alone explains at most; twice is both ways.
  redraw_factor: 4,
};

/**
 * Why a step is out of all proportion to the series, each reason a problem with a code of its own; none when it is not.
 * - `silent_loss`: ground that was in an area is in none; `new_ground`: the reverse (a polygon of another country)
 * - `out_of_proportion`: any other change far beyond the habit of the series
 *
 * Borders redrawn everywhere with nothing moved are no reason: the change stays near the noise of drawing and no class
 * gains or loses on balance. Throws `internal` on a measure that is not a number: every comparison with NaN is false, so
 * it would pass.
 */
export function judgeStep(step: StepMeasures, policy: StepPolicy = STEP_POLICY): Problem[] {
  const { changed_km2: changed, unmapped_km2: unmapped, mapped_km2: mapped, theatre_km2: theatre } = step;
  const { history, noise_each_way_km2, ...numbers } = step;
  if (![...Object.values(numbers), ...history, noise_each_way_km2 ?? 0].every(Number.isFinite)) {
    throw new SalientError('internal', 'a step was measured incompletely: a measure is missing or not a number');
  }
  const young = step.history.length < policy.history;
  const usual = usualKm2(step.history);
  const least = young ? Number.POSITIVE_INFINITY : Math.max(policy.factor * usual, policy.theatre_share * theatre);
  const silent = Math.min(least, policy.silent_share * theatre);
  const than = young
    ? `the theatre has ${readable(theatre)} km² and the series ${step.history.length} earlier movements`
    : `the usual one of ${step.history.length} earlier movements changed ${readable(usual)} km², the theatre has ${readable(theatre)}`;
  const problem = (code: string, message: string): Problem => ({ code, at: '', message: `${message}; ${than}` });
  if (unmapped > silent)
    return [problem('silent_loss', `${readable(unmapped)} km² that were in an area are in none now`)];
  if (mapped > silent) return [problem('new_ground', `${readable(mapped)} km² that were in no area are in one now`)];
  if (changed <= least || isRedraw(step, policy)) return [];
  return [problem('out_of_proportion', `changes ${readable(changed)} km²`)];
}

/**
 * The size below which 95 % of the movements stay; nearest rank: a value that did occur. The largest is left out: one jump
 * that a person accepted is no habit, and in a short series it would let every later one pass. 0 of one or none.
 */
export function usualKm2(history: readonly number[]): number {
  const sorted = history.toSorted((a, b) => a - b).slice(0, -1);
  return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0;
}

function isRedraw({ changed_km2, largest_net_km2, noise_each_way_km2 }: StepMeasures, policy: StepPolicy): boolean {
  if (noise_each_way_km2 === null) return false;
  return changed_km2 <= policy.redraw_factor * noise_each_way_km2 && largest_net_km2 <= noise_each_way_km2;
}

/** For prose; the figures of an answer are never rounded. */
function readable(km2: number): string {
  return String(Number(km2.toPrecision(6)));
}
