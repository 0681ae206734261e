import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { addressesIn, blocks, commandLines, isOfOthers } from '../setup/document-blocks.js';
import { HAS_GDAL } from '../setup/gdal.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';
import { temporaryFolder } from '../setup/spawned.js';

/** A line as a shell runs it, in a folder of its own, while the service answers from this process. */
function run(line: string, cwd: string): Promise<{ code: number | null; printed: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', line], { cwd });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (printed += data));
    child.on('error', reject).on('close', (code) => resolve({ code, printed }));
  });
}

onEachDatabase('addresses in the documents', (db) => {
  const service = serviceOn(async () => m5(await db()));
  const addresses = blocks.flatMap((block) => addressesIn(block).map((path) => [block.file, path] as const));

  it.each(addresses)('%s: %s', async (_, path) => {
    const response = await fetch(service.base + path);
    expect(response.status).toBe(200);
    await response.arrayBuffer();
  });
});

describe.skipIf(!HAS_GDAL)('commands of others in the documents [needs gdal-bin]', () => {
  onEachDatabase('run as they stand', (db) => {
    const service = serviceOn(async () => m5(await db()));
    // Of the bundled series: the other tests of this run have series of their own here.
    const lines = commandLines.filter(({ line }) => isOfOthers(line));

    it.each([...new Set(lines.map(({ line }) => line))])('%s', async (line) => {
      const { code, printed } = await run(line.replaceAll('http://127.0.0.1:8080', service.base), temporaryFolder());
      expect(code, printed).toBe(0);
      expect(printed).not.toMatch(/ERROR|"code":/);
    });
    it('are more than those of one document', () =>
      expect(new Set(lines.map(({ file }) => file)).size).toBeGreaterThan(1));
  });
});
