import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { SalientError } from '../errors.js';
import { crsNamed, type DeclaredCrs } from '../geometry/geojson-crs.js';
import { fromWkb } from '../geometry/wkb.js';
import { unreadable } from './byte-source.js';
import type { MapReader } from './map-reader.js';
import { noFeatures } from './snapshot-file.js';

/** Bytes of the envelope in the header of a geometry, by the three bits that name its kind (OGC 12-128, 2.1.3). */
const ENVELOPES = [0, 32, 48, 48, 64];

interface Layer {
  table_name: string;
  column_name: string;
  organization: string | null;
  code: number | null;
  definition: string | null;
}

/**
 * Reads the feature layers of a GeoPackage, or one of them. Only tables are read that the package lists as features
 * and that are tables: a view could compute for ever.
 */
export function readGeoPackage(bytes: Uint8Array, only: string | null, reader: MapReader): void {
  const folder = mkdtempSync(join(tmpdir(), 'salient-gpkg-'));
  try {
    const file = join(folder, 'map.gpkg');
    writeFileSync(file, bytes);
    const db = new sqlite.Database(file, { readOnly: true, fileMustExist: true });
    try {
      const layers = layersOf(db);
      const names = layers.map(({ table_name }) => table_name);
      const wanted = only === null ? layers : layers.filter(({ table_name }) => table_name === only);
      if (only !== null && wanted.length === 0) throw unknownLayer(only, names);
      let features = 0;
      for (const layer of wanted) features += readLayer(db, layer, layers.length > 1, reader);
      if (features === 0) noFeatures(reader, '');
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof SalientError) throw error;
    throw unreadable(`the GeoPackage cannot be read: ${(error as Error).message}; is it half a file?`, 'archive');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function unknownLayer(wanted: string, there: readonly string[]): SalientError {
  const list = there.map((name) => JSON.stringify(name)).join(', ');
  return new SalientError('invalid_parameter', `the file has no layer ${JSON.stringify(wanted)}; it has ${list}`);
}

function layersOf(db: sqlite.Database): Layer[] {
  return db.all(
    `select c.table_name, g.column_name, s.organization, s.organization_coordsys_id as code, s.definition
     from gpkg_contents c join gpkg_geometry_columns g using (table_name)
       join sqlite_master m on m.name = c.table_name and m.type = 'table'
       left join gpkg_spatial_ref_sys s on s.srs_id = g.srs_id
     where c.data_type = 'features' order by c.table_name`,
  ) as unknown as Layer[];
}

function readLayer(db: sqlite.Database, layer: Layer, several: boolean, reader: MapReader): number {
  const crs = crsOf(layer);
  const statement = db.prepare(`select * from "${layer.table_name.replaceAll('"', '""')}"`);
  let features = 0;
  try {
    for (const row of statement.iterate() as IterableIterator<Record<string, unknown>>) {
      const blob = row[layer.column_name];
      const properties = Object.fromEntries(
        Object.entries(row).filter(
          ([key, value]) => key !== layer.column_name && value !== null && !(value instanceof Uint8Array),
        ),
      );
      const name = layer.table_name.replaceAll('~', '~0').replaceAll('/', '~1');
      const at = several ? `/layers/${name}/features/${features}` : `/features/${features}`;
      features++;
      const geometry = blob instanceof Uint8Array ? geometryIn(blob, at, reader) : null;
      reader.add({ feature: { type: 'Feature', properties, geometry }, at, crs, layer: layer.table_name });
    }
  } finally {
    statement.finalize();
  }
  return features;
}

function geometryIn(blob: Uint8Array, at: string, reader: MapReader): unknown {
  try {
    const flags = blob[3] ?? 0;
    if (blob[0] !== 0x47 || blob[1] !== 0x50) throw new RangeError('no GeoPackage geometry');
    const { geometry, dropped } = fromWkb(blob.subarray(8 + (ENVELOPES[(flags >> 1) & 7] ?? 0)));
    reader.problems.count('height', dropped);
    return geometry;
  } catch (error) {
    reader.problems.add('geometry_type', `${at}/geometry`, `the geometry cannot be read: ${(error as Error).message}`);
    return null;
  }
}

/** -1 and 0 are the package's own words for "undefined". */
function crsOf({ organization, code, definition }: Layer): DeclaredCrs {
  if (organization === null || code === null || organization.toUpperCase() === 'NONE') return null;
  const named = crsNamed(`${organization}:${code}`);
  return named === undefined ? `WKT:${definition ?? `${organization}:${code}`}` : named;
}
