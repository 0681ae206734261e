import type { Queryable } from '../store/pool.js';
import type { Role } from './role.js';

/** A role that holds: `holder` is a principal, such as `token:ann`. */
export interface RoleRow {
  series: string;
  holder: string;
  role: Role;
  given_by: string;
  given_at: string;
}

/** Every role that holds, or those of one series. Roles of a token that is revoked hold no more, nor for a later one of its name. */
export function rolesInForce(db: Queryable, series: string | null): Promise<RoleRow[]> {
  return db.query(
    `select r.series, r.holder, r.role, r.principal as given_by, r.recorded_at as given_at
     from (select distinct on (series, holder) * from series_role where $1::text is null or series = $1
           order by series, holder, id desc) r
     where r.role is not null
       and (r.holder not like 'token:%'
            or exists (select from token t where t.name = substr(r.holder, 7) and t.revoked_at is null
                         and t.created_at <= r.recorded_at))
     order by r.series, r.holder`,
    [series],
  );
}

/** The theatres for members only, and every series of them. */
export async function membersOnly(db: Queryable): Promise<{ theatre: string; series: string | null }[]> {
  return db.query(
    `select a.theatre, s.id as series
     from (select distinct on (theatre) * from theatre_access order by theatre, id desc) a
       left join series s on s.theatre = a.theatre
     where a.members_only`,
  );
}

export async function insertAccess(
  tx: Queryable,
  { theatre, membersOnly, why, by }: { theatre: string; membersOnly: boolean; why: string; by: string },
): Promise<void> {
  await tx.query('insert into theatre_access (theatre, members_only, why, principal) values ($1, $2, $3, $4)', [
    theatre,
    membersOnly,
    why,
    by,
  ]);
}

export async function insertRole(
  tx: Queryable,
  { series, holder, role, by }: { series: string; holder: string; role: Role | null; by: string },
): Promise<void> {
  await tx.query('insert into series_role (series, holder, role, principal) values ($1, $2, $3, $4)', [
    series,
    holder,
    role,
    by,
  ]);
}

/** The newest word on each role of a holder, by series: `role` null where it was taken away. */
export function latestRolesOf(
  db: Queryable,
  holder: string,
): Promise<{ series: string; role: Role | null; given_by: string }[]> {
  return db.query(
    `select distinct on (series) series, role, principal as given_by from series_role
     where holder = $1 order by series, id desc`,
    [holder],
  );
}

/** The theatre of a series; null when there is no such series yet. */
export async function theatreOf(db: Queryable, series: string): Promise<string | null> {
  const [row] = await db.query<{ theatre: string }>('select theatre from series where id = $1', [series]);
  return row?.theatre ?? null;
}

/** The series of a theatre, by id. */
export async function seriesOfTheatre(db: Queryable, theatre: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>('select id from series where theatre = $1 order by id', [theatre]);
  return rows.map(({ id }) => id);
}
