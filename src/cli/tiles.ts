import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Command } from 'commander';
import { type Config, PROJECT_ROOT, readConfig } from '../config.js';
import { lockHolder } from '../db/folder-lock.js';
import type { Db } from '../db/pool.js';
import { SalientError } from '../errors.js';
import { openTiles } from '../jobs/draw-tiles.js';
import { exportTiles, type TileSource } from '../jobs/export-tiles.js';
import type { TileJson } from '../jobs/tile-json.js';
import { type IsoDate, parseDate } from '../model/dates.js';
import { openAccess } from './access.js';
import { working } from './working.js';

const compress = promisify(gzip);

/** Adds `tiles export` to the command line. */
export function tilesCommand(program: Command): void {
  program
    .command('tiles')
    .description('vector tiles as files')
    .command('export')
    .description('write the tiles of a day as one PMTiles archive, for a CDN or a laptop')
    .requiredOption('--series <id>', 'id of the series')
    .requiredOption('--date <day>', 'day on the ground, YYYY-MM-DD')
    .requiredOption('--out <file>', 'the archive to write, .pmtiles')
    .option('--minzoom <zoom>', 'coarsest zoom', '0')
    .option('--maxzoom <zoom>', 'finest zoom', '12')
    .action(async ({ series, date, out, minzoom, maxzoom }: Record<string, string>) => {
      const config = readConfig();
      const access = await openAccess(config);
      try {
        const day = parseDate(date ?? '', '--date');
        const source = await (access.db
          ? fromStore(access.db, config, series ?? '', day)
          : fromService(config, series ?? '', day));
        try {
          const options = { out: out ?? '', minzoom: zoom(minzoom), maxzoom: zoom(maxzoom), progress };
          const written = await working(() => exportTiles(source, options));
          if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
          process.stdout.write(
            program.opts().json
              ? `${JSON.stringify({ out, state: source.described.state, ...written })}\n`
              : `${out}: ${written.tiles} tiles (${written.contents} different), ${(written.bytes / 1e6).toFixed(2)} MB\n`,
          );
        } finally {
          await source.close();
        }
      } finally {
        await access.close();
      }
    });
}

type OpenSource = TileSource & { close(): Promise<void> };

async function fromStore(db: Db, config: Config, series: string, date: IsoDate): Promise<OpenSource> {
  const tiles = openTiles(db, join(PROJECT_ROOT, 'tiles'), config.tileCacheBytes);
  try {
    const described = await tiles.dayJson({ series, date, knownAt: null }, '');
    const subject = await tiles.named('state', series, described.state, tiles.tilesets);
    return {
      described,
      tile: async (address) => {
        const { gzip: bytes } = await tiles.draw(subject, address);
        return bytes.length > 0 ? bytes : null;
      },
      close: () => tiles.close(),
    };
  } catch (error) {
    await tiles.close();
    throw error;
  }
}

async function fromService(config: Config, series: string, date: IsoDate): Promise<OpenSource> {
  const address = lockHolder(config.dataFolder)?.address;
  if (!address) throw new SalientError('unavailable', `the service on ${config.dataFolder} has gone: try again`);
  const ask = async (url: string): Promise<Response> => {
    const response = await fetch(url);
    if (response.ok) return response;
    const { code, message } = (await response.json()) as Pick<SalientError, 'code' | 'message'>;
    throw new SalientError(code, message);
  };
  const url = `${address}/tiles/${encodeURIComponent(series)}.json?date=${date}`;
  const described = (await (await ask(url)).json()) as TileJson;
  return {
    described,
    tile: async ({ z, x, y }) => {
      const [template = ''] = described.tiles;
      const response = await ask(template.replace('{z}/{x}/{y}', `${z}/${x}/${y}`));
      return response.status === 204 ? null : compress(Buffer.from(await response.arrayBuffer()));
    },
    close: async () => {},
  };
}

function zoom(text = ''): number {
  if (!/^\d{1,2}$/.test(text))
    throw new SalientError('invalid_parameter', `zoom: ${JSON.stringify(text)} is not a zoom`);
  return Number(text);
}

let lastShown = 0;

/** A bar on a terminal; nothing where nobody looks. */
function progress(done: number, of: number): void {
  if (!process.stderr.isTTY || (Date.now() - lastShown < 100 && done < of)) return;
  lastShown = Date.now();
  const width = 30;
  const full = Math.floor((done / of) * width);
  process.stderr.write(`\r[${'#'.repeat(full)}${' '.repeat(width - full)}] ${done} of ${of} tiles`);
}
