import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type Config, PROJECT_ROOT, readConfig } from '../../src/config.js';
import { type Listening, listen } from '../../src/http/server.js';
import { type Importer, openImporter } from '../../src/maps/import.js';
import type { Db } from '../../src/store/pool.js';
import { openTiles, type TileService } from '../../src/tiles/service.js';
import { CREDENTIAL } from './credential.js';
import { DATA_FOLDER } from './spawned.js';

/** An answer as it came over the wire: nothing decoded, no header added to the question. */
export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Names and values in turn, spelled as they came. */
  rawHeaders: string[];
  body: Buffer;
}

/** What a write answers: what was stored, or why it was refused. */
export interface Posted {
  series?: string;
  snapshots?: { date: string; revision: number; result: string; changed_km2: number | null; notes: string[] }[];
  code?: string;
  message?: string;
  problems?: { code: string; at: string; where?: [number, number]; message: string; held?: number }[];
}

export interface Answering {
  /** `http://127.0.0.1:12345`, once the first test of the describe runs. */
  readonly base: string;
  get(path: string, init?: RequestInit): Promise<Response>;
  /** Asks without what `fetch` adds by itself: encodings accepted, caches avoided. */
  raw(path: string, headers?: Record<string, string>, method?: string, body?: string): Promise<RawAnswer>;
  /** Posts a map, as text or as what becomes JSON, with the local credential, and answers the status with the parsed body. */
  post(path: string, map: unknown, headers?: Record<string, string>): Promise<{ status: number; body: Posted }>;
  /** The body of a 200, of whatever shape the caller expects. */
  json<T>(path: string, headers?: Record<string, string>): Promise<T>;
}

/** The service on a store, answering from before the first test of the describe until after its last. */
export function serviceOn(db: () => Promise<Db>, settings: Partial<Config> = {}): Answering {
  let listening: Listening | undefined;
  let tiles: TileService | undefined;
  let importer: Importer | undefined;
  beforeAll(async () => {
    const store = await db();
    const config = { ...readConfig({}), dataFolder: DATA_FOLDER, ...settings };
    tiles = openTiles(store, join(PROJECT_ROOT, 'tiles'), config.tileCacheBytes);
    importer = openImporter(store);
    listening = await listen({ db: store, tiles, importer, config }, '127.0.0.1', 0);
  });
  afterAll(async () => {
    await listening?.close();
    await tiles?.close();
    await importer?.close();
  });
  const answering = {
    get base() {
      if (!listening) throw new Error('the service answers only while the tests of its describe run');
      return listening.address;
    },
    get: (path: string, init?: RequestInit) => fetch(answering.base + path, init),
    raw: (path: string, headers: Record<string, string> = {}, method = 'GET', body?: string) =>
      new Promise<RawAnswer>((resolve, reject) => {
        const requested = request(answering.base + path, { method, headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              rawHeaders: response.rawHeaders,
              body: Buffer.concat(chunks),
            }),
          );
        });
        requested.on('error', reject);
        // As bytes: Node would write the headers in the encoding of a text.
        requested.end(body === undefined ? undefined : Buffer.from(body));
      }),
    async post(path: string, map: unknown, headers: Record<string, string> = {}) {
      const body = typeof map === 'string' || map instanceof Uint8Array ? map : JSON.stringify(map);
      const init = { method: 'POST', body: body as BodyInit };
      const response = await answering.get(path, {
        ...init,
        headers: { 'content-type': 'application/geo+json', ...CREDENTIAL, ...headers },
      });
      return { status: response.status, body: (await response.json()) as Posted };
    },
    async json<T>(path: string, headers: Record<string, string> = {}): Promise<T> {
      const response = await answering.get(path, { headers });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text.slice(0, 500)}`);
      return JSON.parse(text) as T;
    },
  };
  return answering;
}
