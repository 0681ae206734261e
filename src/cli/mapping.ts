import { basename } from 'node:path';
import type { Command } from 'commander';
import { SalientError } from '../errors.js';
import { kindsOf, type Mapping } from '../formats/mapping.js';
import { readMapping } from '../formats/read-mapping.js';
import { type FileReader, openFileReader } from '../maps/file-reader.js';
import { READ_OPTIONS } from '../maps/import-request.js';
import type { ReadFile } from '../maps/read.js';
import { type IsoDate, parseDate } from '../model/dates.js';
import { contentOf } from './import.js';
import { datedBy, dateIn, datePatternOption, inFile, mapFiles } from './map-files.js';
import { table } from './text.js';

interface CheckOptions {
  mapping: string;
  date?: string;
  datePattern?: string;
  dateProperty?: string;
  layer?: string;
  member?: string;
  encoding?: string;
  dateFormat?: string;
  timeZone?: string;
  keepGoing?: boolean;
  swapAxes?: boolean;
  ignoreGeometry?: string;
}

/** The words of `salient mapping check`, which needs no database. */
export function checkOptions(command: Command): Command {
  return command
    .description('read map files by a mapping and show what would be imported; nothing is stored')
    .requiredOption('--mapping <file>', 'the mapping (docs/importing.md)')
    .option('--date <day>', 'day of the map')
    .option('--date-pattern <regex>', 'pattern in the file name, else in its folders', datePatternOption)
    .option('--date-property <key>', 'property that holds the day')
    .option('--date-format <signs>', 'how days are written, in properties and file names: %d/%m/%Y, epoch-s, epoch-ms')
    .option('--time-zone <zone>', 'zone in whose day an instant falls, such as Europe/Kyiv')
    .option('--layer <name>', 'layer of a file that has several: a name, several with commas, or *')
    .option('--member <pointer>', 'where the collection is inside a JSON document, such as /value')
    .option('--swap-axes', 'the file has the latitude first')
    .option(
      '--ignore-geometry <kinds>',
      'kinds of geometry whose features are left out: Point, LineString, MultiPoint, MultiLineString, none',
    )
    .option('--encoding <label>', 'encoding of text whose file states none or a wrong one')
    .option('--keep-going', 'go on after a file that cannot be read; these are listed at the end');
}

/**
 * Shows, over all files, what each rule was used for, what was ignored, and which values no rule speaks of.
 * @throws SalientError `invalid_snapshot` at the end when something is unmapped
 */
export async function checkMapping(named: readonly string[], options: CheckOptions, json: boolean): Promise<void> {
  const mapping = readMapping(await contentOf(options.mapping));
  const found: (ReadFile & { file: string })[] = [];
  const unread: SalientError[] = [];
  const reader = openFileReader();
  try {
    const files = await mapFiles(named);
    const namedAs = datedBy(files, options.datePattern ?? '');
    for (const file of files) {
      try {
        found.push({ file, ...(await readOne(reader, file, mapping, options, namedAs)) });
      } catch (error) {
        if (!options.keepGoing || !(error instanceof SalientError)) throw error;
        unread.push(error);
      }
    }
  } finally {
    await reader.close();
  }
  const unmapped = sums(found.flatMap((read) => read.unmapped));
  if (json) {
    const files = found.map(({ snapshots, drawn, ...read }) => ({
      ...read,
      dates: [...snapshots, ...drawn].map(({ date }) => date).sort(),
    }));
    process.stdout.write(`${JSON.stringify({ files, unmapped }, null, 2)}\n`);
  } else process.stdout.write(`${checkText(mapping, found)}\n`);
  if (unread.length > 0) {
    const problems = unread.map(({ code, message }) => ({ code, at: '', message }));
    throw new SalientError('invalid_snapshot', `${unread.length} files cannot be read`, problems);
  }
  if (unmapped.length === 0) return;
  const list = unmapped.map(({ what, features }) => ({
    code: 'unmapped',
    at: what,
    message: `${features} features have no rule`,
  }));
  throw new SalientError(
    'invalid_snapshot',
    `${unmapped.length} values have no rule: add rules, or say why to ignore them`,
    list,
  );
}

async function readOne(
  reader: FileReader,
  file: string,
  mapping: Mapping,
  { date, datePattern, dateProperty, dateFormat, timeZone, ...how }: CheckOptions,
  namedAs: ReturnType<typeof datedBy>,
) {
  const day: IsoDate | undefined = datePattern
    ? parseDate(dateIn(file, datePattern, { format: dateFormat ?? null, zone: timeZone ?? null }, namedAs), file)
    : date
      ? parseDate(date, 'date')
      : undefined;
  try {
    return await reader.read({
      source: { path: file },
      options: {
        ...{ date: day, dateProperty, dateFormat, timeZone, mapping, file: basename(file), knownParties: null },
        swapAxes: how.swapAxes ?? false,
        ignoreGeometry: kindsOf(how.ignoreGeometry),
      },
      reading: {
        ...READ_OPTIONS,
        layer: how.layer ?? null,
        member: how.member ?? null,
        encoding: how.encoding ?? null,
      },
      lenient: true,
    });
  } catch (error) {
    throw error instanceof SalientError ? inFile(file, error) : error;
  }
}

function checkText(mapping: Mapping, found: readonly (ReadFile & { file: string })[]): string {
  const count = (of: 'features' | 'areas') => found.reduce((sum, read) => sum + read[of], 0);
  const rules = mapping.rules.map((rule, index) => {
    const means =
      rule.ignore === undefined
        ? `${rule.party ?? 'nobody'}, ${rule.status ?? 'controlled'}`
        : `ignored: ${rule.ignore}`;
    const period = rule.from || rule.to ? `${rule.from ?? ''} to ${rule.to ?? ''}` : '';
    return [
      index + 1,
      JSON.stringify(rule.when),
      period,
      means,
      found.reduce((sum, read) => sum + (read.rules[index] ?? 0), 0),
    ];
  });
  const ignored = sums(found.flatMap((read) => read.ignored)).map(({ what, features }) => [what, features]);
  const unmapped = sums(found.flatMap((read) => read.unmapped)).map(({ what, features }) => [what, features]);
  const formats = [...new Set(found.map(({ format }) => format))].join(', ');
  return [
    `${found.length} files (${formats}): ${count('features')} features, ${count('areas')} areas`,
    table(['rule', 'when', 'days', 'means', 'areas'], rules),
    ignored.length > 0 ? table(['ignored', 'features'], ignored) : 'nothing ignored',
    unmapped.length > 0 ? table(['no rule', 'features'], unmapped) : 'every feature has a rule',
  ].join('\n\n');
}

function sums(all: readonly { what: string; features: number }[]): { what: string; features: number }[] {
  const byWhat = new Map<string, number>();
  for (const { what, features } of all) byWhat.set(what, (byWhat.get(what) ?? 0) + features);
  return [...byWhat].map(([what, features]) => ({ what, features })).sort((a, b) => b.features - a.features);
}
