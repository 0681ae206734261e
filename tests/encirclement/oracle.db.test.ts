import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { measureMesh, meshWorld } from '../setup/mesh-world.js';
import { disagreement, type RasterMargin, rasterMargins } from '../setup/raster-oracle.js';

/** The grid's answer depends on no database: once for both. */
const rasters = new Map<string, RasterMargin[]>();

// `tests/prove/margin-oracle.test.ts` does 200.
onEachDatabase('margins against a raster distance field', (open) => {
  it('property 15: agrees with the grid on 20 random coverages, strict and lenient', async () => {
    const db = await open();
    const wrong: string[] = [];
    for (let seed = 1; seed <= 20; seed++) {
      const world = meshWorld(seed, { posts: 3 });
      const measures = await measureMesh(db, world);
      for (const policy of ['strict', 'lenient'] as const) {
        const key = `${seed} ${policy}`;
        const grid = rasters.get(key) ?? rasterMargins(world, policy, { cells: 200 });
        rasters.set(key, grid);
        for (const [i, raster] of grid.entries()) {
          const margin = measures[i]?.margin_m;
          if (!margin) throw new Error('no margin');
          const why = disagreement(margin, policy, raster);
          if (why) wrong.push(`seed ${seed}, post ${i + 1}, ${policy}: ${why}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
