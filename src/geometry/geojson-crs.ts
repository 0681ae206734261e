import { type ProblemList, pointer, quote } from '../model/problem-list.js';
import { isObject } from './geojson-geometry.js';

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

const EPSG = [
  /^EPSG:(\d{4,6})$/i,
  /^urn:ogc:def:crs:EPSG:[0-9.]*:(\d{4,6})$/i,
  /^https?:\/\/www\.opengis\.net\/def\/crs\/EPSG\/[0-9.]+\/(\d{4,6})$/i,
];

/**
 * The coordinate system that a file declares: null for longitude, latitude on WGS 84; else `EPSG:n` or a code of another
 * authority (`ESRI:n`); or `WKT:` and the definition (well-known text of any dialect, or PROJJSON). PROJ transforms it.
 */
export type DeclaredCrs = string | null;

/** The code of EPSG by which a definition calls itself (well-known text: its last member); null where it has none. */
export function declaredCode(crs: string): string | null {
  if (!crs.startsWith('WKT:')) return crs;
  const code = /(?:AUTHORITY\s*\[\s*"EPSG"\s*,\s*"?(\d+)"?|ID\s*\[\s*"EPSG"\s*,\s*(\d+))\s*\]\s*\]\s*$/i
    .exec(crs)
    ?.slice(1)
    .find(Boolean);
  return code === undefined ? null : `EPSG:${code}`;
}

/** The name that a definition gives itself: well-known text of any dialect, or PROJJSON. */
export const definedName = (definition: string): string | undefined =>
  /^\s*[A-Z_]+\s*[[(]\s*"([^"]*)"/i.exec(definition)?.[1] ??
  /^\s*\{[\s\S]{0,2000}?"name"\s*:\s*"([^"]*)"/.exec(definition)?.[1];

/** What a file declares, as a message calls it: its code, or the name of its definition in quotation marks. */
export function crsInWords(crs: string): string {
  if (!crs.startsWith('WKT:')) return crs;
  const definition = crs.slice(4).trim();
  return quote(definedName(definition) || definition.slice(0, 60));
}

/** `EPSG:n` or null (lon, lat on WGS 84) of a name in any of its customary spellings; undefined for another name. */
export function crsNamed(name: string): DeclaredCrs | undefined {
  if (LON_LAT.some((pattern) => pattern.test(name))) return null;
  for (const pattern of EPSG) {
    const code = pattern.exec(name)?.[1];
    if (code !== undefined) return `EPSG:${Number(code)}`;
  }
  return undefined;
}

/**
 * What a `crs` member (GeoJSON of 2008, gone since RFC 7946) declares, or `inherited` when there is none. One that
 * names no known system is a problem.
 * @param requested the importer names the system: then one that is null, or names no known one, is settled
 */
export function readCrs(
  holder: Record<string, unknown>,
  at: string,
  inherited: DeclaredCrs,
  problems: ProblemList,
  requested: boolean,
): DeclaredCrs {
  if (!Object.hasOwn(holder, 'crs')) return inherited;
  const place = pointer(at, 'crs');
  const { crs } = holder;
  const named = nameIn(crs);
  const declared = named && crsNamed(named.name);
  if (declared !== undefined) return declared;
  // In words of its own, so that the importer's system is noted to hold instead.
  if (requested) return named ? `WKT:${named.name}` : inherited;
  if (crs === null) {
    const message =
      'crs: null says that the coordinate system is unknown; leave crs out if it is lon, lat on WGS 84, else --crs names it';
    problems.add('crs', place, message);
    return inherited;
  }
  if (!named) {
    const message =
      'crs names no coordinate system; leave it out if the coordinates are lon, lat on WGS 84, else --crs names it';
    problems.add('crs', place, message);
    return inherited;
  }
  const remedy =
    '--crs EPSG:n names it by its code, or reproject with ogr2ogr -f GeoJSON -t_srs OGC:CRS84 out.geojson in.geojson';
  problems.add('crs', pointer(pointer(place, 'properties'), named.member), `crs is ${quote(named.name)}: ${remedy}`);
  return inherited;
}

/** The name in a `crs` member; before 2008 it was a `code` of EPSG, or a `urn` of OGC. */
function nameIn(crs: unknown): { member: string; name: string } | undefined {
  if (!isObject(crs) || !isObject(crs.properties)) return undefined;
  const { name, code, urn } = crs.properties;
  const { type } = crs;
  if (type === 'name' && typeof name === 'string') return { member: 'name', name };
  if (type === 'EPSG' && /^\d+$/.test(String(code))) return { member: 'code', name: `EPSG:${code}` };
  return type === 'OGC' && typeof urn === 'string' ? { member: 'urn', name: urn } : undefined;
}
