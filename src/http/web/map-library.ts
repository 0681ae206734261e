import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

/* MapLibre bundled from its sources, as its own build reads them: the map and its worker then share a third of their code. */

const installed = createRequire(import.meta.url);
export const MAPLIBRE = join(dirname(installed.resolve('maplibre-gl/package.json')), 'src');

/** Of the matrices only what is called: `import { mat4 }` from the index brings every function of every kind along. */
const OF_THE_INDEX = /import\s*\{([^}]*)\}\s*from 'gl-matrix';/g;

/**
 * The decoder of MapLibre's own tile format, a tenth of the library, is loaded with the first source that says it is written in
 * it: only an operator's basemap can be. By file: what stands there, and what stands there instead.
 */
const WHEN_NEEDED: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'source/vector_tile_worker_source.ts': [
    ["import {MLTVectorTile} from './vector_tile_mlt.ts';", "import {MLTVectorTile, decoder} from 'mlt-decoder';"],
    [
      'const tileResponse = await getArrayBuffer(params.request, abortController);',
      "const [tileResponse] = await Promise.all([getArrayBuffer(params.request, abortController), params.encoding === 'mlt' && decoder()]);",
    ],
  ],
  'source/vector_tile_source.ts': [
    ['import {ErrorEvent, Evented}', "import {decoder} from 'mlt-decoder';\nimport {ErrorEvent, Evented}"],
    [
      'this._setAcceptHeader(request);',
      "this._setAcceptHeader(request); if (this.encoding === 'mlt') await decoder();",
    ],
  ],
  'data/feature_index.ts': [
    ["import {MLTVectorTile} from '../source/vector_tile_mlt.ts';", "import {MLTVectorTile} from 'mlt-decoder';"],
  ],
};
const DECODER = `
export let MLTVectorTile;
let asked;
export const decoder = () => asked ??= import(${JSON.stringify(join(MAPLIBRE, 'source/vector_tile_mlt.ts'))}).then((own) => { MLTVectorTile = own.MLTVectorTile; });`;

/** Resolves `maplibre-gl` to its sources, less what the page does not call. @throws Error where the sources read otherwise */
export const FROM_SOURCE: Plugin = {
  name: 'maplibre-from-source',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^maplibre-gl$/ }, () => ({ path: join(MAPLIBRE, 'index.ts') }));
    onResolve({ filter: /^mlt-decoder$/ }, () => ({ path: 'mlt-decoder', namespace: 'when-needed' }));
    onLoad({ filter: /./, namespace: 'when-needed' }, () => ({
      contents: DECODER,
      loader: 'js',
      resolveDir: MAPLIBRE,
    }));
    // Of all that stands in the package's description it reads its version.
    onLoad({ filter: /maplibre-gl[/\\]package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
    onLoad({ filter: /maplibre-gl[/\\]src[/\\].*\.ts$/ }, ({ path }) => {
      const name = path.slice(MAPLIBRE.length + 1).replaceAll('\\', '/');
      return { contents: rewritten(name, readFileSync(path, 'utf8')), loader: 'ts' };
    });
  },
};

function rewritten(name: string, source: string): string {
  let text = source.replace(OF_THE_INDEX, (_, names: string) =>
    names
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '' && !one.startsWith('type '))
      .map((one) => `import * as ${one} from 'gl-matrix/esm/${one}.js';`)
      .join(''),
  );
  for (const [from, to] of WHEN_NEEDED[name] ?? []) {
    if (!text.includes(from)) throw new Error(`${name} of maplibre-gl does not hold ${from}`);
    text = text.replace(from, to);
  }
  return text;
}
