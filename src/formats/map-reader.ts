import { SalientError } from '../errors.js';
import { approximateKm2 } from '../geometry/approximate-area.js';
import { crsInWords, crsNamed, type DeclaredCrs, declaredCode, readCrs } from '../geometry/geojson-crs.js';
import { isObject, type Polygon, readAreaGeometry } from '../geometry/geojson-geometry.js';
import type { IsoDate } from '../model/dates.js';
import { ProblemList, pointer, quote } from '../model/problem-list.js';
import { type AreaAttributes, type ImportOptions, readAttributes, readDate, statedDay } from './feature-attributes.js';
import { featureName, type KnownAs } from './feature-name.js';
import { IGNORED_KINDS, leftOut, mapFeature, priorityRank } from './mapping.js';
import { oddDayNotes } from './odd-days.js';
import { type NamedParty, partyNames } from './party-names.js';
import { checkDayWriting, countsFiner, countsMilliseconds } from './read-day.js';
import { elsewhenNote, partNotes, readingNotes } from './reading-notes.js';
import { createTally, type Tallied, type Tally } from './tally.js';

/** One area of a snapshot as the file has it; valid in form, not yet measured. */
export interface AreaInput extends Omit<AreaAttributes, 'date'> {
  /** JSON pointer of the feature; `''` when the file is a single Feature or geometry. */
  at: string;
  /** MultiPolygon coordinates, rings closed, shells anticlockwise, no heights: lon and lat in degrees, unless `crs`. */
  polygons: Polygon[];
}

/**
 * `crs`: what the numbers are in; null for lon, lat on WGS 84 (CRS84). `name`: the feature as its author knows it. `rank`: its place in the
 * priority of the mapping, null where that does not name it.
 */
export type DatedArea = AreaInput & { date: IsoDate; crs: DeclaredCrs; name: string | null; rank?: number | null };

/** A feature as a format has it, and where in the file it stood. */
export interface RawFeature {
  /** GeoJSON Feature, or what should be one. */
  feature: unknown;
  at: string;
  crs: DeclaredCrs;
  folders?: readonly string[];
  layer?: string | null;
  /** Its file inside an archive, with folders. */
  member?: string | null;
  knownAs?: KnownAs;
  /** Its day as the format itself states it (KML's TimeSpan and TimeStamp), in XML's words. */
  stated?: string | null;
  /** When it holds as the format itself states it, where that makes no day because another is named. */
  holds?: { text: string; on(day: IsoDate): boolean } | null;
  /** The publisher hid it: it is left out, unless a mapping decides (property `visibility`, `"false"`). */
  hidden?: boolean;
}

/** What was read beside the areas: sentences for the importer, and how often each rule of the mapping was used. */
export interface Reading {
  features: number;
  areas: number;
  notes: string[];
  /** By number of the rule, from 1. */
  rules: number[];
  ignored: Tallied[];
  unmapped: (Tallied & { at: string })[];
  /** The parties that the file names; of a mapping those of its rules. */
  parties: NamedParty[];
}

/** Reads features one by one, each area handed on at once; all problems are gathered until the end. */
export interface MapReader {
  readonly problems: ProblemList;
  /** No day and no property is named: features are of the days that their format states. */
  readonly usesStatedDays: boolean;
  /** The day that a time means which a format itself states; null where it means none. */
  readonly statedDay: (text: string) => IsoDate | null;
  /** The importer says that days are counted in milliseconds: what a format itself knows as such a count stays one. */
  readonly countsMilliseconds: boolean;
  /** `--crs` names the coordinate system, whatever the file declares. */
  readonly namesCrs: boolean;
  add(raw: RawFeature): void;
  /** A feature whose geometry cannot be read, and why; it is named as its author knows it. */
  unreadable(raw: RawFeature, why: string): void;
  /** A bare geometry, whose facts the options know. */
  addGeometry(geometry: unknown, at: string, crs: DeclaredCrs): void;
  /** A note for whoever imports the file; the same one is reported once. */
  note(sentence: string): void;
  /**
   * The same reader for one file of several in an archive: its name is the layer and the start of every pointer.
   * @param folders in which a feature stands that its own format puts into none
   */
  within(file: string, folders?: readonly string[]): MapReader;
  reading(): Reading;
}

/**
 * Reads the features of a file, of whatever format.
 * @throws SalientError `invalid_parameter` for options that contradict themselves
 */
export function createMapReader(options: ImportOptions, take: (area: DatedArea) => void): MapReader {
  checkDayWriting({ format: options.dateFormat ?? null, zone: options.timeZone ?? null });
  const problems = new ProblemList();
  const [ignored, parts, unmapped, elsewhen] = [createTally(), createTally(), createTally(), createTally()];
  const rules: number[] = (options.mapping?.rules ?? []).map(() => 0);
  const notes = new Set<string>();
  const days = new Set<IsoDate>();
  const parties = partyNames(options.knownParties, options.partyNames, options.partyIds);
  const settled = settleCrs(options.crs, notes);
  let features = 0;
  let areas = 0;

  const readMapped = (raw: RawFeature, properties: Record<string, unknown>, geometry: unknown) => {
    const { mapping } = options;
    if (!mapping) {
      if (raw.hidden) {
        ignored.add(
          'hidden by the publisher (a mapping can read it: property visibility "false")',
          raw.at,
          km2Of(raw, geometry),
        );
        return null;
      }
      return readAttributes(properties, pointer(raw.at, 'properties'), options, problems, parties, raw);
    }
    const dated = { ...options, dateProperty: options.dateProperty ?? mapping.date_property };
    const date = readDate(properties, pointer(raw.at, 'properties'), dated, problems, raw);
    if (date === null) return null;
    const geometryType = isObject(geometry) && typeof geometry.type === 'string' ? geometry.type : null;
    const { folders = [], layer = null, member = null } = raw;
    const facts = { properties, folders, layer, file: options.file ?? null, member, geometryType };
    const mapped = mapFeature(mapping, facts, date);
    if (mapped.kind === 'area') {
      rules[mapped.rule] = (rules[mapped.rule] ?? 0) + 1;
      if (raw.hidden)
        notes.add(
          'some areas are hidden by their publisher: a rule {"property": {"visibility": "false"}} would ignore them',
        );
      const { party, status, confidence } = mapped;
      return { date, party, status, confidence, rank: priorityRank(mapping, mapped, facts) };
    }
    const km2 = km2Of(raw, geometry);
    if (mapped.kind === 'ignored') ignored.add(mapped.why, raw.at, km2);
    else unmapped.add(mapped.value, raw.at, km2);
    return null;
  };
  const ignoredKinds = ignoredGeometries(options);
  const read = (raw: RawFeature, properties: Record<string, unknown>, given: unknown, geometryAt: string) => {
    features++;
    const kind = ignoredKind(given, ignoredKinds);
    if (kind !== null) return ignored.add(leftOut(kind), raw.at, 0);
    const whole = options.swapAxes ? axesSwapped(given) : given;
    const hiddenOrMapped = raw.hidden || options.mapping;
    const attributes = readMapped(raw, properties, whole);
    if (attributes === null && hiddenOrMapped) return;
    const geometry = withoutIgnored(whole, ignoredKinds, raw.at, parts);
    const how = { projected: raw.crs !== null, repair: options.repair ?? false, ignorable: true };
    const polygons = readAreaGeometry(geometry, geometryAt, problems, how);
    if (!attributes || !polygons || polygons.length === 0) return;
    areas++;
    days.add(attributes.date);
    if (!reader.usesStatedDays && raw.holds && !raw.holds.on(attributes.date))
      elsewhen.add(`${problems.about ?? raw.at} (${raw.holds.text})`, raw.at, 0);
    if (problems.all.length === 0) take({ at: raw.at, ...attributes, crs: raw.crs, polygons, name: problems.about });
  };
  const about = (raw: RawFeature, properties: Record<string, unknown>, what: () => void) => {
    const { folders = [], layer = null, knownAs } = raw;
    problems.about = featureName(knownAs ?? idOf(raw.feature), properties, { folders, layer });
    what();
    problems.about = null;
  };
  const reader: MapReader = {
    problems,
    usesStatedDays:
      options.date === undefined && (options.dateProperty ?? options.mapping?.date_property) === undefined,
    statedDay: (text) => statedDay(text, options),
    countsMilliseconds: countsMilliseconds(options.dateFormat ?? ''),
    namesCrs: options.crs !== undefined,
    add(raw) {
      const { feature, at } = raw;
      if (!isObject(feature) || feature.type !== 'Feature') {
        const found = isObject(feature) ? `type ${quote(feature.type)}` : quote(feature);
        problems.add(
          'feature',
          at,
          `a Feature is expected, not ${found}: convert the file with ogr2ogr -f GeoJSON, or correct it at its source`,
        );
        return;
      }
      let crs = at === '' ? raw.crs : readCrs(feature, at, raw.crs, problems, reader.namesCrs);
      const properties = feature.properties ?? {};
      if (!isObject(properties)) {
        problems.add(
          'properties',
          pointer(at, 'properties'),
          `an object is expected, not ${quote(properties)}: correct it at its source`,
        );
        return;
      }
      const geometryAt = pointer(at, 'geometry');
      if (isObject(feature.geometry)) crs = readCrs(feature.geometry, geometryAt, crs, problems, reader.namesCrs);
      about(raw, properties, () => read({ ...raw, crs: settled(crs) }, properties, feature.geometry, geometryAt));
    },
    unreadable(raw, why) {
      const properties = isObject(raw.feature) && isObject(raw.feature.properties) ? raw.feature.properties : {};
      const message = `the geometry cannot be read: ${why}${/ogr2ogr/.test(why) ? '' : '; export the file again'}`;
      about(raw, properties, () => problems.add('geometry_type', pointer(raw.at, 'geometry'), message));
    },
    addGeometry: (geometry, at, crs) => read({ feature: null, at, crs: settled(crs) }, {}, geometry, at),
    note: (sentence) => void notes.add(sentence),
    within(file, outer = []) {
      const start = pointer('', file);
      const inside = ({ at, layer, member, folders = [], ...raw }: RawFeature): RawFeature => ({
        ...raw,
        at: `${start}${at}`,
        layer: layer ?? file,
        member: member ?? file,
        folders: folders.length > 0 ? folders : outer,
      });
      return {
        ...reader,
        add: (raw) => reader.add(inside(raw)),
        unreadable: (raw, why) => reader.unreadable(inside(raw), why),
        addGeometry: (geometry, at, crs) => reader.addGeometry(geometry, `${start}${at}`, crs),
      };
    },
    reading() {
      for (const { what, features: count, at } of unmapped.all()) {
        const message = `${count} ${count === 1 ? 'feature has' : 'features have'} no rule: ${what}; add a rule for it to the mapping (salient mapping suggest), or one that says why to ignore it`;
        problems.add('unmapped', at, message);
      }
      const left = ignored.all().map(({ at: _, ...one }) => one);
      const named = parties.all();
      const odd = oddDayNotes(days, options.date === undefined && countsFiner(options.dateFormat ?? ''));
      const also = [...notes, ...partNotes(parts.all()), ...elsewhenNote(elsewhen.all()), ...parties.notes(), ...odd];
      const reported = readingNotes({ problems, ignored: left, parties: named, notes: also });
      return { features, areas, notes: reported, rules, ignored: left, unmapped: unmapped.all(), parties: named };
    },
  };
  return reader;
}

/** The id that GeoJSON gives a feature (RFC 7946, 3.2), where it has one. */
function idOf(feature: unknown): KnownAs {
  const id = isObject(feature) ? feature.id : undefined;
  return typeof id === 'string' || typeof id === 'number' ? { number: `id ${quote(id)}` } : {};
}

/** @throws SalientError `invalid_parameter` for a system that is named by no code */
function assumedCrs(name: string | undefined): DeclaredCrs {
  if (name === undefined) return null;
  const crs = /^[A-Z]+:\d+$/i.test(name) ? (crsNamed(name) ?? name.toUpperCase()) : crsNamed(name);
  if (crs !== undefined) return crs === 'EPSG:4326' ? null : crs;
  throw new SalientError(
    'invalid_parameter',
    `crs: ${JSON.stringify(name)} is no code of a coordinate system: such as EPSG:32637`,
  );
}

/**
 * The system that holds for what a file declares: the importer's, where one is named, because the declaration may be what is
 * wrong; each that it overrules is noted.
 */
function settleCrs(named: string | undefined, notes: Set<string>): (declared: DeclaredCrs) => DeclaredCrs {
  if (named === undefined) return (declared) => declared;
  const crs = assumedCrs(named);
  return (declared) => {
    if (declared !== null && declared !== crs && declaredCode(declared) !== crs)
      notes.add(`the file declares ${crsInWords(declared)}: --crs ${named} holds instead`);
    return crs;
  };
}

/** @throws SalientError `invalid_parameter` for a kind that is none, or is an area */
function ignoredGeometries({ mapping, ignoreGeometry = [] }: ImportOptions): readonly string[] {
  for (const kind of ignoreGeometry) {
    if (IGNORED_KINDS.includes(kind)) continue;
    const message = `ignore-geometry: ${JSON.stringify(kind)} is none of ${IGNORED_KINDS.join(', ')}`;
    throw new SalientError('invalid_parameter', message);
  }
  return [...ignoreGeometry, ...(mapping?.ignore?.geometry ?? [])];
}

/** No geometry at all, or an empty one (`POLYGON EMPTY`). */
function isNone(geometry: unknown): boolean {
  if (!isObject(geometry)) return geometry === null || geometry === undefined;
  if (!['Polygon', 'MultiPolygon', 'GeometryCollection'].includes(String(geometry.type))) return false;
  const members = geometry.coordinates ?? geometry.geometries;
  return Array.isArray(members) && members.length === 0;
}

/** The geometry with the two first numbers of every position exchanged; what is no position stays as it is. */
function axesSwapped(geometry: unknown): unknown {
  const swapped = (value: unknown): unknown => {
    if (!Array.isArray(value)) return value;
    if (!Array.isArray(value[0])) return value.length < 2 ? value : [value[1], value[0], ...value.slice(2)];
    return value.map(swapped);
  };
  if (!isObject(geometry)) return geometry;
  return {
    ...geometry,
    ...(Array.isArray(geometry.coordinates) && { coordinates: swapped(geometry.coordinates) }),
    ...(Array.isArray(geometry.geometries) && { geometries: geometry.geometries.map(axesSwapped) }),
  };
}

/** Only of ground in lon, lat; null where it is not known. */
const km2Of = ({ crs }: RawFeature, geometry: unknown) => (crs === null ? approximateKm2(geometry) : null);

/** The kind by which a feature is ignored as a whole, of a collection of such kinds alone its first member's; null for any other. */
function ignoredKind(geometry: unknown, kinds: readonly string[]): string | null {
  const kind = isNone(geometry) ? 'none' : isObject(geometry) ? String(geometry.type) : '';
  if (kinds.includes(kind)) return kind;
  const members = membersOf(geometry).map((member) => ignoredKind(member, kinds));
  return members.every((member) => member !== null) ? (members[0] ?? null) : null;
}

const membersOf = (geometry: unknown): unknown[] =>
  isObject(geometry) && geometry.type === 'GeometryCollection' && Array.isArray(geometry.geometries)
    ? geometry.geometries
    : [];

/** A collection without the members that the mapping ignores by their type: the label of an area is often a point in it. */
function withoutIgnored(geometry: unknown, types: readonly string[], at: string, parts: Tally): unknown {
  const members = membersOf(geometry);
  const isIgnored = (member: unknown): member is { type: unknown } =>
    isObject(member) && types.includes(String(member.type));
  for (const { type } of members.filter(isIgnored)) parts.add(leftOut(String(type)), at, 0);
  return members.some(isIgnored)
    ? { ...(geometry as object), geometries: members.filter((member) => !isIgnored(member)) }
    : geometry;
}
