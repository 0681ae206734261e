import type { IsoDate } from '../../model/dates.js';
import type { Queryable } from '../../store/pool.js';

export interface PostRow {
  operator: string;
  number: number;
  number_source: 'documented' | 'inferred' | 'project';
  name: string;
  lon: number;
  lat: number;
  error_m: number;
  /** Manned from `active_from` (earliest day it may have stood) until `active_to` (the day its withdrawal was complete). */
  active_from: IsoDate;
  active_to: IsoDate | null;
  established: { earliest: IsoDate; latest: IsoDate };
  withdrawn: { earliest: IsoDate; latest: IsoDate } | null;
  note: string | null;
}

/** The posts of an edition, by operator and number. */
export function postsOf(db: Queryable, edition: number): Promise<PostRow[]> {
  return db.query(
    `select operator, number, number_source, name, st_x(geom) as lon, st_y(geom) as lat, error_m, note,
            lower(established) as active_from, upper(withdrawn) - 1 as active_to,
            jsonb_build_object('earliest', lower(established), 'latest', upper(established) - 1) as established,
            case when withdrawn is not null
                 then jsonb_build_object('earliest', lower(withdrawn), 'latest', upper(withdrawn) - 1) end as withdrawn
     from post where edition = $1 order by operator, number`,
    [edition],
  );
}
