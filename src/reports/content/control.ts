import { type ChangeOfKind, changeByKind } from '../../change/change-by-kind.js';
import type { ClaimedChange } from '../../change/disputed.js';
import { areaDeviation } from '../../change/noise.js';
import type { PatchRow } from '../../change/overlay.sql.js';
import { patchKey, patchName } from '../../change/patches.js';
import { type MeasuredRegion, measureRegion, type Scope } from '../../change/region-matrix.js';
import { statedStep } from '../../model/shown-area.js';
import type { AsOf } from '../../series/as-of.js';
import type { SeriesStatement } from '../../series/series.sql.js';
import type { StepKind } from '../../series/step-kinds.js';
import { contentHash } from '../../store/content-hash.js';
import type { Db } from '../../store/pool.js';
import {
  type AreaFigure,
  areasIn,
  disputedChange,
  disputedPair,
  reportedArea,
  sharesOf,
  shownMatrix,
  shownUnit,
  sidesShown,
  unstatedAsUnknown,
  widened,
} from '../figures.js';
import type { Queries } from '../queries.js';
import type { KindChange, MatrixPart, PairChange, PartyChange, SeriesPart } from './content.js';

/** The two days that a period of a series is measured between. */
export interface Compared {
  before: AsOf;
  after: AsOf;
}

type Reported = Pick<SeriesPart, 'pairs' | 'changes' | 'kinds' | 'noise' | 'reclaimed' | 'patches'>;

/** What happened to the ground of a period. */
export interface Ground extends MeasuredRegion {
  /** The same by spans of one kind; empty where all is movement. */
  byKind: readonly ChangeOfKind[];
}

/** @throws SalientError `imbalance` */
export async function measureGround(db: Db, { before, after }: Compared, scope: Scope): Promise<Ground> {
  const ground = await measureRegion(db, before, after, scope);
  const redrawn = ground.kinds.kinds.some(({ kind, changed_km2 }) => kind !== 'movement' && changed_km2 > 0);
  return { ...ground, byKind: redrawn ? await changeByKind(db, before, after, scope) : [] };
}

/** The ground that changed its class; where some was redrawn, what each kind of step made of it. Largest first. */
export const patchesOf = ({ patches, byKind }: Ground): (PatchRow & { kind?: StepKind })[] =>
  byKind.length === 0
    ? patches
    : byKind.flatMap(({ kind, patches: own }) => own.map((row) => ({ ...row, kind }))).sort((a, b) => b.m2 - a.m2);

/**
 * The movement alone, as if nothing else had changed: what passed between the maps of its own steps, so that ground which was
 * filled or emptied on the map alone makes it no less sure. All of the change where none was redrawn.
 */
export function movementAlone(ground: Ground): Ground {
  if (ground.byKind.length === 0) return ground;
  const moved = ground.byKind.filter(({ kind }) => kind === 'movement');
  const claimed = moved.flatMap((span) => span.claimed);
  const km2 = (which: (from: string, to: string) => boolean) =>
    claimed.reduce((sum, row) => (which(row.from_class, row.to_class) ? sum + row.m2 : sum), 0) / 1e6;
  const pairs = new Map(claimed.map(({ from_class: from, to_class: to }) => [`${from} ${to}`, { from, to }]));
  return {
    ...ground,
    claimed,
    patches: moved.flatMap(({ patches }) => patches),
    kinds: { kinds: ground.kinds.kinds.filter(({ kind }) => kind === 'movement'), stated_steps: [] },
    byKind: [],
    figures: {
      ...ground.figures,
      matrix: [...pairs.values()].map(({ from, to }) => ({ from, to, km2: km2((a, b) => a === from && b === to) })),
      changed_km2: km2((from, to) => from !== to),
      parties: ground.figures.parties.map((row) => {
        const gained_km2 = km2((from, to) => to === row.party && from !== to);
        const lost_km2 = km2((from, to) => from === row.party && from !== to);
        return { ...row, gained_km2, lost_km2, net_km2: gained_km2 - lost_km2 };
      }),
    },
  };
}

/** What the ground of a period comes to, with its bands: disputed claims, drawing, and the outline of what changed. */
export function groundFigures(measured: Ground, { before, after }: Compared, queries: Queries): Reported {
  const query = queries.change(before.date, after.date);
  const { parties } = after.statement;
  const step = stepOf(measured, after.statement);
  const area = areasIn(step, query);
  const sides = sidesShown(parties.map((party) => heldBy(measured, party, area)));
  const ground = { ...measured, claimed: unstatedAsUnknown(measured.claimed, sides) };
  const error = errorsOf(ground, after);
  const moved = movementAlone(measured);
  const movement = { claimed: unstatedAsUnknown(moved.claimed, sides), error: errorsOf(moved, after) };
  const patches = patchesOf(measured);
  const patched = patches.reduce((sum, { m2 }) => sum + m2, 0) / 1e6;
  const changed = measured.byKind.length === 0 ? ground.figures.changed_km2 : patched;
  const shares = sharesOf(
    patches.map(({ m2 }) => m2 / 1e6),
    changed,
  );
  return {
    pairs: parties.flatMap((a, i) => parties.slice(i + 1).map((b) => pairOf(movement, a, b, area))),
    changes: parties.map((party) => partyOf(ground, party, error, area)),
    kinds: kindsOf(ground, parties, movement, area),
    noise: {
      each_way: area(ground.noise.each_way_km2),
      reason: ground.noise.reason,
      lower_bound: ground.correlation.at_least,
    },
    ...reclaimedOf(ground, area),
    patches: patches.map(({ from_class: from, to_class: to, m2, place, distance_m, bearing, bounds, kind }, i) => ({
      id: contentHash(kind ? [kind, ...patchKey(from, to, bounds)] : patchKey(from, to, bounds)).slice(0, 12),
      from,
      to,
      km2: reportedArea(m2 / 1e6, step),
      name: patchName(place, distance_m, bearing),
      share: shares[i] ?? 0,
      ...(kind && { kind }),
    })),
  };
}

/** What passed from whom to whom, as every text about this change shows it. */
export function matrixOf(
  { figures }: MeasuredRegion,
  changes: Reported['changes'],
  statement: Pick<SeriesStatement, 'accuracy_m'>,
  query: string,
): MatrixPart {
  const sd = Math.max(0, ...changes.map(({ net }) => net.sd ?? 0));
  const unit = shownUnit(statement.accuracy_m, figures.changed_km2, sd, figures.theatre_km2);
  return shownMatrix(figures.matrix, { unit, step: stepOf({ figures }, statement) }, figures.residual_km2, query);
}

/** The step in which areas of so much ground are stated, km². */
export const stepOf = (
  { figures }: Pick<MeasuredRegion, 'figures'>,
  { accuracy_m }: Pick<SeriesStatement, 'accuracy_m'>,
): number => statedStep(figures.theatre_km2, accuracy_m);

/** Contested ground whose claimant is another: nobody's holder changed, and yet the map is not the same. */
function reclaimedOf({ claimed }: MeasuredRegion, area: AreaFigure): Pick<SeriesPart, 'reclaimed'> {
  const m2 = claimed
    .filter((row) => row.from_class === 'contested' && row.to_class === 'contested')
    .reduce((sum, row) => (row.from_claimant === row.to_claimant ? sum : sum + row.m2), 0);
  const reclaimed = area(m2 / 1e6);
  return reclaimed.value > 0 ? { reclaimed } : {};
}

/** By how much a figure about some of the changed ground may be off, km², besides what is disputed. */
type ErrorOf = (touches: (from: string, to: string) => boolean, falseGainOf: string | null) => number;

/** The outline of what changed is known to σ; what one party gained or lost also holds what drawing anew made of it. */
function errorsOf(ground: Pick<MeasuredRegion, 'correlation' | 'patches' | 'noiseOf'>, { statement }: AsOf): ErrorOf {
  const { metres, straight } = ground.correlation;
  return (touches, falseGainOf) => {
    const perimeterM = ground.patches
      .filter(({ from_class, to_class }) => touches(from_class, to_class))
      .reduce((sum, { perimeter_m }) => sum + perimeter_m, 0);
    const outline = areaDeviation(statement.accuracy_m, metres, perimeterM * straight) / 1e6;
    return outline + (falseGainOf === null ? 0 : ground.noiseOf(falseGainOf).each_way_km2);
  };
}

/** What moved: the ground with who claims it, and by how much a figure about some of it may be off. */
interface Movement {
  claimed: readonly ClaimedChange[];
  error: ErrorOf;
}

/** Between two parties only what moved: ground that was redrawn passed to nobody. */
function pairOf({ claimed, error }: Movement, a: string, b: string, area: AreaFigure): PairChange {
  const passed = (from: string, to: string) =>
    claimed.reduce((sum, row) => (row.from_class === from && row.to_class === to ? sum + row.m2 : sum), 0) / 1e6;
  const off = (from: string, to: string) => error((x, y) => x === from && y === to, a);
  const [won, lost] = [disputedPair(claimed, b, a), disputedPair(claimed, a, b)];
  const between = (x: string, y: string) => x !== y && [a, b].includes(x) && [a, b].includes(y);
  return {
    a,
    b,
    won_by_a: area(passed(b, a), widened(won, off(b, a), 0)),
    won_by_b: area(passed(a, b), widened(lost, off(a, b), 0)),
    net: area(passed(b, a) - passed(a, b), widened([won[0] - lost[1], won[1] - lost[0]], error(between, null))),
  };
}

/** What a party held on either day. */
function heldBy({ figures }: MeasuredRegion, party: string, area: AreaFigure): Pick<PartyChange, 'before' | 'after'> {
  const row = figures.parties.find((one) => one.party === party);
  return { before: area(row?.before_km2 ?? 0), after: area(row?.after_km2 ?? 0) };
}

function partyOf(ground: MeasuredRegion, party: string, error: ErrorOf, area: AreaFigure): PartyChange {
  const row = ground.figures.parties.find((one) => one.party === party);
  const { gained, lost, net } = disputedChange(ground.claimed, party);
  const netError = error((from, to) => (from === party) !== (to === party), null);
  return {
    party,
    ...heldBy(ground, party, area),
    gained: area(
      row?.gained_km2 ?? 0,
      widened(
        gained,
        error((from, to) => to === party && from !== party, party),
        0,
      ),
    ),
    lost: area(
      row?.lost_km2 ?? 0,
      widened(
        lost,
        error((from, to) => from === party && to !== party, party),
        0,
      ),
    ),
    net: area(row?.net_km2 ?? 0, widened(net, netError), netError),
  };
}

function kindsOf(
  ground: Ground,
  parties: readonly string[],
  { claimed, error }: Movement,
  area: AreaFigure,
): KindChange[] {
  return ground.kinds.kinds.map(({ kind, steps, changed_km2, parties: rows }) => ({
    kind,
    steps,
    changed: area(changed_km2),
    net: parties.map((party) => {
      const net = rows.find((row) => row.party === party)?.net_km2 ?? 0;
      // Where all is movement, the band is that of the whole change, stated with the party.
      if (kind !== 'movement' || ground.byKind.length === 0) return { party, figure: area(net) };
      const sd = error((from, to) => (from === party) !== (to === party), null);
      return { party, figure: area(net, widened(disputedChange(claimed, party).net, sd), sd) };
    }),
    why: ground.kinds.stated_steps.filter((step) => step.kind === kind).map(({ date, why }) => ({ on: date, why })),
  }));
}
