import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { commandLines, inLanguage } from '../setup/document-blocks.js';
import { entranceOf, type Spawned, spawnService, temporaryFolder } from '../setup/spawned.js';

/*
 * The blocks of docs/ that need more than the gate has, as they stand, beside a service with the bundled series: Python with
 * GeoPandas and DuckDB from PyPI, R (`apt-get install r-cran-sf r-cran-jsonlite`; not run without Rscript, and it says so), every
 * `salient` line that asks the bundled series; and the Python client as a wheel in an empty environment, its README run and
 * its types checked as mypy and pyright see them.
 *
 *   npm run build; SALIENT_TEST_BUILT=1 TEST_DATABASE_URL=… npx vitest run --config vitest.prove.config.ts tests/prove/documents-run.test.ts
 */
const folder = temporaryFolder();
const python = join(folder, 'venv/bin/python');
const HAS_R = spawnSync('Rscript', ['--version']).status === 0;
let service: Spawned | undefined;
let base = '';
let environment: Record<string, string> = {};

function run(command: string, words: readonly string[], env: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { cwd: folder, env: { ...process.env, ...env } });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (printed += data));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(printed) : reject(new Error(`${command} ended ${code}:\n${printed}`)),
    );
  });
}

const here = (text: string) => text.replaceAll('http://127.0.0.1:8080', base);
const pip = (...words: string[]) => run(python, ['-m', 'pip', 'install', '-q', ...words]);

beforeAll(async () => {
  const store = SERVER_URL ? { DATABASE_URL: await freshDatabase(SERVER_URL) } : {};
  environment = { SALIENT_DATA: join(folder, 'data'), ...store };
  service = spawnService(environment);
  base = await service.address;
  await run('python3', ['-m', 'venv', join(folder, 'venv')]);
}, 900_000);
afterAll(() => service?.end('SIGTERM'));

describe('the Python client, built and installed in an empty environment', () => {
  const readme = readFileSync(join(PROJECT_ROOT, 'clients/python/README.md'), 'utf8');
  const [, code = ''] = /```python\n([\s\S]*?)```/.exec(readme) ?? [];

  it('runs the code of its README, whose types mypy and pyright find right', async () => {
    await pip('build', 'mypy', 'pyright');
    await run(python, ['-m', 'build', '--wheel', '--outdir', folder, join(PROJECT_ROOT, 'clients/python')]);
    await run('sh', ['-c', `'${python}' -m pip install -q "$(ls ${folder}/salient_client-*.whl)[geo]"`]);
    writeFileSync(join(folder, 'readme.py'), here(code));
    expect(await run(python, ['readme.py'])).toMatch(/km² changed hands[\s\S]*9 Morek encircled/);
    expect(await run(python, ['-m', 'mypy', '--strict', 'readme.py'])).toContain('Success');
    expect(await run(python, ['-m', 'pyright', '--pythonpath', python, 'readme.py'])).toContain('0 errors');
  });
});

describe('Python in the documents', () => {
  it('is run as it stands', async () => {
    await pip('geopandas', 'pyarrow', 'duckdb');
    const file = `${base}/ogc/collections/m5_control/items?f=parquet&datetime=../..`;
    writeFileSync(join(folder, 'control.parquet'), Buffer.from(await (await fetch(file)).arrayBuffer()));
    const blocks = [...inLanguage('python'), ...inLanguage('py')];
    expect(blocks.length).toBeGreaterThan(3);
    for (const [index, { text }] of blocks.entries()) {
      writeFileSync(join(folder, `block-${index}.py`), here(text));
      console.log(await run(python, [`block-${index}.py`]));
    }
  });
});

describe('R in the documents', () => {
  it.skipIf(!HAS_R)('is run as it stands [needs r-cran-sf and r-cran-jsonlite]', async () => {
    for (const { text } of inLanguage('r')) {
      writeFileSync(join(folder, 'block.R'), here(text));
      console.log(await run('Rscript', ['block.R']));
    }
  });
});

describe('salient in the documents', () => {
  const lines = commandLines.filter(({ line }) => /^salient .*--series m5( |$)/.test(line));
  it.each([...new Set(lines.map(({ line }) => line))])('%s', async (line) => {
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    const words = [process.execPath, ...entranceOf('cli.ts')].map((word) => `'${word}'`).join(' ');
    writeFileSync(join(bin, 'salient'), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
    expect(await run('bash', ['-c', line], { ...environment, PATH: `${bin}:${process.env.PATH}` })).not.toMatch(
      /^salient:/m,
    );
  });
});
