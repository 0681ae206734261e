import { Command } from 'commander';
import { readConfig } from '../config.js';
import { SalientError } from '../errors.js';
import { NO_PARTS } from '../maps/import-request.js';
import { type ChartParty, type RouteHistory, routeChart } from '../reports/render/pictures/route-chart.js';
import { type Timeline, timelineMarkdown } from '../reports/render/timeline-markdown.js';
import { settingsList } from '../usage.js';
import { VERSION } from '../version.js';
import { type Access, openAccess } from './access.js';
import { backupCommands } from './backup.js';
import { basemapCommand } from './basemap.js';
import { bundleCommands } from './bundle.js';
import { deskCommands } from './desk.js';
import { contentOf, importFiles, importOptions } from './import.js';
import { initCommand } from './init.js';
import { checkMapping, checkOptions } from './mapping.js';
import { suggestMapping, suggestOptions } from './mapping-suggest.js';
import { referenceCommands } from './reference.js';
import { reportCommand } from './report.js';
import { reportsCommands } from './reports.js';
import { reviewCommands } from './review.js';
import { subscriptionCommands } from './subscriptions.js';
import {
  type ChangeAnswer,
  changeText,
  type EncirclementAnswer,
  encirclementText,
  type HistoryAnswer,
  historyText,
  type RouteAnswer,
  routeText,
  seriesText,
} from './text.js';
import { theatreCommands } from './theatre.js';
import { tilesCommand } from './tiles.js';
import { tokenCommands } from './tokens.js';
import { working } from './working.js';

const out = (text: string) => process.stdout.write(`${text}\n`);

/** Every command with its options and help; `cli.ts` runs it. */
export const program = new Command('salient')
  .description('Front lines and control areas as dated, measurable geodata.')
  .version(VERSION, '--version', 'print the version')
  .option('--json', 'print the whole answer as JSON, unrounded')
  .showHelpAfterError('(salient --help shows how)')
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  salient series list
  salient encirclement --series m5 --date 2019-08-24
  salient change --series m5 --from 2019-08-01 --to 2020-02-15 --json
  salient import map.geojson --series ours --date 2024-05-01 --party-property side --source https://example.org/map \\
    --create --title "Our map" --publisher "Us" --licence "CC BY 4.0" --accuracy 500
  salient derive --series m5
  salient report --series m5 --weeks 2019-12-16..2020-03-02 --format html,json --out reports

With DATABASE_URL the command works on that server; else on the embedded database in SALIENT_DATA,
through the running service when there is one. A database that is not there is made by serve, migrate,
restore, import --create, access, role give and token create; other commands refuse. Exit codes: 0 done, 1 refused, 2 wrong usage, 130 interrupted.`,
  );

/** Opens the store, calls it, prints as text or JSON, and closes; `mayCreate` as of `openAccess`. */
async function answer<T>(
  ask: (access: Access) => Promise<unknown>,
  asText: (answer: T) => string,
  mayCreate = false,
): Promise<void> {
  const access = await openAccess(readConfig(), mayCreate);
  try {
    const result = await working(() => ask(access));
    out(program.opts().json ? JSON.stringify(result, null, 2) : asText(result as T));
  } finally {
    await access.close();
  }
}

interface ChartAnswer {
  history: RouteHistory;
  parties: ChartParty[];
}

const asJson = (result: unknown) => JSON.stringify(result, null, 2);

/** The options that were given, as a query. */
function query(options: Record<string, string | boolean | undefined>): Record<string, string> {
  const dashed = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [[dashed(name), String(value)]])),
  );
}

const ofSeries = (command: Command) => command.requiredOption('--series <id>', 'id of the series');
const known = (command: Command) =>
  command.option('--known-at <instant>', 'answer as known at that instant (RFC 3339)');
const onDate = (name: string, description: string) =>
  known(
    ofSeries(program.command(name).description(description)).requiredOption(
      '--date <day>',
      'day on the ground, YYYY-MM-DD',
    ),
  );

const series = program.command('series').description('list, show and withdraw series');
series
  .command('list')
  .description('every series, withdrawn ones too')
  .action(() => answer((access) => access.get('/series', { withdrawn: 'true' }), seriesText));
series
  .command('show <id>')
  .description('one series with its parties and the days on which its map changes')
  .action((id: string) =>
    answer(async (access) => {
      const all = (await access.get('/series', { withdrawn: 'true' })) as {
        id: string;
        withdrawn_why: string | null;
      }[];
      const found = all.find((one) => one.id === id);
      if (!found)
        throw new SalientError('unknown_series', `there is no series ${JSON.stringify(id)}; salient series list`);
      const dates = found.withdrawn_why ? {} : await access.get(`/series/${encodeURIComponent(id)}/dates`, {});
      return { ...found, ...(dates as object) };
    }, asJson),
  );
series
  .command('withdraw <id>')
  .description('withdraw a series with a reason; nothing is deleted')
  .option('--why <text>', 'the reason; kept')
  .option('--restore', 'take a withdrawal back')
  .action((id: string, options) =>
    answer((access) => access.post(`/series/${encodeURIComponent(id)}/withdraw`, query(options)), asJson),
  );

onDate('control', 'who controlled the ground: GeoJSON')
  .option('--cells', 'undissolved, each area with its claims')
  .action((options) => answer((access) => access.get('/control', query(options)), asJson));
referenceCommands(program, answer, query);
onDate('encirclement', 'the verdict on every post').action((options) =>
  answer<EncirclementAnswer>((access) => access.get('/encirclement', query(options)), encirclementText),
);
known(ofSeries(program.command('post <number>').description('the verdicts on one post over the series')))
  .option('--operator <id>', 'operator of the post, where numbers repeat')
  .action((number: string, options) =>
    answer<HistoryAnswer>(
      (access) => access.get(`/posts/${encodeURIComponent(number)}/encirclement`, query(options)),
      historyText,
    ),
  );
onDate('route <id>', 'who held each stretch of a route').action((id: string, options) =>
  answer<RouteAnswer>((access) => access.get(`/routes/${encodeURIComponent(id)}`, query(options)), routeText),
);
onDate('evidence <number>', 'the verdict on one post on a day, with all evidence and a sentence')
  .option('--operator <id>', 'operator of the post, where numbers repeat')
  .option('--radius <metres>', 'how far open bearings are swept')
  .action((number: string, options) =>
    answer<{ sentence: string }>(
      (access) => access.get(`/posts/${encodeURIComponent(number)}/evidence`, query(options)),
      ({ sentence }) => sentence,
    ),
  );
onDate('front', 'where opposing parties meet: GeoJSON, with lengths').action((options) =>
  answer((access) => access.get('/front', query(options)), asJson),
);
onDate('salients', 'bulges and pockets of one party: GeoJSON')
  .requiredOption('--party <id>', 'id of the party')
  .option('--width <metres>', 'ground narrower than this is a bulge')
  .action((options) => answer((access) => access.get('/front/salients', query(options)), asJson));
known(ofSeries(program.command('movement').description('how the front moved between two days')))
  .requiredOption('--from <day>', 'first day')
  .requiredOption('--to <day>', 'second day')
  .action((options) => answer((access) => access.get('/front/movement', query(options)), asJson));
known(
  ofSeries(program.command('route-history <id>').description('who held each stretch of a route over the series')),
).action((id: string, options) =>
  answer((access) => access.get(`/routes/${encodeURIComponent(id)}/history`, query(options)), asJson),
);
known(
  ofSeries(
    program.command('timeline').description('the verdicts on every post over the series, with evidence: Markdown'),
  ),
).action((options) => answer<Timeline>((access) => access.get('/timeline', query(options)), timelineMarkdown));
known(
  ofSeries(program.command('route-chart <id>').description('who held a route over the series, as a chart: SVG')),
).action((id: string, options) =>
  answer<ChartAnswer>(
    async (access) => {
      const history = await access.get(`/routes/${encodeURIComponent(id)}/history`, query(options));
      const all = (await access.get('/series', {})) as { id: string; parties: ChartParty[] }[];
      return { history, parties: all.find((one) => one.id === options.series)?.parties ?? [] };
    },
    ({ history, parties }) => routeChart(history, parties).trimEnd(),
  ),
);
known(ofSeries(program.command('change').description('what passed from whom to whom between two days')))
  .requiredOption('--from <day>', 'first day')
  .requiredOption('--to <day>', 'second day')
  .option('--patches', 'the changed ground as GeoJSON')
  .option('--filter', 'the matrix without slivers beside the raw one (--json)')
  .option('--opening <metres>', 'radius of the filter')
  .option('--compared-with <instant>', 'why the figures differ from those known at that earlier instant')
  .action(({ patches, ...options }) =>
    patches
      ? answer((access) => access.get('/change', { ...query(options), f: 'geojson' }), asJson)
      : answer<ChangeAnswer>((access) => access.get('/change', query(options)), changeText),
  );
known(program.command('claims').description('what was claimed of a place, with sources: GeoJSON'))
  .option('--place <id>', 'id of the place')
  .option('--series <id>', 'id of a series of the theatre')
  .action((options) => answer((access) => access.get('/claims', query(options)), asJson));
known(program.command('events').description('what happened in [from, to), with sources: GeoJSON'))
  .option('--from <day>', 'first day')
  .option('--to <day>', 'day after the last')
  .option('--kind <kind>', 'strike, attack, displacement, casualties, statement or population')
  .option('--series <id>', 'id of a series of the theatre')
  .action((options) => answer((access) => access.get('/events', query(options)), asJson));

importOptions(program.command('import <files...>').description('import dated maps into a series')).action(
  (files: string[], options) => importFiles(files, options, Boolean(program.opts().json)),
);
const mapping = program.command('mapping').description('how the maps of a publisher are read');
suggestOptions(mapping.command('suggest <files...>')).action((files: string[], options) =>
  suggestMapping(files, options),
);
checkOptions(mapping.command('check <files...>')).action((files: string[], options) =>
  checkMapping(files, options, Boolean(program.opts().json)),
);
ofSeries(mapping.command('show').description('the mapping of a series')).action(({ series: id }) =>
  answer((access) => access.get(`/series/${encodeURIComponent(id)}/mapping`, {}), asJson),
);
ofSeries(mapping.command('set <file>').description('state how the maps of a series are read from now on')).action(
  async (file: string, { series: id }) => {
    const map = await contentOf(file);
    await answer(
      (access) => access.post(`/series/${encodeURIComponent(id)}/mapping`, {}, { ...NO_PARTS, map }),
      asJson,
    );
  },
);
ofSeries(program.command('derive').description('derive the maps of a series from its claims again'))
  .option('--reported-by <day>', 'use only claims published by that day')
  .action(({ series: id, ...options }) =>
    answer((access) => access.post(`/series/${encodeURIComponent(id)}/derive`, query(options)), asJson),
  );
reportsCommands(program, (ask) => answer(ask, asJson));
deskCommands(program, (ask, mayCreate) => answer(ask, asJson, mayCreate), query);
subscriptionCommands(program, (ask) => answer(ask, asJson), query);
reviewCommands(program, (ask, asText = asJson) => answer(ask, asText), query);
theatreCommands(program, (ask, asText) => answer(ask, asText));
tilesCommand(program);
bundleCommands(program);
initCommand(program);
basemapCommand(program, answer);
reportCommand(program);
backupCommands(program);
tokenCommands(program, answer);
program
  .command('migrate')
  .description('bring the database to the newest schema')
  .action(() =>
    answer(
      async () => ({ migrated: true }),
      () => 'the schema is the newest',
      true,
    ),
  );
program
  .command('serve')
  .description('start the service (the same as npm start)')
  .addHelpText('after', () => `\nIts settings are variables of the environment:\n\n${settingsList()}`)
  .action(async () => {
    await import('../main.js');
  });
