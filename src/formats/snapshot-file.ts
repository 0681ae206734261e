import { SalientError } from '../errors.js';
import { readCrs } from '../geometry/geojson-crs.js';
import { isGeometryType, isObject } from '../geometry/geojson-geometry.js';
import { pointer, quote } from '../model/problem-list.js';
import { isFeatures, memberHint } from './geojson/member.js';
import { refusePart } from './geojson/part.js';
import type { MapReader } from './map-reader.js';

/**
 * Reads one GeoJSON document; `at` is where it stands in its file; `asked`: by `--member`, which may name an
 * array of features.
 * @throws SalientError `invalid_body` when its root is not GeoJSON
 */
export function readGeoJson(root: unknown, reader: MapReader, at = '', requested = false): void {
  if (requested && isFeatures(root)) {
    for (const [index, feature] of root.entries()) {
      if (reader.problems.full) break;
      reader.add({ feature, at: pointer(at, index), crs: null });
    }
    return;
  }
  if (!isObject(root))
    throw notGeoJson(at, `a GeoJSON object is expected, not ${quote(root)}${memberHint(root) || EXPORT}`);
  refusePart(root, at, Array.isArray(root.features) ? root.features.length : null);
  const crs = readCrs(root, at, null, reader.problems, reader.namesCrs);
  if (root.type === 'FeatureCollection') {
    const { features } = root;
    if (!Array.isArray(features)) {
      const message = `an array of features is expected, not ${quote(features)}: export the file again`;
      throw notGeoJson(pointer(at, 'features'), message);
    }
    if (features.length === 0) noFeatures(reader, pointer(at, 'features'));
    for (const [index, feature] of features.entries()) {
      if (reader.problems.full) break;
      reader.add({ feature, at: `${at}/features/${index}`, crs });
    }
  } else if (root.type === 'Feature') reader.add({ feature: root, at, crs });
  else if (isGeometryType(root.type)) reader.addGeometry(root, at, crs);
  else {
    const message = `type is ${quote(root.type)}: FeatureCollection, Feature or a polygon is expected${memberHint(root) || otherJson(root) || EXPORT}`;
    throw notGeoJson(pointer(at, 'type'), message);
  }
}

const EXPORT = ': export the map as GeoJSON (ogr2ogr -f GeoJSON)';

/** What other JSON people take for a map is, and what makes a map of it; '' for any other. */
function otherJson({ elements, error, geojson, version, sources }: Record<string, unknown>): string {
  if (Array.isArray(elements)) return ': this is OpenStreetMap data of Overpass: convert it with osmtogeojson';
  if (isObject(error))
    return `: a server answered with an error (${quote(error.message)}) instead of the map: fetch it again`;
  if (isObject(sources) && version !== undefined)
    return ': this is the style of a map, without its data: export the data as GeoJSON';
  if (typeof geojson === 'string')
    return ': a map as text inside the document: save that text as a file of its own, and import it';
  return '';
}

export function noFeatures(reader: MapReader, at: string): void {
  const message = 'no features: a snapshot without areas says nothing; mark unknown ground as unknown';
  reader.problems.add('empty', at, message);
}

export function notGeoJson(at: string, message: string): SalientError {
  return new SalientError('invalid_body', message, [{ code: 'not_geojson', at, message }]);
}
