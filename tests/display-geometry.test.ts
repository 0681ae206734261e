import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, expectTypeOf, it } from 'vitest';
import type { balance } from '../src/change/balance.js';
import type { openedChange } from '../src/change/digitising-noise.sql.js';
import type { changeByFace, changeByOverlay, changePatches } from '../src/change/overlay.sql.js';
import type { classAreasOver } from '../src/change/region.sql.js';
import { PROJECT_ROOT } from '../src/config.js';
import type { GridTopology } from '../src/coverage/simplify.js';
import type { measureRing, measureSweep } from '../src/encirclement/evidence/ring-and-sweep.sql.js';
import type { measureEncirclement } from '../src/encirclement/measure.sql.js';
import type { decide } from '../src/encirclement/verdict.js';
import type { frontLines } from '../src/front/lines.sql.js';
import type { DrawnFeature } from '../src/tiles/cut/encode.js';

/** Everything a file of ours imports, itself included, as paths from the root. */
function reached(from: string, seen = new Set<string>()): Set<string> {
  const path = relative(PROJECT_ROOT, from);
  if (seen.has(path)) return seen;
  seen.add(path);
  // `import type` counts too: a measure that takes a drawn thing would name its type.
  for (const [, named] of readFileSync(from, 'utf8').matchAll(/from '(\.[^']+)\.js'/g)) {
    reached(join(dirname(from), `${named}.ts`), seen);
  }
  return seen;
}

const MEASURES = [
  'change/ask',
  'encirclement/ask',
  'encirclement/evidence/evidence',
  'front/ask',
  'front/movement',
  'routes/ask',
  'encirclement/measure.sql',
  'change/overlay.sql',
  'encirclement/evidence/ring-and-sweep.sql',
];

it.each(MEASURES)('property 17: %s never reaches what is simplified, cut or drawn for display', (name) => {
  const files = [...reached(join(PROJECT_ROOT, 'src', `${name}.ts`))];
  expect(files).toContain('src/store/pool.ts');
  // Of the kernels only those of mid-lines, of the borders that two maps differ in, of the edges of a partition and of pockets, which measure: they simplify nothing.
  const kernels =
    /^src\/coverage\/(midlines|medial-points|sleeves|strip-mesh|constrained-delaunay|differing|edge-table|border-edges|dividers|strip-ends|boundary-rings|nearest-edges|edge-sides|disjoint-sets)\.ts$/;
  expect(files.filter((file) => /^src\/(tiles|coverage)\//.test(file) && !kernels.test(file))).toEqual([]);
});

it('property 17: what is drawn does reach it, so that the search finds something', () => {
  const files = [...reached(join(PROJECT_ROOT, 'src/tiles/drawing/layer-group.ts'))];
  expect(files).toContain('src/coverage/simplify.ts');
});

/** The measures take revisions by number, and the database they are stored in: no geometry of a caller at all. */
it('property 17: by type, no measure takes a drawn or simplified geometry', () => {
  type Measure =
    | typeof balance
    | typeof changeByFace
    | typeof changeByOverlay
    | typeof changePatches
    | typeof classAreasOver
    | typeof decide
    | typeof frontLines
    | typeof measureEncirclement
    | typeof measureRing
    | typeof measureSweep
    | typeof openedChange;
  type Taken = Measure extends infer Each
    ? Each extends (...given: infer Given) => unknown
      ? Given[number]
      : never
    : never;
  expectTypeOf<Extract<Taken, GridTopology>>().toBeNever();
  expectTypeOf<Extract<Taken, DrawnFeature>>().toBeNever();
  expectTypeOf<GridTopology>().not.toExtend<Taken>();
  expectTypeOf<DrawnFeature>().not.toExtend<Taken>();
});
