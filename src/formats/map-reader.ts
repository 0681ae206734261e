import { type DeclaredCrs, readCrs } from '../geometry/geojson-crs.js';
import { isObject, type Polygon, readAreaGeometry } from '../geometry/geojson-geometry.js';
import type { IsoDate } from '../model/dates.js';
import { ProblemList, pointer, quote } from '../model/problem-list.js';
import { type AreaAttributes, type ImportOptions, readAttributes, readDate } from './feature-attributes.js';
import { mapFeature } from './mapping.js';

/** One area of a snapshot as the file has it; valid in form, not yet measured. */
export interface AreaInput extends Omit<AreaAttributes, 'date'> {
  /** JSON pointer of the feature; `''` when the file is a single Feature or geometry. */
  at: string;
  /** MultiPolygon coordinates, rings closed, shells anticlockwise, no heights: lon and lat in degrees, unless `crs`. */
  polygons: Polygon[];
}

/** `crs`: what the numbers are in; null for lon, lat on WGS 84 (CRS84). */
export type DatedArea = AreaInput & { date: IsoDate; crs: DeclaredCrs };

/** A feature as a format has it, and where in the file it stood. */
export interface RawFeature {
  /** GeoJSON Feature, or what should be one. */
  feature: unknown;
  at: string;
  crs: DeclaredCrs;
  folders?: readonly string[];
  layer?: string | null;
}

/** What was read beside the areas: sentences for the importer, and how often each rule of the mapping was used. */
export interface Reading {
  features: number;
  areas: number;
  notes: string[];
  /** By number of the rule, from 1. */
  rules: number[];
  ignored: { what: string; features: number }[];
  unmapped: { what: string; features: number; at: string }[];
}

/** Reads features one by one, each area handed on at once; all problems are gathered until the end. */
export interface MapReader {
  readonly problems: ProblemList;
  add(raw: RawFeature): void;
  /** A bare geometry, whose facts the options know. */
  addGeometry(geometry: unknown, at: string, crs: DeclaredCrs): void;
  reading(): Reading;
}

/** Features that no rule speaks of are tallied by their values; of so many different ones the rest is only counted. */
const TALLY_LIMIT = 200;

/** How a format says what it is. `winding` counts only where the format asks for the right-hand rule. */
export function createMapReader(options: ImportOptions, take: (area: DatedArea) => void): MapReader {
  const problems = new ProblemList();
  const ignored = new Map<string, { features: number; at: string }>();
  const unmapped = new Map<string, { features: number; at: string }>();
  const rules: number[] = (options.mapping?.rules ?? []).map(() => 0);
  let features = 0;
  let areas = 0;

  const readMapped = (raw: RawFeature, properties: Record<string, unknown>, geometry: unknown) => {
    const { mapping } = options;
    if (!mapping) return readAttributes(properties, pointer(raw.at, 'properties'), options, problems);
    const dated = { ...options, dateProperty: options.dateProperty ?? mapping.date_property };
    const date = readDate(properties, pointer(raw.at, 'properties'), dated, problems);
    if (date === null) return null;
    const geometryType = isObject(geometry) && typeof geometry.type === 'string' ? geometry.type : null;
    const { folders = [], layer = null } = raw;
    const facts = { properties, folders, layer, file: options.file ?? null, geometryType };
    const mapped = mapFeature(mapping, facts, date);
    if (mapped.kind === 'area') {
      rules[mapped.rule] = (rules[mapped.rule] ?? 0) + 1;
      const { party, status, confidence } = mapped;
      return { date, party, status, confidence };
    }
    if (mapped.kind === 'ignored') tally(ignored, mapped.why, raw.at);
    else tally(unmapped, mapped.value, raw.at);
    return null;
  };
  const read = (raw: RawFeature, properties: Record<string, unknown>, geometry: unknown, geometryAt: string) => {
    features++;
    const attributes = readMapped(raw, properties, geometry);
    if (attributes === null && options.mapping) return;
    const polygons = readAreaGeometry(geometry, geometryAt, problems, raw.crs !== null);
    if (!attributes || !polygons) return;
    areas++;
    if (problems.all.length === 0) take({ at: raw.at, ...attributes, crs: raw.crs, polygons });
  };
  return {
    problems,
    add(raw) {
      const { feature, at } = raw;
      if (!isObject(feature) || feature.type !== 'Feature') {
        const found = isObject(feature) ? `type ${quote(feature.type)}` : quote(feature);
        problems.add('feature', at, `a Feature is expected, not ${found}`);
        return;
      }
      let crs = at === '' ? raw.crs : readCrs(feature, at, raw.crs, problems);
      const properties = feature.properties ?? {};
      if (!isObject(properties)) {
        problems.add('properties', pointer(at, 'properties'), `an object is expected, not ${quote(properties)}`);
        return;
      }
      const geometryAt = pointer(at, 'geometry');
      if (isObject(feature.geometry)) crs = readCrs(feature.geometry, geometryAt, crs, problems);
      read({ ...raw, crs }, properties, feature.geometry, geometryAt);
    },
    addGeometry: (geometry, at, crs) => read({ feature: null, at, crs }, {}, geometry, at),
    reading() {
      for (const [what, { features: count, at }] of unmapped) {
        problems.add('unmapped', at, `${count} ${count === 1 ? 'feature has' : 'features have'} no rule: ${what}`);
      }
      const list = (of: typeof ignored) => [...of].map(([what, found]) => ({ what, ...found }));
      const told = list(ignored).map(({ what, features: count }) => ({ what, features: count }));
      return { features, areas, notes: notesOf(problems.counts, told), rules, ignored: told, unmapped: list(unmapped) };
    },
  };
}

function tally(into: Map<string, { features: number; at: string }>, what: string, at: string): void {
  const name = into.has(what) || into.size < TALLY_LIMIT ? what : 'other values';
  const found = into.get(name);
  if (found) found.features++;
  else into.set(name, { features: 1, at });
}

function notesOf(counts: ReadonlyMap<string, number>, ignored: Reading['ignored']): string[] {
  const notes = ignored.map(
    ({ what, features }) => `${features} ${features === 1 ? 'feature' : 'features'} ignored: ${what}`,
  );
  for (const [name, times] of counts) {
    if (name.startsWith('kml ')) notes.push(`${times} ${name.slice(4)} left out: a picture or a link is no ground`);
  }
  const heights = counts.get('height') ?? 0;
  if (heights > 0) notes.push(`heights of ${heights} positions dropped`);
  const winding = counts.get('winding') ?? 0;
  if (winding > 0) {
    notes.push(
      `${winding} ${winding === 1 ? 'ring' : 'rings'} turned: RFC 7946 wants shells anticlockwise and holes clockwise`,
    );
  }
  return notes;
}
