import type { Instant } from '../../model/dates.js';
import { ProblemList } from '../../model/problem-list.js';
import { contentHash } from '../../store/content-hash.js';
import type { Queryable } from '../../store/pool.js';
import {
  type Amendment,
  amendParties,
  amendPlaces,
  amendPosts,
  amendRoutes,
  type ReferenceKind,
} from '../bundle/reference-rows.js';
import {
  copyEditionHead,
  copyRows,
  insideTheatre,
  type ReferenceRows,
  referenceRows,
  rowsDiffer,
} from './copy-edition.sql.js';
import {
  type Edition,
  insertParties,
  insertPlaces,
  insertPosts,
  insertRelations,
  insertRoutes,
} from './editions.sql.js';
import type { AdditionWords } from './reference-additions.sql.js';
import { referenceRecords } from './reference-records.js';

/** What a write makes of the rows that are there. */
export type Amend = (
  tx: Queryable,
  edition: Edition,
  current: ReferenceRows,
  problems: ProblemList,
) => Promise<Amendment>;

const AMEND = { parties: amendParties, places: amendPlaces, posts: amendPosts, routes: amendRoutes };

/** How a file of additions or changes amends the rows that are there. */
export const amendBy = (kind: ReferenceKind, file: Uint8Array, words: AdditionWords): Amend => {
  const records = referenceRecords(file);
  return async (_tx, _edition, current, problems) => AMEND[kind](records, { current, ...words }, problems);
};

/** Makes the next version of an edition. @throws SalientError `invalid_geodata` with every problem */
export async function amendEdition(tx: Queryable, edition: Edition, at: Instant, amend: Amend) {
  const problems = new ProblemList();
  const made = await amend(tx, edition, await referenceRows(tx, edition.id), problems);
  await checkPositions(tx, edition.id, made, problems);
  if (problems.all.length > 0) throw problems.toError('invalid_geodata');
  const sha256 = contentHash([edition.sha256, made]);
  const next = await copyEditionHead(tx, edition.id, sha256, at);
  const differs = await storeRows(tx, edition.theatre, edition.id, next, made);
  return { edition: next, sha256, differs, keys: made.keys };
}

async function checkPositions(tx: Queryable, edition: number, made: Amendment, problems: ProblemList): Promise<void> {
  if (made.positions.length === 0) return;
  const inside = await insideTheatre(
    tx,
    edition,
    made.positions.map(({ position }) => position),
  );
  for (const [index, { at, position }] of made.positions.entries())
    if (!inside[index])
      problems.add('outside_theatre', at, 'it lies outside the theatre, of which alone the series speaks', position);
}

/** Copies the former version with the new rows in place of those they replace. Returns whether anything differs. */
async function storeRows(tx: Queryable, theatre: string, from: number, to: number, made: Amendment): Promise<boolean> {
  await copyRows(tx, 'party_entry', from, to, made.keys.parties);
  await insertParties(tx, to, theatre, made.parties);
  await copyRows(tx, 'territory', from, to, []);
  await copyRows(tx, 'relation', from, to, made.sides);
  await insertRelations(tx, to, made.relations);
  await copyRows(tx, 'border_policy', from, to, []);
  await copyRows(tx, 'anchor', from, to, []);
  await copyRows(tx, 'place_entry', from, to, made.keys.places);
  await insertPlaces(tx, to, theatre, made.places);
  await copyRows(tx, 'initial_control', from, to, []);
  await copyRows(tx, 'route', from, to, made.keys.routes);
  await insertRoutes(tx, to, made.routes);
  await copyRows(tx, 'post', from, to, made.keys.posts);
  await insertPosts(tx, to, made.posts);
  for (const table of ['party_entry', 'relation', 'place_entry', 'route', 'post'] as const)
    if (await rowsDiffer(tx, table, from, to)) return true;
  return false;
}
