import { SalientError } from '../errors.js';
import { stopIfCancelled } from '../store/cancellation.js';
import { type TileAddress, tileAddress } from './address.js';
import { type ArchiveWritten, tileNumber, writeArchive } from './pmtiles.js';
import type { TileJson } from './tilejson.js';

/** Where the tiles of an archive come from: a store opened here, or a running service. */
export interface TileSource {
  described: TileJson;
  /** The gzipped tile, and how many versions a tile of a span left out; null when it is empty. */
  tile(address: TileAddress): Promise<{ bytes: Uint8Array; omitted: number } | null>;
}

export interface ExportOptions {
  out: string;
  minzoom: number;
  maxzoom: number;
  /** Told after each tile: how many of how many are done. */
  progress(done: number, of: number): void;
}

/**
 * Writes all tiles within the bounds of the theatre as one PMTiles archive, with the TileJSON as its metadata.
 * @throws SalientError `invalid_parameter` for zooms that are not served
 */
export async function exportTiles(
  source: TileSource,
  options: ExportOptions,
): Promise<ArchiveWritten & { omitted: number }> {
  const { described } = source;
  const { minzoom, maxzoom } = options;
  if (minzoom > maxzoom || maxzoom > described.maxzoom) {
    const given = `${minzoom} to ${maxzoom}`;
    throw new SalientError('invalid_parameter', `zooms: ${given} is no range within 0 to ${described.maxzoom}`);
  }
  const addresses = Array.from({ length: maxzoom - minzoom + 1 }, (_, i) => within(described.extent, minzoom + i))
    .flat()
    .map((address) => ({ address, number: tileNumber(address) }))
    .sort((a, b) => a.number - b.number);

  let omitted = 0;
  async function* tiles() {
    let done = 0;
    for (const { address, number } of addresses) {
      stopIfCancelled();
      const tile = await source.tile(address);
      options.progress(++done, addresses.length);
      omitted += tile?.omitted ?? 0;
      if (tile) yield { number, gzip: tile.bytes };
    }
  }
  const { tiles: _urls, bounds, center, vector_layers, ...reported } = described;
  const [lon, lat, zoom] = center;
  const head = {
    minzoom,
    maxzoom,
    bounds,
    center: [lon, lat, Math.min(Math.max(zoom, minzoom), maxzoom)] as const,
    metadata: { ...reported, type: 'overlay', format: 'pbf', minzoom, maxzoom, vector_layers },
  };
  const written = await writeArchive(options.out, head, tiles());
  return { ...written, omitted };
}

/** The tiles of a zoom that the extent touches; those on both sides of 180° where it lies across it. */
function within([west, south, east, north]: TileJson['extent'], zoom: number): TileAddress[] {
  const side = 2 ** zoom;
  const column = (lon: number) => clamp(Math.floor(((lon + 180) / 360) * side), side);
  const row = (lat: number) => {
    const sin = Math.sin((lat * Math.PI) / 180);
    return clamp(Math.floor((0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * side), side);
  };
  const found: TileAddress[] = [];
  const last = column(east) + (west > east ? side : 0);
  for (let x = column(west); x <= Math.min(last, column(west) + side - 1); x++) {
    for (let y = row(north); y <= row(south); y++) found.push(tileAddress(zoom, x % side, y));
  }
  return found;
}

const clamp = (value: number, side: number) => Math.min(Math.max(value, 0), side - 1);
