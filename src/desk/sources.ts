import { createHash } from 'node:crypto';
import { SalientError } from '../errors.js';
import { FetchFailure, type FetchSettings, fetchFile } from '../outbound/fetch-file.js';
import { standingSeries } from '../series/as-of.js';
import { recordingInstant } from '../series/reference/editions.sql.js';
import type { Db, Queryable } from '../store/pool.js';
import { type Source, unknownProposal } from './proposal.js';
import { proposals } from './proposals.sql.js';
import {
  type CopyRow,
  copiesOf,
  copyContent,
  type Grade,
  insertCopy,
  insertReliability,
  RELIABILITY,
  reliabilityOf,
} from './sources.sql.js';

/** A source as the desk shows it: with the grade of its publisher (null: none is stated) and the copies made of it. */
export type ShownSource = Source & { reliability: Grade | null; copies: Omit<CopyRow, 'proposal' | 'url'>[] };

/** Shows sources of proposals of a series; `proposal` null: of one that is not stored. */
export async function sourceViewer(
  db: Queryable,
  series: string,
): Promise<(proposal: number | null, sources: readonly Source[]) => ShownSource[]> {
  const { theatre } = await standingSeries(db, series);
  const grades = new Map((await reliabilityOf(db, theatre)).map((row) => [row.publisher.toLowerCase(), row.grade]));
  const copies = await copiesOf(db, series);
  return (proposal, sources) =>
    sources.map((source) => ({
      ...source,
      reliability: grades.get(source.publisher.toLowerCase()) ?? null,
      copies: copies
        .filter((copy) => copy.proposal === proposal && copy.url === source.url)
        .map(({ proposal: _, url: __, ...copy }) => copy),
    }));
}

/** How reliable publishers are, in the eyes of those who keep the theatre of a series, with the scale. */
export async function askReliability(db: Db, series: string) {
  const { theatre } = await standingSeries(db, series);
  return { series, theatre, scale: RELIABILITY, publishers: await reliabilityOf(db, theatre) };
}

/** States how reliable a publisher is; `grade` null takes that back. It holds in every series of the theatre. */
export async function stateReliability(
  db: Db,
  series: string,
  { publisher, grade, why, by }: { publisher: string; grade: Grade | null; why: string; by: string },
) {
  const { theatre } = await standingSeries(db, series);
  await db.transaction(async (tx) => {
    const at = await recordingInstant(tx);
    await insertReliability(tx, { theatre, publisher: publisher.trim(), grade, why, by, at });
  });
  return { series, publisher, reliability: grade, meaning: grade && RELIABILITY[grade] };
}

/**
 * Keeps what a source of a proposal says: the hash of its bytes, and the bytes up to `keepBytes`. They are given, or fetched
 * from `archive`, where the source has one, else from its address.
 * @throws SalientError `unknown_proposal`, `invalid_proposal` when the proposal has no such source, `not_pulled`
 */
export async function copySource(
  db: Db,
  series: string,
  id: number,
  given: { url: string; bytes: Uint8Array | null; keepBytes: number; fetch: FetchSettings; by: string },
) {
  await standingSeries(db, series);
  const [row] = await proposals(db, series, { id });
  if (!row) throw unknownProposal(series, id);
  const source = row.sources.find(({ url }) => url === given.url);
  if (!source) {
    const there = row.sources.map(({ url }) => url).join(', ');
    throw new SalientError('invalid_proposal', `proposal ${id} has no source ${given.url}: it has ${there}`);
  }
  const archive = source.archive ?? null;
  const content = given.bytes ?? (await fetchedSource(given.fetch, archive ?? source.url));
  const sha256 = createHash('sha256').update(content).digest('hex');
  const stored = content.length <= given.keepBytes;
  const copy = { url: source.url, sha256, bytes: content.length, fetched: given.bytes === null, by: given.by };
  await db.transaction(async (tx) => {
    const at = await recordingInstant(tx);
    await insertCopy(tx, { ...copy, proposal: id, archive, content: stored ? content : null, at });
  });
  return { series, proposal: id, ...copy, stored };
}

/** What an address holds. @throws SalientError `not_pulled` */
export async function fetchedSource(settings: FetchSettings, address: string): Promise<Uint8Array> {
  try {
    const { bytes } = await fetchFile(settings, address, { etag: null, lastModified: null });
    return bytes ?? new Uint8Array();
  } catch (error) {
    if (!(error instanceof FetchFailure)) throw error;
    throw new SalientError('not_pulled', `the source could not be fetched: ${error.message}; give a copy of it`);
  }
}

/** A kept copy, in base 64. @throws SalientError `unknown_proposal`, `no_data` when its bytes are not kept */
export async function askCopy(db: Db, series: string, id: number, sha256: string) {
  await standingSeries(db, series);
  const [row] = await proposals(db, series, { id });
  if (!row) throw unknownProposal(series, id);
  const content = await copyContent(db, id, sha256);
  if (!content) throw new SalientError('no_data', `proposal ${id} keeps no bytes of a copy ${sha256}`);
  return { series, proposal: id, sha256, bytes: content.length, base64: Buffer.from(content).toString('base64') };
}
