import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, SalientError } from '../../errors.js';
import type { Instant } from '../../model/dates.js';
import { contentHash } from '../../store/content-hash.js';
import type { Db, Queryable } from '../../store/pool.js';
import {
  currentClaims,
  currentEvents,
  currentSources,
  insertClaims,
  insertEvents,
  insertSources,
  type Logged,
  supersede,
} from '../claims-and-events-write.sql.js';
import {
  type Edition,
  editionAt,
  ensureTheatre,
  insertAnchors,
  insertBorderPolicies,
  insertEdition,
  insertInitialControl,
  insertParties,
  insertPlaces,
  insertPosts,
  insertRelations,
  insertRoutes,
  insertTerritories,
  recordingInstant,
} from '../reference/editions.sql.js';
import { continuedUntil, statedEdition } from '../reference/reference-additions.sql.js';
import { insertSeries, insertStatement, type StatementInput, statementAt } from '../series.sql.js';
import { layAdditionsOver } from './additions-over-files.js';
import { BUNDLE_FILES, type Bundle } from './bundle.js';
import { checkBundle, type ReportCheck } from './read-bundle.js';

/** Told about each step of a long job; the command line and the start print it. */
export type Progress = (line: string) => void;

/**
 * Every bundle of a geodata folder: its sub-folders that hold a theatre.json. Warnings go to `progress`.
 * @throws SalientError `invalid_geodata` with every problem of every bundle
 */
export async function readBundles(
  folder: string,
  reportProblems: ReportCheck,
  progress: Progress = () => {},
): Promise<Bundle[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const bundles: Bundle[] = [];
  const problems: Problem[] = [];
  for (const entry of entries.filter((found) => found.isDirectory()).sort((a, b) => a.name.localeCompare(b.name))) {
    const files = await bundleFiles(join(folder, entry.name));
    if (!files.has('theatre.json')) continue;
    const checked = checkBundle(files, reportProblems, entry.name);
    const named = (found: Problem): Problem => ({ ...found, at: `${entry.name}/${found.at}` });
    for (const { at, message } of checked.warnings.map(named)) progress(`warning: ${at}: ${message}`);
    problems.push(...checked.problems.map(named));
    bundles.push(checked.bundle);
  }
  if (problems.length === 0) return bundles;
  const places = problems.length === 1 ? '1 place' : `${problems.length} places`;
  throw new SalientError('invalid_geodata', `the bundles in ${folder} break their contract in ${places}`, problems);
}

/** The texts of the files of one bundle, by name; those that are not there are left out. */
export async function bundleFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const name of BUNDLE_FILES) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (text !== undefined) files.set(name, text);
  }
  return files;
}

/** Called when a theatre that has an edition gets another one; returns what it did, in words. */
export type OnEdition = (
  tx: Queryable,
  theatre: string,
  editions: { from: number; to: number; at: Instant },
) => Promise<string[]>;

/**
 * Records a bundle: a new edition where its slow-changing facts differ from the last one, a new version of each source,
 * claim and event that differs, a new statement of each series that differs. Loading the same files again changes
 * nothing. One transaction: all of it becomes known at one instant, or none.
 * @param onEdition what a new edition means for maps that stand in the theatre
 * @returns the series that the bundle declares
 * @throws SalientError `invalid_geodata` when a recorded source, claim or event is missing from the files
 */
export async function loadBundle(
  db: Db,
  bundle: Bundle,
  progress: Progress,
  onEdition: OnEdition = async () => [],
): Promise<string[]> {
  const { id } = bundle.theatre;
  await db.transaction(async (tx) => {
    const at = await recordingInstant(tx);
    await ensureTheatre(tx, id);
    const before = await editionAt(tx, id, null);
    const edition = await recordEdition(tx, bundle, before, at);
    progress(`${id}: edition ${edition}, ${bundle.places.length} places, ${bundle.posts.length} posts`);
    const { claims, events } = await recordLog(tx, bundle, at);
    progress(`${id}: ${bundle.claims.length} claims (${claims} new), ${bundle.events.length} events (${events} new)`);
    if (before && before.id !== edition) {
      for (const line of await onEdition(tx, id, { from: before.id, to: edition, at })) progress(`${id}: ${line}`);
    }
    for (const series of bundle.series) await recordSeries(tx, id, series, at);
  });
  return bundle.series.map((series) => series.id);
}

/** Records the files as a version where they differ from those recorded last, and lays what the desk added over it. */
async function recordEdition(tx: Queryable, bundle: Bundle, current: Edition | null, at: Instant): Promise<number> {
  const { theatre, boundary, territories, routes, places, parties, posts, initial } = bundle;
  const { relations, border_policies, anchors } = bundle;
  const sha256 = contentHash([
    theatre,
    boundary,
    territories,
    routes,
    [parties, relations, border_policies, anchors, places, posts, initial].map((rows) =>
      withoutLines<{ line: number }>(rows),
    ),
  ]);
  const stated = await statedEdition(tx, theatre.id);
  if (current && stated?.sha256 === sha256) return current.id;
  const edition = await insertEdition(tx, {
    theatre: theatre.id,
    title: theatre.title,
    boundary: boundary.geometry,
    projection: theatre.projection,
    time_zone: theatre.time_zone,
    sha256,
    recorded_at: at,
  });
  await insertParties(tx, edition, theatre.id, parties);
  await insertTerritories(tx, edition, territories.map(flat));
  await insertRelations(tx, edition, relations);
  await insertBorderPolicies(tx, edition, border_policies);
  await insertAnchors(tx, edition, anchors);
  await insertPlaces(tx, edition, theatre.id, places);
  await insertInitialControl(tx, edition, initial);
  await insertRoutes(tx, edition, routes.map(flat));
  await insertPosts(tx, edition, posts);
  if (!stated) return edition;
  const { id, title, projection } = theatre;
  const files = { id: edition, theatre: id, title, projection, sha256, recorded_at: at };
  return (await layAdditionsOver(tx, stated, files)).id;
}

const flat = (feature: Bundle['boundary']) => ({ ...feature.properties, geometry: feature.geometry });
const withoutLines = <Row extends { line: number }>(rows: readonly Row[]) => rows.map(({ line: _, ...row }) => row);

async function recordLog(tx: Queryable, bundle: Bundle, at: Instant): Promise<{ claims: number; events: number }> {
  const theatre = bundle.theatre.id;
  const sources = withoutLines(bundle.sources).map((row) => ({ ...row, sha256: contentHash(row) }));
  // A claim's hash covers the sources it cites: when one of those is corrected, the claim gets a new version too.
  const cited = new Map(sources.map((source) => [source.id, source.sha256]));
  const hashed = <Row extends { sources: string[] }>(row: Row) => ({
    ...row,
    sha256: contentHash([row, row.sources.map((id) => cited.get(id))]),
  });
  const claims = withoutLines(bundle.claims).map(hashed);
  const counts = withoutLines(bundle.counts);
  const events = withoutLines(bundle.events).map((row) =>
    hashed({ ...row, counts: counts.filter((count) => count.event === row.id) }),
  );

  const changed = {
    sources: newer(await currentSources(tx, theatre), sources, 'sources.csv'),
    claims: newer(await currentClaims(tx, theatre), claims, 'claims.csv'),
    events: newer(await currentEvents(tx, theatre), events, 'events.csv'),
  };
  const problems = [...changed.sources.missing, ...changed.claims.missing, ...changed.events.missing];
  if (problems.length > 0) {
    throw new SalientError('invalid_geodata', `${theatre}: recorded rows are missing from the files`, problems);
  }
  const ids = (rows: { id: string }[]) => rows.map((row) => row.id);
  await supersede(
    tx,
    theatre,
    { sources: ids(changed.sources.rows), claims: ids(changed.claims.rows), events: ids(changed.events.rows) },
    at,
  );
  await insertSources(tx, theatre, changed.sources.rows, at);
  await insertClaims(tx, theatre, changed.claims.rows, at);
  await insertEvents(tx, theatre, changed.events.rows, at);
  return { claims: changed.claims.rows.length, events: changed.events.rows.length };
}

function newer<Row extends { id: string; sha256: string }>(recorded: Logged[], rows: Row[], file: string) {
  const known = new Map(recorded.map((row) => [row.id, row.sha256]));
  const given = new Set(rows.map((row) => row.id));
  const missing: Problem[] = recorded
    .filter((row) => !given.has(row.id) && row.id !== DERIVATION_SOURCE && !/^(import|desk)-/.test(row.id))
    .map((row) => ({
      code: 'invalid_geodata',
      at: file,
      message: `${row.id} was recorded and is missing: withdraw it (withdrawn_on, withdrawn_why), never delete it`,
    }));
  return { rows: rows.filter((row) => known.get(row.id) !== row.sha256), missing };
}

/** The source that ground without any report rests on: the derivation itself. */
export const DERIVATION_SOURCE = 'salient-derivation';

async function recordSeries(
  tx: Queryable,
  theatre: string,
  series: Bundle['series'][number],
  at: Instant,
): Promise<void> {
  const { id, parameters, ...rest } = series;
  const correlation_m = rest.correlation_m ?? null;
  const max_age_days = rest.max_age_days ?? null;
  const date_means = rest.date_means ?? null;
  const optional = { correlation_m, max_age_days, date_means, rest: null };
  // The desk may have gone through later reports than the files have.
  const continued = await continuedUntil(tx, id);
  const complete_until =
    continued !== null && rest.complete_until && continued > rest.complete_until ? continued : rest.complete_until;
  const statement = { ...rest, ...parameters, ...optional, complete_until, series: id, withdrawn_why: null };
  await insertSeries(tx, id, theatre, at);
  const current = await statementAt(tx, id, null);
  const same =
    current &&
    Object.entries(statement).every(([key, value]) => {
      return JSON.stringify(current[key as keyof typeof current]) === JSON.stringify(value);
    });
  if (!same) await insertStatement(tx, { ...statement, recorded_at: at } as StatementInput);
}
