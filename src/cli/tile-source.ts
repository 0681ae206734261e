import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Config } from '../config.js';
import { SalientError } from '../errors.js';
import type { IsoDate } from '../model/dates.js';
import { lockHolder } from '../store/embedded/folder-lock.js';
import type { Db } from '../store/pool.js';
import type { TileSource } from '../tiles/export.js';
import { openTiles } from '../tiles/service.js';
import type { TileJson } from '../tiles/tilejson.js';

const compress = promisify(gzip);

/** Of which days an archive is: of one, or of all from the first until before the second. */
export type ArchiveDays = { date: IsoDate } | { from: IsoDate; to: IsoDate };

/** Where the tiles of an archive come from; to be closed when it is written. */
export type OpenSource = TileSource & { close(): Promise<void> };

export interface ArchiveOf {
  series: string;
  days: ArchiveDays;
}

/** Tiles drawn here, of a store that is open here. */
export async function fromStore(
  db: Db,
  layers: string,
  cacheBytes: number,
  { series, days }: ArchiveOf,
): Promise<OpenSource> {
  const tiles = openTiles(db, layers, cacheBytes);
  try {
    const requested = { series, knownAt: null, ...days };
    const described = await ('date' in requested ? tiles.dayJson(requested, '') : tiles.spanJson(requested, ''));
    const subject = await tiles.named('date' in days ? 'state' : 'span', series, described.state, tiles.tilesets);
    return {
      described,
      tile: async (address) => {
        const { gzip: bytes, omitted = 0 } = await tiles.draw(subject, address);
        return bytes.length > 0 ? { bytes, omitted } : null;
      },
      close: () => tiles.close(),
    };
  } catch (error) {
    await tiles.close();
    throw error;
  }
}

/** Tiles requested from the service that has the folder: two processes on one folder would lose data. */
export async function fromService(config: Config, { series, days }: ArchiveOf): Promise<OpenSource> {
  const address = lockHolder(config.dataFolder)?.address;
  if (!address) throw new SalientError('unavailable', `the service on ${config.dataFolder} has gone: try again`);
  const ask = async (url: string): Promise<Response> => {
    const response = await fetch(url).catch((cause) => {
      throw new SalientError('unavailable', `the service at ${address} does not answer`, [], { cause });
    });
    if (response.ok) return response;
    const { code, message } = (await response.json()) as Pick<SalientError, 'code' | 'message'>;
    throw new SalientError(code, message);
  };
  const json = 'date' in days ? '.json' : '/span.json';
  const url = `${address}/tiles/${encodeURIComponent(series)}${json}?${new URLSearchParams({ ...days })}`;
  const described = (await (await ask(url)).json()) as TileJson;
  return {
    described,
    tile: async ({ z, x, y }) => {
      const [template = ''] = described.tiles;
      const response = await ask(template.replace('{z}/{x}/{y}', `${z}/${x}/${y}`));
      if (response.status === 204) return null;
      const omitted = Number(response.headers.get('salient-versions-omitted') ?? 0);
      return { bytes: await compress(Buffer.from(await response.arrayBuffer())), omitted };
    },
    close: async () => {},
  };
}
