import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { disputedBands } from '../../src/change/disputed.js';
import { filteredBalance } from '../../src/change/filtered.js';
import { areaDeviation, correlationOf, falseGain, netChange, noiseFloor } from '../../src/change/noise.js';
import { compassPoint, patchKey, patchName } from '../../src/change/patches.js';
import { offsetSummary, quantile, sectorAdvance } from '../../src/front/movement-terms.js';
import { cutPoints, kilometresByClass, routeChange, stretchesOf } from '../../src/routes/stretches.js';
import { seeded } from '../setup/mesh-world.js';

const CLASSES = ['contested', 'p', 'q', 'unknown'] as const;
const cell = fc.record({
  from_class: fc.constantFrom(...CLASSES),
  from_claimant: fc.constantFrom('p', 'q', null),
  to_class: fc.constantFrom(...CLASSES),
  to_claimant: fc.constantFrom('p', 'q', null),
  m2: fc.double({ min: 1, max: 1e9, noNaN: true }),
});

const LENGTH = { metres: 1800, from: 'stated', at_least: false, straight: 1 } as const;

describe('the error of a net figure', () => {
  it('is √2·σ·√(Lℓ) for a line drawn twice: 8.2 and 16.3 km² where the published simulation found 7.7 and 15.9', () => {
    expect(noiseFloor(250, 300_000, LENGTH).net_sd_km2).toBeCloseTo(8.2, 1);
    expect(noiseFloor(250, 300_000, { ...LENGTH, metres: 7000 }).net_sd_km2).toBeCloseTo(16.2, 1);
    expect(areaDeviation(250, 1800, 600_000) / 1e6).toBeCloseTo(8.2, 1);
  });

  it('takes the correlation length that is stated, else the spacing, else the distance of drawn, else of stored vertices', () => {
    const drawn = { spacingM: [9000, 11_000], verticesM: 80, straight: 1 };
    const nothing = { correlation_m: null, spacing_m: null };
    expect(correlationOf({ correlation_m: 500, spacing_m: 3950 }, drawn)).toMatchObject({
      metres: 500,
      from: 'stated',
    });
    expect(correlationOf({ ...nothing, spacing_m: 3950 }, drawn)).toMatchObject({ metres: 3950, from: 'spacing' });
    expect(correlationOf(nothing, drawn)).toMatchObject({ metres: 10_000, from: 'drawn', at_least: false });
    expect(correlationOf(nothing, { ...drawn, spacingM: [9000, null] })).toMatchObject({
      metres: 80,
      from: 'vertices',
      at_least: true,
    });
  });

  it('is no more than what was measured', () => {
    expect(noiseFloor(250, 300_000, LENGTH, 16.8).each_way_km2).toBe(16.8);
  });

  it('is nothing where no border moved, and the band lies evenly about the net', () => {
    const row = { party: 'p', gained_km2: 120, lost_km2: 20 };
    expect(netChange(row, undefined, 1300, LENGTH)).toMatchObject({ km2: 100, sd_km2: 0, band_km2: [100, 100] });
    const { sd_km2: sd, band_km2: band } = netChange(row, { before_m: 30_000, after_m: 50_000 }, 1300, LENGTH);
    expect(sd).toBeCloseTo((1300 * Math.sqrt(80_000 * 1800)) / 1e6, 9);
    expect(band).toEqual([100 - sd, 100 + sd]);
  });
});

describe('the noise floor', () => {
  it('is σL/√π each way: 42.3 km² for σ = 250 m along 300 km', () => {
    expect(falseGain(250, 250, 300_000) / 1e6).toBeCloseTo(42.3, 1);
    expect(falseGain(100, 100, 300_000) / 1e6).toBeCloseTo(16.9, 1);
    expect(falseGain(300, 400, 1000)).toBeCloseTo((500 * 1000) / Math.sqrt(2 * Math.PI), 9);
  });

  it('is what two drawings of one line with normal errors differ by', () => {
    const random = seeded(4);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const [sigma, pieces, step] = [100, 40_000, 50];
    let gained = 0;
    for (let i = 0; i < pieces; i++) gained += Math.max(0, sigma * normal() - sigma * normal()) * step;
    expect(gained / falseGain(sigma, sigma, pieces * step)).toBeCloseTo(1, 1);
  });

  it('says why it is nothing', () => {
    expect(noiseFloor(1300, null, LENGTH)).toMatchObject({ each_way_km2: 0, redrawn_km: 0 });
    expect(noiseFloor(1300, 0, LENGTH).reason).not.toBe(noiseFloor(1300, null, LENGTH).reason);
    expect(noiseFloor(250, 300_000, LENGTH)).toMatchObject({
      redrawn_km: 300,
      accuracy_m: 250,
      each_way_km2: expect.closeTo(42.3, 1),
    });
  });
});

describe('the filtered matrix', () => {
  it('keeps rows, gives slivers back to who held them, and its columns are the filtered map', () => {
    fc.assert(
      fc.property(
        fc.array(cell, { minLength: 1, maxLength: 12 }),
        fc.double({ min: 0, max: 1.2, noNaN: true }),
        (rows, share) => {
          const sums = new Map<string, number>();
          for (const { from_class, to_class, m2 } of rows) {
            sums.set(`${from_class} ${to_class}`, (sums.get(`${from_class} ${to_class}`) ?? 0) + m2);
          }
          const raw = [...sums].map(([key, m2]) => ({
            from: key.split(' ')[0] as string,
            to: key.split(' ')[1] as string,
            m2,
          }));
          const before = new Map<string, number>();
          for (const { from, m2 } of raw) before.set(from, (before.get(from) ?? 0) + m2);
          const opened = raw.map(({ from, to, m2 }) => ({ from, to, opened_m2: m2 * share }));
          const { matrix, area_t2_filtered, changed_km2, given_back_km2, theatre_km2 } = filteredBalance(
            raw,
            opened,
            before,
            500,
          );
          const total = raw.reduce((sum, row) => sum + row.m2, 0) / 1e6;
          const changed = raw.filter(({ from, to }) => from !== to).reduce((sum, row) => sum + row.m2, 0) / 1e6;
          expect(theatre_km2 / total).toBeCloseTo(1, 9);
          expect(changed_km2 + given_back_km2).toBeCloseTo(changed, 6);
          expect(changed_km2).toBeCloseTo(changed * Math.min(1, share), 6);
          for (const [name, m2] of before) {
            const row = matrix.filter(({ from }) => from === name).reduce((sum, { km2 }) => sum + km2, 0);
            expect(row).toBeCloseTo(m2 / 1e6, 6);
          }
          expect(area_t2_filtered.reduce((sum, { km2 }) => sum + km2, 0)).toBeCloseTo(total, 6);
        },
      ),
      { seed: 1 },
    );
  });
});

describe('what is disputed', () => {
  it('certain is at most central is at most possible, of every figure; net lies between its ends', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 12 }), (rows) => {
        for (const { party, before_km2, after_km2, gained_km2, lost_km2, net_km2 } of disputedBands(rows)) {
          expect(['p', 'q']).toContain(party);
          for (const [certain, central, possible] of [before_km2, after_km2, gained_km2, lost_km2, net_km2]) {
            expect(certain).toBeLessThanOrEqual(central + 1e-9);
            expect(central).toBeLessThanOrEqual(possible + 1e-9);
          }
          expect(net_km2[1]).toBeCloseTo(gained_km2[1] - lost_km2[1], 6);
          expect(net_km2[0]).toBeCloseTo(gained_km2[0] - lost_km2[2], 6);
          expect(net_km2[2]).toBeCloseTo(gained_km2[2] - lost_km2[0], 6);
        }
      }),
      { seed: 2 },
    );
  });
});

describe('patches', () => {
  it('are known by their transition and bounds, whatever rounding did to the seventh decimal and beyond', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 340_000_000, max: 380_000_000 }), { minLength: 4, maxLength: 4 }),
        (units) => {
          const bounds = units.map((unit) => unit / 1e7);
          for (const error of [-2e-9, 2e-9]) {
            expect(
              patchKey(
                'p',
                'q',
                bounds.map((degrees) => degrees + error),
              ),
            ).toEqual(patchKey('p', 'q', bounds));
          }
        },
      ),
    );
    expect(patchKey('p', 'q', [36, 35, 37, 36])).not.toEqual(patchKey('q', 'p', [36, 35, 37, 36]));
    expect(patchKey('p', 'q', [36, 35, 37, 36])).not.toEqual(patchKey('p', 'q', [36.001, 35, 37, 36]));
  });

  it('are named by the nearest place and, beyond a kilometre, how far off in which direction', () => {
    expect(patchName('Saraqib', 400, 10)).toBe('Saraqib');
    expect(patchName('Saraqib', 7200, 225)).toBe('7 km SW of Saraqib');
    expect(patchName('Saraqib', 7200, null)).toBe('Saraqib');
    expect(patchName(null, null, null)).toBeNull();
    expect([0, 11.3, 348.7, 348.8, -45, 720].map(compassPoint)).toEqual(['N', 'NNE', 'NNW', 'N', 'NW', 'N']);
  });
});

describe('movement', () => {
  it('quantiles are interpolated', () => {
    expect([0, 0.25, 0.5, 0.9, 1].map((share) => quantile([4, 1, 3, 2], share))).toEqual([1, 1.75, 2.5, 3.7, 4]);
    expect(quantile([], 0.5)).toBeNull();
    expect(offsetSummary([-10, 0, 4])).toMatchObject({ samples: 3, median_m: 0, max_abs_m: 10 });
  });

  it('nothing is divided by a front shorter than its ruler, or by no days', () => {
    const row = { sector: 2, gained_m2: 6e6, lost_m2: 1e6, unknown_m2: 0, front_m: 1000 };
    expect(sectorAdvance(row, [], 10, 500)).toMatchObject({ sector: 'E', advance_m: 5000, advance_m_per_day: 500 });
    expect(sectorAdvance(row, [], -10, 500)).toMatchObject({ advance_m: 5000, advance_m_per_day: 500 });
    expect(sectorAdvance(row, [], 0, 500)).toMatchObject({ advance_m: 5000, advance_m_per_day: null });
    expect(sectorAdvance({ ...row, front_m: 499 }, [], 10, 500).advance_m).toBeNull();
    expect(sectorAdvance({ ...row, sector: null }, [], 10, 500).sector).toBeNull();
  });
});

describe('stretches', () => {
  const pieces = [
    { from_m: 0, to_m: 1000, classes: ['p'] },
    { from_m: 1000, to_m: 3000, classes: ['p'] },
    { from_m: 3000, to_m: 4000, classes: ['p', 'q'] },
    { from_m: 4000, to_m: 6000, classes: ['q'] },
    { from_m: 6000, to_m: 7000, classes: [] },
    { from_m: 7000, to_m: 8000, classes: ['p'] },
  ];

  it('H3: what runs along a border is counted once, as front; kilometres add up', () => {
    const stretches = stretchesOf(pieces);
    expect(kilometresByClass(stretches)).toEqual([
      { class: 'front', km: 1 },
      { class: 'p', km: 4 },
      { class: 'q', km: 2 },
      { class: 'unmapped', km: 1 },
    ]);
    expect(cutPoints(stretches)).toEqual([
      { km: 3, from: 'p', to: 'front' },
      { km: 4, from: 'front', to: 'q' },
      { km: 6, from: 'q', to: 'unmapped' },
      { km: 7, from: 'unmapped', to: 'p' },
    ]);
    const change = routeChange(stretches, [{ from_km: 0, to_km: 8, class: 'q' }]);
    expect(change.reduce((sum, row) => sum + row.km, 0)).toBe(8);
    expect(change[0]).toEqual({ from: 'p', to: 'q', km: 4 });
    expect(kilometresByClass([])).toEqual([]);
  });
});
