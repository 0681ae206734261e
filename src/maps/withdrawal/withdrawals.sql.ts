import type { Instant, IsoDate } from '../../model/dates.js';
import type { Queryable } from '../../store/pool.js';

export interface WithdrawnMap {
  withdrawal: number;
  revision: number;
  date: IsoDate;
  sha256: string;
  why: string;
  by: string | null;
  withdrawn_at: Instant;
  /** Its geometry is gone. */
  purged: boolean;
}

/** The map of a day that was withdrawn last, if it has not been restored since. */
export async function withdrawnMap(db: Queryable, series: string, date: IsoDate): Promise<WithdrawnMap | null> {
  const [row] = await db.query<WithdrawnMap & { restored: boolean }>(
    `select w.id as withdrawal, w.revision, w.valid_on as date, r.sha256, w.why, w.decided_by as by,
            w.recorded_at as withdrawn_at, r.plane is null as purged,
            exists (select from snapshot_restoration s where s.withdrawal = w.id) as restored
     from snapshot_withdrawal w join revision r on r.id = w.revision
     where w.series = $1 and w.valid_on = $2 order by w.recorded_at desc, w.id desc limit 1`,
    [series, date],
    'prepared',
  );
  if (!row || row.restored) return null;
  const { restored: _, ...withdrawn } = row;
  return withdrawn;
}

export async function insertWithdrawal(
  tx: Queryable,
  given: { series: string; date: IsoDate; revision: number; why: string; by: string | null; at: Instant },
): Promise<void> {
  await tx.query(
    `insert into snapshot_withdrawal (series, valid_on, revision, why, decided_by, recorded_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [given.series, given.date, given.revision, given.why, given.by, given.at],
  );
}

export async function insertRestoration(
  tx: Queryable,
  given: { withdrawal: number; revision: number; why: string | null; by: string | null; at: Instant },
): Promise<void> {
  await tx.query(
    `insert into snapshot_restoration (withdrawal, revision, why, decided_by, recorded_at) values ($1, $2, $3, $4, $5)`,
    [given.withdrawal, given.revision, given.why, given.by, given.at],
  );
}

/** A new revision of the same day and polygons as an earlier one, with its areas and what they rest on. */
export async function copyRevision(tx: Queryable, of: number, at: Instant): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `insert into revision (series, theatre, valid_on, edition, plane, sha256, note, recorded_at, drawn_spacing_m,
                           outside_km2, outside_pieces)
     select series, theatre, valid_on, edition, plane, sha256, note, $2, drawn_spacing_m, outside_km2, outside_pieces
     from revision where id = $1 returning id`,
    [of, at],
  );
  const { id } = row as { id: number };
  await tx.query(
    `insert into area (revision, theatre, no, party, status, confidence, shape, source, place, reason)
     select $2, theatre, no, party, status, confidence, shape, source, place, reason from area where revision = $1`,
    [of, id],
  );
  await tx.query(
    'insert into area_claim (revision, theatre, no, claim) select $2, theatre, no, claim from area_claim where revision = $1',
    [of, id],
  );
  return id;
}

/** A map of a series as its history lists it: every revision of every day. */
export interface SnapshotRow {
  date: IsoDate;
  revision: number;
  areas: number;
  recorded_at: Instant;
  superseded_at: Instant | null;
  note: string | null;
  current: boolean;
  /** Its geometry was removed for good. */
  purged: boolean;
  withdrawn: { why: string; by: string | null; restored_as: number | null } | null;
  step: { kind: string; why: string; by: string | null } | null;
}

/** Every map that a series has or had, by day and then in the order in which they were recorded. */
export function snapshotHistory(db: Queryable, series: string): Promise<SnapshotRow[]> {
  return db.query(
    `select r.valid_on as date, r.id as revision, (select count(*) from area where area.revision = r.id) as areas,
            r.recorded_at, r.superseded_at, r.note, r.superseded_at is null as current, r.plane is null as purged,
            case when w.id is not null
                 then json_build_object('why', w.why, 'by', w.decided_by, 'restored_as', s.revision) end as withdrawn,
            (select json_build_object('kind', k.kind, 'why', k.why, 'by', k.stated_by) from step_kind k
             where k.series = r.series and k.valid_on = r.valid_on order by k.recorded_at desc limit 1) as step
     from revision r
       left join snapshot_withdrawal w on w.revision = r.id
       left join snapshot_restoration s on s.withdrawal = w.id
     where r.series = $1 and r.recorded_at is not null order by r.valid_on, r.recorded_at, r.id`,
    [series],
  );
}
