import type { Instant } from '../model/dates.js';
import { archiveAt, copiesAt, reliabilityAt } from '../series/cited-sources.sql.js';
import type { Queryable } from '../store/pool.js';
import type { Grade } from './sources.sql.js';

/** A source that claims or events of a theatre cite. */
export interface RecordedSource {
  id: string;
  publisher: string;
  title: string | null;
  url: string | null;
  archive: string | null;
  reliability: Grade | null;
  /** How many claims and events cite it. */
  cited: number;
  copies: { sha256: string; bytes: number; at: Instant }[];
  /** Why the last try to copy it failed, and before when nobody tries again; null: it did not. */
  failure: SourceFailure | null;
}
interface SourceFailure {
  failures: number;
  error: string;
  failed_at: Instant;
  not_before: Instant;
}

/** The current sources of a theatre that a current claim or event cites (null: all of them), by id. */
export function recordedSources(db: Queryable, theatre: string, id: string | null): Promise<RecordedSource[]> {
  return db.query(
    `select s.id, s.publisher, s.title, s.url, ${archiveAt('null')} as archive, ${reliabilityAt('null')} as reliability,
            ${copiesAt('null')} as copies, cited.count::int as cited,
            (select json_build_object('failures', f.failures, 'error', f.error,
                                      'failed_at', f.failed_at, 'not_before', f.not_before)
             from source_copy_failure f where f.theatre = s.theatre and f.url = s.url) as failure
     from source s,
       lateral (select (select count(*) from claim_source cs join claim c on c.no = cs.claim
                        where cs.source = s.no and c.superseded_at is null)
                     + (select count(*) from event_source es join event v on v.no = es.event
                        where es.source = s.no and v.superseded_at is null) as count) cited
     where s.theatre = $1 and s.superseded_at is null and ($2::text is null or s.id = $2) and cited.count > 0
     order by s.id`,
    [theatre, id],
  );
}

/** Keeps a copy of a recorded source; of the same bytes one. A failure of its address is over. */
export async function insertRecordedCopy(
  tx: Queryable,
  given: {
    theatre: string;
    url: string;
    archive: string | null;
    sha256: string;
    bytes: number;
    content: Uint8Array | null;
    fetched: boolean;
    by: string;
    at: Instant;
  },
): Promise<void> {
  const { theatre, url, archive, sha256, bytes, content, fetched, by, at } = given;
  await tx.query(
    `insert into source_copy (theatre, url, archive, sha256, bytes, content, fetched, principal, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (theatre, url, sha256, coalesce(archive, '')) where proposal is null do nothing`,
    [theatre, url, archive, sha256, bytes, content && Buffer.from(content), fetched, by, at],
  );
  await tx.query('delete from source_copy_failure where theatre = $1 and url = $2', [theatre, url]);
}

/** Keeps that a source could not be copied; its address is asked again after `pauseS` seconds at the earliest. */
export async function insertCopyFailure(
  tx: Queryable,
  { theatre, url, error, pauseS }: { theatre: string; url: string; error: string; pauseS: number },
): Promise<void> {
  await tx.query(
    `insert into source_copy_failure (theatre, url, failures, error, failed_at, not_before)
     values ($1, $2, 1, $3, clock_timestamp(), clock_timestamp() + $4 * interval '1 second')
     on conflict (theatre, url) do update set failures = source_copy_failure.failures + 1, error = excluded.error,
       failed_at = excluded.failed_at, not_before = excluded.not_before`,
    [theatre, url, error, pauseS],
  );
}

/** The bytes of a kept copy of a recorded source; null: there is none of that hash, or only its hash is kept. */
export async function recordedContent(
  db: Queryable,
  theatre: string,
  url: string,
  sha256: string,
): Promise<Uint8Array | null> {
  const [row] = await db.query<{ content: Buffer }>(
    `select content from source_copy
     where theatre = $1 and url = $2 and sha256 = $3 and content is not null order by id limit 1`,
    [theatre, url, sha256],
  );
  return row?.content ?? null;
}
