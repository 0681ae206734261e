import type { Walked } from '../coverage/dividers.js';

/*
 * A line whose vertices are off by σ is longer than the line it stands for, by half and more where its vertices are nearer
 * than σ. The error of an area depends on the length of the latter: walked with a pair of dividers so wide that σ hardly
 * lengthens a step, and without what it still adds.
 */

/** Steps are at least so many σ long. */
const SIGMAS = 4;

/** What is left of the length of the lines of both maps without errors of σ. */
export const straightAtAccuracy = ({ before, after }: { before: Walked; after: Walked }, accuracyM: number): number =>
  (straightAt(before, accuracyM) + straightAt(after, accuracyM)) / 2;

function straightAt(found: Walked, accuracyM: number): number {
  const wide = found.find(({ square_m2 }) => square_m2 >= (SIGMAS * accuracyM) ** 2) ?? found.at(-1);
  if (!wide || wide.square_m2 === 0) return 1;
  // A line that dividers do not shorten shows no error of its own.
  if (wide.share > 0.999) return 1;
  // Each end of a step is off by σ at a vertex and by less between two: by 2/3 of σ² where edges are of one length; by 5/6 where
  // errors made them what they are, for a step ends sooner on a long edge, whose ends are off the most.
  const atEnds = 2 / 3 + (1 - wide.share) / 6;
  const noise = Math.min(0.9, (2 * atEnds * accuracyM ** 2) / wide.square_m2);
  return Math.min(1, wide.share * Math.sqrt(1 - noise));
}
