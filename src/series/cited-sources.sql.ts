import type { IsoDate } from '../model/dates.js';

/*
 * The sources that claims and events cite, as known at an instant, with what the keepers of the theatre know of them: how
 * reliable the publisher is, where the source is archived, and the copies that were made of it. A copy that belongs to a
 * proposal is shown once the proposal went out.
 */

/** A copy of a source: its hash and size, and when it was made. */
interface SourceCopy {
  sha256: string;
  bytes: number;
  at: string;
}

export interface CitedSource {
  id: string;
  publisher: string;
  via: string | null;
  title: string | null;
  url: string | null;
  published_on: IsoDate | null;
  stance: string;
  /** Address of an archived copy. */
  archive: string | null;
  /** The grade of the publisher on the Admiralty scale, A to F; null: none is stated. */
  reliability: string | null;
  copies: SourceCopy[];
}

// Before there was a column of its own, the desk recorded an archive under `via`.
const ARCHIVED = "s.via ~ '^https?://'";

/** Copies of the source `s` that are known at the instant `known` (`$n`). */
const copies = (known: string) => `from source_copy c left join proposal_release o on o.proposal = c.proposal
    left join proposal p on p.id = c.proposal
  where c.url = s.url and coalesce(c.theatre, p.theatre) = s.theatre and (c.proposal is null or o.proposal is not null)
    and stands_at(greatest(c.recorded_at, o.released_at), null, ${known}::timestamptz)`;

/** The grade of the publisher of the source `s`, as known at the instant. */
export const reliabilityAt = (known: string) => `(select r.grade from publisher_reliability r
  where r.theatre = s.theatre and lower(r.publisher) = lower(s.publisher) and stands_at(r.recorded_at, null, ${known}::timestamptz)
  order by r.id desc limit 1)`;

/** Where the source `s` is archived: as it states itself, else the newest address that a copy was fetched from. */
export const archiveAt = (known: string) => `coalesce(s.archive, case when ${ARCHIVED} then s.via end,
  (select c.archive ${copies(known)} and c.archive is not null order by c.id desc limit 1))`;

/** The hashes of the copies of the source `s`, the oldest first. */
export const hashesAt = (known: string) => `(select string_agg(c.sha256, ' ' order by c.id) ${copies(known)})`;

/** JSON of the copies of the source `s` (`SourceCopy`), the oldest first. */
export const copiesAt = (
  known: string,
) => `coalesce((select jsonb_agg(jsonb_build_object('sha256', c.sha256, 'bytes', c.bytes,
    'at', to_char(c.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) order by c.id) ${copies(known)}), '[]'::jsonb)`;

/** JSON of the sources that the row `row` of the log `of` cites (`CitedSource`), as known at the instant. */
export const citedSources = (
  of: 'claim' | 'event',
  row: string,
  known: string,
) => `(select jsonb_agg(jsonb_build_object(
    'id', s.id, 'publisher', s.publisher, 'via', case when not ${ARCHIVED} then s.via end, 'title', s.title,
    'url', s.url, 'published_on', s.published_on, 'stance', s.stance, 'archive', ${archiveAt(known)},
    'reliability', ${reliabilityAt(known)},
    'copies', ${copiesAt(known)}
  ) order by s.id)
  from ${of}_source cs join source s on s.no = cs.source where cs.${of} = ${row}.no)`;
