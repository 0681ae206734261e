import { type Problem, SalientError } from '../../errors.js';

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
  /** Ground in an area, on the day that has more of it. */
  ground_km2: number;
  /** `changed_km2` of each earlier step of the series that was movement, in order of date. */
  history: number[];
}

const POLICY = {
  // A change is out of all proportion when it exceeds this many times the usual movement (`usualKm2`),
  factor: 10,
  // and this share of the ground that is mapped (where steps are tiny, ten times tiny is no reason to call anybody). Of the
  // ground and not of the theatre: a box around a war is as large as somebody drew it.
  ground_share: 0.01,
  // and there are so many earlier movements to compare it with.
  history: 5,
  // Without those only ground that falls out of all areas, or comes into one out of nothing, is suspicious: of the ground
  // that is mapped. So much of it always is, whatever the series did before: ground that changes hands does not vanish.
  silent_share: 0.25,
  // Where the areas fill the theatre to this share, less is.
  filled: 0.9,
  silent_share_filled: 0.05,
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
export function judgeStep(step: StepMeasures): Problem[] {
  const { changed_km2: changed, unmapped_km2: unmapped, mapped_km2: mapped, theatre_km2: theatre } = step;
  const { history, noise_each_way_km2, ...numbers } = step;
  if (![...Object.values(numbers), ...history, noise_each_way_km2 ?? 0].every(Number.isFinite)) {
    throw new SalientError('internal', 'a step was measured incompletely: a measure is missing or not a number');
  }
  const young = step.history.filter((km2) => km2 > 0).length < POLICY.history;
  const usual = usualKm2(step.history);
  const ground = step.ground_km2;
  const least = young ? Number.POSITIVE_INFINITY : Math.max(POLICY.factor * usual, POLICY.ground_share * ground);
  const filled = ground > POLICY.filled * theatre;
  const silent = Math.min(least, (filled ? POLICY.silent_share_filled : POLICY.silent_share) * ground);
  const than = young
    ? `${readable(ground)} km² are mapped and the series has ${step.history.length} earlier movements`
    : `the usual one of the last ${Math.min(WINDOW, step.history.length)} movements changed ${readable(usual)} km², ${readable(ground)} are mapped`;
  const problem = (code: string, message: string): Problem => ({ code, at: '', message: `${message}; ${than}` });
  if (unmapped > silent)
    return [problem('silent_loss', `${readable(unmapped)} km² that were in an area are in none now`)];
  if (mapped > silent) return [problem('new_ground', `${readable(mapped)} km² that were in no area are in one now`)];
  if (changed <= least || isRedraw(step)) return [];
  return [problem('out_of_proportion', `changes ${readable(changed)} km²`)];
}

/** A war has its seasons: what was usual a year ago counts little. */
const WINDOW = 30;
const QUANTILE = 0.9;

/**
 * The size below which nine of ten of the last 30 movements stay (nearest rank: a value that did occur), days without any left
 * out. A jump in its time is none of them, though a person accepted it: one jump is no habit, and it must not let the
 * next one pass, nor the way back. 0 of none.
 */
export function usualKm2(history: readonly number[]): number {
  const recent: number[] = [];
  for (const km2 of history) {
    if (km2 <= 0) continue;
    if (recent.length >= POLICY.history && km2 > POLICY.factor * quantile(recent)) continue;
    recent.push(km2);
    if (recent.length > WINDOW) recent.shift();
  }
  return quantile(recent);
}

function quantile(of: readonly number[]): number {
  return of.toSorted((a, b) => a - b)[Math.ceil(QUANTILE * of.length) - 1] ?? 0;
}

function isRedraw({ changed_km2, largest_net_km2, noise_each_way_km2 }: StepMeasures): boolean {
  if (noise_each_way_km2 === null) return false;
  return changed_km2 <= POLICY.redraw_factor * noise_each_way_km2 && largest_net_km2 <= noise_each_way_km2;
}

/** For prose; the figures of an answer are never rounded. */
function readable(km2: number): string {
  return String(Number(km2.toPrecision(6)));
}
