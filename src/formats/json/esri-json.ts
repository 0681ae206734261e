import type { DeclaredCrs } from '../../geometry/geojson-crs.js';
import { isObject } from '../../geometry/geojson-geometry.js';
import type { Position } from '../../geometry/geojson-ring.js';
import type { Format, ReadOptions } from '../format.js';
import { isFeatureSet } from '../geojson/member.js';
import { refusePart } from '../geojson/part.js';
import type { MapReader } from '../map-reader.js';
import { UNDECLARED_CRS } from '../reading-notes.js';
import { nested } from '../shapefile/shp.js';
import { noFeatures } from '../snapshot-file.js';

export const ESRI_JSON: Format = {
  id: 'esrijson',
  label: 'Esri JSON',
  extensions: ['esrijson'],
  mediaTypes: ['application/vnd.esri.json'],
  reader: {
    sniffJson: isFeatureSet,
    readJson: readEsriJson,
    reads:
      'a feature set as an ArcGIS server sends it, by its spatial reference; one that the server cut off is refused',
  },
};

function readEsriJson(root: Record<string, unknown>, _options: ReadOptions, reader: MapReader): void {
  refusePart(root, '', (root.features as unknown[]).length);
  const crs = crsOf(root.spatialReference);
  const dates = reader.countsMilliseconds ? new Set<string>() : dateFields(root.fields);
  const features = root.features as unknown[];
  const key = typeof root.objectIdFieldName === 'string' ? root.objectIdFieldName : 'OBJECTID';
  for (const [index, raw] of features.entries()) {
    if (reader.problems.full) break;
    const { attributes = {}, geometry = null } = isObject(raw) ? raw : {};
    const entries = isObject(attributes) ? Object.entries(attributes).filter(([, value]) => value !== null) : [];
    const properties = Object.fromEntries(
      entries.map(([name, value]) => [name, dates.has(name) ? instantOf(value) : value]),
    );
    const own = isObject(geometry) && 'spatialReference' in geometry ? crsOf(geometry.spatialReference) : crs;
    if (own === undefined) reader.note(`the Esri JSON declares no coordinate system: ${UNDECLARED_CRS}`);
    const number = properties[key] === undefined ? null : `${key} ${String(properties[key])}`;
    const isCurved = isObject(geometry) && 'curveRings' in geometry;
    const feature = { type: 'Feature', properties, geometry: isCurved ? null : geometryOf(geometry) };
    const read = { feature, at: `/features/${index}`, crs: own ?? null, knownAs: { number } };
    if (isCurved)
      reader.unreadable(
        read,
        'its rings have curves (curveRings): ask the server for straight ones (returnTrueCurves=false)',
      );
    else reader.add(read);
  }
  if (features.length === 0) noFeatures(reader, '/features');
}

/** Well-known ids are EPSG's below 32,768 and Esri's own above; 102100 is its old name of web Mercator; undefined for none. */
function crsOf(reference: unknown): DeclaredCrs | undefined {
  if (!isObject(reference)) return undefined;
  const id = Number(reference.latestWkid ?? reference.wkid);
  if (id === 4326) return null;
  if (id === 102100 || id === 102113) return 'EPSG:3857';
  if (Number.isInteger(id) && id > 0) return id > 32767 ? `ESRI:${id}` : `EPSG:${id}`;
  const wkt = reference.wkt2 ?? reference.wkt;
  return typeof wkt === 'string' && wkt !== '' ? `WKT:${wkt}` : undefined;
}

/** Names of the fields whose numbers are milliseconds since 1970 in UTC. */
function dateFields(fields: unknown): Set<string> {
  const list = Array.isArray(fields) ? fields.filter(isObject) : [];
  return new Set(list.flatMap(({ name, type }) => (type === 'esriFieldTypeDate' ? [String(name)] : [])));
}

function instantOf(value: unknown): unknown {
  const date = typeof value === 'number' ? new Date(value) : null;
  return date && !Number.isNaN(date.getTime()) ? date.toISOString() : value;
}

/** Rings in Esri's order: shells clockwise, holes after them or anywhere. */
function geometryOf(geometry: unknown): unknown {
  if (!isObject(geometry)) return geometry;
  if (!Array.isArray(geometry.rings))
    return { type: 'paths' in geometry ? 'MultiLineString' : 'Point', coordinates: [] };
  const rings = geometry.rings as Position[][];
  const measurable = rings.every((ring) => Array.isArray(ring) && ring.every((position) => Array.isArray(position)));
  const polygons = measurable ? nested(rings) : rings.map((ring) => [ring]);
  return { type: 'MultiPolygon', coordinates: polygons };
}
