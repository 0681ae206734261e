import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { SalientError } from '../errors.js';
import { checkDayWriting, type DayWriting, readDay } from '../formats/read-day.js';
import { isIsoDate } from '../model/dates.js';
import { isShapefile, withoutParts, zippedShapefile } from './shapefile-parts.js';

/** What programs of maps keep beside one: styles, projects, metadata, pictures with their places, logs of a database. */
const BESIDE_A_MAP =
  /(\.(qml|qmd|qlr|qg[sz]~?|sld|lyrx?|mxd|aprx|png|jpe?g|gif|tiff?|webp|svg|pdf|[ptj]gw|wld|ovr|aux|csvt|\w+\.xml)|-(wal|shm|journal))$/i;

/**
 * The files named, and those inside the folders named (and the folders in these), by name; hidden ones are left out, and of several
 * those that are no map by their ending, with a word on the error stream. A .shp stands for all files of its shapefile.
 */
export async function mapFiles(named: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of named.length > 1 ? withoutSidecars(named) : named) {
    const about = await stat(path).catch(() => null);
    if (about === null) {
      throw new SalientError('invalid_body', `${path}: there is no such file, or it cannot be read`);
    }
    if (!about.isDirectory()) {
      files.push(isShapefile(path) ? await zippedShapefile(path) : path);
      continue;
    }
    const inside = withoutParts((await readdir(path)).filter((name) => !name.startsWith('.'))).sort();
    files.push(...(await mapFiles(withoutSidecars(inside.map((name) => join(path, name))))));
  }
  return files;
}

function withoutSidecars(paths: readonly string[]): string[] {
  const beside = paths.filter((path) => BESIDE_A_MAP.test(path));
  for (const path of beside) process.stderr.write(`salient: ${path} left out: no map, but what is kept beside one\n`);
  return paths.filter((path) => !beside.includes(path));
}

/** What a pattern of days is sought in. */
type NamedAs = (file: string) => readonly string[];

/** A value of `--date-pattern`. @throws InvalidArgumentError for what is no regular expression */
export function datePatternOption(given: string): string {
  try {
    new RegExp(given);
    return given;
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}

/**
 * Where the days of these files stand: in their names; where no name has one, in the folders that they lie in, as they were named
 * on the command line, the innermost first.
 */
export function datedBy(files: readonly string[], pattern: string): NamedAs {
  const expression = new RegExp(pattern);
  const byName = (file: string) => [basename(file)];
  if (files.some((file) => expression.test(basename(file)))) return byName;
  return (file) => [basename(file), ...dirname(file).split(/[\\/]/).reverse()];
}

/**
 * The day in a file's name: the groups `year`, `month` and `day` of the pattern, in whatever order they stand; else its
 * first group, or its first three as year, month and day. With a format (`--date-format`) the first group is written so.
 * @throws SalientError `invalid_date` where the pattern matches none of its names, or what it matches is no day
 */
export function dateIn(
  file: string,
  pattern: string,
  writing: DayWriting = { format: null, zone: null },
  namedAs: NamedAs = (one) => [basename(one)],
): string {
  const expression = new RegExp(pattern);
  const name = namedAs(file).find((one) => expression.test(one));
  const match = name === undefined ? null : expression.exec(name);
  if (!match)
    throw new SalientError(
      'invalid_date',
      `--date-pattern ${pattern} does not match the file name ${basename(file)}${namedAs(file).length > 1 ? ', nor a folder that it lies in' : ''}: it is a regular expression such as '(\\d{4}-\\d{2}-\\d{2})'; ${/\.zip$/i.test(file) ? 'of an archive its own name counts: unpack one of several days, and import the folder; else ' : ''}change it, leave out what is no map, or go on after it with --keep-going`,
    );
  const [whole, ...groups] = match;
  if (writing.format !== null) {
    checkDayWriting(writing);
    const read = readDay(groups[0] ?? whole, writing);
    if ('day' in read) return read.day;
    throw new SalientError('invalid_date', `${name}: ${read.fault}`);
  }
  const { year: named, month: ofYear, day: ofMonth } = match.groups ?? {};
  const parts =
    named !== undefined && ofYear !== undefined && ofMonth !== undefined
      ? [named, ofYear, ofMonth]
      : groups.length >= 3
        ? groups.slice(0, 3)
        : [groups[0] ?? whole];
  const [year = '', month = '', day = ''] = parts;
  // A day written without signs, as many file names have it.
  const text = /^\d{8}$/.test(year) ? `${year.slice(0, 4)}-${year.slice(4, 6)}-${year.slice(6)}` : year;
  const found = parts.length === 3 ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : text;
  if (isIsoDate(found)) return found;
  throw new SalientError('invalid_date', `${name}: ${unreadable(parts)}`);
}

/** Why what a pattern found is no day, and what tells how it is written. */
function unreadable(parts: readonly string[]): string {
  const found = parts.map((part) => JSON.stringify(part)).join(', ');
  if (parts.length === 3)
    return `--date-pattern finds ${found} as year, month and day, and no such day is in the calendar: groups with names say which is which, (?<day>…), (?<month>…), (?<year>…)`;
  const format = /^\d{8}$/.test(parts[0] ?? '') ? '%d%m%Y or %m%d%Y' : '%d.%m.%Y';
  return `--date-pattern finds ${found}, which is no calendar day written YYYY-MM-DD or YYYYMMDD: --date-format says how it is written (${format}); else change the pattern`;
}

/** Files of one map: the first, and those that are parts of it. */
export interface MapGroup {
  files: [string, ...string[]];
  /** Their day, where their names or the command state it. */
  date: string | undefined;
  /** Why the name of the file has no day. */
  fault?: SalientError;
}

/**
 * The files by map: those of one day are parts of one map, because none of several that a publisher has for a day is the
 * whole of it. Where the days stand in the files (no pattern, no date), all are parts with `parts`, else each is a map.
 */
export function mapGroups(
  files: readonly string[],
  {
    datePattern,
    date,
    parts,
    writing = { format: null, zone: null },
  }: {
    datePattern?: string | undefined;
    date?: string | undefined;
    parts?: boolean | undefined;
    writing?: DayWriting;
  },
): MapGroup[] {
  if (datePattern === undefined && date === undefined) {
    const [first, ...others] = files;
    if (parts && first !== undefined) return [{ files: [first, ...others], date: undefined }];
    return files.map((file) => ({ files: [file], date: undefined }));
  }
  const groups = new Map<string, MapGroup>();
  const namedAs = datedBy(files, datePattern ?? '');
  for (const file of files) {
    try {
      const day = datePattern === undefined ? (date as string) : dateIn(file, datePattern, writing, namedAs);
      const group = groups.get(day);
      if (group) group.files.push(file);
      else groups.set(day, { files: [file], date: day });
    } catch (fault) {
      if (!(fault instanceof SalientError)) throw fault;
      groups.set(file, { files: [file], date: undefined, fault });
    }
  }
  return [...groups.values()];
}

/** The same error, saying in which file. */
export const inFile = (file: string, { code, message, problems }: SalientError) =>
  new SalientError(code, `${file}: ${message}`, problems);
