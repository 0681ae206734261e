import type { Instant } from '../model/dates.js';

import type { Queryable } from '../store/pool.js';

/** The Admiralty scale of reliability, as NATO writes it (AJP-2.1). */
export const RELIABILITY = {
  A: 'completely reliable',
  B: 'usually reliable',
  C: 'fairly reliable',
  D: 'not usually reliable',
  E: 'unreliable',
  F: 'reliability cannot be judged',
} as const;
export type Grade = keyof typeof RELIABILITY;

/** A grade that holds. Publishers are the same whatever the case of their letters. */
export interface ReliabilityRow {
  publisher: string;
  grade: Grade;
  why: string;
  by: string;
  at: string;
}

export function reliabilityOf(db: Queryable, theatre: string): Promise<ReliabilityRow[]> {
  return db.query(
    `select r.publisher, r.grade, r.why, r.principal as by, r.recorded_at as at
     from (select distinct on (lower(publisher)) * from publisher_reliability where theatre = $1
           order by lower(publisher), id desc) r
     where r.grade is not null order by lower(r.publisher)`,
    [theatre],
  );
}

export async function insertReliability(
  tx: Queryable,
  given: { theatre: string; publisher: string; grade: Grade | null; why: string; by: string; at: Instant },
): Promise<void> {
  await tx.query(
    `insert into publisher_reliability (theatre, publisher, grade, why, principal, recorded_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [given.theatre, given.publisher, given.grade, given.why, given.by, given.at],
  );
}

/** A copy of a source. `stored`: its bytes are kept; `fetched`: by the service, else it was given. */
export interface CopyRow {
  proposal: number;
  url: string;
  sha256: string;
  bytes: number;
  stored: boolean;
  fetched: boolean;
  by: string;
  at: string;
}

/** The copies of the sources of proposals of a series, the oldest first. */
export function copiesOf(db: Queryable, series: string): Promise<CopyRow[]> {
  return db.query(
    `select c.proposal, c.url, c.sha256, c.bytes, c.content is not null as stored, c.fetched, c.principal as by, c.recorded_at as at
     from source_copy c join proposal p on p.id = c.proposal where p.series = $1 order by c.id`,
    [series],
  );
}

/** Keeps a copy of a source of a proposal. Once the proposal went out, readers know of the copy too. */
export async function insertCopy(
  tx: Queryable,
  given: Omit<CopyRow, 'stored'> & { archive: string | null; content: Uint8Array | null },
): Promise<void> {
  const { proposal, url, archive, sha256, bytes, content, fetched, by, at } = given;
  await tx.query(
    `insert into source_copy (proposal, theatre, url, archive, sha256, bytes, content, fetched, principal, recorded_at)
     values ($1, (select p.theatre from proposal p join proposal_release o on o.proposal = p.id where p.id = $1),
             $2, $3, $4, $5, $6, $7, $8, $9)`,
    [proposal, url, archive, sha256, bytes, content && Buffer.from(content), fetched, by, at],
  );
}

/** The bytes of a kept copy; null: there is none of that hash, or only its hash is kept. */
export async function copyContent(db: Queryable, proposal: number, sha256: string): Promise<Uint8Array | null> {
  const [row] = await db.query<{ content: Buffer }>(
    'select content from source_copy where proposal = $1 and sha256 = $2 and content is not null order by id limit 1',
    [proposal, sha256],
  );
  return row?.content ?? null;
}
