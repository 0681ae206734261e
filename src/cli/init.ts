import { readdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { SalientError } from '../errors.js';
import { isIsoDate } from '../model/dates.js';
import { ID_RULE, isId } from '../model/id.js';
import { newBundle } from '../series/bundle/new-bundle.js';
import { makeFolder } from '../store/make-folder.js';

type Options = Record<string, string | undefined>;

/** `salient init FOLDER`, which needs no database. */
export function initCommand(program: Command): void {
  program
    .command('init <folder>')
    .description('make a bundle to fill in: a theatre of your own, its towns, parties and files')
    .option('--title <text>', 'of the theatre and its series; else the name of the folder')
    .option('--bbox <west,south,east,north>', 'the theatre in degrees; its towns come from GeoNames (CC BY 4.0)')
    .option('--min-population <people>', 'only towns of so many people or more', '0')
    .option('--parties <names>', 'who can hold ground, separated by ;')
    .option('--held-by <party>', 'the party that held every place on the first day')
    .option('--from <day>', 'first day of the series')
    .option('--until <day>', 'last day for which it is complete; else the first')
    .option('--publisher <text>', 'who publishes it')
    .option('--licence <text>', 'under which licence')
    .option('--time-zone <zone>', 'IANA zone in which days are counted', 'UTC')
    .action(async (folder: string, options: Options) => {
      const id = basename(resolve(folder));
      if (!isId(id))
        throw new SalientError('invalid_parameter', `${JSON.stringify(id)}: ${ID_RULE} (the folder names the theatre)`);
      if ((await readdir(folder).catch(() => [])).length > 0)
        throw new SalientError('invalid_parameter', `${folder}: it is not empty, and nothing there is overwritten`);
      const parties = (options.parties ?? '').split(';').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
      const { heldBy = null } = options;
      if (heldBy !== null && !parties.includes(heldBy))
        throw new SalientError(
          'invalid_parameter',
          `--held-by ${heldBy}: it is none of --parties (${parties.join(', ')})`,
        );
      const files = newBundle({
        ...{ id, title: options.title ?? id, bbox: boxOf(options.bbox), parties, heldBy },
        ...{ firstDate: dayOf('--from', options.from), completeUntil: dayOf('--until', options.until) },
        ...{ publisher: options.publisher ?? null, licence: options.licence ?? null },
        ...{ timeZone: options.timeZone ?? 'UTC', minPopulation: peopleOf(options.minPopulation) },
      });
      makeFolder(folder);
      for (const [name, text] of files) await writeFile(join(folder, name), text);
      process.stdout.write(
        `${files.size} files in ${folder}; README.md there says what to fill in\nsalient bundle check ${folder} lists what is missing\n`,
      );
    });
}

export function boxOf(given: string | undefined): [number, number, number, number] | null {
  if (given === undefined) return null;
  const sides = given.split(',').map((side) => (side.trim() === '' ? Number.NaN : Number(side)));
  const [west = Number.NaN, south = Number.NaN, east = Number.NaN, north = Number.NaN] = sides;
  const fits = west >= -180 && east <= 180 && south >= -90 && north <= 90 && west < east && south < north;
  if (sides.length !== 4 || !fits)
    throw new SalientError(
      'invalid_parameter',
      `--bbox ${given}: west,south,east,north in degrees, as in 10.6,43.9,12.8,45.1`,
    );
  return [west, south, east, north];
}

function dayOf(name: string, given: string | undefined): string | null {
  if (given !== undefined && !isIsoDate(given))
    throw new SalientError('invalid_date', `${name} ${given}: not a calendar day YYYY-MM-DD`);
  return given ?? null;
}

function peopleOf(given = '0'): number {
  if (!/^\d{1,9}$/.test(given))
    throw new SalientError('invalid_parameter', `--min-population ${given}: a whole number`);
  return Number(given);
}
