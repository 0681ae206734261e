import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { openMemo } from '../store/memo.js';

/** A tile as it goes over the wire. An empty tile has no bytes in any form; it is a value like any other. */
export interface TileBytes {
  readonly identity: Uint8Array;
  readonly gzip: Uint8Array;
  readonly brotli: Uint8Array;
  /** How many versions a tile of a span left out to stay within its bytes. */
  readonly omitted?: number;
}

/** A tile as it is drawn. */
export interface DrawnBytes {
  bytes: Uint8Array;
  omitted: number;
}

/** How often a zoom was served from memory, and how often drawn. Waiting for a drawing under way is a hit. */
interface ZoomCount {
  zoom: number;
  hits: number;
  misses: number;
}

export interface TileCache {
  /** What is in memory, at once and without a promise: the hot path. Counts a hit, but never a miss. */
  peek(key: string, zoom: number): TileBytes | undefined;
  /**
   * The tile from memory, or drawn and compressed. Requests for one key that come while it is drawn share that
   * drawing. If `draw` rejects, all of them get its error and nothing is kept.
   */
  getOrDraw(key: string, zoom: number, draw: () => Promise<Uint8Array | DrawnBytes>): Promise<TileBytes>;
  /** Bytes held: the three forms of each tile, its key and a share of the map. Never above the bound. */
  bytes(): number;
  counts(): ZoomCount[];
}

const compressGzip = promisify(gzip);
const compressBrotli = promisify(brotliCompress);
/** Level 11 is a trap: 100 times slower for a few per cent. At 5, a 50 kB tile takes about a millisecond. */
const BROTLI_QUALITY = 5;
const NO_BYTES = new Uint8Array();
const EMPTY: TileBytes = { identity: NO_BYTES, gzip: NO_BYTES, brotli: NO_BYTES };
/** What three views and their buffers cost beside their bytes. */
const VIEW_BYTES = 400;

/** A memory of ready-compressed tiles, bounded by bytes; the least recently used tile leaves first. */
export function openTileCache({ maxBytes }: { maxBytes: number }): TileCache {
  const memo = openMemo<TileBytes>({ maxBytes, bytesOf });
  const counters = new Map<number, ZoomCount>();

  function counter(zoom: number): ZoomCount {
    const known = counters.get(zoom) ?? { zoom, hits: 0, misses: 0 };
    counters.set(zoom, known);
    return known;
  }

  function peek(key: string, zoom: number): TileBytes | undefined {
    const tile = memo.peek(key);
    if (tile) counter(zoom).hits++;
    return tile;
  }

  return {
    peek,
    async getOrDraw(key, zoom, draw) {
      const tile = peek(key, zoom);
      if (tile) return tile;
      if (memo.isUnderWay(key)) counter(zoom).hits++;
      else counter(zoom).misses++;
      return memo.once(key, async () => {
        const drawn = await draw();
        if (drawn instanceof Uint8Array) return compress(drawn);
        const { bytes, omitted } = drawn;
        return { ...(await compress(bytes)), ...(omitted > 0 && { omitted }) };
      });
    },
    bytes: memo.bytes,
    counts: () => [...counters.values()].map((count) => ({ ...count })).sort((a, b) => a.zoom - b.zoom),
  };
}

function bytesOf({ identity, gzip: zipped, brotli }: TileBytes): number {
  return VIEW_BYTES + identity.length + zipped.length + brotli.length;
}

async function compress(identity: Uint8Array): Promise<TileBytes> {
  if (identity.length === 0) return EMPTY;
  const [zipped, brotli] = await Promise.all([
    compressGzip(identity),
    compressBrotli(identity, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: identity.length,
      },
    }),
  ]);
  return { identity: trimmed(identity), gzip: trimmed(zipped), brotli: trimmed(brotli) };
}

/** A view may keep a far larger buffer alive than the bytes that are counted. */
function trimmed(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes);
}
