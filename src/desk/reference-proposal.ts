import { SalientError } from '../errors.js';
import { standingSeries } from '../series/as-of.js';
import { rowsNamed } from '../series/copy-edition.sql.js';
import { editionAt } from '../series/editions.sql.js';
import { writeReferenceData } from '../series/reference-data.js';
import { contentHash } from '../store/content-hash.js';
import type { Db } from '../store/pool.js';
import type { Applied, Change } from './change.js';
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
): Promise<Applied> {
  const { kind, date, operator, since } = content;
  const { theatre } = await standingSeries(db, series);
  const before = await editionAt(db, theatre, null);
  const words = { source: creditOf(change.sources), operator, since };
  const { ids, result } = await writeReferenceData(db, series, kind, change.file as Uint8Array, words);
  if (result === 'unchanged' || !before) {
    throw new SalientError(
      'invalid_proposal',
      `the ${kind} are recorded so already: the proposal would change nothing`,
    );
  }
  const replaced = contentHash(await rowsNamed(db, before.id, TABLES[kind], ids));
  return { date, revision: null, notes: [`${kind}: ${ids.join(', ')}`], effect: [], replaced };
}

const creditOf = (sources: readonly Source[]) => sources.map(({ publisher, url }) => `${publisher}: ${url}`).join('; ');
