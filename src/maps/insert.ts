import { type ComparedBorders, comparedBorders } from '../change/borders.js';
import { borderEdges } from '../change/digitising-noise.sql.js';
import { measureMatrix } from '../change/matrix.js';
import { falseGain } from '../change/noise.js';
import type { StoredStep } from '../change/precompute.js';
import type { Problem } from '../errors.js';
import type { Instant, IsoDate } from '../model/dates.js';
import type { Transition } from '../model/transition.js';
import { partitionHash } from '../series/partition-hash.js';
import { buildPartition, findPartition, storePartition } from '../series/planar-partition.sql.js';
import {
  type Drawing,
  insertRevision,
  type Revision,
  revisionsAround,
  supersedeRevisions,
} from '../series/revisions.sql.js';
import { changedKm2 } from '../series/step-kinds.js';
import type { Queryable } from '../store/pool.js';
import { tentatively } from '../store/savepoint.js';
import type { MeasuredAhead } from './measure-ahead.js';
import { judgeStep, type StepMeasures, usualKm2 } from './review/judge-step.js';
import { changeHistory } from './staging.sql.js';
import { exchangeNote } from './step-notes.js';

/** A measured and accepted map whose polygons are stored, on its way into a series. */
export interface MapToInsert {
  series: string;
  theatre: string;
  edition: number;
  date: IsoDate;
  sha256: string;
  /** Each with the id and the hash of its polygon. */
  areas: { party: string | null; status: string; confidence: number | null; shape: number; sha256: string }[];
  /** Its partition in this edition, where that has been cut already. */
  cut?: MeasuredAhead['partition'];
  /** The lines of its polygons (WKB), a border of two of them once, for a partition that has to be built; null: not known. */
  lines?: () => Promise<Uint8Array | null>;
  source: number;
  note: string | null;
  drawing: Drawing | null;
  accuracyM: number;
  at: Instant;
}

export interface Placed {
  revision: number;
  replaced: boolean;
  /** km² that changed class since the map before; null for the first. */
  changedKm2: number | null;
  /** The steps to and from it, for `precomputeChanges` after the commit. */
  steps: StoredStep[];
  /** What was noticed of the steps although the map was accepted. */
  notes: string[];
}

/** Why a map was not placed, and what was measured. */
interface OutOfProportion {
  problems: Problem[];
  figures: Omit<StepMeasures, 'history'> & {
    usual_km2: number;
    steps: number;
    beside: { date: IsoDate; revision: number };
  };
}

/** A map that waits: it is out of proportion, or its sender has every map wait; then only what passed is measured. */
export type HeldMap = OutOfProportion | { problems: Problem[]; figures: { changed_km2: number | null } };

/** Code of the problem of a map whose sender has every map wait: it is released by a person alone. */
export const EVERY_MAP = 'every_map';

/**
 * Makes a map the current one of its day and measures the steps to and from it. When its step is out of all proportion
 * and nobody stated why it is right (`accepted`), nothing is stored, and the reasons are returned. With `hold` (why every map
 * of the sender waits) none is placed.
 */
export async function insertMap(
  tx: Queryable,
  map: MapToInsert,
  accepted: boolean,
  hold: string | null = null,
): Promise<{ placed: Placed } | { held: HeldMap }> {
  if (accepted) {
    const before = await changeHistory(tx, map.series);
    const { placed, until } = await store(tx, map);
    const back = until && (await outOfProportion(tx, map, placed.revision, until, before));
    return {
      placed: back ? { ...placed, notes: back.problems.map(({ message }) => wayBack(until, message)) } : placed,
    };
  }
  // Read before the new map becomes a step itself.
  const history = await changeHistory(tx, map.series);
  const result = await tentatively(tx, async () => {
    const { placed, step } = await store(tx, map);
    const jump = step && (await outOfProportion(tx, map, placed.revision, step, history));
    const held = hold === null ? jump : heldAnyway(hold, jump, placed);
    return { undo: held !== null, placed, held };
  });
  return result.held ? { held: result.held } : { placed: result.placed };
}

function heldAnyway(hold: string, jump: OutOfProportion | null, { changedKm2 }: Placed): HeldMap {
  const problems = [{ code: EVERY_MAP, at: '', message: hold }, ...(jump?.problems ?? [])];
  return jump ? { ...jump, problems } : { problems, figures: { changed_km2: changedKm2 } };
}

/** A jump that somebody accepted for one day is often undone by the map after it, which was stored before anybody jumped. */
const wayBack = ({ map }: Beside, message: string) =>
  `the step from it to the map of ${map.valid_on}, which is stored already, is out of proportion as well: ${message}`;

interface Beside {
  matrix: Transition[];
  compared: ComparedBorders | null;
  map: Revision;
  samePartition: boolean;
}

async function store(
  tx: Queryable,
  map: MapToInsert,
): Promise<{ placed: Placed; step: Beside | null; until: Beside | null }> {
  const { series, theatre, date, edition, sha256, note, at, drawing } = map;
  const partition = await partitionOf(tx, map);
  const { on: current, before, after } = await revisionsAround(tx, series, date);
  if (current) await supersedeRevisions(tx, [current.id], at);
  const areas = map.areas.map(({ sha256: _, ...area }) => {
    return { ...area, source: map.source, place: null, reason: null, claims: [] };
  });
  const head = { series, theatre, valid_on: date, edition, partition, sha256, note, recorded_at: at, drawing };
  const revision = await insertRevision(tx, head, areas);

  const stored = { id: revision, partition, valid_on: date };
  const measuredStep = async (from: StoredStep['from'], to: StoredStep['to']) => {
    return { series, edition, at, from, to, measured: await measureMatrix(tx, from, to) };
  };
  const since = before && (await measuredStep(before, stored));
  const until = after && (await measuredStep(stored, after));
  const steps = [since ?? [], until ?? []].flat();
  const beside = before ?? after;
  const changed = since ? changedKm2(since.measured.matrix) : null;
  return {
    placed: {
      revision,
      replaced: current !== undefined,
      changedKm2: changed,
      steps,
      notes: since && note === null ? exchangeNote(since.from.valid_on, since.measured.matrix) : [],
    },
    step:
      beside && steps[0] ? { ...steps[0].measured, map: beside, samePartition: beside.partition === partition } : null,
    until: until && after ? { ...until.measured, map: after, samePartition: after.partition === partition } : null,
  };
}

async function partitionOf(tx: Queryable, { edition, areas, cut, lines }: MapToInsert): Promise<number> {
  const sha256 = partitionHash(areas.map((area) => area.sha256));
  const found = await findPartition(tx, edition, sha256);
  if (found !== null) return found;
  if (cut?.sha256 === sha256) return storePartition(tx, edition, sha256, cut.cut);
  const shapes = areas.map(({ shape }) => shape);
  return buildPartition(tx, edition, sha256, shapes, (await lines?.()) ?? null);
}

async function outOfProportion(
  tx: Queryable,
  map: MapToInsert,
  revision: number,
  { matrix, compared: known, map: beside, samePartition }: Beside,
  history: number[],
): Promise<OutOfProportion | null> {
  const sum = (select: (row: Transition) => boolean) =>
    matrix.reduce((total, row) => (select(row) ? total + row.m2 : total), 0) / 1e6;
  const classes = [...new Set(matrix.flatMap(({ from, to }) => [from, to]))];
  const net = classes.map((name) => Math.abs(sum((row) => row.to === name) - sum((row) => row.from === name)));
  const step = {
    changed_km2: changedKm2(matrix),
    unmapped_km2: sum(({ from, to }) => from !== to && to === 'unassigned'),
    mapped_km2: sum(({ from, to }) => from !== to && from === 'unassigned'),
    largest_net_km2: Math.max(0, ...net),
    noise_each_way_km2: null as number | null,
    theatre_km2: sum(() => true),
    ground_km2: Math.max(
      sum(({ from }) => from !== 'unassigned'),
      sum(({ to }) => to !== 'unassigned'),
    ),
  };
  if (judgeStep({ ...step, history }).length === 0) return null;
  // Measured only now: only a suspicious map needs it.
  const borders = samePartition ? [] : (known ?? comparedBorders(await borderEdges(tx, beside.id, revision))).redrawn;
  const redrawn = borders.reduce((total, row) => total + row.redrawn_m, 0);
  step.noise_each_way_km2 = falseGain(map.accuracyM, map.accuracyM, redrawn) / 1e6;
  const problems = judgeStep({ ...step, history });
  if (problems.length === 0) return null;
  const compared = { date: beside.valid_on, revision: beside.id };
  return {
    problems,
    figures: { ...step, usual_km2: usualKm2(history), steps: history.length, beside: compared },
  };
}
