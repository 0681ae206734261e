import { addProtocol } from 'maplibre-gl';
import { fetchPatiently } from '../patience.js';

/* Tiles that came with the answer about a day, given to the map without a request; others are requested one by one. */

/** Bytes of tiles that are cached: those of some dozen days on a large screen. */
const MOST_BYTES = 24_000_000;
const SCHEME = 'salient';

export interface TileStore {
  /** Takes tiles in, by `z/x/y`, under the address template that the service gave for them. */
  put(template: string, tiles: Readonly<Record<string, string>>): void;
  /** The address template that the map is given. */
  address(template: string): string;
  bytes(): number;
}

/** Opens the store and gives the map its protocol. The least lately used tiles go first. */
export function openTileStore(): TileStore {
  const kept = new Map<string, Uint8Array>();
  let size = 0;
  const keep = (url: string, bytes: Uint8Array) => {
    size += bytes.length - (kept.get(url)?.length ?? 0);
    kept.delete(url);
    kept.set(url, bytes);
    for (const [oldest, { length }] of kept) {
      if (size <= MOST_BYTES) break;
      kept.delete(oldest);
      size -= length;
    }
  };
  addProtocol(SCHEME, async ({ url }, abort) => {
    const address = url.slice(SCHEME.length + 3).replace(/\?again=\d+$/, '');
    const known = kept.get(address);
    if (known) {
      keep(address, known);
      // The map takes the buffer away with it: it gets one of its own.
      return { data: known.slice().buffer };
    }
    const response = await fetchPatiently(address, { signal: abort.signal });
    if (response.status === 204) return { data: new ArrayBuffer(0) };
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    keep(address, bytes);
    return { data: bytes.slice().buffer };
  });
  return {
    put(template, tiles) {
      for (const [at, base64] of Object.entries(tiles)) {
        const [z = '', x = '', y = ''] = at.split('/');
        const url = template.replace('{z}', z).replace('{x}', x).replace('{y}', y);
        keep(
          url,
          Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)),
        );
      }
    },
    address: (template) => `${SCHEME}://${template}`,
    bytes: () => size,
  };
}
