import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { readConfig } from '../config.js';
import { SalientError } from '../errors.js';
import { openAccess } from './access.js';
import { type ImportAnswer, importText } from './text.js';
import { working } from './working.js';

interface Options {
  series: string;
  source: string;
  create?: boolean;
  theatre?: string;
  datePattern?: string;
  date?: string;
  [given: string]: string | boolean | undefined;
}

/** The words of `salient import` (api.md). */
export function importOptions(command: Command): Command {
  return command
    .requiredOption('--series <id>', 'id of the series')
    .requiredOption('--source <url>', 'where the map comes from')
    .option('--date <day>', 'day of the map')
    .option('--date-property <key>', 'property that holds the day')
    .option('--date-pattern <regex>', 'pattern in the file name: its first group, or year, month and day as three')
    .option('--party <name>', 'party of every area')
    .option('--party-property <key>', 'property that holds the party')
    .option('--accept <why>', 'store a change out of all proportion, for this reason')
    .option('--kind <kind>', 'with --accept: the step is a movement, correction or redefinition')
    .option('--by <name>', 'who sends it; kept with a map that is held')
    .option('--create', 'create the series')
    .option('--title <text>', 'of a created series')
    .option('--publisher <text>', 'of a created series')
    .option('--licence <text>', 'of a created series')
    .option('--accuracy <metres>', 'of a created series: how far a line may be off')
    .option('--correlation <metres>', 'of a created series: over how many metres its error stays the same')
    .option(
      '--theatre <file>',
      'of a created series: a GeoJSON polygon, or the id of a theatre; else the extent of the map',
    )
    .addHelpText(
      'after',
      `
Each file is imported whole or not at all; the same file again changes nothing, another for the same day is a revision.
Examples:
  salient import 2024-05-*.geojson --series ours --date-pattern '(\\d{4}-\\d{2}-\\d{2})' --source https://example.org
  salient import all.geojson --series ours --date-property day --party-property side --source https://example.org`,
    );
}

/** Imports the files one after the other; what was stored before a refused one stays. */
export async function importFiles(files: readonly string[], options: Options, json: boolean): Promise<void> {
  const { series, theatre, datePattern, create, ...rest } = options;
  const access = await openAccess(readConfig());
  try {
    for (const [index, file] of files.entries()) {
      const map = await readFile(file).catch(() => {
        throw new SalientError('invalid_body', `${file}: there is no such file, or it cannot be read`);
      });
      const first = Boolean(create) && index === 0;
      const boundary = first && theatre ? await boundaryIn(theatre) : null;
      const query: Record<string, string> = {};
      for (const [name, value] of Object.entries({
        ...rest,
        ...(first ? { create } : {}),
        ...(datePattern ? { date: dateIn(file, datePattern) } : {}),
      })) {
        if (value !== undefined) query[name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)] = String(value);
      }
      if (first && theatre && !boundary) query.theatre = theatre;
      const body = boundary ? `{"theatre":${boundary},"map":${map.toString('utf8')}}` : map;
      const path = `/series/${encodeURIComponent(series)}/snapshots`;
      const answer = (await working(() => access.post(path, query, body))) as ImportAnswer;
      process.stdout.write(`${json ? JSON.stringify({ file, ...answer }) : importText(answer)}\n`);
    }
  } finally {
    await access.close();
  }
}

/** The text of a GeoJSON file; null when there is none of that name, so that it must be a theatre's id. */
async function boundaryIn(theatre: string): Promise<string | null> {
  const text = await readFile(theatre, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    JSON.parse(text);
  } catch (error) {
    throw new SalientError('invalid_body', `${theatre}: not JSON: ${(error as Error).message}`);
  }
  return text;
}

function dateIn(file: string, pattern: string): string {
  let match: RegExpExecArray | null;
  try {
    match = new RegExp(pattern).exec(basename(file));
  } catch (error) {
    throw new CommanderError(2, 'date-pattern', `--date-pattern: ${(error as Error).message}`);
  }
  if (!match) throw new SalientError('invalid_date', `${file}: --date-pattern ${pattern} does not match the file name`);
  const [whole, ...groups] = match;
  return groups.length >= 3 ? groups.slice(0, 3).join('-') : (groups[0] ?? whole);
}
