import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { asksAll, asksBundled, commandLines, inLanguage } from '../setup/document-blocks.js';
import { box } from '../setup/good-input.js';
import { entranceOf, type Spawned, spawnService, temporaryFolder } from '../setup/spawned.js';

/*
 * The blocks of docs/ that need more than the gate has, as they stand, beside a service with the bundled series: Python with
 * GeoPandas and DuckDB from PyPI, R (`apt-get install r-cran-sf r-cran-jsonlite`; not run without Rscript, and it says so), every
 * `salient` line that asks the bundled series; and the Python client as a wheel in an empty environment, its README run and
 * its types checked as mypy and pyright see them; who held how much is compared with /change; the JavaScript client as a package in an empty folder; directives for nginx as
 * nginx reads them.
 *
 *   npm run build; SALIENT_TEST_BUILT=1 TEST_DATABASE_URL=… npx vitest run --config vitest.prove.config.ts tests/prove/documents-run.test.ts
 */
const folder = temporaryFolder();
const python = join(folder, 'venv/bin/python');
const HAS_R = spawnSync('Rscript', ['--version']).status === 0;
let service: Spawned | undefined;
let base = '';
let environment: Record<string, string> = {};

function run(
  command: string,
  words: readonly string[],
  env: Record<string, string> = {},
  cwd = folder,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { cwd, env: { ...process.env, ...env } });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (printed += data));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(printed) : reject(new Error(`${command} ended ${code}:\n${printed}`)),
    );
  });
}

/** Who held how much on the day that a block asks for is printed as /change has it, to 0.01 km². */
async function comparedWithChange(text: string, printed: string): Promise<void> {
  const [, day] = /m5_control\/items\?datetime=(\d{4}-\d\d-\d\d)/.exec(text) ?? [];
  if (day === undefined) return;
  const answer = await fetch(`${base}/change?series=m5&from=${day}&to=${day}`);
  const { parties } = (await answer.json()) as { parties: { party: string; before_km2: number }[] };
  for (const { party, before_km2 } of parties.filter((one) => one.before_km2 > 0)) {
    const [, figure] = new RegExp(`\\b${party}\\s+(\\d+\\.?\\d*)`).exec(printed) ?? [];
    expect(Math.abs(Number(figure) - before_km2), `${party} in\n${printed}`).toBeLessThan(0.0051);
  }
  compared++;
}
let compared = 0;

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
      const printed = await run(python, [`block-${index}.py`]);
      console.log(printed);
      await comparedWithChange(text, printed);
    }
    expect(compared).toBeGreaterThan(0);
  });
});

describe('R in the documents', () => {
  it.skipIf(!HAS_R)('is run as it stands [needs r-cran-sf and r-cran-jsonlite]', async () => {
    for (const { text } of inLanguage('r')) {
      writeFileSync(join(folder, 'block.R'), here(text));
      const printed = await run('Rscript', ['block.R']);
      console.log(printed);
      await comparedWithChange(text, printed);
    }
  });
});

describe('the JavaScript client, packed and installed in an empty folder', () => {
  const [block] = inLanguage('ts').filter(({ file }) => file === 'clients/javascript/README.md');

  it('compiles what its README says, strictly, and runs it', async () => {
    const empty = join(folder, 'javascript');
    mkdirSync(empty);
    const client = join(folder, 'client');
    cpSync(join(PROJECT_ROOT, 'clients/javascript'), client, { recursive: true });
    const npm = (words: string, cwd: string) =>
      run('npm', [...words.split(' '), '--no-audit', '--no-fund'], { SALIENT_URL: base }, cwd);
    await npm('install', client);
    await npm(`pack --pack-destination ${folder}`, client);
    writeFileSync(join(empty, 'package.json'), '{"type":"module"}');
    await run(
      'sh',
      ['-c', `npm install --no-audit --no-fund typescript@5.9.3 ${folder}/salient-client-*.tgz`],
      {},
      empty,
    );
    writeFileSync(join(empty, 'readme.ts'), here(block?.text ?? ''));
    const options = '--strict --module nodenext --target es2023 --lib es2023,dom,dom.iterable'.split(' ');
    await run(join(empty, 'node_modules/.bin/tsc'), [...options, 'readme.ts'], {}, empty);
    expect(await run('node', ['readme.js'], {}, empty)).toMatch(/^9 Morek encircled$/m);
  });
});

describe('directives for nginx in the documents', () => {
  const blocks = inLanguage('').filter(({ text }) => /^ *location /m.test(text));
  it.each(blocks.map(({ file, line, text }) => [`${file}:${line}`, text]))('%s', async (_, text) => {
    const named = /^upstream/m.test(text) ? text : `upstream salient { server 127.0.0.1:3000; }\n${text}`;
    const [before = '', inside = ''] = named.split(/^(?= *location )/m);
    const cache = before.replace('/var/cache/salient', join(folder, 'cache'));
    const config = `pid ${folder}/nginx.pid; error_log stderr; events {} http { access_log off; ${cache} server { listen 54571; ${inside} } }`;
    writeFileSync(join(folder, 'nginx.conf'), config);
    expect(await run('nginx', ['-t', '-c', join(folder, 'nginx.conf')])).toContain('test is successful');
  });
  it('are two', () => expect(blocks).toHaveLength(2));
});

describe('commands in the documents', () => {
  const lines = (holds: (line: string) => boolean) => [...new Set(commandLines.map(({ line }) => line).filter(holds))];
  const OF_A_MAP = /^salient import map\.geojson /;

  beforeAll(() => {
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    const words = [process.execPath, ...entranceOf('cli.ts')].map((word) => `'${word}'`).join(' ');
    writeFileSync(join(bin, 'salient'), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
    environment.PATH = `${bin}:${process.env.PATH}`;
    const area = (side: string, west: number, east: number) => ({
      type: 'Feature',
      properties: { side },
      geometry: { type: 'Polygon', coordinates: [box(west, 35.2, east, 36.2)] },
    });
    const features = [area('north', 36.5, 36.8), area('south', 36.8, 37.1)];
    writeFileSync(join(folder, 'map.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
  });
  const typed = async (line: string) => {
    const printed = await run('bash', ['-c', here(line)], environment);
    expect(printed).not.toMatch(/^salient:|ERROR|"code":/m);
    return printed;
  };

  it.each(lines(asksBundled))('%s', async (line) => void (await typed(line)));
  it.each(lines(asksAll))('%s', async (line) => expect(await typed(line)).toContain('m5_control'));
  it.each(lines((line) => OF_A_MAP.test(line)))('%s', async (line) => {
    expect(await typed(line)).toContain('2024-05-01: stored');
    await typed(
      'salient import map.geojson --series ours --date 2020-01-01 --party-property side --source https://example.org/map',
    );
  });
  it.each(lines((line) => /--series m5,ours /.test(line)))('%s', async (line) => void (await typed(line)));
});
