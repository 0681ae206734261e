import type { Command } from 'commander';
import { NO_PARTS } from '../maps/import-request.js';
import type { EnlargedTheatre } from '../maps/theatre/enlarge-theatre.js';
import type { Access } from './access.js';
import { boundaryIn } from './import.js';

/** Opens the store, calls it, prints the answer, and closes. */
type Print = <T>(ask: (access: Access) => Promise<unknown>, asText: (answer: T) => string) => Promise<void>;

/** The commands about the theatre of imported series. */
export function theatreCommands(program: Command, print: Print): void {
  const theatre = program.command('theatre').description('the theatres of imported series');
  theatre
    .command('enlarge <series>')
    .description('give the theatre of a series a larger boundary: its maps are cut anew, older answers stay')
    .requiredOption('--theatre <file>', 'a GeoJSON polygon, or the name of a country')
    .option('--union', 'the boundary that is given, together with the present one')
    .action(async (series: string, { theatre: named, union }: { theatre: string; union?: true }) => {
      const boundary = await boundaryIn(named);
      const query = { ...(!boundary && { theatre: named }), ...(union && { union: 'true' }) };
      const body = boundary ? { ...NO_PARTS, map: new TextEncoder().encode(JSON.stringify(boundary)) } : undefined;
      await print<EnlargedTheatre>(
        (access) => access.post(`/series/${encodeURIComponent(series)}/theatre`, query, body),
        enlargedText,
      );
    });
}

const km2 = (value: number) => Number(value.toPrecision(6)).toString();

function enlargedText({ theatre, edition, before_km2, after_km2, series, notes }: EnlargedTheatre): string {
  const maps = series.map(({ series: id, maps: count }) => `${count} ${count === 1 ? 'map' : 'maps'} of ${id}`);
  const cut = maps.length > 0 ? maps.join(', ') : 'no map';
  return [
    `theatre ${theatre}: ${km2(before_km2)} km² before, ${km2(after_km2)} km² now (edition ${edition})`,
    `cut anew: ${cut}; answers as known before are as they were`,
    ...notes,
  ].join('\n');
}
