import type { BorderEdges } from '../coverage/border-edges.js';
import { SalientError } from '../errors.js';
import type { Transition } from '../model/transition.js';
import type { AsOf } from '../series/as-of.js';
import { type KindsOfChange, kindsOfChange, type Step } from '../series/step-kinds.js';
import { stepRows } from '../series/steps.sql.js';
import { contentHash } from '../store/content-hash.js';
import { AT_WILL, once } from '../store/memo.js';
import type { Db } from '../store/pool.js';
import { type Balance, balance } from './balance.js';
import { type ComparedBorders, comparedBorders } from './borders.js';
import { borderEdges } from './digitising-noise.sql.js';
import type { ClaimedChange } from './disputed.js';
import { mapOf, measuredChangeSets, overlaid } from './matrix.js';
import { type Correlation, correlationOf, type NoiseFloor, noiseFloor, wentBothWays } from './noise.js';
import { changeByOverlay, changePatches, type PatchRow } from './overlay.sql.js';
import type { Region } from './region.js';
import { classAreasOver, type RegionGround, regionGround } from './region.sql.js';
import { straightAtAccuracy } from './straightness.js';

/** The ground of a region as its theatre has it on a day; null: the whole theatre. */
export type Scope = (RegionGround & { hash: string }) | null;

/**
 * @throws SalientError `unknown_route`, or `invalid_parameter` where none of the region lies in the theatre
 */
export async function scopeOf(db: Db, on: AsOf, region: Region): Promise<Scope> {
  if (region.kind === 'theatre') return null;
  const inputs = [on.partition, on.edition, region];
  const ground = await once(db, 'region-2', inputs, () => regionGround(db, on, region), AT_WILL);
  if (ground) return { ...ground, hash: contentHash(['region-2', ...inputs]) };
  if (region.kind === 'route') {
    throw new SalientError('unknown_route', `there is no route ${JSON.stringify(region.route)} in series ${on.series}`);
  }
  throw new SalientError(
    'invalid_parameter',
    `no part of the region ${JSON.stringify(region.name)} lies in the theatre of ${on.series}`,
  );
}

export interface MeasuredRegion {
  figures: Balance;
  claimed: ClaimedChange[];
  kinds: KindsOfChange;
  /** Noise floor of all borders, and of those of one class. */
  noise: NoiseFloor;
  noiseOf(name: string): NoiseFloor;
  /** Over how far the errors of outlines hang together. */
  correlation: Correlation;
  patches: PatchRow[];
}

/**
 * What happened to the ground of a scope between two days, `before` not after `after`: the balanced matrix, what is
 * disputed of it, its kinds, its noise floor and its patches. Each pair of maps is measured once and kept.
 * @throws SalientError `imbalance`
 */
export async function measureRegion(db: Db, before: AsOf, after: AsOf, scope: Scope): Promise<MeasuredRegion> {
  const measured = await measuredGround(db, before, after, scope);
  const areas = (revision: number) =>
    new Map(measured.areas.filter((row) => row.revision === revision).map((row) => [row.class, row.m2]));
  const figures = balance(byClass(measured.claimed), areas(before.revision), areas(after.revision));
  if (scope && Math.abs(figures.theatre_km2 * 1e6 - scope.m2) > SCOPE_TOLERANCE * scope.m2) {
    throw new SalientError('imbalance', `classes fill ${figures.theatre_km2} km² of a region of ${scope.m2 / 1e6} km²`);
  }
  const { statement } = after;
  const perimeterM = measured.patches.reduce((sum, row) => sum + row.perimeter_m, 0);
  const vertices = measured.patches.reduce((sum, row) => sum + vertexCount(row.geometry), 0);
  const straight = measured.borders && straightAtAccuracy(measured.borders.straight, statement.accuracy_m);
  const correlation = correlationOf(statement, {
    spacingM: [before, after].map(({ drawing }) => drawing.drawn_spacing_m),
    verticesM: perimeterM / Math.max(1, vertices),
    straight: straight ?? 1,
  });
  const redrawn = (select: (row: { left: string; right: string }) => boolean) =>
    measured.borders?.redrawn.filter(select).reduce((sum, row) => sum + row.redrawn_m, 0) ?? null;
  const floor = (select: Parameters<typeof redrawn>[0], name: string | null) =>
    noiseFloor(statement.accuracy_m, redrawn(select), correlation, wentBothWays(figures.matrix, name));
  return {
    figures,
    claimed: measured.claimed,
    kinds: await kindsIn(db, before, after, scope, figures),
    noise: floor(() => true, null),
    noiseOf: (name) => floor(({ left, right }) => left === name || right === name, name),
    correlation,
    patches: measured.patches,
  };
}

/** What of it comes of the two maps alone. */
export function measuredGround(db: Db, before: AsOf, after: AsOf, scope: Scope) {
  const pair = [before.revision, after.revision] as const;
  const region = scope?.geom ?? null;
  const mergeM = after.statement.accuracy_m;
  return once(
    db,
    'ground-4',
    [...pair, after.edition, mergeM, scope?.hash ?? null],
    async () => {
      const [passed, areas, patches] = await Promise.all([
        region === null ? inTheatre(db, before, after) : inRegion(db, before, after, region),
        classAreasOver(db, [...new Set(pair)], region),
        before.revision === after.revision ? [] : changePatches(db, ...pair, mergeM, region),
      ]);
      return { ...passed, areas, patches };
    },
    AT_WILL,
  );
}

interface Passed {
  claimed: ClaimedChange[];
  borders: Pick<ComparedBorders, 'redrawn' | 'straight'> | null;
}

/** As `/change` has it: only the ground between the edges in which the maps differ is overlaid. */
async function inTheatre(db: Db, before: AsOf, after: AsOf): Promise<Passed> {
  const [from, to] = [mapOf(before), mapOf(after)];
  const { rows, borders } = await overlaid(db, from, to);
  if (from.partition === to.partition) return { claimed: rows, borders: null };
  return { claimed: rows, borders: compared(borders ?? (await borderEdges(db, from.id, to.id))) };
}

async function inRegion(db: Db, before: AsOf, after: AsOf, region: string): Promise<Passed> {
  const pair = [before.revision, after.revision] as const;
  const claimed = await changeByOverlay(db, ...pair, region);
  const isRedrawn = before.partition !== after.partition;
  return { claimed, borders: isRedrawn ? compared(await borderEdges(db, ...pair, region)) : null };
}

function compared(edges: BorderEdges): Passed['borders'] {
  const { redrawn, straight } = comparedBorders(edges);
  return { redrawn, straight };
}

/** Positions of a GeoJSON polygon, as text: each has one comma between its numbers and one after it. */
const vertexCount = (geometry: string) => (geometry.match(/\[-?\d/g) ?? []).length;

/** The region as one polygon against the faces cut by it: both go to a grid of a micrometre on the embedded engine. */
const SCOPE_TOLERANCE = 1e-6;

/** The matrix by class, whoever claims what is contested. */
function byClass(rows: readonly ClaimedChange[]): Transition[] {
  const cells = new Map<string, Transition>();
  for (const { from_class: from, to_class: to, m2 } of rows) {
    const key = `${from} ${to}`;
    cells.set(key, { from, to, m2: m2 + (cells.get(key)?.m2 ?? 0) });
  }
  return [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell);
}

async function kindsIn(db: Db, before: AsOf, after: AsOf, scope: Scope, figures: Balance): Promise<KindsOfChange> {
  const rows = await stepRows(db, after.series, before.date, after.date, after.knownAt);
  const steps: Step[] = scope
    ? await Promise.all(
        rows.map(async ({ same_partition: _, ...row }) => ({ ...row, matrix: await stepIn(db, row, scope) })),
      )
    : await measuredChangeSets(db, rows);
  const net = new Map(figures.parties.map(({ party, net_km2 }) => [party, net_km2 * 1e6]));
  return kindsOfChange(steps, net, figures.theatre_km2 * 1e6);
}

const stepIn = (db: Db, step: { from_revision: number; revision: number }, scope: NonNullable<Scope>) =>
  once(
    db,
    'step-2',
    [step.from_revision, step.revision, scope.hash],
    async () => byClass(await changeByOverlay(db, step.from_revision, step.revision, scope.geom)),
    AT_WILL,
  );
