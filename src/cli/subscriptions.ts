import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { SalientError } from '../errors.js';
import { parseJson } from '../geometry/json-limits.js';
import { NO_PARTS } from '../maps/import-request.js';
import type { Access } from './access.js';

type Options = Record<string, string | boolean | undefined>;
type Print = (ask: (access: Access) => Promise<unknown>) => Promise<void>;

/** Commands about files of other publishers that are pulled on a schedule. */
export function subscriptionCommands(
  program: Command,
  print: Print,
  query: (options: Options) => Record<string, string>,
): void {
  const subscription = program
    .command('subscription')
    .alias('feed')
    .description('files of other publishers that are pulled by address, on a schedule');
  const series = (command: Command) => command.requiredOption('--series <id>', 'id of the series');
  const of = (id: string, rest = '') => `/series/${encodeURIComponent(id)}/subscriptions${rest}`;
  const one = (id: string, number: string, verb = '') => of(id, `/${encodeURIComponent(number)}${verb}`);

  series(subscription.command('add <address>').description('pull a file by its address from now on'))
    .requiredOption('--publisher <name>', 'who publishes it')
    .option('--source <url>', 'public address that maps and proposals name; default: the host')
    .option('--mode <mode>', 'hold (every map waits for review), proposal, or approved (an import)', 'hold')
    .option('--every <minutes>', 'how often, minutes; 5 or more', '60')
    .option('--date-from <where>', 'where the day of a map is known from: file, modified or fetched', 'file')
    .option('--mapping <file>', 'state this as the mapping of the series')
    .option('--date-property <name>', 'property that holds the day')
    .option('--date-format <format>', 'how days are written')
    .option('--time-zone <zone>', 'zone in whose day an instant falls')
    .option('--party <id>', 'party of every area')
    .option('--party-property <name>', 'property that holds the party')
    .option('--status-property <name>', 'property that holds the status')
    .option('--layer <name>', 'layer of a file that has several')
    .option('--member <pointer>', 'JSON pointer of the collection inside a document')
    .option('--encoding <name>', 'encoding of text whose file states none')
    .option('--crs <code>', 'coordinate system of the file, whatever it declares')
    .option('--ignore-geometry <kinds>', 'kinds of geometry whose features are left out: Point, LineString, none …')
    .option('--overlaps <rule>', 'ground of areas of several classes')
    .option('--gaps <rule>', 'narrow ground in no area')
    .option('--outside <rule>', 'ground outside the theatre: refuse or clip')
    .option('--swap-axes', 'the file has the latitude first')
    .option('--repair', 'make invalid polygons valid by their structure')
    .action(async (address: string, options) => {
      const { series: id, publisher, source, mode, every, dateFrom, mapping, ...rest } = options;
      const words = query(rest);
      const reading = Object.fromEntries(
        Object.entries(words).map(([name, value]) => [name, value === 'true' ? true : value]),
      );
      const every_minutes = Number(every);
      const stated = { address, publisher, source, mode, every_minutes, date_from: dateFrom, reading };
      const body = { ...stated, ...(mapping && { mapping: await jsonOf(mapping) }) };
      const map = new TextEncoder().encode(JSON.stringify(body));
      await print((access) => access.post(of(id), {}, { ...NO_PARTS, map }));
    });
  series(subscription.command('list').description('the subscriptions of a series, each as it stands')).action(
    ({ series: id }) => print((access) => access.get(of(id), {})),
  );
  series(subscription.command('show <number>').description('one subscription with its newest pulls')).action(
    (number: string, { series: id }) => print((access) => access.get(one(id, number), {})),
  );
  series(subscription.command('pull <number>').description('pull its file now')).action(
    (number: string, { series: id }) => print((access) => access.post(one(id, number, '/pull'), {})),
  );
  for (const [verb, what] of [
    ['pause', 'pull it no more until it is resumed'],
    ['remove', 'end it; what it brought stays'],
  ] as const) {
    series(subscription.command(`${verb} <number>`).description(what))
      .requiredOption('--why <text>', 'the reason; kept')
      .action((number: string, { series: id, ...options }) =>
        print((access) => access.post(one(id, number, `/${verb}`), query(options))),
      );
  }
  series(subscription.command('resume <number>').description('pull it again; it is due at once')).action(
    (number: string, { series: id }) => print((access) => access.post(one(id, number, '/resume'), {})),
  );
}

async function jsonOf(path: string): Promise<unknown> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new SalientError('invalid_mapping', `${path} cannot be read (${error.code})`);
  });
  return parseJson(bytes);
}
