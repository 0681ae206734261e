import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { SalientError } from '../../errors.js';
import { fromWkb } from '../../geometry/wkb.js';
import { unreadable } from '../byte-source.js';
import { namedLayers } from '../layers.js';
import type { MapReader } from '../map-reader.js';
import { UNDECLARED_CRS } from '../reading-notes.js';
import { noFeatures } from '../snapshot-file.js';
import { crsOfLayer, type Layer, layersOf, otherSqlite } from './layers.js';

/** Bytes of the envelope in the header of a geometry, by the three bits that name its kind (OGC 12-128, 2.1.3). */
const ENVELOPES = [0, 32, 48, 48, 64];
const COMPUTED = 'it is a view that computes more than its rows, or a virtual table; store it as a table to import it';
/** Where the header of SQLite has the versions for writing and reading: 1 is a plain file, 2 one with a log beside it. */
const VERSIONS = [18, 19];

/**
 * Reads the feature layers of a GeoPackage, or some of them: tables, and views that compute nothing which could take for
 * ever; a view that is left out is reported.
 * @throws SalientError `invalid_body` where it is none or damaged, `invalid_parameter` for a layer that it has not
 */
export function readGeoPackage(bytes: Uint8Array, requested: string | null, reader: MapReader): void {
  const folder = mkdtempSync(join(tmpdir(), 'salient-gpkg-'));
  try {
    const file = join(folder, 'map.gpkg');
    writeFileSync(file, withoutLog(bytes, reader));
    const db = new sqlite.Database(file, { readOnly: true, fileMustExist: true });
    try {
      const other = otherSqlite(db);
      if (other !== null) throw unreadable(other);
      readLayers(db, requested, reader);
    } finally {
      db.close();
    }
  } catch (error) {
    // The disk under the temporary folder is no fault of the file.
    if (error instanceof SalientError || (error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    throw unreadable(
      `the GeoPackage cannot be read: ${(error as Error).message}; is it half a file? Fetch or export it again`,
      'archive',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readLayers(db: sqlite.Database, requested: string | null, reader: MapReader): void {
  const { layers, unread } = layersOf(db);
  const names = layers.map(({ table_name }) => table_name);
  const wanted = requested === null || requested === '*' ? names : namedLayers([...names, ...unread], requested);
  const computed = wanted.find((name) => unread.includes(name));
  if (computed !== undefined)
    throw new SalientError('invalid_parameter', `layer ${JSON.stringify(computed)} is not read: ${COMPUTED}`);
  if (requested === null || requested === '*') {
    for (const name of unread) {
      reader.note(`layer ${JSON.stringify(name)} left out: ${COMPUTED}`);
    }
  }
  let features = 0;
  for (const layer of layers) {
    if (wanted.includes(layer.table_name)) features += readLayer(db, layer, layers.length > 1, reader);
  }
  if (features === 0) noFeatures(reader, '');
}

/** A package that another program had open (WAL) is read as it was saved last: what stands in the log is not in the file. */
function withoutLog(bytes: Uint8Array, reader: MapReader): Uint8Array {
  if (!VERSIONS.some((at) => bytes[at] === 2)) return bytes;
  reader.note(
    'the GeoPackage was open in another program (WAL): changes in its -wal file are not in it; close the program, or copy it with both files merged',
  );
  const copy = Uint8Array.from(bytes);
  for (const at of VERSIONS) copy[at] = 1;
  return copy;
}

function readLayer(db: sqlite.Database, layer: Layer, several: boolean, reader: MapReader): number {
  const declared = crsOfLayer(layer);
  const { srs_id, organization } = layer;
  // The standard knows three numbers without an entry: 4326, and two for a system that is not defined.
  if (srs_id !== null && organization === null && ![4326, 0, -1].includes(srs_id) && !reader.namesCrs) {
    const message = `layer ${layer.table_name}: its coordinate system, srs_id ${srs_id}, is not in the package's list of systems (gpkg_spatial_ref_sys): --crs EPSG:n names it`;
    reader.problems.add('crs', '', message);
    return 0;
  }
  if (declared === undefined)
    reader.note(
      `layer ${layer.table_name}: the package declares no coordinate system (srs_id ${layer.srs_id}): ${UNDECLARED_CRS}`,
    );
  const crs = declared ?? null;
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
      const knownAs = { number: layer.key === null ? `row ${features}` : `${layer.key} ${String(row[layer.key])}` };
      const raw = { at, crs, layer: layer.table_name, knownAs };
      try {
        const geometry = blob instanceof Uint8Array ? geometryIn(blob, reader) : null;
        reader.add({ ...raw, feature: { type: 'Feature', properties, geometry } });
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        reader.unreadable({ ...raw, feature: { properties } }, error.message);
      }
    }
  } finally {
    statement.finalize();
  }
  return features;
}

/** @throws RangeError where it is none that is read */
function geometryIn(blob: Uint8Array, reader: MapReader): unknown {
  const flags = blob[3] ?? 0;
  if (blob[0] !== 0x47 || blob[1] !== 0x50) throw new RangeError('no GeoPackage geometry');
  const { geometry, dropped } = fromWkb(blob.subarray(8 + (ENVELOPES[(flags >> 1) & 7] ?? 0)));
  reader.problems.count('height', dropped);
  return geometry;
}
