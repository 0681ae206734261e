import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { fromWkb } from '../../geometry/wkb.js';
import { type Box, boxOf, NO_BOX } from '../boxes.js';
import type { WrittenLayer, WrittenRow } from '../format.js';
import { type PropertyType, toMilliseconds } from '../property-type.js';
import { inTemporaryFolder } from '../temporary-folder.js';
import { writeLayerStyles } from './layer-styles.js';
import { writeMetadata } from './metadata.js';
import { writeRtree } from './rtree.js';

const TYPES: Record<PropertyType, string> = {
  string: 'TEXT',
  integer: 'INTEGER',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  'date-time': 'DATETIME',
};

/** As much as SQLite writes at least: more than there is room for where that failed. */
const MORE_BYTES = 64 * 1024;

/**
 * The tables that every GeoPackage has (OGC 12-128r17, annex C), as version 1.3. What fails is thrown away: SQLite keeps no journal to
 * take it back, which would also make room again before the disk can say that it is full.
 */
const SKELETON = `
  pragma journal_mode = off;
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
  create table gpkg_extensions (table_name text, column_name text, extension_name text not null, definition text not null,
    scope text not null, unique (table_name, column_name, extension_name));
`;

/**
 * Rows (geometries WKB as hex, EPSG:4326) as a GeoPackage of one layer with its spatial index, its colours and what is said of
 * it, or of one table where none has a place: written to a temporary file batch by batch, then read from it.
 */
export function writeGeoPackage(
  layer: WrittenLayer,
  batches: AsyncIterable<readonly WrittenRow[]>,
): AsyncGenerator<Uint8Array> {
  return inTemporaryFolder(async function* (folder) {
    const file = join(folder, 'map.gpkg');
    try {
      await writeFile(file, layer, batches);
    } catch (error) {
      throw error instanceof sqlite.SQLite3Error ? faultOfDisk(folder, error) : error;
    }
    yield* createReadStream(file);
  });
}

async function writeFile(file: string, layer: WrittenLayer, batches: AsyncIterable<readonly WrittenRow[]>) {
  const db = new sqlite.Database(file);
  try {
    const boxes = await fill(db, layer, batches);
    writeMetadata(db, layer);
    writeLayerStyles(db, layer);
    if (layer.geometryType) writeRtree(db, layer.name, boxes);
  } finally {
    db.close();
  }
}

/** What the disk says (ENOSPC, EDQUOT, EIO), of which SQLite tells only that it failed; its own error where the disk takes more. */
function faultOfDisk(folder: string, error: Error): unknown {
  try {
    writeFileSync(join(folder, 'more'), Buffer.alloc(MORE_BYTES));
    return error;
  } catch (fault) {
    return fault;
  }
}

/** The boxes of the rows, in their order, which is that of their `fid` from 1. */
async function fill(
  db: sqlite.Database,
  { name, title, description, bounds, columns, changed, geometryType }: WrittenLayer,
  batches: AsyncIterable<readonly WrittenRow[]>,
): Promise<Box[]> {
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
  const boxes: Box[] = [];
  try {
    for await (const rows of batches) {
      db.exec('begin');
      for (const row of rows) {
        const box = geometryType ? boxOfWkb(row.geometry) : NO_BOX;
        boxes.push(box);
        insert.run([
          ...geom.map(() => row.geometry && blob(row.geometry, box)),
          ...Object.entries(columns).map(([column, [type]]) => cell(row[column] as string | number | null, type)),
        ]);
      }
      db.exec('commit');
    }
  } finally {
    insert.finalize();
  }
  return boxes;
}

const cell = (value: string | number | null, type: PropertyType) =>
  type === 'date-time' && typeof value === 'string' ? toMilliseconds(value) : value;

function boxOfWkb(hex: string | null): Box {
  if (hex === null) return NO_BOX;
  const { geometry } = fromWkb(Buffer.from(hex, 'hex'));
  return 'coordinates' in geometry ? boxOf(geometry.coordinates) : NO_BOX;
}

/** `GP`, version 1, little-endian with an envelope, or the mark of what is empty, SRS 4326, then the WKB (12-128r17, 2.1.3). */
function blob(wkb: string, [west, south, east, north]: Box): Uint8Array {
  const isEmpty = west > east;
  const head = Buffer.from([0x47, 0x50, 0, isEmpty ? 0x11 : 0x03, 0xe6, 0x10, 0, 0]);
  const envelope = Buffer.from(Float64Array.from(isEmpty ? [] : [west, east, south, north]).buffer);
  return Buffer.concat([head, envelope, Buffer.from(wkb, 'hex')]);
}
