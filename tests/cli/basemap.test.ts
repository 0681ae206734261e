import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BASEMAP_COLOURS, basemapStyle } from '../../src/cli/basemap.js';
import { basemapAddress } from '../../src/http/tiles/basemap.js';
import { outlinesAround } from '../../src/maps/theatre/basemap.js';
import { LIGHT } from '../../src/web/map/palette.js';
import { temporaryFolder } from '../setup/spawned.js';

/** Three theatres far from each other: west, south, east, north. */
const BOXES = [
  ['Emilia', [10.6, 43.9, 12.8, 45.1]],
  ['the upper Nile', [31, 15, 34, 17]],
  ['the Philippines', [120, 5, 127, 12]],
] as const;

/** The world as it is drawn where no theatre is near. */
const elsewhere = outlinesAround([-150, -60, -149, -59]).land.coordinates.flat(2);

describe('salient basemap', () => {
  it.each(BOXES)(
    'around %s draws the coast there in full and the rest of the world coarsely',
    { timeout: 30_000 },
    (_, box) => {
      const { land, borders } = outlinesAround(box);
      const [west, south, east, north] = box;
      const vertices = land.coordinates.flat(2);
      const near = vertices.filter(([x = 0, y = 0]) => x > west - 8 && x < east + 8 && y > south - 8 && y < north + 8);
      const coarse = elsewhere.filter(
        ([x = 0, y = 0]) => x > west - 8 && x < east + 8 && y > south - 8 && y < north + 8,
      );
      expect(near.length).toBeGreaterThan(1.5 * coarse.length);
      expect(JSON.stringify({ land, borders }).length).toBeLessThan(900_000);
      for (const [outer = []] of land.coordinates) expect(outer[0]).toEqual(outer.at(-1));
    },
  );

  it('is a style with all its data inside, in the colours of the page', { timeout: 30_000 }, async () => {
    const { sources, layers } = await basemapStyle(BOXES[0][1]);
    const kinds = new Set(sources.basemap.data.features.map(({ properties }) => properties.kind));
    expect(kinds).toEqual(new Set(['land', 'border', 'river', 'lake']));
    expect(layers.map(({ id }) => id)[0]).toBe('basemap-sea');
    expect(LIGHT).toMatchObject(BASEMAP_COLOURS);
  });

  it('a file is answered by the service, an address is left to its own', () => {
    const file = join(temporaryFolder(), 'basemap.json');
    writeFileSync(file, '{}');
    expect(basemapAddress(file)).toBe('web/basemap-style.json');
    expect(basemapAddress('https://example.org/style.json')).toBe('https://example.org/style.json');
    expect(basemapAddress('')).toBeNull();
  });
});
