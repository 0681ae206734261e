import { controlSource } from '../features/maps.sql.js';
import type { MapInForce } from '../features/source.sql.js';
import type { GeometryForm } from '../formats/format.js';
import type { Queryable } from '../store/pool.js';

/** Each exact to the last bit. */
const WRITTEN: Record<GeometryForm, string> = {
  geojson: 'st_asgeojson(drawn.geom, 15)',
  wkb: `encode(st_asbinary(drawn.geom, 'NDR'), 'hex')`,
  wkt: 'st_astext(drawn.geom, 15)',
};

export type SnapshotArea = Record<string, unknown> & { id: string; no: number; geometry: string };

/** The areas of a stored map after number `after`, in the order of the map: the hash of an import depends on it. */
export function areasAfter(
  db: Queryable,
  edition: number,
  map: MapInForce,
  after: number,
  limit: number,
  form: GeometryForm,
): Promise<SnapshotArea[]> {
  const { sql, values } = controlSource(edition, [map]);
  return db.query(
    `select s.valid_from as date, s.*, null as geom, ${WRITTEN[form]} as geometry
     from (${sql}) s cross join lateral (select st_forcepolygonccw(s.geom) as geom) drawn
     where s.no > $${values.length + 1} order by s.no limit $${values.length + 2}`,
    [...values, after, limit],
  );
}
