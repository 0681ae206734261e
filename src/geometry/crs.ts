import { SalientError } from '../errors.js';
import type { Bounds } from './bounds.js';

/** A coordinate reference system that answers may be given in. */
export interface Crs {
  uri: string;
  srid: number;
  /** Whether the first coordinate is the latitude, as EPSG:4326 defines it. */
  latitudeFirst: boolean;
  /** Digits after the point: about a centimetre in degrees, a millimetre in metres. */
  decimals: number;
}

const epsg = (code: number): string => `http://www.opengis.net/def/crs/EPSG/0/${code}`;

export const CRS84: Crs = {
  uri: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
  srid: 4326,
  latitudeFirst: false,
  decimals: 7,
};
const WGS84: Crs = { uri: epsg(4326), srid: 4326, latitudeFirst: true, decimals: 7 };
const WEB_MERCATOR: Crs = { uri: epsg(3857), srid: 3857, latitudeFirst: false, decimals: 3 };

/** The UTM zone (EPSG code) of a place on earth, without the exceptions of Norway and Svalbard. */
function utmZone(lon: number, lat: number): number {
  return (lat < 0 ? 32700 : 32600) + Math.min(60, Math.floor((lon + 180) / 6) + 1);
}

/** Numbers of the first and last UTM zone, from 0 on at 180° west; beyond 59 are those east of 180°. A box that ends on it does not reach beyond. */
function uncutZones(west: number, east: number): [first: number, last: number] {
  const first = Math.min(59, Math.floor((west + 180) / 6));
  return [
    first,
    Math.max(first, east > 180 ? Math.floor((east + 180) / 6) : Math.min(59, Math.floor((east + 180) / 6))),
  ];
}

/**
 * The systems of a collection: CRS84 first, as the standard requires; EPSG:4326 with latitude first; Web Mercator; and in
 * metres, the UTM zones that `bounds` reaches into on the side of its middle.
 */
export function crsOf([west, south, east, north]: Readonly<Bounds>): Crs[] {
  const middle = (south + north) / 2;
  const [first, last] = uncutZones(west, east);
  const zones = Array.from({ length: last - first + 1 }, (_, index) =>
    utmZone(-180 + 6 * ((first + index) % 60), middle),
  );
  return [CRS84, WGS84, WEB_MERCATOR, ...zones.map((srid) => ({ ...WEB_MERCATOR, uri: epsg(srid), srid }))];
}

/**
 * The system that a parameter names by its URI, among those listed; also `EPSG:32637`, `OGC:CRS84` and safe CURIEs in brackets.
 * @throws SalientError `invalid_parameter` for any other
 */
export function crsNamed(listed: readonly Crs[], text: string, parameter: string): Crs {
  const curie = /^\[?(EPSG|OGC):(\w+)\]?$/.exec(text);
  const uri = curie ? (curie[1] === 'EPSG' ? epsg(Number(curie[2])) : CRS84.uri) : text.replace(/^https:/, 'http:');
  const found = listed.find((crs) => crs.uri === uri && (curie?.[1] !== 'OGC' || curie[2] === 'CRS84'));
  if (found) return found;
  const known = listed.map((crs) => crs.uri).join(', ');
  throw new SalientError('invalid_parameter', `${parameter}: ${JSON.stringify(text)} is none of ${known}`);
}
