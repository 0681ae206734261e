import type { IsoDate } from '../../model/dates.js';
import type { Queryable } from '../../store/pool.js';

export interface PlaceRow {
  id: string;
  name: string;
  kind: string;
  aliases: string[];
  lon: number;
  lat: number;
  error_m: number;
  /** Where its position comes from; of a gazetteer with its licence. */
  source: string;
  party: string | null;
  status: string | null;
  confidence: number | null;
  claims: string[];
}

/** Every place of the edition with who holds the ground under it in the revision; null where nothing is stated. */
export function placesControlled(db: Queryable, edition: number, revision: number): Promise<PlaceRow[]> {
  return db.query(
    `select p.place as id, p.name, p.kind, p.aliases, st_x(p.geom) as lon, st_y(p.geom) as lat, p.error_m, p.source,
            held.party, held.status, held.confidence,
            array(select claim.id::text from area_claim join claim on claim.no = area_claim.claim
                  where area_claim.revision = $2 and area_claim.no = held.no order by 1) as claims
     from place_entry p
       left join lateral (
         select area.no, area.party, area.status, area.confidence from shape join area on area.shape = shape.id
         where area.revision = $2 and st_intersects(shape.geom, p.geom) order by area.no limit 1
       ) held on true
     where p.edition = $1 order by p.place`,
    [edition, revision],
  );
}

export interface PlaceSpell {
  place: string;
  valid_on: IsoDate;
  party: string | null;
  status: string | null;
}

/**
 * Who held each place in each of the revisions, in order of date; null where a map leaves it in no area. A place that none of them
 * draws has no row. Each shape meets each place once.
 */
export function placeHistory(db: Queryable, edition: number, revisions: readonly number[]): Promise<PlaceSpell[]> {
  return db.query(
    `with shown as materialized (
       -- First which shapes: every map that was ever stored has one under a place.
       select distinct shape from area where revision = any($2)
     ), under as materialized (
       select p.place, shape.id as shape
       from shown join shape on shape.id = shown.shape join place_entry p on p.edition = $1 and st_intersects(shape.geom, p.geom)
     ), held as (
       select distinct on (under.place, area.revision) under.place, area.revision, area.party, area.status
       from under join area on area.shape = under.shape and area.revision = any($2)
       order by under.place, area.revision, area.no
     )
     select drawn.place, r.valid_on, held.party, held.status
     from (select distinct place from under) drawn cross join revision r left join held on held.place = drawn.place and held.revision = r.id
     where r.id = any($2) order by drawn.place, r.valid_on`,
    [edition, revisions],
  );
}

/** Which kinds of reference data an edition has: a series without places makes no statement about places. */
export async function knownIn(
  db: Queryable,
  edition: number,
): Promise<{ places: boolean; routes: boolean; posts: boolean }> {
  const [row] = await db.query<{ places: boolean; routes: boolean; posts: boolean }>(
    `select exists (select from place_entry where edition = $1) as places,
            exists (select from route where edition = $1) as routes, exists (select from post where edition = $1) as posts`,
    [edition],
    'prepared',
  );
  return row as { places: boolean; routes: boolean; posts: boolean };
}
