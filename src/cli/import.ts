import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../config.js';
import { type ErrorCode, SalientError } from '../errors.js';
import type { MapParts, NextFile } from '../maps/import-request.js';
import { parseDate } from '../model/dates.js';
import { type Access, openAccess } from './access.js';
import { dateIn, inFile, mapFiles } from './map-files.js';
import { progressBar } from './progress.js';
import { type ImportAnswer, importText } from './text.js';
import { working } from './working.js';

interface Options {
  series: string;
  source: string;
  create?: boolean;
  theatre?: string;
  mapping?: string;
  keepGoing?: boolean;
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
    .option(
      '--date-pattern <regex>',
      'pattern in the file name: its first group, or year, month and day as three, or named so',
    )
    .option('--party <name>', 'party of every area')
    .option('--party-property <key>', 'property that holds the party')
    .option('--status-property <key>', 'property that holds the status')
    .option('--mapping <file>', 'how the maps of this publisher are read; kept with the series (docs/importing.md)')
    .option('--layer <name>', 'layer of a file that has several')
    .option(
      '--overlaps <rule>',
      'ground of areas of several classes: refuse (default), priority (of the mapping), contested, or last (drawn)',
    )
    .option('--overlap-width <metres>', 'refuse overlaps that are somewhere wider than this all the same')
    .option('--gaps <rule>', 'narrow ground in no area: leave (default), or fill it from the area beside it')
    .option('--outside <rule>', 'ground outside the theatre: refuse (default) or clip')
    .option('--repair', 'make invalid polygons valid and drop rings without ground, and tell what that did in km²')
    .option(
      '--gap-width <metres>',
      'gaps nowhere wider than this are told, or filled; --gaps fill takes the accuracy of the series',
    )
    .option('--accept <why>', 'store a change out of all proportion, for this reason')
    .option('--kind <kind>', 'with --accept: the step is a movement, correction or redefinition')
    .option('--by <name>', 'who sends it; kept with a map that is held')
    .option('--keep-going', 'go on after a refused file; the refused ones are listed at the end')
    .option('--create', 'create the series; where it exists already, the import goes on with it')
    .option('--title <text>', 'of a created series')
    .option('--publisher <text>', 'of a created series')
    .option('--licence <text>', 'of a created series')
    .option('--accuracy <metres>', 'of a created series: how far a line may be off')
    .option(
      '--max-age-days <days>',
      'of a created series: how long a map may stand for the days after its own; 14 when absent',
    )
    .option(
      '--date-means <edge>',
      'of a created series: its map shows the ground at the start or at the end of its day',
    )
    .option(
      '--rest <party>',
      'of a created series: who holds the ground that its maps draw in no area: a party, or unknown',
    )
    .option(
      '--theatre <file>',
      'of a created series: a GeoJSON polygon, or the id of a theatre; else the extent of the map',
    )
    .addHelpText(
      'after',
      `
Reads GeoJSON (also a feature a line, also gzipped), KML, KMZ, GeoPackage, zipped shapefiles, FlatGeobuf and CSV with WKT,
by their content. A folder stands for the files in it. Each file is imported whole or not at all; the same file again
changes nothing, so an import that was interrupted goes on where it stopped; another map for the same day is a revision.
Examples:
  salient import maps/ --series ours --date-pattern '(\\d{4}-\\d{2}-\\d{2})' --mapping ours.json --source https://example.org
  salient import all.geojson --series ours --date-property day --party-property side --source https://example.org`,
    );
}

/** Imports the files one after the other; what was stored before a refused one stays. */
export async function importFiles(named: readonly string[], options: Options, json: boolean): Promise<void> {
  const { series, theatre, datePattern, create, mapping, keepGoing, ...rest } = options;
  const files = await mapFiles(named);
  const access = await openAccess(readConfig());
  const bar = progressBar(files.length, 'files');
  const refused: { file: string; error: SalientError }[] = [];
  try {
    const rules = mapping === undefined ? null : await contentOf(mapping);
    let making = Boolean(create) && !(await exists(access, series, options.title));
    const boundary = making && theatre ? await boundaryIn(theatre) : null;
    for (const [index, file] of files.entries()) {
      try {
        const given: Record<string, string | boolean | undefined> = {
          ...rest,
          ...(making && { create, ...(theatre && !boundary && { theatre }) }),
          ...(datePattern && { date: dateIn(file, datePattern) }),
        };
        const parts: MapParts = {
          map: { path: file },
          mapping: rules,
          theatre: making ? boundary : null,
          file: basename(file),
          next: await following(files[index + 1], datePattern),
        };
        const path = `/series/${encodeURIComponent(series)}/snapshots`;
        const answer = (await working(() =>
          access.post(path, queryOf({ ...given, file: basename(file) }), parts),
        )) as ImportAnswer;
        making = false;
        if (json) process.stdout.write(`${JSON.stringify({ file, ...answer })}\n`);
        else bar.say(importText(answer));
      } catch (error) {
        if (!(error instanceof SalientError)) throw error;
        if (!keepGoing || !OF_THE_FILE.includes(error.code)) throw files.length > 1 ? inFile(file, error) : error;
        refused.push({ file, error });
        bar.say(`${file}: refused: ${error.message}`);
      }
      bar.show(index + 1);
    }
  } finally {
    bar.end();
    await access.close();
  }
  if (refused.length > 0) {
    const list = refused.flatMap(({ file, error: { code, message, problems } }) =>
      problems.length > 0 ? problems.map((one) => ({ ...one, at: `${file}${one.at}` })) : [{ code, at: file, message }],
    );
    throw new SalientError('invalid_snapshot', `${refused.length} of ${files.length} files were refused`, list);
  }
}

/** What another file may well be free of; anything else ends the import. */
const OF_THE_FILE: readonly ErrorCode[] = [
  'invalid_body',
  'invalid_snapshot',
  'invalid_date',
  'too_large',
  'held',
  'imbalance',
  'beyond_embedded',
];

/** A larger file is not read ahead: two at a time would need twice the memory. */
const AHEAD_BYTES = 8 << 20;

/** The next file, if it can be read already; what is wrong with it will be said when it is its turn. */
async function following(path: string | undefined, pattern: string | undefined): Promise<NextFile | null> {
  if (path === undefined) return null;
  try {
    const { size } = await stat(path);
    return size > AHEAD_BYTES ? null : { path, date: pattern ? parseDate(dateIn(path, pattern)) : null };
  } catch {
    return null;
  }
}

function queryOf(given: Record<string, string | boolean | undefined>): Record<string, string> {
  const dashed = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[dashed(name), String(value)]])),
  );
}

/** An interrupted import is taken up again with the same words; a series of another title is another series. */
async function exists(access: Access, series: string, title: unknown): Promise<boolean> {
  const all = (await access.get('/series', { withdrawn: 'true' })) as { id: string; title: string }[];
  return all.some((one) => one.id === series && one.title === title);
}

/** @throws SalientError `invalid_body` when there is no such file */
export async function contentOf(file: string): Promise<Uint8Array> {
  return readFile(file).catch(() => {
    throw new SalientError('invalid_body', `${file}: there is no such file, or it cannot be read`);
  });
}

/** The GeoJSON in a file; null when there is none of that name, so that it must be a theatre's id. */
async function boundaryIn(theatre: string): Promise<Record<string, unknown> | null> {
  const text = await readFile(theatre, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new SalientError('invalid_body', `${theatre}: not JSON: ${(error as Error).message}`);
  }
}
