import { SalientError } from '../errors.js';
import { stepDone } from '../store/cancellation.js';
import type { Queryable } from '../store/pool.js';
import { gaps, measureStates, neverNarrow, opensAt, overUnknownGround, type PostState } from './connectivity.sql.js';
import { type Bracket, bracketNecks, neckOf } from './margins.js';
import { dissolveMasks } from './policy-masks.sql.js';
import { type BandOptions, soundBands, type WidthProbe } from './thresholds.sql.js';
import {
  bandOf,
  type ControlState,
  decide,
  isolated,
  type Judgement,
  type MarginBound,
  type Margins,
  type Policy,
  verdictWidths,
} from './verdict.js';

export interface EncirclementOptions extends BandOptions {
  /** Diameter of the theatre, metres; by default the diagonal of what is mapped. */
  theatreDiameterM?: number;
  /** Whether margins are wanted as numbers, for a handful of posts: verdicts alone take a fraction of the time. */
  numbers: boolean;
  /** Margins of the posts on another map: most corridors stay from one to the next. They save time, and change no number. */
  elsewhere?: ReadonlyMap<number, Margins>;
}

export interface PostMeasure extends Judgement {
  id: number;
  /** Null where nothing is mapped. */
  state: { strict: ControlState; lenient: ControlState } | null;
  /** Null where nothing is mapped, or numbers were not requested. */
  margin_m: Margins | null;
}

/** Relative width of the final bracket of a neck; with the arcs of the buffer (0.03 %) well within 0.2 %. */
const NECK_TOLERANCE = 0.001;

/** The diagonal of the bounding box of what is mapped, metres. */
async function mappedDiameter(tx: Queryable): Promise<number> {
  const [row] = await tx.query<{ metres: number }>(
    `select |/((st_xmax(box) - st_xmin(box)) ^ 2 + (st_ymax(box) - st_ymin(box)) ^ 2) as metres
     from (select st_extent(geom) as box from mask_part where part = 'mapped') mapped`,
  );
  if (row?.metres === undefined || row.metres === null) throw new SalientError('internal', 'no ground is mapped');
  return row.metres;
}

/** Margins of some posts under one policy. */
async function sound(
  tx: Queryable,
  policy: Policy,
  posts: readonly PostState[],
  options: EncirclementOptions,
  capM: number,
  guesses: ReadonlyMap<number, number[]>,
): Promise<Map<number, WidthProbe>> {
  const soundings = new Map<number, WidthProbe>();
  const put = ({ id, state }: PostState, marginM: number, bound: MarginBound = 'measured') =>
    soundings.set(id, { state, band: bandOf(marginM, options), marginM, bound });

  const cutOff = posts.filter(({ state }) => isolated(state));
  const relief = await gaps(
    tx,
    policy,
    cutOff.map(({ id }) => id),
  );
  // `0 - x`, so that touching is 0 and not -0.
  for (const post of cutOff) {
    const gapM = relief.get(post.id);
    if (gapM !== undefined) put(post, 0 - gapM);
    else soundings.set(post.id, { state: post.state, band: 'closed', marginM: null, bound: 'no_rear' });
  }

  for (const post of posts) if (post.pinched && !isolated(post.state)) put(post, 0);
  const rolling = posts.filter(({ id }) => !soundings.has(id));
  if (!rolling.length) return soundings;

  const { sure, open } = verdictWidths(options);
  let tried = 0;
  const necks = await bracketNecks(
    rolling.map(({ id }) => id),
    async (w) => {
      const open = await opensAt(tx, policy, w, options.reachM);
      stepDone(`widths tried (${policy})`, ++tried);
      return open;
    },
    {
      ceilingM: capM,
      seeds: [sure, open],
      tolerance: NECK_TOLERANCE,
      guesses,
    },
  );
  const brackets = [...necks].map(([id, { lo, hi }]) => ({ id, lo, hi }));
  const closing = brackets.filter(({ lo, hi }) => lo > 0 && hi < capM);
  const ending = new Set(closing.length ? await neverNarrow(tx, policy, options.reachM, closing) : []);
  for (const post of rolling) {
    const bracket = necks.get(post.id) as Bracket;
    const atFrame = ending.has(post.id);
    // What a disc as wide as the map does not close has no width that the map could show: at its frame, half of the disc lies
    // beyond it. What ends there and is narrower is as wide as was seen.
    if (bracket.hi >= capM || (atFrame && bracket.lo >= capM / 2))
      soundings.set(post.id, { state: post.state, band: 'open', marginM: null, bound: 'no_narrow_place' });
    else if (atFrame) put(post, bracket.lo, 'at_least');
    else put(post, neckOf(bracket));
  }
  return soundings;
}

/**
 * Verdict, states and margins of every post in `mask_post`, as seen from the side whose ground was filled in after
 * `createMasks` (methods A.3, D1 to D3). Posts outside their dates are the caller's to leave out.
 */
export async function measureEncirclement(tx: Queryable, options: EncirclementOptions): Promise<PostMeasure[]> {
  await dissolveMasks(tx);
  const states = await measureStates(tx);
  const capM = 2 * (options.theatreDiameterM ?? (await mappedDiameter(tx)));
  const of = (policy: Policy) => states.filter((post) => post.policy === policy && post.mapped);
  const strict = new Map<number, WidthProbe>();
  const soundings = (policy: Policy, posts: readonly PostState[]) => {
    if (!options.numbers) return soundBands(tx, policy, posts, options);
    const guesses = posts.map(
      ({ id }) => [id, necksGuessed(policy, options.elsewhere?.get(id), strict.get(id))] as const,
    );
    return sound(tx, policy, posts, options, capM, new Map(guesses));
  };
  for (const [id, probe] of await soundings('strict', of('strict'))) strict.set(id, probe);
  const settled = ({ id }: PostState) => ['narrow', 'open'].includes((strict.get(id) as WidthProbe).band);
  // Lenient ground contains strict ground: where strict already passes, lenient cannot change the verdict.
  const requested = of('lenient').filter((post) => options.numbers || !settled(post));
  const lenient = await soundings('lenient', requested);

  const measures = states
    .filter(({ policy }) => policy === 'lenient')
    .map(({ id, mapped, state }): PostMeasure => {
      const s = strict.get(id);
      if (!mapped || !s) return { id, state: null, margin_m: null, ...unmapped };
      const l = lenient.get(id) ?? { ...s, state };
      const judgement = decide({ active: true, mapped: true, strict: s, lenient: l });
      return { id, state: { strict: s.state, lenient: state }, margin_m: marginsOf(s, l), ...judgement };
    });
  const disputed = measures.filter(({ reason }) => reason === 'contested').map(({ id }) => id);
  const unstated = new Set(disputed.length ? await overUnknownGround(tx, disputed) : []);
  return measures.map((measure) => (unstated.has(measure.id) ? { ...measure, reason: 'unknown' } : measure));
}

/** What a neck may be: as wide as on another map, or as under the strict policy where that was measured before. */
function necksGuessed(policy: Policy, elsewhere: Margins | undefined, strict: WidthProbe | undefined): number[] {
  const necks = [
    [elsewhere?.[policy], elsewhere?.bound[policy]],
    [strict?.marginM, strict?.bound],
  ] as const;
  return necks.flatMap(([metres, bound]) => {
    if (bound === 'no_narrow_place') return [Number.POSITIVE_INFINITY];
    return metres != null && metres > 0 ? [metres] : [];
  });
}

/** Lenient ground contains strict ground: its margin is no smaller, whatever the two bisections rounded to. */
function marginsOf(strict: WidthProbe, lenient: WidthProbe): Margins | null {
  if (strict.bound === null || lenient.bound === null) return null;
  const wider = strict.bound === 'no_narrow_place' || (strict.marginM ?? -Infinity) > (lenient.marginM ?? Infinity);
  const { marginM, bound } = wider ? strict : lenient;
  return {
    strict: strict.marginM,
    lenient: marginM,
    bound: { strict: strict.bound, lenient: bound as MarginBound },
  };
}

const unmapped: Judgement = { verdict: 'unmapped', reason: null, grade: null, kind: null };
