import { expect, it } from 'vitest';
import { openedChange } from '../../src/change/digitising-noise.sql.js';
import { areaDeviation, falseGain } from '../../src/change/noise.js';
import { onEachDatabase } from '../setup/databases.js';
import type { Point } from '../setup/mesh-world.js';
import { correlationKm, drawing, LINE_KM, SIDE_KM, sides, withGain } from '../setup/noisy-line.js';
import { plantSeries } from '../setup/plain-maps.js';
import { runs } from '../setup/runs.js';
import { wkt } from '../setup/two-maps.js';

/** Methods B.4: gain and loss, km², raw and after an opening, where the truth is a gain of 34.5 and no loss. */
const PUBLISHED: Record<number, Record<number, readonly [gain: number, loss: number]>> = {
  100: { 0: [54.7, 14.6], 100: [42.9, 4.8], 250: [34.6, 0], 500: [34.2, 0], 750: [33.6, 0] },
  250: { 0: [72.8, 38.4], 100: [65.3, 33.2], 250: [43.6, 16.3], 500: [33, 0], 750: [30.1, 0] },
  500: { 0: [115.7, 85.6], 100: [112.8, 82.9], 250: [99.2, 67.5], 500: [66, 37.4], 750: [49.4, 6.3] },
};
const TRUTH_KM2 = 6 * 5 + 3 * 1.5;
/** Between the two correlation lengths of the published simulation, 1.8 and 7 km. */
const REACH_KM = 1;

/** Of the net of two drawings, km²: the line is off twice. */
const spreadOfNet = (sigmaKm: number, reachKm = REACH_KM) =>
  areaDeviation(1000 * sigmaKm, 1000 * correlationKm(reachKm), 2000 * LINE_KM) / 1e6;

/** Ground between two drawings, south of the one and north of the other, less the opposite: exact for lines of vertices. */
const net = (before: readonly Point[], after: readonly Point[]) =>
  after.slice(1).reduce((sum, [x, y], i) => {
    const [[x0, y0], [, b0], [, b]] = [after[i], before[i], before[i + 1]] as [Point, Point, Point];
    return sum + ((x - x0) * (y - b + y0 - b0)) / 2;
  }, 0);

it('the net of two drawings of one line has the standard deviation √2·σ·√(L·ℓ)', () => {
  for (const sigmaKm of [0.1, 0.25]) {
    for (const reachKm of [0.5, 2]) {
      const nets = Array.from({ length: 300 }, (_, seed) =>
        net(drawing(2 * seed + 1, sigmaKm, reachKm), drawing(2 * seed + 2, sigmaKm, reachKm)),
      );
      const expected = spreadOfNet(sigmaKm, reachKm);
      const found = Math.sqrt(nets.reduce((sum, value) => sum + value ** 2, 0) / nets.length);
      // The standard deviation of 300 draws is known to 4 %; the ends of the line take a little of ℓ.
      expect(Math.abs(found / expected - 1)).toBeLessThan(0.12);
    }
  }
});

onEachDatabase('the noise filter', (open) => {
  const opened = async (before: readonly Point[], after: readonly Point[], radiiM: readonly number[]) => {
    const map = (line: readonly Point[]) => {
      const [south, north] = sides(line);
      return [
        { of: wkt(south), party: 'p' },
        { of: wkt(north), party: 'q' },
      ];
    };
    const { revisions } = await plantSeries(await open(), {
      frame: `env(0,${-SIDE_KM},${LINE_KM},${SIDE_KM})`,
      maps: [map(before), map(after)],
    });
    const [from, to] = revisions as [number, number];
    const found: [gain: number, loss: number][] = [];
    for (const radiusM of radiiM) {
      const rows = await openedChange(await open(), from, to, radiusM);
      const left = (party: string) => (rows.find((row) => row.to_class === party)?.opened_m2 ?? 0) / 1e6;
      found.push([left('p'), left('q')]);
    }
    return found;
  };

  it.each(Object.entries(PUBLISHED))(
    'drawn twice with σ = %s m, it leaves what the published simulation left',
    async (sigma, row) => {
      const sigmaKm = Number(sigma) / 1000;
      const radii = Object.keys(row).map(Number);
      const seeds = Array.from({ length: runs(2) }, (_, i) => i + 1);
      const sums = radii.map((): [number, number] => [0, 0]);
      for (const seed of seeds) {
        const [before, again] = [drawing(10 * seed + 1, sigmaKm, REACH_KM), drawing(10 * seed + 2, sigmaKm, REACH_KM)];
        const after = withGain(withGain(again, 60, 6, 5), 200, 3, 1.5);
        const found = await opened(before, after, radii);
        for (const [i, [gain, loss]] of found.entries()) {
          const [sum, [widerGain, widerLoss]] = [sums[i] as [number, number], found[i - 1] ?? [gain, loss]];
          sum[0] += gain / seeds.length;
          sum[1] += loss / seeds.length;
          // A wider opening never leaves more.
          expect(gain).toBeLessThanOrEqual(widerGain + 1e-6);
          expect(loss).toBeLessThanOrEqual(widerLoss + 1e-6);
        }
        const [[gain, loss]] = found as [[number, number]];
        expect(gain - loss).toBeCloseTo(net(before, again) + TRUTH_KM2, 4);
      }
      const [raw] = Object.values(row) as [readonly [number, number]];
      for (const [i, radius] of radii.entries()) {
        const [[gain, loss], [wasGain, wasLoss]] = [
          sums[i] as [number, number],
          row[radius] as readonly [number, number],
        ];
        // One drawing of theirs against the mean of some of ours: within a quarter of the raw gain, cell by cell.
        expect(Math.abs(gain - wasGain), `gain at ${radius} m`).toBeLessThanOrEqual(0.25 * raw[0]);
        expect(Math.abs(loss - wasLoss), `loss at ${radius} m`).toBeLessThanOrEqual(0.25 * raw[0]);
        if (wasLoss === 0) {
          // Where their one drawing left nothing, chance may leave a tenth: errors of 3σ and more are wide enough.
          const chance = 0.1 * (sums[0] as [number, number])[1];
          expect(loss).toBeLessThanOrEqual(chance);
          expect(Math.abs(gain - TRUTH_KM2)).toBeLessThanOrEqual(chance + 0.1 * TRUTH_KM2);
        }
      }
      const [rawGain, rawLoss] = sums[0] as [number, number];
      const floor = falseGain(Number(sigma), Number(sigma), LINE_KM * 1000) / 1e6;
      const spread = spreadOfNet(sigmaKm) / Math.sqrt(seeds.length);
      for (const each of [rawGain - TRUTH_KM2, rawLoss]) expect(Math.abs(each - floor)).toBeLessThanOrEqual(2 * spread);
    },
  );
});
