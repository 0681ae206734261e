import { join } from 'node:path';
import type { Command } from 'commander';
import { type Config, PROJECT_ROOT, readConfig } from '../config.js';
import { SalientError } from '../errors.js';
import { parseDate } from '../model/dates.js';
import type { exportTiles } from '../tiles/export.js';
import { openAccess } from './access.js';

import type { ArchiveDays } from './tile-source.js';
import { working } from './working.js';

/** Adds `tiles export` to the command line. */
export function tilesCommand(program: Command): void {
  program
    .command('tiles')
    .description('vector tiles as files')
    .command('export')
    .description('write the tiles of a day or a span of days as one PMTiles archive, for a CDN or a laptop')
    .requiredOption('--series <id>', 'id of the series')
    .option('--date <day>', 'day on the ground, YYYY-MM-DD')
    .option('--from <day>', 'instead of --date: first day of a span')
    .option('--to <day>', 'the day after its last')
    .requiredOption('--out <file>', 'the archive to write, .pmtiles')
    .option('--minzoom <zoom>', 'coarsest zoom', '0')
    .option('--maxzoom <zoom>', 'finest zoom', '12')
    .action(async ({ series = '', out = '', ...given }: Record<string, string>) => {
      const days = daysOf(given);
      const zooms = { minzoom: zoom(given.minzoom), maxzoom: zoom(given.maxzoom) };
      const { written, state } = await exported(readConfig(), series, days, { out, ...zooms, progress: progressBar() });
      process.stdout.write(
        program.opts().json
          ? `${JSON.stringify({ out, state, ...written })}\n`
          : `${out}: ${written.tiles} tiles (${written.contents} different), ${(written.bytes / 1e6).toFixed(2)} MB${
              written.omitted > 0 ? `; ${written.omitted} versions left out to keep tiles small` : ''
            }\n`,
      );
    });
}

async function exported(config: Config, series: string, days: ArchiveDays, options: Parameters<typeof exportTiles>[1]) {
  const [{ fromService, fromStore }, { exportTiles: exportOf }] = await Promise.all([
    import('./tile-source.js'),
    import('../tiles/export.js'),
  ]);
  const access = await openAccess(config);
  try {
    const layers = join(PROJECT_ROOT, 'tiles');
    const source = await (access.db
      ? fromStore(access.db, layers, config.tileCacheBytes, { series, days })
      : fromService(config, { series, days }));
    try {
      return { written: await working(() => exportOf(source, options)), state: source.described.state };
    } finally {
      await source.close();
    }
  } finally {
    await access.close();
  }
}

function daysOf({ date, from, to }: Record<string, string | undefined>): ArchiveDays {
  if (date !== undefined && from === undefined && to === undefined) return { date: parseDate(date, '--date') };
  if (date === undefined && from !== undefined && to !== undefined) {
    return { from: parseDate(from, '--from'), to: parseDate(to, '--to') };
  }
  throw new SalientError('invalid_parameter', 'say either --date, or --from and --to');
}

function zoom(text = ''): number {
  if (!/^\d{1,2}$/.test(text))
    throw new SalientError('invalid_parameter', `zoom: ${JSON.stringify(text)} is not a zoom`);
  return Number(text);
}

/** A bar on a terminal, gone when all is done; nothing where nobody looks. */
export function progressBar(to: NodeJS.WriteStream = process.stderr): (done: number, of: number) => void {
  let shown = 0;
  return (done, of) => {
    if (!to.isTTY || (Date.now() - shown < 100 && done < of)) return;
    shown = Date.now();
    const width = 30;
    const full = Math.floor((done / of) * width);
    to.write(done === of ? '\r\u001b[K' : `\r[${'#'.repeat(full)}${' '.repeat(width - full)}] ${done} of ${of} tiles`);
  };
}
