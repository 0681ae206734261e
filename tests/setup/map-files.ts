import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { serialize } from 'flatgeobuf/lib/mjs/geojson.js';
import type { FeatureCollection } from 'geojson';
import sqlite from 'node-sqlite3-wasm';
import type { Polygon } from '../../src/geometry/geojson-geometry.js';
import { toWkb } from '../../src/geometry/wkb.js';

/** An area of a file that a test writes. */
export interface DrawnArea {
  properties: Record<string, string | number | null>;
  polygons: Polygon[];
}

export function geoJson(areas: readonly DrawnArea[], more: Record<string, unknown> = {}): FeatureCollection {
  const features = areas.map(({ properties, polygons }) => ({
    type: 'Feature' as const,
    properties,
    geometry: { type: 'MultiPolygon' as const, coordinates: polygons },
  }));
  return { type: 'FeatureCollection', ...more, features };
}

/** KML as people draw it: a folder, styles by colour, names; `inFolder` puts the placemarks into folders by name. */
export function kml(areas: readonly DrawnArea[], inFolder: string | null = null): string {
  const ring = (positions: readonly (readonly number[])[]) =>
    `<LinearRing><coordinates>${positions.map((position) => position.join(',')).join(' ')}</coordinates></LinearRing>`;
  const placemarks = areas.map(({ properties, polygons }, index) => {
    const { name = '', fill = null } = properties;
    const style =
      fill === null ? '' : `<Style><PolyStyle><color>ff${kmlColour(String(fill))}</color></PolyStyle></Style>`;
    const drawn = polygons.map(
      ([shell = [], ...holes]) =>
        `<Polygon><outerBoundaryIs>${ring(shell)}</outerBoundaryIs>${holes.map((hole) => `<innerBoundaryIs>${ring(hole)}</innerBoundaryIs>`).join('')}</Polygon>`,
    );
    return `<Placemark id="p${index}"><name>${name}</name>${style}<MultiGeometry>${drawn.join('')}</MultiGeometry></Placemark>`;
  });
  const inside =
    inFolder === null ? placemarks.join('') : `<Folder><name>${inFolder}</name>${placemarks.join('')}</Folder>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Map</name>${inside}</Document></kml>`;
}

/** KML has its colours the other way round: blue, green, red. */
export const kmlColour = (rgb: string) => `${rgb.slice(5, 7)}${rgb.slice(3, 5)}${rgb.slice(1, 3)}`;

export const zip = (files: Record<string, Uint8Array | string>) =>
  zipSync(
    Object.fromEntries(Object.entries(files).map(([name, of]) => [name, typeof of === 'string' ? strToU8(of) : of])),
  );

/** The parts of a shapefile: polygons with clockwise shells, and a table of text columns. */
export function shapefile(
  areas: readonly DrawnArea[],
  layer = 'control',
  encoding = 'utf8',
  height: number | null = null,
): Record<string, Uint8Array> {
  return { [`${layer}.shp`]: shp(areas, height), [`${layer}.dbf`]: dbf(areas, encoding as BufferEncoding) };
}

/** With a height: PolygonZ, whose heights stand behind the positions of a record after their range. */
function shp(areas: readonly DrawnArea[], height: number | null): Uint8Array {
  const type = height === null ? 5 : 15;
  const records = areas.map(({ polygons }, index) => {
    const rings = polygons.flatMap((rings) => rings.map((ring) => ring.toReversed()));
    const points = rings.flat();
    const behind = 44 + 4 * rings.length + 16 * points.length;
    const heights = Array.from({ length: height === null ? 0 : points.length + 2 }, () => height as number);
    const body = Buffer.alloc(behind + 8 * heights.length);
    body.writeInt32LE(type, 0);
    for (const [i, metres] of heights.entries()) body.writeDoubleLE(metres, behind + 8 * i);
    const xs = points.map(([x]) => x);
    const ys = points.map(([, y]) => y);
    [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)].forEach((v, i) => {
      body.writeDoubleLE(v, 4 + 8 * i);
    });
    body.writeInt32LE(rings.length, 36);
    body.writeInt32LE(points.length, 40);
    let start = 0;
    for (const [i, ring] of rings.entries()) {
      body.writeInt32LE(start, 44 + 4 * i);
      start += ring.length;
    }
    for (const [i, [x, y]] of points.entries()) {
      body.writeDoubleLE(x, 44 + 4 * rings.length + 16 * i);
      body.writeDoubleLE(y, 52 + 4 * rings.length + 16 * i);
    }
    const head = Buffer.alloc(8);
    head.writeInt32BE(index + 1, 0);
    head.writeInt32BE(body.length / 2, 4);
    return Buffer.concat([head, body]);
  });
  const body = Buffer.concat(records);
  const head = Buffer.alloc(100);
  head.writeInt32BE(9994, 0);
  head.writeInt32BE((100 + body.length) / 2, 24);
  head.writeInt32LE(1000, 28);
  head.writeInt32LE(type, 32);
  return Buffer.concat([head, body]);
}

function dbf(areas: readonly DrawnArea[], encoding: BufferEncoding): Uint8Array {
  const names = [...new Set(areas.flatMap(({ properties }) => Object.keys(properties)))];
  const width = 60;
  const head = Buffer.alloc(33 + 32 * names.length);
  head[0] = 3;
  head.writeUInt32LE(areas.length, 4);
  head.writeUInt16LE(head.length, 8);
  head.writeUInt16LE(1 + width * names.length, 10);
  for (const [i, name] of names.entries()) {
    head.write(name.slice(0, 10), 32 + 32 * i, 'latin1');
    head.write('C', 43 + 32 * i, 'latin1');
    head[48 + 32 * i] = width;
  }
  head[head.length - 1] = 13;
  const rows = areas.map(({ properties }) => {
    const row = Buffer.alloc(1 + width * names.length, 0x20);
    for (const [i, name] of names.entries()) {
      Buffer.from(String(properties[name] ?? ''), encoding).copy(row, 1 + width * i, 0, width);
    }
    return row;
  });
  return Buffer.concat([head, ...rows]);
}

/** A GeoPackage with one layer, its geometries in the system `srid`; 0 and -1 are undefined ones. */
export function geoPackage(areas: readonly DrawnArea[], srid = 4326, layer = 'control'): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'salient-test-'));
  try {
    const file = join(folder, 'map.gpkg');
    const db = new sqlite.Database(file);
    const keys = [...new Set(areas.flatMap(({ properties }) => Object.keys(properties)))];
    db.exec(`pragma application_id = 1196444487;
      create table gpkg_spatial_ref_sys (srs_name text, srs_id integer primary key, organization text, organization_coordsys_id integer, definition text, description text);
      insert into gpkg_spatial_ref_sys values ('a', ${srid}, '${srid > 0 ? 'EPSG' : 'NONE'}', ${srid}, 'undefined', null);
      create table gpkg_contents (table_name text primary key, data_type text, identifier text, srs_id integer);
      insert into gpkg_contents values ('${layer}', 'features', '${layer}', ${srid});
      create table gpkg_geometry_columns (table_name text, column_name text, geometry_type_name text, srs_id integer, z integer, m integer);
      insert into gpkg_geometry_columns values ('${layer}', 'geom', 'MULTIPOLYGON', ${srid}, 0, 0);
      create table "${layer}" (fid integer primary key, geom blob, ${keys.map((key) => `"${key}" text`).join(', ')});`);
    for (const { properties, polygons } of areas) {
      const head = Uint8Array.of(0x47, 0x50, 0, 1, srid & 255, (srid >> 8) & 255, srid >> 16, 0);
      const values = [Buffer.concat([head, toWkb(polygons)]), ...keys.map((key) => properties[key] ?? null)];
      db.run(
        `insert into "${layer}" (geom, ${keys.map((key) => `"${key}"`).join(', ')}) values (${values.map(() => '?').join(', ')})`,
        values,
      );
    }
    db.close();
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const flatGeobuf = (areas: readonly DrawnArea[], srid = 4326) => serialize(geoJson(areas), srid);

export function csv(areas: readonly DrawnArea[]): string {
  const keys = [...new Set(areas.flatMap(({ properties }) => Object.keys(properties)))];
  const wkt = (polygons: Polygon[]) =>
    `MULTIPOLYGON(${polygons.map((rings) => `(${rings.map((ring) => `(${ring.map((p) => p.join(' ')).join(',')})`).join(',')})`).join(',')})`;
  const rows = areas.map(({ properties, polygons }) =>
    [`"${wkt(polygons)}"`, ...keys.map((key) => properties[key] ?? '')].join(','),
  );
  return [['wkt', ...keys].join(','), ...rows].join('\r\n');
}
