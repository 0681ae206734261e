import { type ChangeOfKind, changeByKind } from '../../change/change-by-kind.js';
import type { ClaimedChange } from '../../change/disputed.js';
import { areaDeviation } from '../../change/noise.js';
import type { PatchRow } from '../../change/overlay.sql.js';
import { patchKey, patchName } from '../../change/patches.js';
import { classAreasOver } from '../../change/region.sql.js';
import { type MeasuredRegion, measureRegion, type Scope } from '../../change/region-matrix.js';
import { unknownClasses } from '../../model/classes.js';
import { addDays, type IsoDate } from '../../model/dates.js';
import { type AsOf, daysBetween, resolve } from '../../series/as-of.js';
import { coverageOfPeriod, endsOfPeriod } from '../../series/coverage.js';
import { revisionsAt } from '../../series/revisions.sql.js';
import type { StepKind } from '../../series/step-kinds.js';
import { stepsStated } from '../../series/steps.sql.js';
import { contentHash } from '../../store/content-hash.js';
import { AT_WILL, once } from '../../store/memo.js';
import type { Db } from '../../store/pool.js';
import {
  disputedChange,
  disputedPair,
  figure,
  reported,
  shownMatrix,
  shownUnit,
  sidesShown,
  unstatedAsUnknown,
  widened,
} from '../figures.js';
import { type Period, type PeriodRule, periodContaining } from '../periods.js';
import type { Queries } from '../queries.js';
import type { KindChange, MatrixPart, PairChange, PartyChange, Rate, RatePart, SeriesPart } from './content.js';

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
  const sides = sidesShown(parties.map((party) => heldBy(measured, party, query)));
  const ground = { ...measured, claimed: unstatedAsUnknown(measured.claimed, sides) };
  const error = errorsOf(ground, after);
  const moved = movementAlone(measured);
  const movement = { claimed: unstatedAsUnknown(moved.claimed, sides), error: errorsOf(moved, after) };
  const patches = patchesOf(measured);
  const patched = patches.reduce((sum, { m2 }) => sum + m2, 0) / 1e6;
  const changed = measured.byKind.length === 0 ? ground.figures.changed_km2 : patched;
  return {
    pairs: parties.flatMap((a, i) => parties.slice(i + 1).map((b) => pairOf(movement, a, b, query))),
    changes: parties.map((party) => partyOf(ground, party, error, query)),
    kinds: kindsOf(ground, parties, movement, query),
    noise: {
      each_way: figure(ground.noise.each_way_km2, 'km2', query),
      reason: ground.noise.reason,
      lower_bound: ground.correlation.at_least,
    },
    ...reclaimedOf(ground, query),
    patches: patches.map(({ from_class: from, to_class: to, m2, place, distance_m, bearing, bounds, kind }) => ({
      id: contentHash(kind ? [kind, ...patchKey(from, to, bounds)] : patchKey(from, to, bounds)).slice(0, 12),
      from,
      to,
      km2: reported(m2 / 1e6),
      name: patchName(place, distance_m, bearing),
      share: reported(m2 / 1e6 / Math.max(changed, 1e-9)),
      ...(kind && { kind }),
    })),
  };
}

/** What passed from whom to whom, as every text about this change shows it. */
export function matrixOf(
  { figures }: MeasuredRegion,
  changes: Reported['changes'],
  accuracyM: number,
  query: string,
): MatrixPart {
  const sd = Math.max(0, ...changes.map(({ net }) => net.sd ?? 0));
  return shownMatrix(figures.matrix, shownUnit(accuracyM, figures.changed_km2, sd), figures.residual_km2, query);
}

/** Contested ground whose claimant is another: nobody's holder changed, and yet the map is not the same. */
function reclaimedOf({ claimed }: MeasuredRegion, query: string): Pick<SeriesPart, 'reclaimed'> {
  const m2 = claimed
    .filter((row) => row.from_class === 'contested' && row.to_class === 'contested')
    .reduce((sum, row) => (row.from_claimant === row.to_claimant ? sum : sum + row.m2), 0);
  const reclaimed = figure(m2 / 1e6, 'km2', query);
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
function pairOf({ claimed, error }: Movement, a: string, b: string, query: string): PairChange {
  const passed = (from: string, to: string) =>
    claimed.reduce((sum, row) => (row.from_class === from && row.to_class === to ? sum + row.m2 : sum), 0) / 1e6;
  const off = (from: string, to: string) => error((x, y) => x === from && y === to, a);
  const [won, lost] = [disputedPair(claimed, b, a), disputedPair(claimed, a, b)];
  const between = (x: string, y: string) => x !== y && [a, b].includes(x) && [a, b].includes(y);
  return {
    a,
    b,
    won_by_a: figure(passed(b, a), 'km2', query, widened(won, off(b, a), 0)),
    won_by_b: figure(passed(a, b), 'km2', query, widened(lost, off(a, b), 0)),
    net: figure(
      passed(b, a) - passed(a, b),
      'km2',
      query,
      widened([won[0] - lost[1], won[1] - lost[0]], error(between, null)),
    ),
  };
}

/** What a party held on either day. */
function heldBy({ figures }: MeasuredRegion, party: string, query: string): Pick<PartyChange, 'before' | 'after'> {
  const row = figures.parties.find((one) => one.party === party);
  const at = (km2 = 0) => figure(km2, 'km2', query);
  return { before: at(row?.before_km2), after: at(row?.after_km2) };
}

function partyOf(ground: MeasuredRegion, party: string, error: ErrorOf, query: string): PartyChange {
  const row = ground.figures.parties.find((one) => one.party === party);
  const { gained, lost, net } = disputedChange(ground.claimed, party);
  const netError = error((from, to) => (from === party) !== (to === party), null);
  return {
    party,
    ...heldBy(ground, party, query),
    gained: figure(
      row?.gained_km2 ?? 0,
      'km2',
      query,
      widened(
        gained,
        error((from, to) => to === party && from !== party, party),
        0,
      ),
    ),
    lost: figure(
      row?.lost_km2 ?? 0,
      'km2',
      query,
      widened(
        lost,
        error((from, to) => from === party && to !== party, party),
        0,
      ),
    ),
    net: figure(row?.net_km2 ?? 0, 'km2', query, widened(net, netError), netError),
  };
}

function kindsOf(
  ground: Ground,
  parties: readonly string[],
  { claimed, error }: Movement,
  query: string,
): KindChange[] {
  return ground.kinds.kinds.map(({ kind, steps, changed_km2, parties: rows }) => ({
    kind,
    steps,
    changed: figure(changed_km2, 'km2', query),
    net: parties.map((party) => {
      const net = rows.find((row) => row.party === party)?.net_km2 ?? 0;
      // Where all is movement, the band is that of the whole change, stated with the party.
      if (kind !== 'movement' || ground.byKind.length === 0) return { party, figure: figure(net, 'km2', query) };
      const sd = error((from, to) => (from === party) !== (to === party), null);
      return { party, figure: figure(net, 'km2', query, widened(disputedChange(claimed, party).net, sd), sd) };
    }),
    why: ground.kinds.stated_steps.filter((step) => step.kind === kind).map(({ date, why }) => ({ on: date, why })),
  }));
}

/** How many earlier periods the rate is reported against. */
const EARLIER = 6;

/** What each party won a day in this period and in the ones before it, from the areas of the maps alone: no overlay. */
export async function rateOf(
  db: Db,
  { before, after }: Compared,
  rule: PeriodRule,
  period: Period,
  scope: Scope,
  queries: Queries,
): Promise<RatePart> {
  const mapDays = (await revisionsAt(db, after.series, after.knownAt)).map((row) => row.valid_on);
  const first = after.statement.first_date ?? mapDays[0] ?? null;
  const earlier: Period[] = [];
  let tried = 0;
  for (let next = previous(rule, period); next && tried < EARLIER; next = previous(rule, next)) {
    tried++;
    if (first === null || next.from <= first) break;
    // A rate is stated for what is known; earlier periods may be known again.
    if (coverageOfPeriod(after.statement, mapDays, next, period.to).known) earlier.unshift(next);
  }
  const reported = [];
  for (const one of [...earlier, period]) {
    const days =
      one === period
        ? compared(before, after)
        : compared(
            await resolve(db, { ...after, date: endsOfPeriod(after.statement, one).before }),
            await resolve(db, { ...after, date: endsOfPeriod(after.statement, one).after }),
          );
    const areas = await areasOf(db, [days.before.revision, days.after.revision], scope);
    const km2 = (revision: number, party: string) => (areas.get(revision)?.get(party) ?? 0) / 1e6;
    const length = daysBetween(days.before, days.after);
    const query = queries.change(days.before.date, days.after.date);
    const steps = await stepsStated(db, after.series, days.before.date, days.after.date, after.knownAt);
    const redrawn = steps.some(({ kind }) => kind !== 'movement');
    const unknown = length > 0 && becameKnown(areas, days, after.statement.parties) / length >= LEAST_RATE_KM2;
    const rate = (party: string): Rate => {
      const won = km2(days.after.revision, party) - km2(days.before.revision, party);
      const perDay = figure(length === 0 ? 0 : won / length, 'km2/day', query);
      return redrawn || unknown ? { ...perDay, value: null } : perDay;
    };
    const net = after.statement.parties.map((party) => ({ party, per_day: rate(party) }));
    const marks = { ...(redrawn && { redrawn }), ...(unknown && { unknown }) };
    reported.push({ key: one.key, from: one.from, to: one.to, days: length, net, ...marks });
  }
  return { periods: reported };
}

/** Half of the last digit with which a rate is shown, km² a day. */
const LEAST_RATE_KM2 = 0.05;

/** How much ground more, or less, has an unknown holder on the later map, km²: nobody won it or lost it. */
function becameKnown(
  areas: Map<number, Map<string, number>>,
  { before, after }: Compared,
  parties: readonly string[],
): number {
  const [from, to] = [areas.get(before.revision), areas.get(after.revision)];
  const sides = parties.filter((party) => from?.has(party) || to?.has(party)).length;
  const unknown = (on: Map<string, number> | undefined) =>
    unknownClasses(sides).reduce((sum, name) => sum + (on?.get(name) ?? 0), 0);
  return Math.abs(unknown(to) - unknown(from)) / 1e6;
}

const compared = (before: AsOf, after: AsOf): Compared => ({ before, after });

function previous(rule: PeriodRule, { from }: Period): Period | null {
  return rule.every === 'custom' && 'from' in rule ? null : periodContaining(rule, addDays(from, -1));
}

async function areasOf(db: Db, revisions: readonly number[], scope: Scope): Promise<Map<number, Map<string, number>>> {
  const ids = [...new Set(revisions)];
  const rows = await once(
    db,
    'areas-1',
    [ids, scope?.hash ?? null],
    () => classAreasOver(db, ids, scope?.geom ?? null),
    AT_WILL,
  );
  const areas = new Map<number, Map<string, number>>();
  for (const row of rows) areas.set(row.revision, (areas.get(row.revision) ?? new Map()).set(row.class, row.m2));
  return areas;
}

/** Points of the chart, at most. */
const POINTS = 80;

/** The area of each class on the days of up to eighty maps, evenly chosen from those up to the last day of the period. */
export async function areasOverTime(
  db: Db,
  { after }: Compared,
  since: IsoDate,
  scope: Scope,
): Promise<SeriesPart['areas']> {
  const all = (await revisionsAt(db, after.series, after.knownAt)).filter((row) => row.valid_on <= after.date);
  const begin = Math.max(
    0,
    all.findLastIndex((row) => row.valid_on <= since),
  );
  const shown = all.slice(begin);
  const chosen = shown.filter(
    (_, i) =>
      shown.length <= POINTS ||
      i === shown.length - 1 ||
      Math.floor((i * POINTS) / shown.length) !== Math.floor(((i - 1) * POINTS) / shown.length),
  );
  const areas = await areasOf(
    db,
    chosen.map((row) => row.id),
    scope,
  );
  return chosen.map((row) => ({
    date: row.valid_on,
    km2: Object.fromEntries([...(areas.get(row.id) ?? [])].map(([name, m2]) => [name, reported(m2 / 1e6)])),
  }));
}
