import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import type { WrittenLayer, WrittenRow } from '../format.js';
import type { PropertyType } from '../property-type.js';

const TYPES: Record<PropertyType, string> = {
  string: 'TEXT',
  integer: 'INTEGER',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  'date-time': 'DATETIME',
};

/** The tables that every GeoPackage has (OGC 12-128r17, annex C), as version 1.3. */
const SKELETON = `
  pragma application_id = 1196444487;
  pragma user_version = 10300;
  create table gpkg_spatial_ref_sys (srs_name text not null, srs_id integer primary key, organization text not null,
    organization_coordsys_id integer not null, definition text not null, description text);
  insert into gpkg_spatial_ref_sys values
    ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', null), ('Undefined geographic', 0, 'NONE', 0, 'undefined', null),
    ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]', 'longitude/latitude');
  create table gpkg_contents (table_name text primary key, data_type text not null, identifier text unique,
    description text default '', last_change datetime not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    min_x double, min_y double, max_x double, max_y double, srs_id integer references gpkg_spatial_ref_sys);
  create table gpkg_geometry_columns (table_name text primary key references gpkg_contents, column_name text not null,
    geometry_type_name text not null, srs_id integer not null references gpkg_spatial_ref_sys, z tinyint not null, m tinyint not null);
`;

/**
 * Rows (geometries WKB as hex, EPSG:4326) as a GeoPackage of one layer, or of one table where none has a place: written to a temporary file batch by batch, then read
 * from it, and the file removed when the reader has ended or gone away.
 */
export async function* writeGeoPackage(
  layer: WrittenLayer,
  batches: AsyncIterable<readonly WrittenRow[]>,
): AsyncGenerator<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'salient-gpkg-'));
  try {
    const file = join(folder, 'map.gpkg');
    const db = new sqlite.Database(file);
    try {
      await fill(db, layer, batches);
    } finally {
      db.close();
    }
    yield* createReadStream(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(
  db: sqlite.Database,
  { name, title, description, bounds, columns, changed, geometryType }: WrittenLayer,
  batches: AsyncIterable<readonly WrittenRow[]>,
): Promise<void> {
  const names = Object.keys(columns);
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  db.exec(SKELETON);
  db.run(
    'insert into gpkg_contents (table_name, data_type, identifier, description, last_change, min_x, min_y, max_x, max_y, srs_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, 4326)',
    [...[name, geometryType ? 'features' : 'attributes', title, description, changed], ...bounds],
  );
  if (geometryType) {
    const type = geometryType.toUpperCase();
    db.run(`insert into gpkg_geometry_columns values (?, 'geom', ?, 4326, 0, 0)`, [name, type]);
  }
  const geom = geometryType ? ['geom'] : [];
  const declared = Object.entries(columns).map(([column, [type]]) => `${quoted(column)} ${TYPES[type]}`);
  db.exec(
    `create table ${quoted(name)} (${['fid integer primary key autoincrement not null', ...geom.map((column) => `${column} ${geometryType}`), ...declared].join(', ')})`,
  );
  const insert = db.prepare(
    `insert into ${quoted(name)} (${[...geom, ...names.map(quoted)].join(', ')}) values (${[...geom, ...names].map(() => '?').join(', ')})`,
  );
  try {
    for await (const rows of batches) {
      db.exec('begin');
      for (const row of rows)
        insert.run([
          ...geom.map(() => row.geometry && blob(row.geometry)),
          ...names.map((column) => row[column] as string | number | null),
        ]);
      db.exec('commit');
    }
  } finally {
    insert.finalize();
  }
}

/** `GP`, version 1, little-endian without envelope, SRS 4326, then the WKB (12-128r17, 2.1.3). */
function blob(wkb: string): Uint8Array {
  return Buffer.concat([Buffer.from([0x47, 0x50, 0, 1, 0xe6, 0x10, 0, 0]), Buffer.from(wkb, 'hex')]);
}
