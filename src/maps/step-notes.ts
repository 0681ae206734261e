import type { IsoDate } from '../model/dates.js';
import { readable } from '../model/readable.js';
import type { Transition } from '../model/transition.js';
import type { StepKind } from '../series/step-kinds.js';
import { stepsNotMovement } from '../series/steps.sql.js';
import type { Queryable } from '../store/pool.js';

/*
 * What an import says of the steps to and from its map, although the map is accepted.
 */

/**
 * What somebody stated of a step holds for its day, whatever map begins or ends it now: ground that moved since then, in a map that
 * came in between, would be counted as corrected.
 * @param stated of what kind the importer says that the step to the day is; null: nothing is said
 */
export async function statedStepNotes(
  tx: Queryable,
  series: string,
  date: IsoDate,
  stated: StepKind | null,
): Promise<string[]> {
  const steps = await stepsNotMovement(tx, series, date);
  return steps.flatMap(({ date: day, kind, why }) => {
    if (day === date && stated) return [];
    const change = day === date ? 'ends at this map' : 'begins at this map';
    return `the step to ${day} is stated as ${kind} (${why}) and ${change} now: all of its change counts as ${kind}; \`salient step ${day} --series ${series}\` states otherwise`;
  });
}

/**
 * Most of the ground at once is in a series without a habit no reason to keep the map back, but it is what two parties look like that
 * were exchanged by mistake.
 * @param matrix what became of the ground since the map of `since`
 */
export function exchangeNote(since: IsoDate, matrix: readonly Transition[]): string[] {
  const sum = (rows: readonly Transition[]) => rows.reduce((total, { m2 }) => total + m2, 0) / 1e6;
  const ground = matrix.filter(({ from, to }) => from !== 'unassigned' && to !== 'unassigned');
  const [all, changed] = [sum(ground), sum(ground.filter(({ from, to }) => from !== to))];
  if (changed <= all / 2) return [];
  return [
    `${readable(changed)} of ${readable(all)} km² changed from one party to another since the map of ${since}: were two of them exchanged?`,
  ];
}
