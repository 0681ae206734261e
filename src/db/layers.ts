import type { IsoDate } from '../model/dates.js';
import type { Queryable } from './pool.js';

/** The numbers a layer's SQL is asked with: `$1` revision, `$2` edition, `$3` statement, `$4` since. */
export interface LayerState {
  revision: number;
  edition: number;
  statement: number;
  since: IsoDate;
}

/** A row of `tiles/<layer>.sql`: a key that lasts over dates, a GeoJSON geometry unless the layer has none, and fields. */
export type LayerRow = Record<string, unknown> & { key: string };

export function layerRows(db: Queryable, sql: string, state: LayerState): Promise<LayerRow[]> {
  return db.query<LayerRow>(sql, [state.revision, state.edition, state.statement, state.since]);
}

/** Whether a state of a series exists: its revision is one of the series', its statement and edition of that theatre. */
export async function stateExists(db: Queryable, series: string, state: LayerState): Promise<boolean> {
  const [row] = await db.query<{ found: boolean }>(
    `select exists (
       select 1 from revision r
         join series_statement s on s.series = r.series and s.id = $3
         join edition e on e.theatre = r.theatre and e.id = $2
       where r.id = $1 and r.series = $4 and r.valid_on <= $5::date
     ) as found`,
    [state.revision, state.edition, state.statement, series, state.since],
  );
  return row?.found ?? false;
}

/** West, south, east, north of an edition's theatre, degrees. */
export async function theatreBounds(db: Queryable, edition: number): Promise<[number, number, number, number]> {
  const [row] = await db.query<{ box: [number, number, number, number] }>(
    `select json_build_array(st_xmin(boundary), st_ymin(boundary), st_xmax(boundary), st_ymax(boundary)) as box
     from edition where id = $1`,
    [edition],
  );
  return (row as { box: [number, number, number, number] }).box;
}

/** The theatre of an edition as GeoJSON MultiPolygon, EPSG:4326. */
export async function theatreBoundary(db: Queryable, edition: number): Promise<unknown> {
  const [row] = await db.query<{ boundary: string }>(
    'select st_asgeojson(boundary, 7) as boundary from edition where id = $1',
    [edition],
  );
  return JSON.parse((row as { boundary: string }).boundary);
}
