import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { PMTiles, tileIdToZxy, zxyToTileId } from 'pmtiles';
import { afterAll, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { parseDate } from '../../src/model/dates.js';
import type { TileAddress } from '../../src/tiles/address.js';
import { exportTiles } from '../../src/tiles/export.js';
import { tileNumber, writeArchive } from '../../src/tiles/pmtiles.js';
import { openTiles } from '../../src/tiles/service.js';
import { seededRandom } from '../coverage/random.js';
import { database, onEachDatabase, onServer, SERVER_URL } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';
import { entranceOf } from '../setup/spawned.js';

const folder = mkdtempSync(join(tmpdir(), 'salient-export-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Reads an archive with the reader that maps use. */
async function reading<T>(path: string, read: (archive: PMTiles, file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path);
  try {
    const source = {
      getKey: () => path,
      async getBytes(offset: number, length: number) {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
        return { data: Uint8Array.from(buffer.subarray(0, bytesRead)).buffer };
      },
    };
    return await read(new PMTiles(source), file);
  } finally {
    await file.close();
  }
}

it('tiles are numbered as the specification numbers them', () => {
  for (let number = 0; number < 22_000; number += 7) {
    const [z, x, y] = tileIdToZxy(number);
    expect(tileNumber({ z, x, y })).toBe(number);
  }
  for (const [z, x, y] of [
    [14, 9859, 6432],
    [22, 4_194_303, 4_194_303],
    [18, 0, 262_143],
  ] as const) {
    expect(tileNumber({ z, x, y })).toBe(zxyToTileId(z, x, y));
  }
});

const HEAD = {
  minzoom: 0,
  maxzoom: 9,
  bounds: [35, 34, 38, 37],
  center: [36, 35, 8],
  metadata: { name: 'Many' },
} as const;

it('an archive of many tiles has leaves, stores equal tiles once, and every tile is found', async () => {
  const path = join(folder, 'many.pmtiles');
  const count = 40_000;
  const random = seededRandom(3);
  const texts = Array.from({ length: count }, (_, number) => {
    const what = random();
    if (what < 0.2) return undefined;
    return what < 0.4 ? 'sea' : `tile ${number} ${'~'.repeat(300 * random())}${random()}`;
  });
  async function* tiles() {
    for (const [number, text] of texts.entries()) if (text) yield { number, gzip: gzipSync(text) };
  }
  const written = await writeArchive(path, HEAD, tiles());
  expect((await stat(path)).size).toBe(written.bytes);
  await reading(path, async (archive) => {
    const header = await archive.getHeader();
    expect(header.leafDirectoryLength).toBeGreaterThan(0);
    expect([header.numAddressedTiles, header.numTileContents]).toEqual([written.tiles, written.contents]);
    expect(written.contents).toBeLessThan(written.tiles * 0.8);
    for (let number = 0; number <= count; number += 97) {
      const found = await archive.getZxy(...tileIdToZxy(number));
      expect(found && Buffer.from(found.data).toString()).toBe(texts[number]);
    }
  });
});

it('an export that fails leaves no file behind', async () => {
  const path = join(folder, 'broken.pmtiles');
  async function* tiles() {
    yield { number: 0, gzip: new Uint8Array([1]) };
    throw new Error('the store went away');
  }
  await expect(writeArchive(path, HEAD, tiles())).rejects.toThrow('went away');
  expect(readdirSync(folder).filter((name) => name.startsWith('broken'))).toEqual([]);
});

onEachDatabase('an archive of a day', (db) => {
  const { raw, json } = serviceOn(async () => m5(await db()));

  it('holds the tiles that are served, and what the TileJSON says', async () => {
    const tiles = openTiles(await m5(await db()), join(PROJECT_ROOT, 'tiles'), 50_000_000);
    const path = join(folder, `${(await db()).engine}.pmtiles`);
    const described = await tiles.dayJson({ series: 'm5', date: parseDate('2020-01-29'), knownAt: null }, '');
    const subject = await tiles.named('state', 'm5', described.state, tiles.tilesets);
    const tile = async (address: TileAddress) => {
      const { gzip } = await tiles.draw(subject, address);
      return gzip.length > 0 ? { bytes: gzip, omitted: 0 } : null;
    };
    let last: [number, number] = [0, 0];
    const progress = (done: number, of: number) => {
      last = [done, of];
    };
    await expect(
      exportTiles({ described, tile }, { out: path, minzoom: 5, maxzoom: 15, progress }),
    ).rejects.toMatchObject({ code: 'invalid_parameter' });
    const written = await exportTiles({ described, tile }, { out: path, minzoom: 0, maxzoom: 9, progress });
    await tiles.close();
    expect(last[0]).toBe(last[1]);
    await reading(path, async (archive) => {
      const { minZoom, maxZoom, clustered, tileType, minLon, maxLat, numAddressedTiles } = await archive.getHeader();
      expect([minZoom, maxZoom, clustered, tileType, numAddressedTiles]).toEqual([0, 9, true, 1, written.tiles]);
      expect([minLon, maxLat]).toEqual([described.bounds[0], described.bounds[3]]);
      const served = await json<Record<string, unknown>>('/tiles/m5.json?date=2020-01-29');
      const { name, attribution, vector_layers, date, state: token } = served;
      expect(await archive.getMetadata()).toMatchObject({ name, attribution, vector_layers, date, state: token });
      let compared = 0;
      for (let z = 0; z <= 9; z++) {
        const side = 2 ** z;
        for (let x = Math.floor(0.598 * side); x <= Math.floor(0.606 * side); x++) {
          for (let y = Math.floor(0.388 * side); y <= Math.floor(0.397 * side); y++) {
            const { status, body } = await raw(`/tiles/m5/${z}/${x}/${y}.mvt?date=2020-01-29`);
            const found = await archive.getZxy(z, x, y);
            expect([z, x, y, found !== undefined]).toEqual([z, x, y, status === 200]);
            if (!found) continue;
            expect(Buffer.from(found.data).equals(body)).toBe(true);
            compared++;
          }
        }
      }
      expect(compared).toBe(written.tiles);
    });
  });
});

onServer('salient tiles export', () => {
  it('writes one from the command line', async () => {
    const store = await m5(await database('server'));
    const [row] = await store.query<{ name: string }>('select current_database() as name');
    const url = new URL(SERVER_URL);
    url.pathname = `/${row?.name}`;
    const out = join(folder, 'cli.pmtiles');
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, [...entranceOf('cli.ts'), 'tiles', 'export', '--series', 'm5', ...args], {
        cwd: PROJECT_ROOT,
        env: { ...process.env, DATABASE_URL: url.href },
      });
    const { stdout, stderr } = await run('--date', '2020-01-29', '--out', out, '--maxzoom', '8');
    expect([stdout, stderr]).toEqual([
      expect.stringMatching(/cli\.pmtiles: \d+ tiles \(\d+ different\), 0\.\d\d MB/),
      '',
    ]);
    await reading(out, async (archive) => {
      expect((await archive.getHeader()).maxZoom).toBe(8);
      expect(await archive.getZxy(8, 154, 100)).toBeDefined();
    });
    await expect(run('--date', '2020-02-30', '--out', join(folder, 'no.pmtiles'))).rejects.toMatchObject({ code: 1 });
    expect(existsSync(join(folder, 'no.pmtiles'))).toBe(false);
  });
});
