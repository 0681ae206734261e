import { SalientError } from '../errors.js';
import { standingSeries } from '../series/as-of.js';
import { deriveSeries } from '../series/derivation/derive.js';
import { rowsNamed } from '../series/reference/copy-edition.sql.js';
import { editionAt } from '../series/reference/editions.sql.js';
import { writeReferenceData } from '../series/reference/reference-data.js';
import { allSeries } from '../series/series.sql.js';
import { contentHash } from '../store/content-hash.js';
import type { Db } from '../store/pool.js';
import type { Change, Made } from './change.js';
import { effectBetween, mapOn } from './map-effect.js';
import type { ReferenceProposal, Source } from './proposal.js';

const TABLES = { parties: 'party_entry', places: 'place_entry', routes: 'route', posts: 'post' } as const;

/**
 * Adds or changes the proposed parties, places, posts or routes, as an import of the same rows does. Rows that state no source
 * of their own have those of the proposal.
 * @returns with the digest of the rows that were replaced: when others stand there at the approval, it is a conflict
 * @throws SalientError as the import; `invalid_proposal` when nothing would change
 */
export async function applyReference(
  db: Db,
  series: string,
  change: Change,
  content: ReferenceProposal,
): Promise<Made> {
  const { kind, date, operator, since } = content;
  const { theatre } = await standingSeries(db, series);
  const before = await editionAt(db, theatre, null);
  const map = await mapOn(db, series, date);
  const words = { source: creditOf(change.sources), operator, since, besideFiles: true };
  const { ids, result } = await writeReferenceData(db, series, kind, change.file as Uint8Array, words);
  if (result === 'unchanged' || !before) {
    throw new SalientError(
      'invalid_proposal',
      `the ${kind} are recorded so already: the proposal would change nothing`,
    );
  }
  const notes = [`${kind}: ${ids.join(', ')}`];
  for (const [id, stored] of await deriveTheatre(db, theatre)) notes.push(`${id}: ${stored} maps are derived anew`);
  const effect = await effectBetween(db, map, await mapOn(db, series, date));
  const replaced = contentHash(await rowsNamed(db, before.id, TABLES[kind], ids));
  return { date, revision: null, notes, effect, replaced };
}

/** Derives the derived series of a theatre from its claims and reference data. @returns how many maps of each are new */
export async function deriveTheatre(db: Db, theatre: string): Promise<Map<string, number>> {
  const stored = new Map<string, number>();
  for (const row of await allSeries(db)) {
    if (row.theatre !== theatre || row.kind !== 'derived') continue;
    stored.set(row.series, (await deriveSeries(db, row.series, {}, () => {})).stored);
  }
  return stored;
}

const creditOf = (sources: readonly Source[]) => sources.map(({ publisher, url }) => `${publisher}: ${url}`).join('; ');
