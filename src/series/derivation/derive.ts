import { SalientError } from '../../errors.js';
import { cellNeighbours } from '../../model/cells.js';
import type { Instant, IsoDate } from '../../model/dates.js';
import { stepDone } from '../../store/cancellation.js';
import { contentHash } from '../../store/content-hash.js';
import type { Db, Queryable } from '../../store/pool.js';
import { DERIVATION_SOURCE, type Progress } from '../bundle/load-bundle.js';
import { currentSources, insertSources } from '../claims-and-events-write.sql.js';
import { partitionHash } from '../partition-hash.js';
import { buildPartition, findPartition } from '../planar-partition.sql.js';
import { editionAt, ensureTheatre, recordingInstant } from '../reference/editions.sql.js';
import { type AreaRow, currentRevisions, insertRevision, supersedeRevisions } from '../revisions.sql.js';
import { type SeriesStatement, statementAt } from '../series.sql.js';
import { storeShapes } from '../shapes.sql.js';
import { derivablePlaces, movingClaims } from './derivation.sql.js';
import { type DerivablePlace, type DerivedState, deriveControl } from './derive-control.js';
import { type Cell, tessellate } from './thiessen-cells.sql.js';

/** What a derivation did. */
export interface Derived {
  series: string;
  states: number;
  stored: number;
  retired: number;
}

/**
 * Derives the maps of a series from the current claims (methods G) and stores those that differ from what is there.
 * Repeatable: the same claims yield the same maps and change nothing. One transaction.
 * @param reportedBy use only claims published by that day
 * @throws SalientError `unknown_series`, or `invalid_parameter` when the series is not a derived one
 */
export async function deriveSeries(
  db: Db,
  series: string,
  options: { reportedBy?: IsoDate | undefined },
  progress: Progress,
): Promise<Derived> {
  return db.transaction(async (tx) => {
    const at = await recordingInstant(tx);
    const { statement, derivable } = await derivableSeries(tx, series);
    await ensureTheatre(tx, statement.theatre);
    const edition = await editionAt(tx, statement.theatre, null);
    if (!edition) throw new SalientError('no_data', `theatre ${statement.theatre} has no edition`);

    const places = sparse(await derivablePlaces(tx, edition.id), derivable.spacing_m);
    const cells = await tessellate(
      tx,
      edition.id,
      places.map((place) => place.id),
      derivable.r_max_m,
    );
    progress(`${series}: ${cells.length} cells around ${places.length} places`);
    const states = deriveControl({
      places,
      claims: await movingClaims(tx, statement.theatre, options.reportedBy ?? null),
      ...cellNeighbours(cells.map(({ place, coordinates }) => ({ id: place ?? '', coordinates }))),
      rMaxM: derivable.r_max_m,
      firstDate: derivable.first_date,
      completeUntil: derivable.complete_until,
    });

    const stored = await storeStates(tx, { statement, edition: edition.id, at, cells, states, progress });
    return { series, states: states.length, ...stored };
  });
}

async function derivableSeries(tx: Queryable, series: string) {
  const statement = await statementAt(tx, series, null);
  if (!statement) throw new SalientError('unknown_series', `there is no series ${JSON.stringify(series)}`);
  const { r_max_m, spacing_m, first_date, complete_until } = statement;
  if (statement.kind !== 'derived' || r_max_m === null || spacing_m === null || !first_date || !complete_until) {
    throw new SalientError(
      'invalid_parameter',
      `series ${series} is imported: only a derived series can be derived again`,
    );
  }
  return { statement, derivable: { r_max_m, spacing_m, first_date, complete_until } };
}

/** Places with a report or a stated holder of their own, and of the others those that fill the space between. */
function sparse<Place extends DerivablePlace & { claimed: boolean }>(
  places: readonly Place[],
  spacingM: number,
): Place[] {
  const known = places.filter((place) => place.claimed || place.initial.basis === 'stated');
  const taken = [...known];
  for (const place of places) {
    if (known.includes(place)) continue;
    if (taken.every((other) => Math.hypot(other.x - place.x, other.y - place.y) >= spacingM)) taken.push(place);
  }
  return taken.sort((a, b) => (a.id < b.id ? -1 : 1));
}

interface Storing {
  statement: SeriesStatement;
  edition: number;
  at: Instant;
  cells: readonly Cell[];
  states: readonly DerivedState[];
  progress: Progress;
}

async function storeStates(tx: Queryable, storing: Storing): Promise<{ stored: number; retired: number }> {
  const { statement, edition, at, cells, states, progress } = storing;
  const hashes = cells.map((cell) => contentHash(cell.coordinates));
  const shapes = await storeShapes(
    tx,
    cells.map((cell, index) => ({ sha256: hashes[index] as string, coordinates: cell.coordinates })),
  );
  const shapeIds = hashes.map((hash) => shapes.get(hash) as number);
  const ofPartition = partitionHash(hashes);
  const partition =
    (await findPartition(tx, edition, ofPartition)) ?? (await buildPartition(tx, edition, ofPartition, shapeIds));
  const unreported = await derivationSource(tx, statement, at);

  const current = new Map((await currentRevisions(tx, statement.series)).map((row) => [row.valid_on, row]));
  const wanted = states.map((state) => {
    const areas = cells.map((cell, index) => areaOf(cell, shapeIds[index] as number, state, unreported));
    return { date: state.date, areas, sha256: contentHash([edition, partition, areas]) };
  });
  const changed = wanted.filter(({ date, sha256 }) => current.get(date)?.sha256 !== sha256);
  const kept = new Set(wanted.map(({ date }) => date));
  const retired = [...current.values()].filter((row) => !kept.has(row.valid_on));
  const replaced = changed.flatMap(({ date }) => current.get(date) ?? []);
  await supersedeRevisions(
    tx,
    [...retired, ...replaced].map((row) => row.id),
    at,
  );
  for (const [index, { date, areas, sha256 }] of changed.entries()) {
    const { series, theatre } = statement;
    const head = { series, theatre, valid_on: date, edition, partition, sha256, note: null, recorded_at: at };
    await insertRevision(tx, head, areas);
    stepDone('maps derived', index + 1, changed.length);
    if ((index + 1) % 10 === 0 || index + 1 === changed.length) {
      progress(`${series}: ${index + 1} of ${changed.length} maps derived (${date})`);
    }
  }
  return { stored: changed.length, retired: retired.length };
}

function areaOf(cell: Cell, shape: number, state: DerivedState, unreported: number): AreaRow {
  const holding = cell.place === null ? undefined : state.holdings.get(cell.place);
  if (!holding) {
    const reason = 'farther than R_max from every report';
    return {
      party: null,
      status: 'unknown',
      confidence: null,
      shape,
      source: unreported,
      place: null,
      reason,
      claims: [],
    };
  }
  const { party, status, confidence, source, reason, claims } = holding;
  return { party, status, confidence, shape, source, place: cell.place, reason, claims };
}

async function derivationSource(tx: Queryable, statement: SeriesStatement, at: Instant): Promise<number> {
  const find = async () =>
    (await currentSources(tx, statement.theatre)).find((row) => row.id === DERIVATION_SOURCE)?.no;
  const found = await find();
  if (found !== undefined) return found;
  const source = {
    id: DERIVATION_SOURCE,
    publisher: 'Salient',
    title: 'Derivation of control from town-level reports',
    url: null,
    published_on: null,
    published_on_inferred: false,
    stance: 'general',
    favours: null,
    via: null,
    note: 'What the method itself adds: ground that no report reaches',
  };
  await insertSources(tx, statement.theatre, [{ ...source, sha256: contentHash(source) }], at);
  return (await find()) as number;
}
