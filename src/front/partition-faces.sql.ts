import type { Queryable } from '../store/pool.js';

/** A face of a revision's planar partition with the class and the role of who holds it. */
export interface FaceOfPartition {
  no: number;
  class: string;
  /** `gray`: contested, unknown, unassigned; `state` and `sea`: outside the theatre. */
  role: 'party' | 'gray' | 'state' | 'sea';
  /** Abroad: the id of the territory. */
  territory: string | null;
  area_m2: number;
  /** Polygon, working projection, metres. */
  wkb: Uint8Array;
}

/** The faces of a revision, in the order of their numbers. */
export function facesWithRoles(db: Queryable, revision: number): Promise<FaceOfPartition[]> {
  return db.query(
    `select f.no, f.class, f.territory, f.area_m2, st_asbinary(f.geom, 'NDR') as wkb,
            case when f.territory is not null then territory.kind when f.status = 'controlled' then 'party' else 'gray' end as role
     from faces_of($1) f cross join revision r
       left join territory on territory.edition = r.edition and territory.id = f.territory
     where r.id = $1 order by f.no`,
    [revision],
    'prepared',
  );
}
