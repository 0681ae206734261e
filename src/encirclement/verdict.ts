/**
 * The encirclement verdict as a pure decision table (methods D3 with the readings of G). Widths and distances are
 * metres in the working plane; a margin is positive for a corridor's width, negative for a ring's thickness.
 */

/** `strict`: own, allied and open ground. `lenient`: contested, unknown and neutral ground too. Truth lies between. */
export type Policy = 'strict' | 'lenient';

/** Methods D1: inside the main body, within the perimeter radius of it, in ground cut off from it, in none at all. */
export type ControlState = 'connected' | 'connected_edge' | 'pocket' | 'engulfed';

export type Verdict = 'encircled' | 'not_encircled' | 'uncertain' | 'unmapped' | 'inactive';

/**
 * Where a margin lies: beyond the dead band of 2σ on the closed side, inside it (its ends and 0 included), or beyond
 * it on the open side, then distinguished by the width under which a corridor counts as narrow.
 */
export type MarginBand = 'closed' | 'unsure' | 'narrow' | 'open';

/**
 * What a margin's number is worth. `at_least`: the way ends at the frame of the map, where it is still that wide. Without a number:
 * `no_narrow_place`, nothing on the map bounds the way, and `no_rear`, the map shows no ground that is the side's rear.
 */
export type MarginBound = 'measured' | 'at_least' | 'no_narrow_place' | 'no_rear';

/** Signed margins under both policies, metres, and what each is worth; null where `bound` says why there is none. */
export interface Margins {
  strict: number | null;
  lenient: number | null;
  bound: { strict: MarginBound; lenient: MarginBound };
}

export interface Thresholds {
  /** σ, the stated accuracy of the series. */
  accuracyM: number;
  /** A connection less wide than this is graded `narrow`. */
  narrowM: number;
}

/** Margins below this are 0: what a double resolves in a plane of some hundred kilometres, with room to spare. */
export const TOUCHING_M = 0.1;

/** The two widths that decide a verdict: a disc this wide passes, or not. No other erosion is needed for it. */
export function verdictWidths({ accuracyM, narrowM }: Thresholds): { sure: number; open: number } {
  const sure = Math.max(2 * accuracyM, TOUCHING_M);
  return { sure, open: Math.max(sure, narrowM) };
}

/** The band of a margin that is known as a number. */
export function bandOf(marginM: number, thresholds: Thresholds): MarginBand {
  const { sure, open } = verdictWidths(thresholds);
  if (marginM < -sure) return 'closed';
  if (marginM <= sure) return 'unsure';
  return marginM < open ? 'narrow' : 'open';
}

/** The band of a corridor from two passes alone, without its width. */
export function bandOfPasses(passesSure: boolean, passesOpen: boolean): MarginBand {
  if (!passesSure) return 'unsure';
  return passesOpen ? 'open' : 'narrow';
}

export const isolated = (state: ControlState): boolean => state === 'pocket' || state === 'engulfed';

export interface Finding {
  state: ControlState;
  band: MarginBand;
}

export interface Judgement {
  verdict: Verdict;
  /** `unknown`: the only way leads over ground about which nothing is stated; `contested`: there is one over contested ground. */
  reason: null | 'contested' | 'unknown' | 'accuracy';
  grade: null | 'open' | 'narrow';
  /** Only of `encircled`: whether any friendly ground is left around the post. */
  kind: null | 'pocket' | 'engulfed';
}

const plain = (verdict: Verdict): Judgement => ({ verdict, reason: null, grade: null, kind: null });

/**
 * Methods D3, literally; whether what is `contested` here is `unknown` takes a look at the ground (measure.sql.ts). The lenient mask contains the strict one, so its margin is never smaller: where strict
 * ground already passes, `lenient` may repeat `strict` unmeasured.
 */
export function decide(post: { active: boolean; mapped: boolean; strict: Finding; lenient: Finding }): Judgement {
  if (!post.active) return plain('inactive');
  if (!post.mapped) return plain('unmapped');
  const { strict, lenient } = post;
  if (lenient.band === 'closed') {
    return { ...plain('encircled'), kind: lenient.state === 'engulfed' ? 'engulfed' : 'pocket' };
  }
  if (strict.band === 'open' || strict.band === 'narrow') return { ...plain('not_encircled'), grade: strict.band };
  const contested = strict.band === 'closed' && lenient.band !== 'unsure';
  return { ...plain('uncertain'), reason: contested ? 'contested' : 'accuracy' };
}
