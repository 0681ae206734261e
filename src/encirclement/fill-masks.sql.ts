import type { IsoDate } from '../model/dates.js';
import type { Queryable } from '../store/pool.js';

/*
 * The planar partition of a revision as one side sees it on a day: the rows that `createMasks` is then dissolved from
 * (methods A.2 and G). Relations and border policies are dated; a party without a relation is neutral, a border without
 * a policy closed.
 */

/** A revision and the edition whose relations, policies and posts hold, on a day, for the posts of one operator. */
export interface SideInput {
  revision: number;
  edition: number;
  side: string;
  date: IsoDate;
}

export async function fillMasks(tx: Queryable, input: SideInput): Promise<void> {
  await tx.query(
    `insert into mask_face (stance, class, geom)
     select case when face.territory is not null
                 then case when territory.kind = 'sea' then 'sea' else coalesce(border_policy.policy, 'closed') end
                 when face.status is null or face.status = 'unknown' then 'unknown'
                 when face.status in ('contested', 'claimed') then 'contested'
                 else coalesce(relation.stance, 'neutral') end,
            face.class, face.geom
     from faces_of($1) face
       cross join revision r
       left join relation on relation.edition = $2 and relation.side = $3 and relation.party = face.party
                         and relation.valid @> $4::date
       left join territory on territory.edition = r.edition and territory.id = face.territory
       left join border_policy on border_policy.edition = $2 and border_policy.side = $3
                              and border_policy.territory = face.territory and border_policy.valid @> $4::date
     where r.id = $1`,
    [input.revision, input.edition, input.side, input.date],
  );
  await tx.query(
    `insert into mask_anchor (geom)
     select face.geom
     from faces_of($1) face
       join anchor on anchor.edition = $2 and anchor.side = $3 and anchor.territory = face.territory
                  and anchor.valid @> $4::date`,
    [input.revision, input.edition, input.side, input.date],
  );
}

/** Whether all ground that a side calls its rear on a day is closed to it: a contradiction of the bundle, and no ring. */
export async function rearClosed(tx: Queryable, { edition, side, date }: SideInput): Promise<boolean> {
  const [row] = await tx.query<{ closed: boolean }>(
    `select coalesce(bool_and(territory.kind = 'sea' or coalesce(border_policy.policy, 'closed') <> 'open'), false) as closed
     from anchor
       join territory on territory.edition = anchor.edition and territory.id = anchor.territory
       left join border_policy on border_policy.edition = anchor.edition and border_policy.side = anchor.side
                              and border_policy.territory = anchor.territory and border_policy.valid @> $3::date
     where anchor.edition = $1 and anchor.side = $2 and anchor.valid @> $3::date`,
    [edition, side, date],
  );
  return row?.closed ?? false;
}

/**
 * SQL: `nth` and `geom`, in the plane, of points with these columns. They are projected in one go: PROJ reads a projection given as
 * text anew for each geometry (0.25 ms).
 * @param points name of a relation
 * @param projection SQL of the text of the projection
 */
export const projectedAtOnce = (points: string, projection: string): string =>
  `select d.path[1] as nth, d.geom
   from (select st_collect(geom order by nth) as geom from ${points}) spots, lateral st_dump(st_transform(spots.geom, ${projection})) d`;

/** The posts as points of the plane, each with its perimeter: `perimeterM`, or its position error if that is larger. */
export async function fillPosts(
  tx: Queryable,
  input: SideInput,
  numbers: readonly number[],
  perimeterM: number,
): Promise<void> {
  await tx.query(
    `with side_post as materialized (
       select post.number, post.geom, post.error_m, row_number() over (order by post.number)::int as nth
       from post where post.edition = $2 and post.operator = $3 and post.number = any($4)),
     projected as materialized (
       ${projectedAtOnce('side_post', '(select projection from revision r join edition e on e.id = r.edition where r.id = $1)')})
     insert into mask_post (id, geom, r0)
     select number, projected.geom, greatest($5::float8, error_m) from side_post join projected using (nth)`,
    [input.revision, input.edition, input.side, numbers, perimeterM],
  );
}
