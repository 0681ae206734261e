import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CommanderError } from 'commander';
import { SalientError } from '../errors.js';
import { checkDayWriting, type DayWriting, readDay } from '../formats/read-day.js';
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

/**
 * The day in a file's name: the groups `year`, `month` and `day` of the pattern, in whatever order they stand; else its
 * first group, or its first three as year, month and day. With a format (`--date-format`) the first group is written so.
 */
export function dateIn(file: string, pattern: string, writing: DayWriting = { format: null, zone: null }): string {
  let match: RegExpExecArray | null;
  try {
    match = new RegExp(pattern).exec(basename(file));
  } catch (error) {
    throw new CommanderError(2, 'date-pattern', `--date-pattern: ${(error as Error).message}`);
  }
  if (!match)
    throw new SalientError(
      'invalid_date',
      `--date-pattern ${pattern} does not match the file name ${basename(file)}: it is a regular expression such as '(\\d{4}-\\d{2}-\\d{2})'; ${/\.zip$/i.test(file) ? 'of an archive its own name counts: unpack one of several days, and import the folder; else ' : ''}change it, leave out what is no map, or go on after it with --keep-going`,
    );
  const [whole, ...groups] = match;
  if (writing.format !== null) {
    checkDayWriting(writing);
    const read = readDay(groups[0] ?? whole, writing);
    if ('day' in read) return read.day;
    throw new SalientError('invalid_date', `${basename(file)}: ${read.fault}`);
  }
  const { year: named, month: ofYear, day: ofMonth } = match.groups ?? {};
  const parts =
    named !== undefined && ofYear !== undefined && ofMonth !== undefined
      ? [named, ofYear, ofMonth]
      : groups.length >= 3
        ? groups.slice(0, 3)
        : [groups[0] ?? whole];
  const [year = '', month = '', day = ''] = parts;
  if (parts.length === 3) return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  // A day written without signs, as many file names have it.
  return /^\d{8}$/.test(year) ? `${year.slice(0, 4)}-${year.slice(4, 6)}-${year.slice(6)}` : year;
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
  for (const file of files) {
    try {
      const day = datePattern === undefined ? (date as string) : dateIn(file, datePattern, writing);
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
