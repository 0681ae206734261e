import { SalientError } from '../errors.js';
import type { Transition } from '../model/transition.js';
import { type Applied, SAME_M2 } from './change.js';
import { partisanNote } from './partisan.js';
import { isReference } from './proposal.js';
import type { ProposalRow } from './proposals.sql.js';

/** What a reviewer decides all the same. */
export interface Despite {
  /** Although the map under the proposal has changed. */
  rebase: boolean;
  /** Although it stands by partisan sources of the side that gains alone, in these words. */
  partisan: string | null;
}

/** @throws SalientError `proposal_conflict`, `partisan_source` */
export function refuseConflict(row: ProposalRow, applied: Applied, { rebase, partisan }: Despite): void {
  const conflict = conflictOf(row, applied);
  if (conflict !== null && !rebase) {
    throw new SalientError(
      'proposal_conflict',
      `the map under proposal ${row.id} has changed since it was made: ${conflict}. Look at what it would do now, then decide with rebase=true`,
    );
  }
  if (applied.partisan !== null && partisan === null) {
    const words = `${partisanNote(applied.partisan)} (partisan-why)`;
    throw new SalientError('partisan_source', `proposal ${row.id} has no other source: ${words}`);
  }
}

/** How what would pass now differs from what would have passed when it was proposed; null: not at all. */
export function conflictOf(
  { content, effect: then }: ProposalRow,
  { effect: now, replaced, notes }: Applied,
): string | null {
  if (isReference(content) && content.replaces !== replaced) return `others stand there now (${notes[0]})`;
  const key = ({ from, to }: Transition) => `${from} to ${to}`;
  const sums = (rows: readonly Transition[]) => new Map(rows.map((row) => [key(row), row.m2]));
  const [was, is] = [sums(then), sums(now)];
  const differing = [...new Set([...was.keys(), ...is.keys()])].filter(
    (pair) => Math.abs((was.get(pair) ?? 0) - (is.get(pair) ?? 0)) > SAME_M2,
  );
  const words = differing.sort().map((pair) => `${pair} ${area(was.get(pair))} then, ${area(is.get(pair))} now`);
  return words.length === 0 ? null : words.join('; ');
}

/** Less than half a hectare is told in square metres: `0.00 km² then, 0.00 now` tells no difference. */
const area = (m2 = 0): string => (m2 > 0 && m2 < 5000 ? `${Math.round(m2)} m²` : `${(m2 / 1e6).toFixed(2)} km²`);
