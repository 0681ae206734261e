import type { Queryable } from '../store/pool.js';
import { FEW_KEYS, MAPS, type MapInForce, namedIn, type Source } from './source.sql.js';

/**
 * Areas of some maps as they were stored, undissolved. Party names and colours are those of the edition.
 * @param nos numbers of the areas, each once; null: all
 */
export function controlSource(
  edition: number,
  maps: readonly MapInForce[],
  nos: readonly number[] | null = null,
): Source {
  return {
    sql: `select m.valid_from || '.' || area.no as id, area.no, area.party::text, p.name as party_name, p.colour, area.status,
        class_of(area.status, area.party) as class, area.confidence,
        (select sum(f.area_m2) / 1e6 from plane_face f where f.plane = r.plane and f.shape = area.shape) as km2,
        area.place::text, area.reason, source.publisher as source,
        (select string_agg(claim.id::text, '; ' order by claim.id) from area_claim join claim on claim.no = area_claim.claim
              where area_claim.revision = area.revision and area_claim.no = area.no) as claims,
        m.valid_from, m.valid_to, m.revision, shape.geom, shape.decimals
      from ${MAPS}
        join revision r on r.id = m.revision
        ${nos ? 'cross join unnest($4::int[]) as asked(no)' : ''}
        join area on area.revision = r.id and area.revision = any($3) ${nos ? 'and area.no = asked.no' : ''}
        join shape on shape.id = area.shape
        join source on source.no = area.source
        left join party_entry p on p.edition = $2 and p.party = area.party`,
    // The revisions once more: of a list in JSON the planner cannot see how short it is, and would read the history.
    values: [JSON.stringify(maps), edition, maps.map(({ revision }) => revision), ...(nos ? [nos] : [])],
    often: nos !== null && nos.length <= FEW_KEYS,
    decimals: true,
    only(ids) {
      const { maps: named, rests } = namedIn(maps, ids);
      const asked = new Set(rests.filter((no) => /^\d{1,9}$/.test(no)).map(Number));
      return controlSource(edition, named, [...asked]);
    },
  };
}

/**
 * Every place of the edition under each of the maps, with who holds the ground there.
 * @param places ids of places; null: all
 */
export function placeSource(
  edition: number,
  maps: readonly MapInForce[],
  places: readonly string[] | null = null,
): Source {
  return {
    sql: `select m.valid_from || '.' || p.place as id, p.place::text, p.name, p.kind, nullif(array_to_string(p.aliases, '; '), '') as aliases, p.error_m,
        held.party::text, held.status, held.confidence,
        (select string_agg(claim.id::text, '; ' order by claim.id) from area_claim join claim on claim.no = area_claim.claim
              where area_claim.revision = m.revision and area_claim.no = held.no) as claims,
        m.valid_from, m.valid_to, m.revision, p.geom
      from ${MAPS}
        join place_entry p on p.edition = $2 ${places ? 'and p.place = any($3)' : ''}
        left join lateral (
          select area.no, area.party, area.status, area.confidence from shape join area on area.shape = shape.id
          where area.revision = m.revision and st_intersects(shape.geom, p.geom) order by area.no limit 1
        ) held on true`,
    values: [JSON.stringify(maps), edition, ...(places ? [places] : [])],
    only(ids) {
      const { maps: named, rests } = namedIn(maps, ids);
      return placeSource(edition, named, rests);
    },
  };
}

/** The maps themselves, each as the theatre it covers. */
export function snapshotSource(series: string, maps: readonly MapInForce[]): Source {
  return {
    sql: `select m.valid_from::text as id, m.valid_from as date, m.valid_from, m.valid_to, m.revision,
        (select count(*) from area where area.revision = r.id) as areas, r.recorded_at, r.sha256, r.note,
        (select string_agg('/snapshots/' || $2::text || '/' || m.valid_from || '.' || form, '; ')
              from unnest(array['geojson', 'gpkg', 'fgb', 'csv']) form) as files,
        edition.boundary as geom
      from ${MAPS}
        join revision r on r.id = m.revision
        join edition on edition.id = r.edition`,
    values: [JSON.stringify(maps), series],
  };
}

export interface StretchInput {
  id: string;
  route: string;
  from_km: number;
  to_km: number;
  class: string;
  valid_from: string;
  valid_to: string | null;
  revision: number;
}

/** Stretches of the edition's routes, each cut out of the line of its route by its kilometres. */
export function stretchSource(edition: number, stretches: readonly StretchInput[]): Source {
  return {
    sql: `select t.id, t.route, line.name, t.from_km, t.to_km, t.to_km - t.from_km as length_km, t.class, t.valid_from,
        t.valid_to, t.revision,
        st_setsrid(st_multi(st_transform(st_linesubstring(line.geom, share_along(line.measured, t.from_km * 1000),
                                                          share_along(line.measured, t.to_km * 1000)),
                                         line.projection, 4326)), 4326) as geom
      from jsonb_to_recordset($1::jsonb)
          as t(id text, route text, from_km float8, to_km float8, class text, valid_from date, valid_to date, revision bigint)
        join lateral (
          select st_transform(st_segmentize(route.geom, 0.02), e.projection) as geom,
                 route_line(route.geom, e.projection) as measured, route.name, e.projection
          from route join edition e on e.id = route.edition
          where route.edition = $2 and route.id = t.route
        ) line on true`,
    values: [JSON.stringify(stretches), edition],
  };
}

/** How many areas a stored map has. */
export async function countAreas(db: Queryable, revision: number): Promise<number> {
  const [row] = await db.query<{ count: number }>('select count(*) as count from area where revision = $1', [revision]);
  return (row as { count: number }).count;
}

/** The box of each area of a stored map, in degrees, at most a float's last digit too large. */
export function boxesOfAreas(
  db: Queryable,
  revision: number,
): Promise<{ no: number; west: number; south: number; east: number; north: number }[]> {
  return db.query(
    `select no, st_xmin(box) as west, st_ymin(box) as south, st_xmax(box) as east, st_ymax(box) as north
     from (select area.no, box2d(shape.geom) as box from area join shape on shape.id = area.shape
           where area.revision = $1) boxed`,
    [revision],
  );
}
