import type { Command } from 'commander';
import type { Access } from './access.js';

type Options = Record<string, string | boolean | undefined>;

/** Opens the store, asks, prints the answer as JSON, and closes. */
type Print = (ask: (access: Access) => Promise<unknown>) => Promise<void>;

/** The commands of a person who looks maps over. */
export function reviewCommands(
  program: Command,
  print: Print,
  query: (options: Options) => Record<string, string>,
): void {
  const inSeries = (series: string, path: string) => `/series/${encodeURIComponent(series)}/${path}`;
  program
    .command('step <day>')
    .description('state that the step of a series to the map of a day was movement, correction or redefinition')
    .requiredOption('--series <id>', 'id of the series')
    .requiredOption('--kind <kind>', 'movement, correction or redefinition')
    .requiredOption('--why <text>', 'the reason; kept')
    .option('--by <name>', 'who says so; kept')
    .action((day: string, { series, ...options }) =>
      print((access) => access.post(inSeries(series, `steps/${encodeURIComponent(day)}`), query(options))),
    );
}
