import { isObject } from './geojson-geometry.js';
import { type ProblemList, pointer, quote } from './problem-list.js';

/**
 * Names of longitude, latitude on WGS 84. EPSG:4326 is latitude first by its own definition, but a GeoJSON file that
 * names it has longitude first in practice (RFC 7946, 4, and every writer before it), so it is read so;
 * `looksSwapped` catches the exception.
 */
const LON_LAT = [
  /^urn:ogc:def:crs:OGC:(1\.3|):CRS84$/i,
  /^(OGC|CRS):(CRS)?84$/i,
  /^https?:\/\/www\.opengis\.net\/def\/crs\/OGC\/(1\.3|0)\/CRS84$/i,
  /^EPSG:4326$/i,
  /^urn:ogc:def:crs:EPSG:[0-9.]*:4326$/i,
  /^https?:\/\/www\.opengis\.net\/def\/crs\/EPSG\/[0-9.]+\/4326$/i,
];

/** Refuses a `crs` member (GeoJSON of 2008, gone since RFC 7946) that is not longitude and latitude on WGS 84. */
export function checkCrs(holder: Record<string, unknown>, at: string, problems: ProblemList): void {
  if (!Object.hasOwn(holder, 'crs')) return;
  const place = pointer(at, 'crs');
  const { crs } = holder;
  if (crs === null) {
    problems.add(
      'crs',
      place,
      'crs: null says that the coordinate system is unknown; leave crs out if it is lon, lat on WGS 84',
    );
    return;
  }
  const name = isObject(crs) && crs.type === 'name' && isObject(crs.properties) ? crs.properties.name : undefined;
  if (typeof name !== 'string') {
    problems.add(
      'crs',
      place,
      'crs names no coordinate system; leave it out if the coordinates are lon, lat on WGS 84',
    );
  } else if (!LON_LAT.some((pattern) => pattern.test(name))) {
    const remedy =
      'only lon, lat on WGS 84 is read; reproject with ogr2ogr -f GeoJSON -t_srs OGC:CRS84 out.geojson in.geojson';
    problems.add('crs', pointer(pointer(place, 'properties'), 'name'), `crs is ${quote(name)}: ${remedy}`);
  }
}
