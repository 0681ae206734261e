import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { type Mark, spriteSheet } from '../tiles/sprite-sheet.js';
import { FROM_SOURCE, MAPLIBRE } from './map-library.js';

/* The page as a browser gets it: bundled by esbuild, every file named by its own hash, so that it may be kept for ever. */

/** The names of the files that the shell and the page's own code request by role. */
export interface Manifest {
  script: string;
  style: string;
  /** What the script imports at once. */
  preload: string[];
  /** What the code of the map consists of, and its styles. */
  map: string[];
  mapStyle: string;
  /** MapLibre's worker, the world's outlines, the shaping of Arabic. */
  worker: string;
  basemap: string;
  /** Rivers, lakes and towns: drawn once the map stands. */
  waters: string;
  rtl: string;
  /** The style of the documents; script and style of the API reference. */
  documents: string;
  reference: { script: string; style: string };
  /** The page on which a map is kept. */
  desk: { script: string; style: string };
}

/** The bundled page: its shell with placeholders, and its files by name, each as it is and in Brotli. */
export interface WebBundle {
  shell: string;
  /** The shell of the desk. */
  desk: string;
  manifest: Manifest;
  files: ReadonlyMap<string, { bytes: Buffer; brotli: Buffer | null }>;
  /** The marks of the map for styles that other sites draw (sprite-sheet.ts). */
  sprite: ReadonlyMap<string, Buffer>;
}

const installed = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
const ROOT = join(here, '../../..');
const SOURCE = join(ROOT, 'src/web');
const BUILT = join(ROOT, 'dist/web');
const ARABIC = '@mapbox/mapbox-gl-rtl-text/mapbox-gl-rtl-text.min.js';
const TEXT = /\.(m?js|css|json|svg)$/;

let opened: Promise<WebBundle> | null = null;

/** The bundle that the build wrote beside the compiled service; run from source, one made once a process (half a second). */
export function webBundle(): Promise<WebBundle> {
  const compiled = here.includes(`${join('dist', 'http')}`);
  opened ??= compiled ? Promise.resolve().then(readBundle) : bundleWeb(false);
  return opened;
}

/** Bundles `src/web`. `small` takes the time to compress as far as it goes. */
export async function bundleWeb(small: boolean): Promise<WebBundle> {
  const { build } = await import('esbuild');
  const files = new Map<string, { bytes: Buffer; brotli: Buffer | null }>();
  const keep = (name: string, bytes: Buffer) => {
    files.set(name, { bytes, brotli: TEXT.test(name) ? packed(bytes, small) : null });
    return name;
  };
  const hashed = (path: string) => {
    const bytes = readFileSync(path);
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();
    const ending = extname(path).replace('.mjs', '.js');
    return keep(`${basename(path, extname(path))}-${hash}${ending}`, bytes);
  };
  const { outputFiles, metafile } = await build({
    entryPoints: ['page.ts', 'style/all.css', 'style/map.css', 'style/desk.css', 'documents/document.css']
      .map((name) => join(SOURCE, name))
      .concat(join(MAPLIBRE, 'source/worker.ts')),
    plugins: [FROM_SOURCE],
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    write: false,
    metafile: true,
    outdir: BUILT,
    absWorkingDir: ROOT,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    loader: { '.woff2': 'file' },
    legalComments: 'none',
    logLevel: 'warning',
  });
  for (const { path, contents } of outputFiles) keep(basename(path), Buffer.from(contents));
  // The plain build: the other one compiles WebAssembly, which the page's policy forbids. A worker loads it by itself, and
  // MapLibre imports only what ends in .mjs: anything else it evaluates as text, which the policy forbids as well.
  const shaping = await build({
    entryPoints: [installed.resolve(ARABIC)],
    bundle: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    minify: true,
    write: false,
    external: ['fs', 'path'],
    outdir: BUILT,
    entryNames: 'arabic-shaping-[hash]',
    legalComments: 'none',
    logLevel: 'error',
  });
  for (const { path, contents } of shaping.outputFiles) keep(basename(path), Buffer.from(contents));
  /** Bundles an entry by itself, sharing no chunk with the page that many read; returns the name of its script. */
  async function alone(entry: string, name: string): Promise<string> {
    const { outputFiles: written } = await build({
      entryPoints: [join(SOURCE, entry)],
      plugins: [FROM_SOURCE],
      tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
      bundle: true,
      format: 'esm',
      target: 'es2022',
      minify: true,
      write: false,
      outdir: BUILT,
      absWorkingDir: ROOT,
      entryNames: `${name}-[hash]`,
      legalComments: 'none',
      logLevel: 'warning',
    });
    for (const { path, contents } of written) keep(basename(path), Buffer.from(contents));
    return basename(written[0]?.path ?? '');
  }
  const [reference, desk] = [await alone('documents/reference.ts', 'reference'), await alone('desk/desk.ts', 'desk')];
  // The marks are code of the page, which nothing outside it may import: they are bundled, and run once, here.
  const marks = await build({
    entryPoints: [join(SOURCE, 'map/sprite.ts')],
    ...{ bundle: true, format: 'esm', write: false, logLevel: 'warning' },
  });
  const code = Buffer.from(marks.outputFiles[0]?.contents ?? []).toString('base64');
  const { MARKS } = (await import(`data:text/javascript;base64,${code}`)) as { MARKS: readonly Mark[] };
  const outputOf = (entry: string) => {
    const found = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(entry));
    if (!found) throw new Error(`esbuild wrote nothing for ${entry}`);
    return basename(found[0]);
  };
  const importedBy = (entry: string) =>
    (metafile.outputs[`${relative(ROOT, BUILT)}/${outputOf(entry)}`]?.imports ?? [])
      .filter(({ kind }) => kind === 'import-statement')
      .map(({ path }) => basename(path));
  return {
    shell: readFileSync(join(SOURCE, 'page.template'), 'utf8'),
    desk: readFileSync(join(SOURCE, 'desk.template'), 'utf8'),
    manifest: {
      script: outputOf('web/page.ts'),
      style: outputOf('style/all.css'),
      preload: importedBy('web/page.ts'),
      map: [outputOf('web/map/moving.ts'), ...importedBy('web/map/moving.ts')],
      mapStyle: outputOf('style/map.css'),
      worker: outputOf('source/worker.ts'),
      basemap: hashed(join(SOURCE, 'map/basemap.json')),
      rtl: basename(shaping.outputFiles[0]?.path ?? ''),
      waters: hashed(join(SOURCE, 'map/waters.json')),
      documents: outputOf('documents/document.css'),
      reference: {
        script: reference,
        style: hashed(installed.resolve('swagger-ui-dist/swagger-ui.css')),
      },
      desk: { script: desk, style: outputOf('style/desk.css') },
    },
    files,
    sprite: await spriteSheet(MARKS),
  };
}

/** Writes a bundle to `dist/web`, where the compiled service reads it. */
export function writeBundle({ shell, desk, manifest, files, sprite }: WebBundle): void {
  rmSync(BUILT, { recursive: true, force: true });
  mkdirSync(BUILT, { recursive: true });
  writeFileSync(join(BUILT, 'page.template'), shell);
  writeFileSync(join(BUILT, 'desk.template'), desk);
  writeFileSync(
    join(BUILT, 'manifest.json'),
    JSON.stringify({ manifest, files: [...files.keys()], sprite: [...sprite.keys()] }),
  );
  for (const [name, bytes] of sprite) writeFileSync(join(BUILT, name), bytes);
  for (const [name, { bytes, brotli }] of files) {
    writeFileSync(join(BUILT, name), bytes);
    if (brotli) writeFileSync(join(BUILT, `${name}.br`), brotli);
  }
}

function readBundle(): WebBundle {
  const read = (name: string) => readFileSync(join(BUILT, name));
  const { manifest, files, sprite } = JSON.parse(read('manifest.json').toString()) as {
    manifest: Manifest;
    files: string[];
    sprite: string[];
  };
  return {
    shell: read('page.template').toString(),
    desk: read('desk.template').toString(),
    manifest,
    files: new Map(
      files.map((name) => [
        name,
        { bytes: read(name), brotli: existsSync(join(BUILT, `${name}.br`)) ? read(`${name}.br`) : null },
      ]),
    ),
    sprite: new Map(sprite.map((name) => [name, read(name)])),
  };
}

function packed(bytes: Buffer, small: boolean): Buffer {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: small ? 11 : 4 } });
}

// `npm run build` runs this file after the compiler.
if (process.argv[1] === fileURLToPath(import.meta.url)) writeBundle(await bundleWeb(true));
