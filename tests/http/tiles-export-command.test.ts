import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PMTiles } from 'pmtiles';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { progressBar } from '../../src/cli/tiles.js';
import { type FolderLock, lockFolder } from '../../src/store/embedded/folder-lock.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';
import { salient, temporaryFolder } from '../setup/spawned.js';

async function archiveAt(path: string): Promise<PMTiles> {
  const bytes = await readFile(path);
  return new PMTiles({
    getKey: () => path,
    getBytes: async (offset, length) => ({ data: Uint8Array.from(bytes.subarray(offset, offset + length)).buffer }),
  });
}

onEachDatabase('salient tiles export, while a service has the folder,', (db) => {
  const service = serviceOn(async () => m5(await db()));
  const folder = temporaryFolder();
  let lock: FolderLock;
  beforeAll(() => {
    lock = lockFolder(folder);
  });
  afterAll(() => lock.release());
  const run = (...words: string[]) =>
    salient(['tiles', 'export', '--series', 'm5', ...words], { SALIENT_DATA: folder });

  it('asks that service, for the tiles of a day and of a span', async () => {
    lock.announce(service.base);
    for (const [name, days, query] of [
      ['day', ['--date', '2020-01-29'], '8/154/100.mvt?date=2020-01-29'],
      ['span', ['--from', '2020-01-26', '--to', '2020-02-01'], 'span/8/154/100.mvt?from=2020-01-26&to=2020-02-01'],
    ] as const) {
      const out = join(folder, `${name}.pmtiles`);
      const { code, stdout, stderr } = await run(...days, '--out', out, '--minzoom', '7', '--maxzoom', '8');
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/pmtiles: \d+ tiles \(\d+ different\), 0\.\d\d MB$/m);
      const archive = await archiveAt(out);
      const metadata = (await archive.getMetadata()) as Record<string, unknown>;
      expect(metadata).toMatchObject({ name: 'M5 corridor, Hama to Aleppo', attribution: 'Salient, CC BY-SA 4.0' });
      expect((metadata.parties as { id: string }[]).map(({ id }) => id)).toEqual(['government', 'opposition']);
      if (name === 'span') expect(metadata).toMatchObject({ from: '2020-01-26', to: '2020-02-01' });
      const tile = await archive.getZxy(8, 154, 100);
      expect(tile && Buffer.from(tile.data).equals((await service.raw(`/tiles/m5/${query}`)).body)).toBe(true);
    }
  });

  it.each([
    [['--date', '2020-01-29', '--from', '2020-01-01'], 'either --date, or --from and --to'],
    [['--from', '2020-01-01'], 'either --date, or --from and --to'],
    [['--from', '2020-02-01', '--to', '2020-02-01'], 'is not after'],
    [['--date', '2019-01-01'], 'begins on 2019-04-01'],
    [['--date', '2020-01-29', '--maxzoom', '15'], 'is no range within 0 to 14'],
  ])('refuses %j in words, and leaves no file', async (words, message) => {
    lock.announce(service.base);
    const out = join(folder, 'none.pmtiles');
    const { code, stderr } = await run(...words, '--out', out);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(existsSync(out) || existsSync(`${out}.part`)).toBe(false);
  });
});

it('a bar is drawn on a terminal and cleared at the end; elsewhere nothing is', () => {
  const shown = (isTTY: boolean) => {
    const written: string[] = [];
    const bar = progressBar({
      isTTY,
      write: (text: string) => written.push(text) > 0,
    } as unknown as NodeJS.WriteStream);
    for (let done = 1; done <= 4; done++) bar(done, 4);
    return written;
  };
  expect(shown(true)[0]).toBe(`\r[${'#'.repeat(7)}${' '.repeat(23)}] 1 of 4 tiles`);
  expect(shown(true).at(-1)).toBe('\r\u001b[K');
  expect(shown(false)).toEqual([]);
});
