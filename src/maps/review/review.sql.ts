import type { Problem } from '../../errors.js';
import type { Instant, IsoDate } from '../../model/dates.js';
import type { Drawing } from '../../series/revisions.sql.js';
import type { StepKind } from '../../series/step-kinds.js';
import type { Queryable } from '../../store/pool.js';

/** A map that waits, or waited, for a person. */
export interface ReviewRow {
  id: number;
  series: string;
  theatre: string;
  date: IsoDate;
  sha256: string;
  source: number;
  source_name: string;
  sent_by: string | null;
  problems: Problem[];
  figures: Record<string, unknown>;
  held_at: Instant;
  decision: ReviewDecision | null;
  drawn_spacing_m: number | null;
  /** Null: held before it was measured. */
  outside_km2: number | null;
  outside_pieces: number | null;
  /** Its geometry was removed for good, with what was measured of it. */
  purged: boolean;
}

export interface ReviewDecision {
  decision: 'accepted' | 'refused' | 'released';
  kind: StepKind | null;
  why: string;
  by: string | null;
  revision: number | null;
  decided_at: Instant;
}

/** Held maps of a series, by day and then in the order in which they came; of one number, of one hash (or read from one input), or all. */
export function reviewQueue(
  db: Queryable,
  series: string,
  only: { id?: number; sha256?: string; input?: string; waiting?: boolean } = {},
): Promise<ReviewRow[]> {
  return db.query(
    `select h.id, h.series, h.theatre, h.valid_on as date, h.sha256, h.source,
            coalesce(s.url, s.title, s.publisher) as source_name, h.sent_by, h.problems, h.figures,
            h.recorded_at as held_at, h.drawn_spacing_m, h.outside_km2, h.outside_pieces,
            exists (select from purge where h.id = any(purge.held)) as purged,
            case when d.held is not null
                 then json_build_object('decision', d.decision, 'kind', d.kind, 'why', d.why, 'by', d.decided_by,
                                        'revision', d.revision,
                                        'decided_at', to_char(d.recorded_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) end as decision
     from held_snapshot h join source s on s.no = h.source left join held_decision d on d.held = h.id
     where h.series = $1 and ($2::bigint is null or h.id = $2) and ($3::text is null or h.sha256 = $3 or h.input_sha256 = $5)
       and (not $4::boolean or d.held is null)
     order by h.valid_on, h.id`,
    [series, only.id ?? null, only.sha256 ?? null, only.waiting ?? false, only.input ?? null],
    'prepared',
  );
}

export interface ReviewInput {
  series: string;
  theatre: string;
  valid_on: IsoDate;
  sha256: string;
  /** Of what it was read from, as of a stored map (`ReadingRow`). */
  input_sha256: string;
  source: number;
  sent_by: string | null;
  problems: readonly Problem[];
  figures: object;
  recorded_at: Instant;
  drawing: Drawing;
}

export interface AreaUnderReview {
  party: string | null;
  status: string;
  confidence: number | null;
  shape: number;
}

/** Keeps a map that waits, its areas numbered in the order given; returns its number. */
export async function insertUnderReview(
  tx: Queryable,
  head: ReviewInput,
  areas: readonly AreaUnderReview[],
): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `insert into held_snapshot (series, theatre, valid_on, sha256, source, sent_by, problems, figures, recorded_at,
                                drawn_spacing_m, outside_km2, outside_pieces, input_sha256)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning id`,
    [
      head.series,
      head.theatre,
      head.valid_on,
      head.sha256,
      head.source,
      head.sent_by,
      JSON.stringify(head.problems),
      JSON.stringify(head.figures),
      head.recorded_at,
      head.drawing.drawn_spacing_m,
      head.drawing.outside_km2,
      head.drawing.outside_pieces,
      head.input_sha256,
    ],
  );
  const { id } = row as { id: number };
  await tx.query(
    `insert into held_area (held, theatre, no, party, status, confidence, shape)
     select $1, $2, no, party, status, confidence, shape
     from rows from (jsonb_to_recordset($3::jsonb) as (party text, status text, confidence float8, shape bigint))
       with ordinality as r(party, status, confidence, shape, no)`,
    [id, head.theatre, JSON.stringify(areas)],
  );
  return id;
}

/** The areas of a held map as they were sent, with the hash of each polygon; its geometry as GeoJSON and as WKB, EPSG:4326. */
export function areasUnderReview(
  db: Queryable,
  held: number,
): Promise<(AreaUnderReview & { sha256: string; geometry: string; wkb: Uint8Array })[]> {
  return db.query(
    `select a.party, a.status, a.confidence, a.shape, shape.sha256, st_asbinary(shape.geom) as wkb,
            st_asgeojson(st_forcepolygonccw(shape.geom), max(shape.decimals) over ()) as geometry
     from held_area a join shape on shape.id = a.shape where a.held = $1 order by a.no`,
    [held],
  );
}

export interface DecisionInput {
  held: number;
  decision: ReviewDecision['decision'];
  kind: StepKind | null;
  why: string;
  decided_by: string | null;
  revision: number | null;
  recorded_at: Instant;
}

export async function insertDecision(tx: Queryable, given: DecisionInput): Promise<void> {
  await tx.query(
    `insert into held_decision (held, decision, kind, why, decided_by, revision, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [given.held, given.decision, given.kind, given.why, given.decided_by, given.revision, given.recorded_at],
  );
}
