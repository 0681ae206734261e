import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What is written with a folder of its own, which is removed when the reader has ended or gone away. */
export async function* inTemporaryFolder(
  write: (folder: string) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'salient-file-'));
  try {
    yield* write(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
