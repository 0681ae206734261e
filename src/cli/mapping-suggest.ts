import { basename } from 'node:path';
import type { Command } from 'commander';
import { SalientError } from '../errors.js';
import { readMap } from '../formats/read-map.js';
import { surveyMaps } from '../formats/suggest-mapping.js';
import { READ_OPTIONS } from '../maps/import-request.js';
import { inFile, mapFiles } from './map-files.js';
import { km2 as rounded, table } from './text.js';

interface SuggestOptions {
  by?: string;
  layer?: string;
  member?: string;
  encoding?: string;
}

/** The words of `salient mapping suggest`, which needs no database. */
export function suggestOptions(command: Command): Command {
  return command
    .description(
      'propose a mapping by what is in map files: one rule for each colour, folder or value, to be filled in',
    )
    .option('--by <what>', 'what tells the areas apart: fill, folder, layer, file or a property; else what fits best')
    .option('--layer <name>', 'layer of a file that has several: a name, several with commas, or *')
    .option('--member <pointer>', 'where the collection is inside a JSON document, such as /value')
    .option('--encoding <label>', 'encoding of text whose file states none or a wrong one');
}

/** Writes the mapping to stdout, and what it was made of to stderr. @throws SalientError when a file cannot be read */
export async function suggestMapping(named: readonly string[], options: SuggestOptions): Promise<void> {
  const survey = surveyMaps();
  const reading = {
    ...READ_OPTIONS,
    layer: options.layer ?? '*',
    member: options.member ?? null,
    encoding: options.encoding ?? null,
  };
  for (const file of await mapFiles(named)) {
    try {
      await readMap({ path: file }, survey.reader(basename(file)), reading);
    } catch (error) {
      throw error instanceof SalientError ? inFile(file, error) : error;
    }
  }
  const { by, values, mapping } = survey.suggestion(options.by ?? null);
  if (values.length === 0)
    throw new SalientError('invalid_parameter', `no area has ${by} (--by): nothing to make rules of`);
  const rows = values.map(({ value, areas, km2, names }) => [
    value,
    areas,
    km2 < 1 ? rounded(km2) : Math.round(km2),
    names.join('; '),
  ]);
  process.stderr.write(`${table([by, 'areas', 'about km²', 'names'], rows)}\n`);
  const open = mapping.rules.filter((rule) => !rule.party && !rule.status && !rule.ignore).length;
  if (open > 0)
    process.stderr.write(
      `${open} rules lack a party, a status or why to ignore: fill them in, then salient mapping check\n`,
    );
  process.stdout.write(`${JSON.stringify(mapping, null, 2)}\n`);
}
