import { SalientError } from '../errors.js';
import type { IsoDate } from './dates.js';
import { type AreaAttributes, type ImportOptions, readAttributes } from './feature-attributes.js';
import { checkCrs } from './geojson-crs.js';
import { isGeometryType, isObject, type Polygon, readAreaGeometry } from './geojson-geometry.js';
import { parseJson } from './json-limits.js';
import { ProblemList, pointer, quote } from './problem-list.js';

export type { AreaStatus, ImportOptions } from './feature-attributes.js';

/** One area of a snapshot as the file has it; valid in form, not yet measured. */
export interface AreaInput extends Omit<AreaAttributes, 'date'> {
  /** JSON pointer of the feature; `''` when the file is a single Feature or geometry. */
  at: string;
  /** MultiPolygon coordinates, lon and lat in degrees (CRS84), rings closed, shells anticlockwise, no heights. */
  polygons: Polygon[];
}

/** The areas of one date, in the order of the file; never empty. */
export interface SnapshotInput {
  date: IsoDate;
  areas: AreaInput[];
}

/** In order of date; each date once; never empty. */
export interface ParsedSnapshotFile {
  snapshots: SnapshotInput[];
}

/**
 * Reads a GeoJSON file (UTF-8; FeatureCollection, Feature or bare polygons) as dated areas. Nothing is repaired.
 *
 * Throws `invalid_body` when it is not GeoJSON at all (encoding, syntax, depth, shape of the root) and
 * `invalid_snapshot` when what it says cannot be accepted: every problem at once, each with a JSON pointer.
 * Crossing rings, overlaps and ground outside the theatre are found later, by PostGIS and `judgeSnapshot`.
 */
export function parseSnapshotFile(text: string | Uint8Array, options: ImportOptions): ParsedSnapshotFile {
  const problems = new ProblemList();
  const areas = readRoot(parseJson(text), options, problems);
  if (problems.all.length > 0) throw problems.toError('invalid_snapshot');
  const byDate = new Map<IsoDate, AreaInput[]>();
  for (const { date, ...area } of areas) {
    const sameDay = byDate.get(date);
    if (sameDay) sameDay.push(area);
    else byDate.set(date, [area]);
  }
  const snapshots = [...byDate].map(([date, dated]) => ({ date, areas: dated }));
  return { snapshots: snapshots.sort((a, b) => (a.date < b.date ? -1 : 1)) };
}

type DatedArea = AreaInput & { date: IsoDate };

function readRoot(root: unknown, options: ImportOptions, problems: ProblemList): DatedArea[] {
  if (!isObject(root)) throw notGeoJson('', `a GeoJSON object is expected, not ${quote(root)}`);
  checkCrs(root, '', problems);
  if (root.type === 'FeatureCollection') return readCollection(root, options, problems);
  if (root.type === 'Feature') return readFeature(root, '', options, problems);
  if (isGeometryType(root.type)) return readArea(root, {}, '', '', options, problems);
  const hint = root.type === 'Topology' ? ' (TopoJSON: convert it with topo2geo)' : '';
  throw notGeoJson('/type', `type is ${quote(root.type)}${hint}: FeatureCollection, Feature or a polygon is expected`);
}

function notGeoJson(at: string, message: string): SalientError {
  return new SalientError('invalid_body', message, [{ code: 'not_geojson', at, message }]);
}

function readCollection(root: Record<string, unknown>, options: ImportOptions, problems: ProblemList): DatedArea[] {
  const { features } = root;
  if (!Array.isArray(features))
    throw notGeoJson('/features', `an array of features is expected, not ${quote(features)}`);
  if (features.length === 0) {
    problems.add(
      'empty',
      '/features',
      'no features: a snapshot without areas says nothing; mark unknown ground as unknown',
    );
  }
  const areas: DatedArea[] = [];
  for (const [index, feature] of features.entries()) {
    if (problems.full) break;
    for (const area of readFeature(feature, `/features/${index}`, options, problems)) areas.push(area);
  }
  return areas;
}

function readFeature(feature: unknown, at: string, options: ImportOptions, problems: ProblemList): DatedArea[] {
  if (!isObject(feature) || feature.type !== 'Feature') {
    const found = isObject(feature) ? `type ${quote(feature.type)}` : quote(feature);
    problems.add('feature', at, `a Feature is expected, not ${found}`);
    return [];
  }
  if (at !== '') checkCrs(feature, at, problems);
  const properties = feature.properties ?? {};
  if (!isObject(properties)) {
    problems.add('properties', pointer(at, 'properties'), `an object is expected, not ${quote(properties)}`);
    return [];
  }
  if (isObject(feature.geometry)) checkCrs(feature.geometry, pointer(at, 'geometry'), problems);
  return readArea(feature.geometry, properties, at, pointer(at, 'geometry'), options, problems);
}

function readArea(
  geometry: unknown,
  properties: Record<string, unknown>,
  at: string,
  geometryAt: string,
  options: ImportOptions,
  problems: ProblemList,
): DatedArea[] {
  const attributes = readAttributes(properties, pointer(at, 'properties'), options, problems);
  const polygons = readAreaGeometry(geometry, geometryAt, problems);
  return attributes && polygons ? [{ at, ...attributes, polygons }] : [];
}
