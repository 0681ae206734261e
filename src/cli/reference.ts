import type { Command } from 'commander';
import { SalientError } from '../errors.js';
import { NO_PARTS } from '../maps/import-request.js';
import type { ReferenceKind } from '../series/bundle/reference-rows.js';
import type { ReferenceAnswer } from '../series/reference/reference-data.js';
import type { Access } from './access.js';
import { contentOf } from './import.js';

type Answer = <T>(ask: (access: Access) => Promise<unknown>, asText: (answer: T) => string) => Promise<void>;
type Query = (options: Record<string, string | boolean | undefined>) => Record<string, string>;
type Values = Record<string, string | undefined>;

/** `salient places|posts|routes|parties`: what an imported series has beside its maps. */
export function referenceCommands(program: Command, answer: Answer, query: Query): void {
  const send = (kind: ReferenceKind, series: string, options: Values, map: Uint8Array) =>
    answer<ReferenceAnswer>(
      (access) => access.post(at(series, kind), query(options), { ...NO_PARTS, map }),
      referenceText,
    );
  const group = (kind: ReferenceKind, description: string) => program.command(kind).description(description);
  const importing = (parent: Command, kind: ReferenceKind) =>
    sourced(
      parent.command('import <file>').description(`add or change ${kind} from a GeoJSON file or a CSV table`),
    ).action(async (file: string, { series, ...options }: Values) =>
      send(kind, series as string, options, await contentOf(file)),
    );

  const places = placesQuestion(program, answer, query);
  sourced(places.command('import [file]'), false, false)
    .description(
      'add places from a GeoJSON file or a CSV table; without a file: the towns of GeoNames inside the theatre',
    )
    .option('--min-population <people>', 'of GeoNames: only towns of so many people or more')
    .action((file: string | undefined, options: Values) => {
      const series = seriesAbove(places);
      return file === undefined
        ? answer<ReferenceAnswer>(
            (access) => access.post(`${at(series, 'places')}/gazetteer`, query(options)),
            referenceText,
          )
        : contentOf(file).then((map) => send('places', series, options, map));
    });
  sourced(places.command('add <name>'), true, false)
    .description('add a place, or change one')
    .requiredOption('--at <lon,lat>', 'where it is')
    .option('--kind <kind>', 'city, town, village, suburb, base, hill or crossing')
    .option('--aliases <names>', 'other spellings, separated by ;')
    .option('--error <metres>', 'how far off the position may be')
    .action((name: string, { source, at: position, error: error_m, ...rest }: Values) => {
      const row = { name, error_m, ...rest, ...lonLat(position) };
      return send('places', seriesAbove(places), { source }, collection([row]));
    });

  const posts = group('posts', 'posts of an imported series');
  importing(posts, 'posts')
    .option('--operator <party>', 'party that runs the posts, where the file does not say')
    .option('--since <day>', 'day on which they were there first, where the file does not say');
  sourced(posts.command('add <names...>'))
    .description('add posts at places of the series, or one post at a position')
    .requiredOption('--operator <party>', 'party that runs the posts')
    .requiredOption('--since <day>', 'day on which they were there first')
    .option('--until <day>', 'day on which they were left')
    .option('--number <n>', 'number of the one post; else the next free one')
    .option('--at <lon,lat>', 'position of the one post; else it stands at the place of that name')
    .action((names: string[], { series, source, operator, since, until, number, at: position }: Values) => {
      if (names.length > 1 && (number !== undefined || position !== undefined))
        throw new SalientError('invalid_parameter', '--number and --at are of one post; several stand at their places');
      const rows = names.map((name) => ({
        ...{ number, withdrawn: until },
        ...(position === undefined ? { place: name } : { name, ...lonLat(position) }),
      }));
      return send('posts', series as string, { source, operator, since }, collection(rows));
    });

  const routes = group('routes', 'routes of an imported series');
  importing(routes, 'routes');
  sourced(routes.command('add <id>'))
    .description('add a route that goes straight from place to place')
    .requiredOption('--via <places>', 'the places it passes, separated by ;')
    .option('--name <text>', 'its name; else the id')
    .option('--error <metres>', 'how far off the line may be; 3000 when absent')
    .action((id: string, { series, source, error: error_m, ...rest }: Values) =>
      send('routes', series as string, { source }, collection([{ id, error_m, ...rest }])),
    );

  const parties = group('parties', 'parties of an imported series');
  importing(parties, 'parties');
  sourced(parties.command('add <name>'))
    .description('add a party, or change one')
    .option('--id <id>', 'its id; else made of the name')
    .option('--colour <#rrggbb>', 'its colour on maps')
    .option('--kind <kind>', 'ground: it can hold ground (default); operator: it runs posts')
    .option('--stances <list>', 'how it stands to others: party=own, ally, hostile or neutral; separated by ;')
    .action((name: string, { series, source, ...rest }: Values) =>
      send('parties', series as string, { source }, collection([{ name, ...rest }])),
    );
}

/** `salient places` lists who held each place; its subcommands have options of their own. */
function placesQuestion(program: Command, answer: Answer, query: Query): Command {
  const places = program.command('places').description('who held each place: GeoJSON; or add places to a series');
  return places
    .option('--series <id>', 'id of the series')
    .option('--date <day>', 'day on the ground, YYYY-MM-DD')
    .option('--known-at <instant>', 'answer as known at that instant (RFC 3339)')
    .action((options: Values) => {
      for (const [name, what] of [
        ['series', '--series <id>'],
        ['date', '--date <day>'],
      ] as const)
        if (options[name] === undefined) places.error(`error: required option '${what}' not specified`);
      return answer(
        (access) => access.get('/places', query(options)),
        (result) => JSON.stringify(result, null, 2),
      );
    });
}

/** `--series` of a subcommand of `places`: commander hands it to the question above, which has it too. */
function seriesAbove(places: Command): string {
  const { series, date, knownAt } = places.opts<Values>();
  if (date !== undefined || knownAt !== undefined)
    places.error("error: options '--date' and '--known-at' are of the question alone");
  return series ?? places.error("error: required option '--series <id>' not specified");
}

const at = (series: string, kind: ReferenceKind) => `/series/${encodeURIComponent(series)}/${kind}`;

function sourced(command: Command, needed = true, series = true): Command {
  const words = ['--source <text>', 'where it comes from, with its licence; an address or words'] as const;
  const of = ['--series <id>', 'id of the series'] as const;
  if (series) command.requiredOption(...of);
  else command.option(...of);
  return needed ? command.requiredOption(...words) : command.option(...words);
}

/** @throws SalientError `invalid_parameter` */
function lonLat(position: string | undefined): { lon: string; lat: string } {
  const [lon, lat, ...more] = (position ?? '').split(',').map((part) => part.trim());
  if (!lon || !lat || more.length > 0 || !Number.isFinite(Number(lon)) || !Number.isFinite(Number(lat)))
    throw new SalientError('invalid_parameter', `--at ${position}: longitude and latitude, as in 36.72,35.11`);
  return { lon, lat };
}

function collection(rows: readonly Values[]): Uint8Array {
  const features = rows.map((properties) => ({ type: 'Feature', geometry: null, properties }));
  return new TextEncoder().encode(JSON.stringify({ type: 'FeatureCollection', features }));
}

const ONE = { places: 'place', posts: 'post', routes: 'route', parties: 'party' } as const;
const SHOWN = 12;

function referenceText({ kind, result, ids, source, theatre }: ReferenceAnswer): string {
  const named = ids.length > SHOWN ? `${ids.slice(0, SHOWN).join(', ')}, … (${ids.length})` : ids.join(', ');
  const count = ids.length === 1 ? `1 ${ONE[kind]}` : `${ids.length} ${kind}`;
  return result === 'unchanged'
    ? `${theatre}: ${count} recorded before, the same: nothing is changed`
    : `${theatre}: ${count} recorded: ${named}\nsource: ${source}`;
}
