import { expect, it } from 'vitest';
import type { Polygon } from '../../../src/geometry/geojson-geometry.js';
import { toWkb } from '../../../src/geometry/wkb.js';
import type { CompactArea } from '../../../src/maps/packed-areas.js';
import { partedBorderLines } from '../../../src/maps/theatre/border-lines.js';
import { linesBeside } from '../../../src/maps/theatre/border-lines-thread.js';
import { fractalCells } from '../../coverage/fractal-cells.js';
import { box } from '../../setup/good-input.js';
import { turnsMeanwhile } from '../../setup/turns-meanwhile.js';

const frame: Polygon[] = [[box(36, 35, 37, 36)]] as Polygon[];
/** Of cells with fractal borders: some 4 vertices a pixel of the raster's borders. */
const areasOf = (columns: number) =>
  fractalCells(7, 24, columns, columns, [36, 35, 37, 36]).members.map(({ polygons }) => ({
    wkb: toWkb(polygons as Polygon[]),
  })) as CompactArea[];

it('the lines of a large map are those that this thread would find, and others are served meanwhile', async () => {
  const areas = areasOf(600);
  // The thread has read its modules.
  await linesBeside({ areas: areasOf(160) }, frame);
  const here = await turnsMeanwhile(async () => partedBorderLines(areas, frame));
  const beside = await turnsMeanwhile(() => linesBeside({ areas }, frame));
  expect(Buffer.from(beside.done ?? []).equals(here.done)).toBe(true);
  expect(here.turns).toBeLessThan(5);
  expect(beside.turns).toBeGreaterThan(50);
});

it('a small map is not worth a message, and lines that a thread has found already are taken', async () => {
  const areas = areasOf(30);
  expect(Buffer.from((await linesBeside({ areas }, frame)) ?? []).equals(partedBorderLines(areas, frame))).toBe(true);
  const lines = new Uint8Array([1, 2, 3]);
  expect(await linesBeside({ areas: areasOf(160), lines }, frame)).toBe(lines);
});

it('an error of the thread is the caller’s, and the next map has its lines', async () => {
  const areas = areasOf(160);
  await expect(
    linesBeside({ areas: [{ ...areas[0], wkb: new Uint8Array(400_000) } as CompactArea] }, frame),
  ).rejects.toThrow();
  expect((await linesBeside({ areas }, frame))?.length).toBeGreaterThan(0);
});
