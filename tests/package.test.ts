import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../src/config.js';

/* What is published and what is put into the image is whole: the package, the image and the compose file, read. */

const read = (file: string) => readFileSync(join(PROJECT_ROOT, file), 'utf8');
const lines = (file: string) => read(file).split('\n');

describe('the package', () => {
  const manifest = JSON.parse(read('package.json')) as { private?: boolean; license: string; files: string[] };
  // What begins with an exclamation mark is left out again.
  const shippedFiles = manifest.files.filter((name) => !name.startsWith('!'));

  it('can be published, with its licence', () => {
    expect(manifest.private).toBeUndefined();
    expect(manifest.license).toBe('MIT');
    expect(read('LICENSE')).toContain('MIT License');
  });

  it('brings no library of maps that nobody here uses: what only names it is written into dist', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { dev?: boolean }> };
    const shipped = Object.entries(packages).filter(([, { dev }]) => !dev);
    const names = shipped.map(([path]) => path.replace(/^.*node_modules\//, ''));
    for (const name of ['ol', 'flatgeobuf']) expect(names).not.toContain(name);
    const users = readdirSync(join(PROJECT_ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => /from 'flatgeobuf/.test(read(join('src', file))));
    expect(users).toEqual([join('formats', 'flatgeobuf', 'library.ts')]);
  });

  it('lists only what is there', () => {
    for (const file of shippedFiles.filter((name) => name !== 'dist'))
      expect(existsSync(join(PROJECT_ROOT, file)), file).toBe(true);
  });

  it('is what the image has, which ignores none of it', () => {
    const [build = '', final = ''] = read('Dockerfile').split(/\nFROM .*\n(?=ENV)/);
    // The build makes the image of an empty database of them.
    expect(build).toMatch(/^COPY migrations .*\n(.*\n)*RUN npm ci$/m);
    for (const file of shippedFiles) expect(final, file).toMatch(new RegExp(`^COPY .*\\b${file}\\b`, 'm'));
    const ignored = lines('.dockerignore').filter((name) => name !== 'dist');
    for (const file of shippedFiles) expect(ignored).not.toContain(file);
  });
});

describe('the lists of what is inside', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { dev?: boolean; version: string }>;
  };
  const shipped = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
  const all = new Set(shipped.map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`));
  const said = (script: 'sbom' | 'licences') => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const [program = '', ...words] = (scripts[script] ?? '').split(' ');
    expect(program).toBe('node');
    return spawnSync(process.execPath, words, { cwd: PROJECT_ROOT, encoding: 'utf8', maxBuffer: 1 << 28 });
  };

  it('name every package that ships and none else: as CycloneDX', { timeout: 60_000 }, () => {
    const { status, stdout } = said('sbom');
    expect(status).toBe(0);
    const bom = JSON.parse(stdout) as {
      bomFormat: string;
      specVersion: string;
      metadata: { component: { 'bom-ref': string; name: string } };
      components: { 'bom-ref': string; purl: string; hashes: unknown[] }[];
      dependencies: { ref: string; dependsOn: string[] }[];
    };
    expect([bom.bomFormat, bom.metadata.component.name]).toEqual(['CycloneDX', 'salient']);
    expect(new Set(bom.components.map((component) => component['bom-ref']))).toEqual(all);
    expect(all).toContainEqual(expect.stringMatching(/^maplibre-gl@/));
    expect(bom.components.filter(({ purl, hashes }) => !purl.startsWith('pkg:npm/') || hashes.length === 0)).toEqual(
      [],
    );
    const known = new Set([bom.metadata.component['bom-ref'], ...all]);
    expect(new Set(bom.dependencies.map(({ ref }) => ref))).toEqual(known);
    expect(bom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !known.has(ref))).toEqual([]);
  });

  it('and with its licence, each of which goes with ours', () => {
    const { status, stdout } = said('licences');
    expect([status, stdout]).toEqual([0, expect.not.stringContaining('LOOK AT')]);
    expect(
      new Set(
        stdout
          .trim()
          .split('\n')
          .map((line) => line.split('\t')[0]),
      ),
    ).toEqual(all);
  });
});

describe('the container', () => {
  it('runs as a user without rights, says whether it is well, and starts the service', () => {
    const dockerfile = lines('Dockerfile');
    const lastOf = (word: string) => dockerfile.findLastIndex((line) => line.startsWith(word));
    expect(dockerfile[lastOf('USER')]).toBe('USER node');
    expect(dockerfile[lastOf('HEALTHCHECK')]).toContain('/live');
    expect(lastOf('CMD')).toBeGreaterThan(lastOf('USER'));
    expect(lastOf('RUN')).toBeLessThan(lastOf('USER'));
  });

  it('writes to no file of its own under compose, has no capability, and cannot change a table', () => {
    const service = read('compose.yaml').split('\n  salient:\n')[1] ?? '';
    expect(service).toContain('DATABASE_URL: postgres://salient_app:');
    expect(read('compose.yaml')).toMatch(
      / {2}migrate:[\s\S]*DATABASE_URL: postgres:\/\/salient_owner:[\s\S]* {2}salient:/,
    );
    for (const line of ['read_only: true', 'tmpfs: ["/tmp:size=1g"]', 'cap_drop: [ALL]', 'no-new-privileges:true'])
      expect(service).toContain(line);
  });
});
