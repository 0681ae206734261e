import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../src/config.js';
import * as salient from '../src/index.js';
import { freshDatabase, SERVER_URL } from './setup/databases.js';
import { program, temporaryFolder } from './setup/spawned.js';

const page = readFileSync(join(PROJECT_ROOT, 'docs/programming.md'), 'utf8');
const between = (fence: string) => page.split(`${fence}\n`)[1]?.split('```')[0] ?? '';

describe('docs/programming.md', () => {
  it('its example prints what it says', { timeout: 240_000 }, async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'example.mts');
    writeFileSync(file, between('```ts').replace(`'salient'`, JSON.stringify(join(PROJECT_ROOT, 'src/index.ts'))));
    const settings = SERVER_URL
      ? { DATABASE_URL: await freshDatabase(SERVER_URL) }
      : { SALIENT_DATA: join(folder, 'data') };
    const { code, stdout, stderr } = await program(file, settings);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: between('It prints\n\n```'),
      stderr: 'maps imported 1 2\nmaps imported 2 2\n',
    });
  });

  it('names every function that is exported, and no other', () => {
    const table = page.slice(page.indexOf('| what | functions |'));
    const named = [...table.matchAll(/`(\w+)`/g)].map((match) => match[1]).filter((name) => name !== 'knownAt');
    expect(named.sort()).toEqual(Object.keys(salient).sort());
  });
});
