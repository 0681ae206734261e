import { AREA_STATUSES, type AreaStatus } from '../model/area-status.js';
import type { IsoDate } from '../model/dates.js';
import { type ProblemList, pointer, quote } from '../model/problem-list.js';
import { own, type Standing, statedFact, withoutProperty } from './feature-standing.js';
import { type Mapping, normalised } from './mapping.js';
import type { PartyNames } from './party-names.js';
import { readDay } from './read-day.js';

/** Where a file keeps its facts. A property wins over the fixed value beside it, which then serves features without it. */
export interface ImportOptions {
  /** The date of every feature. */
  date?: IsoDate | undefined;
  /** The property with the date, or several separated by commas, of which the first that a feature has counts. Default `date`, when no `date` is given. */
  dateProperty?: string | undefined;
  /** What states the day of a whole file in the way in by which this one comes, for messages; default `--date`. */
  dayStatedBy?: string | undefined;
  /** How dates are written (`read-day.ts`); default `YYYY-MM-DD`. */
  dateFormat?: string | undefined;
  /** The zone in whose day an instant falls. */
  timeZone?: string | undefined;
  /** The party of every feature. */
  party?: string | undefined;
  /** The property with the party's id or name. Default `party`, when no `party` is given. */
  partyProperty?: string | undefined;
  /** Default `status`; a feature without it is `controlled`, unless this option named it. */
  statusProperty?: string | undefined;
  /** Default `confidence`; a feature without it has none stated. */
  confidenceProperty?: string | undefined;
  /** How the publisher's maps are read; then party, status and confidence come from its rules alone. */
  mapping?: Mapping | undefined;
  /** Name of the file, for rules about it. */
  file?: string | undefined;
  /** Coordinate system of the file, whatever it declares: `EPSG:n`. */
  crs?: string | undefined;
  /** Rings without ground are dropped, nearly closed ones closed, spikes dropped (`geometry/geojson-ring.ts`); each is reported. */
  repair?: boolean | undefined;
  /** The file has the latitude (the northing) first. */
  swapAxes?: boolean | undefined;
  /** Kinds of geometry whose features are left out, beside those of the mapping; `none`: features without a geometry. */
  ignoreGeometry?: readonly string[] | undefined;
  /** The parties of the series, by id; null while it is being created: then every name is taken. */
  knownParties: readonly string[] | null;
  /** Their names by their ids, where they have others. */
  partyNames?: Readonly<Record<string, string>> | undefined;
  /** Ids of the parties of a new series by their names, where those of one file alone would not tell them apart. */
  partyIds?: Readonly<Record<string, string>> | undefined;
}

/** What a feature states about its area. `confidence` from 0 to 1, null when not stated. */
export interface AreaAttributes {
  date: IsoDate;
  /** Null only on ground that is `unknown` or `contested`. */
  party: string | null;
  status: AreaStatus;
  confidence: number | null;
}

/** Reads date, party, status and confidence; each wrong one is a problem at its pointer, and the answer is null. */
export function readAttributes(
  properties: Record<string, unknown>,
  at: string,
  options: ImportOptions,
  problems: ProblemList,
  parties: PartyNames,
  standing: Standing = {},
): AreaAttributes | null {
  const before = problems.all.length;
  const date = readDate(properties, at, options, problems, standing);
  const status = readStatus(properties, at, options, problems);
  const party = readParty(properties, at, status, options, problems, parties, standing);
  const confidence = readConfidence(properties, at, options, problems);
  if (problems.full || problems.all.length > before || date === null || status === null) return null;
  return { date, party, status, confidence };
}

/**
 * The day of a feature: by the first of the named properties that it has, else by the option, else as the format states it
 * (`stated`: KML's TimeSpan and TimeStamp). Otherwise a problem at the property, and null.
 */
export function readDate(
  properties: Record<string, unknown>,
  at: string,
  options: ImportOptions,
  problems: ProblemList,
  standing: Standing = {},
): IsoDate | null {
  const { dayStatedBy: option = '--date' } = options;
  const writing = { format: options.dateFormat ?? null, zone: options.timeZone ?? null, dayStatedBy: option };
  const isDay = (text: string) => 'day' in readDay(text, writing);
  const given = (one: string) => statedFact(properties, one, standing, isDay);
  const keys = dateKeys(properties, options);
  const key = keys.find((one) => !isBlank(given(one)));
  const value = key === undefined ? undefined : given(key);
  if (value === undefined && options.date !== undefined) {
    const beside = keys.length === 0 ? readDay(own(properties, 'date'), writing) : {};
    if ('day' in beside && beside.day !== options.date) problems.count('another date');
    return options.date;
  }
  const named = options.dateProperty === undefined ? (standing.stated ?? null) : null;
  // What a format states by itself is written as the format defines it.
  const read = readDay(value ?? named ?? undefined, value === undefined ? { ...writing, format: null } : writing);
  if ('day' in read) {
    if (read.inUtc) problems.count('day of UTC');
    return read.day;
  }
  const message =
    value === undefined && named === null
      ? `no date${withoutProperty(properties, options.dateProperty, standing)}: give one for the whole file (${option === '--date' ? '--date, on the command line also --date-pattern' : option}), or name the property that has it (--date-property; also folder or layer)`
      : `${statedFault(value, named, option) ?? read.fault}${key === undefined || read.fault.includes('--') ? '' : `; --date-property names another property, ${option} states one day for the whole file`}`;
  problems.add('date', pointer(at, key ?? keys[0] ?? 'date'), message);
  return null;
}

/** The day of a time that a format states by itself, which is written as the format defines it; null where it is none. */
export function statedDay(text: string, { timeZone }: ImportOptions): IsoDate | null {
  const read = readDay(text, { format: null, zone: timeZone ?? null });
  return 'day' in read ? read.day : null;
}

/** A month or a year that a format states by itself (KML) is no day, whatever the format of the others; nor is a span. */
function statedFault(value: unknown, named: string | null, option: string): string | null {
  if (value !== undefined || named === null) return null;
  const [, begin, end] = /^(.*)\/(.*)$/.exec(named) ?? [];
  const why =
    begin === ''
      ? `its time has an end only (${quote(end)}) and no day on which it begins`
      : begin !== undefined
        ? `its time ends (${quote(end)}) before it begins (${quote(begin)})`
        : /^\d{4}(-\d{2})?$/.test(named)
          ? `${quote(named)} is a ${named.length > 4 ? 'month' : 'year'} and no day`
          : null;
  return why && `${why}: ${option} states the day of the whole file, --date-property a property that has it`;
}

/** Tables have an empty text where nothing is stated. */
const isBlank = (value: unknown) =>
  value === undefined || value === null || (typeof value === 'string' && normalised(value) === '');

/** A name with commas is one property where the feature has it. */
function dateKeys(properties: Record<string, unknown>, { dateProperty, date }: ImportOptions): string[] {
  if (dateProperty === undefined) return date === undefined ? ['date'] : [];
  return own(properties, dateProperty) === undefined
    ? dateProperty.split(',').map((key) => key.trim())
    : [dateProperty];
}

function readStatus(
  properties: Record<string, unknown>,
  at: string,
  options: ImportOptions,
  problems: ProblemList,
): AreaStatus | null {
  const key = options.statusProperty ?? 'status';
  const value = own(properties, key);
  if (value === undefined && options.statusProperty === undefined) return 'controlled';
  const status = AREA_STATUSES.find((known) => known === value);
  if (status !== undefined) return status;
  const found = value === undefined ? 'no status' : `${quote(value)} is no status`;
  const message = `${found}: one of ${AREA_STATUSES.join(', ')} is expected (--status-property; --mapping for other words)`;
  problems.add('status', pointer(at, key), message);
  return null;
}

function readParty(
  properties: Record<string, unknown>,
  at: string,
  status: AreaStatus | null,
  options: ImportOptions,
  problems: ProblemList,
  parties: PartyNames,
  standing: Standing,
): string | null {
  const key = options.partyProperty ?? (options.party === undefined ? 'party' : null);
  const value = (key === null ? undefined : statedFact(properties, key, standing)) ?? options.party ?? null;
  if (value === null) {
    // A status that could not be read has its own problem; it need not have a second one.
    if (status === 'controlled' || status === 'claimed') {
      const message = `no party${withoutProperty(properties, key ?? undefined, standing)}, and ground that is ${status} is somebody's: --party-property names the property, --party one for all, --mapping rules for any other way`;
      problems.add('party', pointer(at, key ?? 'party'), message);
    }
    return null;
  }
  const party = parties.idOf(value);
  if ('id' in party) return party.id;
  problems.add('party', pointer(at, key ?? 'party'), party.fault);
  return null;
}

function readConfidence(
  properties: Record<string, unknown>,
  at: string,
  options: ImportOptions,
  problems: ProblemList,
): number | null {
  const key = options.confidenceProperty ?? 'confidence';
  const value = own(properties, key) ?? null;
  if (value === null) return null;
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  problems.add(
    'confidence',
    pointer(at, key),
    `${quote(value)} is not a confidence: a number from 0 to 1 is expected; --mapping states it by rules`,
  );
  return null;
}
