import { TOUCHING_M } from './verdict.js';

/** A corridor's width is known to lie in `[lo, hi]`, metres: a disc of diameter `lo` passes, one of `hi` does not. */
export interface Bracket {
  lo: number;
  hi: number;
}

/** The posts that a disc of this diameter (metres) can reach from the anchor. Decreasing in the width. */
export type OpensAt = (widthM: number) => Promise<ReadonlySet<number>>;

export interface MarginOptions {
  /** Nothing can be wider: 2 × the theatre's diameter. A bracket that ends here was never seen to close. */
  ceilingM: number;
  /** Widths tried first, so that the number never contradicts the verdict taken at them. */
  seeds: readonly number[];
  /** Relative width of the final bracket. */
  tolerance: number;
  /** What a post's neck may be, metres, `Infinity` where nothing may narrow it: a right guess saves the search, a wrong one costs two widths. */
  guesses?: ReadonlyMap<number, readonly number[]>;
}

const STEP = Math.SQRT2;

/** Width k that is tried (methods A.4): 250·√2^k metres; k may be negative. */
export const boundLevel = (k: number): number => 250 * STEP ** k;
const levelAbove = (m: number): number => Math.floor(Math.log(m / 250) / Math.log(STEP) + 1e-9) + 1;
const levelBelow = (m: number): number => Math.ceil(Math.log(m / 250) / Math.log(STEP) - 1e-9) - 1;

const done = ({ lo, hi }: Bracket, tolerance: number): boolean => hi <= TOUCHING_M || (lo > 0 && hi <= lo * tolerance);

/** The next width to try: a level while a level lies strictly inside (shared by many posts), then halves. */
export function nextWidth({ lo, hi }: Bracket): number {
  const from = Math.max(lo, TOUCHING_M);
  if (lo === 0 && hi <= TOUCHING_M * STEP) return TOUCHING_M;
  const [first, last] = [levelAbove(from), levelBelow(hi)];
  return first <= last ? boundLevel(Math.floor((first + last) / 2)) : Math.sqrt(from * hi);
}

/**
 * Brackets the neck of many posts by bisection over shared widths. Every width is evaluated once for all posts, and what
 * it says is known of each: posts behind one bottleneck cost as much as one. The widths that may be tried are a tree below the
 * seeds, the same whatever was tried before: neither a guess nor another post changes a bracket.
 */
export async function bracketNecks(
  posts: readonly number[],
  opensAt: OpensAt,
  { ceilingM, seeds, tolerance, guesses = new Map() }: MarginOptions,
): Promise<Map<number, Bracket>> {
  const known = new Map(posts.map((id) => [id, { lo: 0, hi: ceilingM }]));
  const requested = new Set<number>();
  const ask = async (widths: Iterable<number>) => {
    for (const widthM of [...new Set(widths)].filter((one) => !requested.has(one)).sort((a, b) => a - b)) {
      requested.add(widthM);
      const open = await opensAt(widthM);
      for (const [id, { lo, hi }] of known) {
        if (lo < widthM && widthM < hi) known.set(id, open.has(id) ? { lo: widthM, hi } : { lo, hi: widthM });
      }
    }
  };
  await ask(seeds.filter((seed) => seed < ceilingM));
  const below = new Map(known);
  await ask(
    [...below].flatMap(([id, from]) =>
      (guesses.get(id) ?? []).flatMap((guessM) => {
        const { lo, hi } = descend(from, { lo: guessM, hi: guessM }, tolerance).bracket;
        return [lo, hi].filter((end) => from.lo < end && end < from.hi);
      }),
    ),
  );
  for (;;) {
    const next: number[] = [];
    for (const [id, from] of below) {
      const { bracket, undecided } = descend(from, known.get(id) ?? from, tolerance);
      below.set(id, bracket);
      if (undecided !== null) next.push(undecided);
    }
    if (!next.length) return below;
    await ask(next);
  }
}

/** Down the tree of widths as far as what is known leads: to the end, or to a width of which it is not known whether it passes. */
function descend(from: Bracket, known: Bracket, tolerance: number): { bracket: Bracket; undecided: number | null } {
  let bracket = from;
  while (!done(bracket, 1 + tolerance)) {
    const widthM = nextWidth(bracket);
    if (widthM <= known.lo) bracket = { ...bracket, lo: widthM };
    else if (widthM >= known.hi) bracket = { ...bracket, hi: widthM };
    else return { bracket, undecided: widthM };
  }
  return { bracket, undecided: null };
}

/** The number of record of a bracket; 0 when not even a touching disc passes. */
export const neckOf = ({ lo, hi }: Bracket): number => (hi <= TOUCHING_M ? 0 : (lo + hi) / 2);

/** How far barriers are widened and what is left of the ground dilated again, metres. */
export interface Bounds {
  inner: { erosionM: number; dilationM: number };
  outer: { erosionM: number; dilationM: number };
}

/** GEOS drops concavities shallower than this share of the distance from what it buffers, to either side at most. */
const BUFFER_SHARE = 0.01;

/**
 * Radii with which ground opened by a disc of `widthM` is surely no larger (`inner`) and surely no smaller (`outer`) than
 * the exact method's, when barriers are simplified by `simplifiedM` more and arcs have `quadSegments` to a quarter circle
 * (methods A.4: an arc's chords lie within r·(1 − cos(π / 4q)) of it). Null where the width is too small for that: the
 * simplified barriers might let the disc through where there is no way.
 */
export function conservativeBounds(
  widthM: number,
  given: { reachM: number; widestReachM: number; simplifiedM: number; quadSegments: number },
): Bounds | null {
  const chord = Math.cos(Math.PI / (4 * given.quadSegments));
  const [less, more] = [1 - BUFFER_SHARE, 1 + BUFFER_SHARE];
  const radius = widthM / 2;
  const outer = (radius * less - given.simplifiedM) / more;
  if (outer * chord * less <= 2 * given.simplifiedM) return null;
  return {
    inner: {
      erosionM: (radius * more + given.simplifiedM) / (chord * less),
      dilationM: (radius + given.reachM) / more,
    },
    outer: { erosionM: outer, dilationM: (radius + given.widestReachM) / (chord * less) },
  };
}
