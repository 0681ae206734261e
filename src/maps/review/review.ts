import { precomputeChanges } from '../../change/precompute.js';
import { SalientError } from '../../errors.js';
import type { Instant } from '../../model/dates.js';
import { standingSeries } from '../../series/as-of.js';
import { refusePurged } from '../../series/purged.js';
import { editionAt, recordingInstant } from '../../series/reference/editions.sql.js';
import { currentRevisions } from '../../series/revisions.sql.js';
import type { SeriesStatement } from '../../series/series.sql.js';
import type { StepKind } from '../../series/step-kinds.js';
import { stateKind } from '../../series/steps.sql.js';
import type { Db, Queryable } from '../../store/pool.js';
import { EVERY_MAP, insertMap, type Placed } from '../insert.js';
import { areasInEdition } from '../theatre/cut-anew.js';
import { boundaryDiffers } from '../theatre/theatre.sql.js';
import { areasUnderReview, insertDecision, type ReviewRow, reviewQueue } from './review.sql.js';

/** The maps of a series that wait for a person, and with `decided` those that a person has decided too. */
export async function mapsUnderReview(db: Db, series: string, decided: boolean) {
  await standingSeries(db, series);
  const held = await reviewQueue(db, series, { waiting: !decided });
  return { series, held: held.map(reported) };
}

/** A held map as GeoJSON, exactly as it was sent, with why it waits. @throws SalientError `unknown_held` */
export async function mapUnderReview(db: Db, series: string, id: number) {
  await standingSeries(db, series);
  const held = await found(db, series, id);
  if (held.purged) throw refusePurged(series, held.date);
  const features = (await areasUnderReview(db, id)).map(({ party, status, confidence, geometry }, index) => ({
    type: 'Feature' as const,
    id: index + 1,
    geometry: JSON.parse(geometry),
    properties: { party, status, confidence },
  }));
  return { type: 'FeatureCollection' as const, ...reported(held), features };
}

function reported({ theatre: _, source: __, source_name, ...row }: ReviewRow) {
  return { ...row, source: source_name, href: `/series/${row.series}/held/${row.id}` };
}

async function found(db: Queryable, series: string, id: number): Promise<ReviewRow> {
  const [held] = await reviewQueue(db, series, { id });
  if (held) return held;
  throw new SalientError(
    'unknown_held',
    `series ${series} has no held map ${id}: GET /series/${series}/held lists them`,
  );
}

export interface Decided {
  series: string;
  held: number;
  /** `open`: it was approved, and more people have to. */
  decision: 'accepted' | 'refused' | 'open';
  revision: number | null;
  /** Later maps that waited and are in proportion beside this one: stored with it. */
  released: { held: number; revision: number }[];
  /** What is out of proportion all the same: the step back to a map that was stored before. */
  notes: string[];
}

/**
 * A person accepts a held map as movement, correction or redefinition, with a reason: it becomes the map of its day as
 * it was sent. Later maps of the series that wait are judged again beside it, in order, and stored where they are now in
 * proportion. Decided once: a second decision is refused.
 * @throws SalientError `unknown_held`, `decided`, `withdrawn`
 */
export async function approveMap(
  db: Db,
  series: string,
  id: number,
  { kind, why, by }: { kind: StepKind; why: string; by: string | null },
): Promise<Decided> {
  const steps: Placed['steps'] = [];
  const notes: string[] = [];
  const place = async (...map: Parameters<typeof placeHeld>) => {
    const placed = await placeHeld(...map);
    if (placed) steps.push(...placed.steps);
    if (placed) notes.push(...placed.notes);
    return placed?.revision ?? null;
  };
  const decided = await db.transaction(async (tx): Promise<Decided> => {
    const at = await recordingInstant(tx, series);
    const statement = await standingSeries(tx, series);
    const held = await undecided(tx, series, id);
    const current = (await currentRevisions(tx, series)).find((row) => row.valid_on === held.date);
    const revision = current?.sha256 === held.sha256 ? current.id : await place(tx, statement, held, why, at);
    if (revision === null) throw new SalientError('internal', `held map ${id} was accepted and not placed`);
    await stateKind(tx, { series, valid_on: held.date, kind, why, stated_by: by, recorded_at: at });
    await insertDecision(tx, { held: id, decision: 'accepted', kind, why, decided_by: by, revision, recorded_at: at });

    const released: Decided['released'] = [];
    const later = (await reviewQueue(tx, series, { waiting: true })).filter(
      ({ date, problems }) => date > held.date && !problems.some(({ code }) => code === EVERY_MAP),
    );
    for (const row of later) {
      const placed = await place(tx, statement, row, null, at);
      if (placed === null) continue;
      const beside = `in proportion beside the map of ${held.date}, which was accepted as held map ${id}`;
      const decision = { held: row.id, decision: 'released', kind: null, why: beside, decided_by: null } as const;
      await insertDecision(tx, { ...decision, revision: placed, recorded_at: at });
      released.push({ held: row.id, revision: placed });
    }
    return { series, held: id, decision: 'accepted', revision, released, notes };
  });
  await precomputeChanges(db, steps);
  return decided;
}

/**
 * A person refuses a held map, with a reason that is kept. The same map sent again is refused by itself.
 * @throws SalientError `unknown_held`, `decided`
 */
export function rejectMap(
  db: Db,
  series: string,
  id: number,
  { why, by }: { why: string; by: string | null },
): Promise<Decided> {
  return db.transaction(async (tx) => {
    const at = await recordingInstant(tx, series);
    await standingSeries(tx, series);
    await undecided(tx, series, id);
    const refused = { held: id, decision: 'refused', kind: null, why, decided_by: by, revision: null } as const;
    await insertDecision(tx, { ...refused, recorded_at: at });
    return { series, held: id, decision: 'refused', revision: null, released: [], notes: [] };
  });
}

/** @throws SalientError `unknown_held`, `decided` */
export async function refuseDecided(tx: Queryable, series: string, id: number): Promise<void> {
  await undecided(tx, series, id);
}

async function undecided(tx: Queryable, series: string, id: number): Promise<ReviewRow> {
  const held = await found(tx, series, id);
  if (!held.decision) return held;
  const { decision, why, by } = held.decision;
  throw new SalientError('decided', `held map ${id} was ${decision}${by ? ` by ${by}` : ''} already: ${why}`);
}

/** A held map made the one of its day; null when nobody answers for it (`why` null) and it is out of proportion. */
async function placeHeld(
  tx: Queryable,
  { series, theatre, accuracy_m, rest }: SeriesStatement,
  held: ReviewRow,
  why: string | null,
  at: Instant,
): Promise<Placed | null> {
  const edition = await editionAt(tx, theatre, null);
  if (!edition) throw new SalientError('no_data', `theatre ${theatre} has no edition`);
  const rows = await areasUnderReview(tx, held.id);
  const areas = rows.map(({ geometry: _, wkb: __, ...area }) => area);
  const { date, source, drawn_spacing_m, outside_km2, outside_pieces } = held;
  let { sha256 } = held;
  let drawing =
    outside_km2 === null ? null : { drawn_spacing_m, outside_km2, outside_pieces: outside_pieces as number };
  // The theatre may have another boundary than when the map came.
  const then = await editionAt(tx, theatre, held.held_at);
  if (then && then.id !== edition.id && (await boundaryDiffers(tx, then.id, edition.id))) {
    const { outside, won } = await areasInEdition(tx, rows, { edition: edition.id, date, rest });
    drawing = { drawn_spacing_m, ...outside };
    if (won) {
      areas.push(won.area);
      sha256 = won.sha256;
    }
  }
  const head = { series, theatre, edition: edition.id, date, sha256, source, accuracyM: accuracy_m, at };
  const map = { ...head, areas, note: why, drawing };
  const outcome = await insertMap(tx, map, why !== null);
  return 'placed' in outcome ? outcome.placed : null;
}
