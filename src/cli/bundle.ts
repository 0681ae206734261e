import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { type Problem, SalientError } from '../errors.js';

/** `salient bundle check FOLDER`, which needs no database. */
export function bundleCommands(program: Command): void {
  program
    .command('bundle')
    .description('theatre bundles: folders as geodata/README.md describes them')
    .command('check <folder...>')
    .description('everything in a bundle that breaks its contract, and what earns a warning; nothing is stored')
    .action((folders: string[]) => checkFolders(folders, program.opts().json === true));
}

interface Report {
  folder: string;
  id: string | null;
  rows: Record<string, number>;
  problems: Problem[];
  warnings: Problem[];
}

async function checkFolder(folder: string): Promise<Report> {
  const [{ bundleFiles }, { checkBundle }, { definitionProblems }] = await Promise.all([
    import('../series/bundle/load-bundle.js'),
    import('../series/bundle/read-bundle.js'),
    import('../reports/definition.js'),
  ]);
  const files = await bundleFiles(folder);
  if (files.size === 0) {
    const inside = await readdir(folder).catch(() => null);
    const why =
      inside === null
        ? 'there is no such folder'
        : 'it holds none of the files of a bundle (geodata/README.md lists them)';
    throw new SalientError('invalid_geodata', `${folder}: ${why}`);
  }
  const { bundle, problems, warnings } = checkBundle(files, definitionProblems, basename(resolve(folder)));
  const id = bundle.theatre.id ?? null;
  const { places, posts, routes, claims, events, sources, series } = bundle;
  const counted = { places, posts, routes, claims, events, sources, series };
  const rows = Object.fromEntries(Object.entries(counted).map(([what, of]) => [what, of.length]));
  return { folder, id, rows, problems, warnings };
}

/** @throws SalientError `invalid_geodata` with every problem, after warnings and counts were printed */
async function checkFolders(folders: readonly string[], json: boolean): Promise<void> {
  const reports: Report[] = [];
  for (const folder of folders) reports.push(await checkFolder(folder));
  if (json) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`);
  else for (const report of reports) process.stdout.write(`${asText(report)}\n`);
  const problems = reports.flatMap(({ folder, problems: found }) =>
    found.map((problem) => ({ ...problem, at: join(folder, problem.at) })),
  );
  if (problems.length === 0) return;
  const places = problems.length === 1 ? '1 place' : `${problems.length} places`;
  throw new SalientError('invalid_geodata', `the contract is broken in ${places}`, problems);
}

function asText({ folder, id, rows, problems, warnings }: Report): string {
  const counts = Object.entries(rows).map(([what, count]) => `${count} ${what}`);
  return [
    `${folder}: ${id ?? 'no id'}, ${counts.join(', ')}`,
    ...warnings.map(({ at, where, message }) => `  warning: ${at}${where ? ` (${where.join(', ')})` : ''}: ${message}`),
    `  ${problems.length === 0 ? 'keeps its contract' : 'breaks its contract'}${warnings.length > 0 ? `, ${warnings.length} warnings` : ''}`,
  ].join('\n');
}
