import { AREA_STATUSES, type AreaStatus } from '../model/area-status.js';
import { type IsoDate, isIsoDate } from '../model/dates.js';
import { type ProblemList, pointer, quote } from '../model/problem-list.js';
import type { Mapping } from './mapping.js';

/** Where a file keeps its facts. A property wins over the fixed value beside it, which then serves features without it. */
export interface ImportOptions {
  /** The date of every feature. */
  date?: IsoDate | undefined;
  /** The property with the date, `YYYY-MM-DD`. Default `date`, when no `date` is given. */
  dateProperty?: string | undefined;
  /** The party of every feature. */
  party?: string | undefined;
  /** The property with the party's id. Default `party`, when no `party` is given. */
  partyProperty?: string | undefined;
  /** Default `status`; a feature without it is `controlled`, unless this option named it. */
  statusProperty?: string | undefined;
  /** Default `confidence`; a feature without it has none stated. */
  confidenceProperty?: string | undefined;
  /** How the publisher's maps are read; then party, status and confidence come from its rules alone. */
  mapping?: Mapping | undefined;
  /** Name of the file, for rules about it. */
  file?: string | undefined;
  /** The parties of the series; null while it is being created: then every well-formed id is taken. */
  knownParties: readonly string[] | null;
}

/** What a feature says about its ground. `confidence` from 0 to 1, null when not stated. */
export interface AreaAttributes {
  date: IsoDate;
  /** Null only on ground that is `unknown` or `contested`. */
  party: string | null;
  status: AreaStatus;
  confidence: number | null;
}

/** Keys of a change matrix beside the parties: a party of such a name would be counted as a class. */
const CLASSES = ['contested', 'unknown', 'unassigned', 'unmapped'];
const PARTY_LENGTH = 64;

/** Reads date, party, status and confidence; each wrong one is a problem at its pointer, and the answer is null. */
export function readAttributes(
  properties: Record<string, unknown>,
  at: string,
  options: ImportOptions,
  problems: ProblemList,
): AreaAttributes | null {
  const before = problems.all.length;
  const date = readDate(properties, at, options, problems);
  const status = readStatus(properties, at, options, problems);
  const party = readParty(properties, at, status, options, problems);
  const confidence = readConfidence(properties, at, options, problems);
  if (problems.full || problems.all.length > before || date === null || status === null) return null;
  return { date, party, status, confidence };
}

/** The own property's value (`constructor` is nobody's party), or undefined. */
function own(properties: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(properties, key) ? properties[key] : undefined;
}

/** The day of a feature, by its property or the option; else a problem at the property, and null. */
export function readDate(
  properties: Record<string, unknown>,
  at: string,
  options: ImportOptions,
  problems: ProblemList,
): IsoDate | null {
  const key = options.dateProperty ?? (options.date === undefined ? 'date' : null);
  const value = key === null ? undefined : own(properties, key);
  if (value === undefined && options.date !== undefined) return options.date;
  if (typeof value === 'string' && isIsoDate(value)) return value;
  const message =
    value === undefined
      ? 'no date: give one for the whole file, or name the property that has it'
      : `${quote(value)} is not a calendar day written YYYY-MM-DD`;
  problems.add('date', pointer(at, key ?? 'date'), message);
  return null;
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
  problems.add('status', pointer(at, key), `${found}: one of ${AREA_STATUSES.join(', ')} is expected`);
  return null;
}

function readParty(
  properties: Record<string, unknown>,
  at: string,
  status: AreaStatus | null,
  options: ImportOptions,
  problems: ProblemList,
): string | null {
  const key = options.partyProperty ?? (options.party === undefined ? 'party' : null);
  const value = (key === null ? undefined : own(properties, key)) ?? options.party ?? null;
  if (value === null) {
    // A status that could not be read has its own problem; it need not have a second one.
    if (status === 'controlled' || status === 'claimed') {
      problems.add('party', pointer(at, key ?? 'party'), `no party, and ground that is ${status} is somebody's`);
    }
    return null;
  }
  const fault = partyFault(value, options.knownParties);
  if (fault !== null) problems.add('party', pointer(at, key ?? 'party'), fault);
  return typeof value === 'string' ? value : null;
}

function partyFault(value: unknown, known: readonly string[] | null): string | null {
  if (typeof value !== 'string') return `${quote(value)} is not a party: its id is a string`;
  if (known !== null) {
    return known.includes(value)
      ? null
      : `${quote(value)} is not a party of the series, which has: ${known.join(', ')}`;
  }
  if (CLASSES.includes(value))
    return `${quote(value)} is a class of ground and cannot be a party: say it as the status`;
  const wellFormed = value.trim() === value && value !== '' && value.length <= PARTY_LENGTH;
  if (wellFormed && !/\p{C}/u.test(value)) return null;
  return `${quote(value)} cannot be a party's id: 1 to ${PARTY_LENGTH} characters, no space around them, none of them invisible`;
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
  problems.add('confidence', pointer(at, key), `${quote(value)} is not a confidence: a number from 0 to 1 is expected`);
  return null;
}
