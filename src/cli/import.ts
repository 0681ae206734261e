import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../config.js';
import { SalientError } from '../errors.js';
import { READ_LABELS } from '../formats/registry.js';
import type { MapParts, NextFile } from '../maps/import-request.js';
import { parseDate } from '../model/dates.js';
import { type Access, openAccess } from './access.js';
import { brokenOff, type Failed, OF_THE_FILE, persistently, summaryOf } from './import-run.js';
import { datePatternOption, type MapGroup, mapFiles, mapGroups } from './map-files.js';
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
  parts?: boolean;
  datePattern?: string;
  dateFormat?: string;
  timeZone?: string;
  date?: string;
  [given: string]: string | boolean | undefined;
}

/** The words of `salient import` (api.md). */
export function importOptions(command: Command): Command {
  return command
    .requiredOption('--series <id>', 'id of the series')
    .requiredOption('--source <url>', 'where the map comes from')
    .option('--date <day>', 'day of the map')
    .option(
      '--date-property <key>',
      'property that holds the day, or folder or layer; several with commas: the first that a feature has',
    )
    .option(
      '--date-format <signs>',
      'how days are written, in properties and file names: %d/%m/%Y and the like, epoch-s or epoch-ms',
    )
    .option('--time-zone <zone>', 'zone in whose day an instant falls, such as Europe/Kyiv')
    .option(
      '--date-pattern <regex>',
      'pattern in the file name, else in its folders: its first group, or year, month and day as three, or named so',
      datePatternOption,
    )
    .option('--party <name>', 'party of every area')
    .option('--party-property <key>', 'property that holds the party')
    .option('--status-property <key>', 'property that holds the status')
    .option('--mapping <file>', 'how the maps of this publisher are read; kept with the series (docs/importing.md)')
    .option('--layer <name>', 'layer of a file that has several: a name, several with commas, or *')
    .option('--member <pointer>', 'where the collection is inside a JSON document, such as /value')
    .option('--swap-axes', 'the file has the latitude first')
    .option(
      '--ignore-geometry <kinds>',
      'kinds of geometry whose features are left out: Point, LineString, MultiPoint, MultiLineString, none',
    )
    .option('--encoding <label>', 'encoding of text whose file states none or a wrong one')
    .option('--crs <code>', 'coordinate system of the file, whatever it declares: EPSG:32637')
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
      'gaps nowhere wider than this are reported, or filled; --gaps fill takes the accuracy of the series',
    )
    .option('--accept <why>', 'store a change out of all proportion, for this reason')
    .option('--kind <kind>', 'with --accept: the step is a movement, correction or redefinition')
    .option('--by <name>', 'who sends it; kept with a map that is held')
    .option('--parts', 'the files are parts of one map each day; files whose names have one day are so by themselves')
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
      'of a created series: a GeoJSON polygon, the id of a theatre, or the name of a country; else the extent of the map',
    )
    .addHelpText(
      'after',
      `
Reads ${READ_LABELS}, by their content; also gzipped or in a ZIP archive.
A folder stands for the files in it. Each file is imported whole or not at all; the same file again
changes nothing, so an import that was interrupted goes on where it stopped; another map for the same day is a revision.
Examples:
  salient import maps/ --series ours --date-pattern '(\\d{4}-\\d{2}-\\d{2})' --mapping ours.json --source https://example.org
  salient import all.geojson --series ours --date-property day --party-property side --source https://example.org`,
    );
}

/** Imports the maps one after the other; what was stored before a refused one stays. */
export async function importFiles(named: readonly string[], options: Options, json: boolean): Promise<void> {
  const { series, theatre, datePattern, create, mapping, keepGoing, parts, ...rest } = options;
  const groups = mapGroups(await mapFiles(named), {
    ...{ datePattern, date: options.date, parts },
    writing: { format: rest.dateFormat ?? null, zone: rest.timeZone ?? null },
  });
  const access = await openAccess(readConfig(), Boolean(create));
  const bar = progressBar(groups.length, 'maps');
  const failed: Failed[] = [];
  const run = randomUUID();
  let summary: SalientError | null;
  try {
    const rules = mapping === undefined ? null : await contentOf(mapping);
    let making = Boolean(create) && !(await exists(access, series, options.title));
    const boundary = making && theatre ? await boundaryIn(theatre) : null;
    for (const [index, { files, date, fault }] of groups.entries()) {
      const [file, ...more] = files;
      try {
        if (fault) throw fault;
        const next = await following(groups[index + 1]);
        const send = () => {
          const given = {
            ...rest,
            ...(making && { create, ...(theatre && !boundary && { theatre }) }),
            ...(date !== undefined && { date }),
            ...{ file: basename(file), run },
          };
          const sent: MapParts = {
            map: { path: file },
            more: more.map((path) => ({ source: { path }, name: basename(path) })),
            mapping: rules,
            theatre: making ? boundary : null,
            file: basename(file),
            next,
          };
          const path = `/series/${encodeURIComponent(series)}/snapshots`;
          return working(() => access.post(path, queryOf(given), sent));
        };
        const answer = (await persistently(send, async (line) => {
          process.stderr.write(`salient: ${files.join(', ')}: ${line}\n`);
          // The series may have been made before the connection was lost.
          making = making && !(await exists(access, series, options.title).catch(() => false));
        })) as ImportAnswer;
        making = false;
        if (json) process.stdout.write(`${JSON.stringify({ file, ...answer })}\n`);
        else bar.say(importText(answer));
      } catch (error) {
        const name = files.join(', ');
        if (!(error instanceof SalientError && keepGoing && OF_THE_FILE.includes(error.code))) {
          throw brokenOff(name, error, { done: index, maps: groups.length, failed });
        }
        failed.push({ file: name, error });
        bar.say(`${name}: ${error.code === 'held' ? 'waits for review' : 'refused'}: ${error.message}`);
      }
      bar.show(index + 1);
    }
    summary = await summaryOf(access, series, groups.length, failed);
  } finally {
    bar.end();
    await access.close();
  }
  if (summary) throw summary;
}

/** A larger file is not read ahead: two at a time would need twice the memory. */
const AHEAD_BYTES = 8 << 20;

/** The next file, if it can be read already; what is wrong with it is reported when it is its turn. */
async function following(group: MapGroup | undefined): Promise<NextFile | null> {
  if (group === undefined || group.files.length > 1 || group.fault) return null;
  const [path] = group.files;
  try {
    const { size } = await stat(path);
    return size > AHEAD_BYTES ? null : { path, date: group.date === undefined ? null : parseDate(group.date) };
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

/** The GeoJSON in a file; null when there is none of that name, so that it must be a theatre's id or a country. */
export async function boundaryIn(theatre: string): Promise<Record<string, unknown> | null> {
  const text = await readFile(theatre, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new SalientError('invalid_body', `${theatre}: not JSON: ${(error as Error).message}`);
  }
}
