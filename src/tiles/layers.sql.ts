import type { Queryable } from '../store/pool.js';

/** A row of `tiles/<layer>.sql`: a key that lasts over dates, a geometry unless the layer has none (GeoJSON text, or WKB), and fields. */
export type LayerRow = Record<string, unknown> & { key: string };

/** Asks a layer's SQL. `inputs` is its `$1`: one JSON object with what the layer declares, and nothing else. */
export function layerRows(
  db: Queryable,
  sql: string,
  inputs: Record<string, string | number | null>,
): Promise<LayerRow[]> {
  return db.query<LayerRow>(sql, [JSON.stringify(inputs)]);
}

/** The theatre of an edition as GeoJSON MultiPolygon, EPSG:4326. */
export async function theatreBoundary(db: Queryable, edition: number): Promise<unknown> {
  const [row] = await db.query<{ boundary: string }>(
    'select st_asgeojson(boundary, 7) as boundary from edition where id = $1',
    [edition],
  );
  return JSON.parse((row as { boundary: string }).boundary);
}
