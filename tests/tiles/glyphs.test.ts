import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { Glyphs, REGULAR } from '../../src/tiles/glyphs/glyphs.js';

it('letters are drawn one by one between the work of others, each range once', async () => {
  const glyphs = new Glyphs();
  // The typefaces are read with the first.
  await glyphs.range(REGULAR, '8192-8447');
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  let turns = 0;
  const others = setInterval(() => turns++, 1);
  const began = performance.now();
  const ranges = await Promise.all(['0-255', '256-511', '0-255'].map((range) => glyphs.range(REGULAR, range)));
  const took = performance.now() - began;
  clearInterval(others);
  delay.disable();
  expect(ranges[2]).toBe(ranges[0]);
  // Drawn in one go others would have no turn until a range is whole, a second or more later.
  expect(turns).toBeGreaterThan(100);
  expect(delay.percentile(90) / 1e6).toBeLessThan(took / 10);
});
