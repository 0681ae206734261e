import type { Queryable } from '../store/pool.js';
import { batches } from '../store/statement.js';

/** A polygon to be stored, known by the hash of its coordinates. */
export interface ShapeInput {
  sha256: string;
  /** MultiPolygon coordinates, EPSG:4326 lon, lat. */
  coordinates: readonly (readonly (readonly (readonly [number, number])[])[])[];
}

/** Stores the shapes that are not there yet; returns the id of each by its hash. */
export async function storeShapes(tx: Queryable, shapes: readonly ShapeInput[]): Promise<Map<string, number>> {
  await tx.query(
    `insert into shape (sha256, geom)
     select sha256, st_setsrid(st_geomfromgeojson(jsonb_build_object('type', 'MultiPolygon', 'coordinates', coordinates)::text), 4326)
     from jsonb_to_recordset($1::jsonb) as r(sha256 text, coordinates jsonb)
     order by sha256
     on conflict (sha256) do nothing`,
    [JSON.stringify(shapes)],
  );
  return idsOfShapes(
    tx,
    shapes.map((shape) => shape.sha256),
  );
}

/** As `storeShapes`, of well-known binary (MultiPolygon, EPSG:4326 lon, lat). */
export async function storePacked(
  tx: Queryable,
  shapes: readonly { sha256: string; wkb: Uint8Array }[],
): Promise<Map<string, number>> {
  for (const [, batch] of batches(shapes)) {
    await tx.query(
      `insert into shape (sha256, geom)
       select sha256, st_geomfromwkb(wkb, 4326) from unnest($1::text[], $2::bytea[]) as r(sha256, wkb)
       order by sha256
       on conflict (sha256) do nothing`,
      [batch.map(({ sha256 }) => sha256), batch.map(({ wkb }) => Buffer.from(wkb))],
      'prepared',
    );
  }
  return idsOfShapes(
    tx,
    shapes.map((shape) => shape.sha256),
  );
}

export async function idsOfShapes(tx: Queryable, hashes: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: number; sha256: string }>(
    'select id, sha256 from shape where sha256 = any($1)',
    [hashes],
    'prepared',
  );
  return new Map(rows.map((row) => [row.sha256, row.id]));
}
