import type { Queryable } from '../store/pool.js';
import { gaps, opensAt, type PostState } from './connectivity.sql.js';
import { boundHops, boundPasses, createBounds, type Passage } from './conservative-bounds.sql.js';
import {
  bandOf,
  bandOfPasses,
  type Finding,
  isolated,
  type MarginBound,
  type Policy,
  type Thresholds,
  verdictWidths,
} from './verdict.js';

/** The band of a post's margin under one policy, and the margin where it was measured, metres. */
export interface WidthProbe extends Finding {
  marginM: number | null;
  /** Null where margins were not requested. */
  bound: MarginBound | null;
}

export interface BandOptions extends Thresholds {
  /** A post this near to swept ground counts as reached (methods ρ), or its own r0 if that is larger. Metres. */
  reachM: number;
  /** From so many posts on the conservative bounds are tried first; below, two exact erosions cost no more. */
  boundsFrom?: number;
}

const BOUNDS_FROM = 100;

/**
 * The bands of some posts, without margins: all that a verdict needs. Many posts are looked up in the conservative bounds, and the exact
 * method decides for those between the two: the bands are those of the exact method.
 */
export async function soundBands(
  tx: Queryable,
  policy: Policy,
  posts: readonly PostState[],
  options: BandOptions,
): Promise<Map<number, WidthProbe>> {
  const soundings = new Map<number, WidthProbe>();
  const put = ({ id, state }: PostState, band: WidthProbe['band']) =>
    soundings.set(id, { state, band, marginM: null, bound: null });
  const many = posts.length >= (options.boundsFrom ?? BOUNDS_FROM);
  if (many) await createBounds(tx);
  const { sure, open } = verdictWidths(options);

  const cutOff = posts.filter(({ state }) => isolated(state));
  const near = await decided(cutOff, many ? (ids) => boundHops(tx, policy, sure, ids) : null, async (ids) => {
    const relief = await gaps(tx, policy, ids);
    return new Set([...relief].flatMap(([id, gapM]) => (bandOf(0 - gapM, options) === 'closed' ? [] : [id])));
  });
  for (const post of cutOff) put(post, near.has(post.id) ? 'unsure' : 'closed');

  const joined = posts.filter(({ state }) => !isolated(state));
  for (const post of joined) if (post.pinched) put(post, 'unsure');
  const rolling = joined.filter(({ pinched }) => !pinched);
  const passing = (widthM: number, some: readonly PostState[]) =>
    decided(some, many ? (ids) => boundPasses(tx, policy, widthM, options.reachM, ids) : null, (ids) =>
      opensAt(tx, policy, widthM, options.reachM, ids),
    );
  // What passes the wide disc passes the narrow one.
  const wide = open > sure ? await passing(open, rolling) : new Set<number>();
  const narrow = await passing(
    sure,
    rolling.filter(({ id }) => !wide.has(id)),
  );
  for (const post of rolling) {
    const passesSure = wide.has(post.id) || narrow.has(post.id);
    put(post, bandOfPasses(passesSure, open > sure ? wide.has(post.id) : passesSure));
  }
  return soundings;
}

/** The posts that pass: by the conservative bounds where they decide, by the exact method else. */
async function decided(
  posts: readonly PostState[],
  bounds: ((ids: number[]) => Promise<Passage>) | null,
  exact: (ids: number[]) => Promise<ReadonlySet<number>>,
): Promise<Set<number>> {
  const ids = posts.map(({ id }) => id);
  const { passes, fails } = bounds ? await bounds(ids) : { passes: new Set<number>(), fails: new Set<number>() };
  const left = ids.filter((id) => !passes.has(id) && !fails.has(id));
  return left.length ? new Set([...passes, ...(await exact(left))]) : passes;
}
