import type { Command } from 'commander';
import type { Access } from './access.js';
import { comparisonText, heldText, purgedText, snapshotsText } from './review-text.js';

type Options = Record<string, string | boolean | undefined>;

/** Opens the store, calls it, prints the answer, as JSON where no text is made of it, and closes. */
type Print = <T>(ask: (access: Access) => Promise<unknown>, asText?: (answer: T) => string) => Promise<void>;

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

  const series = (command: Command) => command.requiredOption('--series <id>', 'id of the series');
  const decision = (command: Command) =>
    series(command).requiredOption('--why <text>', 'the reason; kept').option('--by <name>', 'who decides; kept');
  const held = program.command('held').description('maps out of all proportion, which wait for a person');
  series(held.command('list').description('those that wait, with why'))
    .option('--decided', 'those that were decided too')
    .action(({ series: id, ...options }) =>
      print((access) => access.get(inSeries(id, 'held'), query(options)), heldText),
    );
  series(
    held.command('show <number>').description('one of them as it was sent: GeoJSON, with what was measured'),
  ).action((number: string, { series: id }) =>
    print((access) => access.get(inSeries(id, `held/${encodeURIComponent(number)}`), {})),
  );
  decision(held.command('accept <number>').description('make it the map of its day; later ones are judged again'))
    .requiredOption('--kind <kind>', 'movement, correction or redefinition')
    .action((number: string, { series: id, ...options }) =>
      print((access) => access.post(inSeries(id, `held/${encodeURIComponent(number)}/accept`), query(options))),
    );
  decision(
    held.command('refuse <number>').description('never make it a map; the same one sent again is refused'),
  ).action((number: string, { series: id, ...options }) =>
    print((access) => access.post(inSeries(id, `held/${encodeURIComponent(number)}/refuse`), query(options))),
  );

  const snapshot = program.command('snapshot').description('the maps of a series, day by day');
  series(
    snapshot.command('list').description('every map it has or had: revisions, withdrawals, kinds of steps'),
  ).action(({ series: id }) => print((access) => access.get(inSeries(id, 'snapshots'), {}), snapshotsText));
  series(
    snapshot.command('withdraw <day>').description('take the map of a day out of every answer; nothing is deleted'),
  )
    .option('--why <text>', 'the reason; kept')
    .option('--restore', 'take a withdrawal back')
    .option('--by <name>', 'who decides; kept')
    .action((day: string, { series: id, ...options }) =>
      print((access) => access.post(inSeries(id, `snapshots/${encodeURIComponent(day)}/withdraw`), query(options))),
    );

  series(
    program
      .command('purge [day]')
      .description(
        'remove the geometry of a withdrawn map for good; without a day, of every map of a withdrawn series',
      ),
  )
    .requiredOption('--why <text>', 'the reason; kept')
    .option('--by <name>', 'who decides; kept')
    .action((day: string | undefined, { series: id, ...options }) => {
      const path = day === undefined ? 'purge' : `snapshots/${encodeURIComponent(day)}/purge`;
      return print((access) => access.post(inSeries(id, path), query(options)), purgedText);
    });

  series(program.command('compare').description('two series side by side: where and how far they agree'))
    .requiredOption('--with <id>', 'id of the other series')
    .option('--date <day>', 'a day on the ground; or a span:')
    .option('--from <day>', 'first day')
    .option('--to <day>', 'last day')
    .option('--match <pairs>', 'theirs:ours,…: which party of the other series is which')
    .option('--known-at <instant>', 'answer as known at that instant (RFC 3339)')
    .option('--patches', 'of a day: where they differ, as GeoJSON')
    .action(({ patches, ...options }) =>
      patches
        ? print((access) => access.get('/compare', { ...query(options), f: 'geojson' }))
        : print((access) => access.get('/compare', query(options)), comparisonText),
    );
}
