import { appendFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { comparedBorders } from '../../src/change/borders.js';
import { correlationOf, netChange, noiseFloor } from '../../src/change/noise.js';
import { straightAtAccuracy } from '../../src/change/straightness.js';
import type { LoneEdge } from '../../src/coverage/border-edges.js';
import { drawnSpacing } from '../../src/maps/drawn-spacing.js';
import { dayNumber, type IsoDate } from '../../src/model/dates.js';
import { endsOfPeriod } from '../../src/series/coverage.js';
import { seeded } from '../setup/mesh-world.js';

type Point = [number, number];

const LINE_M = 102_000;
/** Metres a degree at the equator, where lines are drawn for `drawnSpacing`. */
const DEGREE_M = (6_371_008.8 * Math.PI) / 180;
/** What a share of 500 pairs may be off by. */
const MARGIN = 0.04;
const NOTHING_STATED = { correlation_m: null, spacing_m: null };

/** One drawing of a line: straight, or a wave of 40 km; its vertices off by σ across it; both ends on the frame. */
function drawing(random: () => number, spacingM: number, sigmaM: number, wave: number): Point[] {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const parts = Math.round(LINE_M / spacingM);
  return Array.from({ length: parts + 1 }, (_, i): Point => {
    const x = (i / parts) * LINE_M;
    const [phase, k] = [(2 * Math.PI * x) / 40_000, (2 * Math.PI) / 40_000];
    const [slope, off] = [wave * k * Math.cos(phase), sigmaM * normal()];
    const size = Math.hypot(1, slope);
    // Across the line; the ends stay on the frame.
    const ended = i === 0 || i === parts;
    return [ended ? x : x - (off * slope) / size, wave * Math.sin(phase) + (ended ? off * size : off / size)];
  });
}

/** As the store has it: an edge is no longer than 2 km and begins where the one before it ends, to the bit. */
function edgesOf(map: 1 | 2, line: readonly Point[]): LoneEdge[] {
  return line.slice(1).flatMap(([x1, y1], i) => {
    const [x0, y0] = line[i] as Point;
    const metres = Math.hypot(x1 - x0, y1 - y0);
    const parts = Math.ceil(metres / 2000);
    const at = (k: number): Point =>
      k === parts ? [x1, y1] : [x0 + (k / parts) * (x1 - x0), y0 + (k / parts) * (y1 - y0)];
    return Array.from({ length: parts }, (_, k): LoneEdge => [map, 1, 2, ...at(k), ...at(k + 1), metres / parts]);
  });
}

/** The area below a line. */
const below = (line: readonly Point[]) =>
  line.slice(1).reduce((sum, [x1, y1], i) => {
    const [x0, y0] = line[i] as Point;
    return sum + ((x1 - x0) * (y0 + y1)) / 2;
  }, 0);

const spacing = (line: readonly Point[]) => {
  const ring = [...line, [LINE_M, -60_000], [0, -60_000], line[0]] as Point[];
  const frame = (a: readonly number[], b: readonly number[]) => [a, b].some(([, y = 0]) => y < -0.5);
  return drawnSpacing([{ polygons: [[ring.map(([x, y]): Point => [x / DEGREE_M, y / DEGREE_M])]] }], frame);
};

/** What a pair of drawings says of the net change, km², and the standard deviation that is stated of it. */
function measured(one: readonly Point[], other: readonly Point[], sigmaM: number) {
  const { redrawn, moved, straight } = comparedBorders({
    classes: ['a', 'b'],
    shared: [],
    lone: [...edgesOf(1, one), ...edgesOf(2, other)],
  });
  const correlation = correlationOf(NOTHING_STATED, {
    spacingM: [spacing(one), spacing(other)],
    verticesM: 1,
    straight: straightAtAccuracy(straight, sigmaM),
  });
  const net = (below(other) - below(one)) / 1e6;
  const { sd_km2 } = netChange({ party: 'a', gained_km2: net, lost_km2: 0 }, moved[0], sigmaM, correlation);
  return { net, sd_km2, redrawnM: redrawn[0]?.redrawn_m ?? 0, correlation };
}

/** The share of pairs of drawings of a line that did not move whose net figure lies within what is stated of it. */
function covered(spacingM: number, sigmaM: number, wave: number, pairs: number): number {
  const random = seeded(Math.round(spacingM + sigmaM + wave));
  let within = 0;
  for (let i = 0; i < pairs; i++) {
    const [one, other] = [drawing(random, spacingM, sigmaM, wave), drawing(random, spacingM, sigmaM, wave)];
    const { net, sd_km2, redrawnM, correlation } = measured(one, other, sigmaM);
    const floor = noiseFloor(sigmaM, redrawnM, correlation);
    expect(floor.net_sd_km2 / sd_km2).toBeCloseTo(1, 0);
    if (Math.abs(net) <= sd_km2) within++;
  }
  return within / pairs;
}

describe('what is stated of the error of a net figure', () => {
  const cases = [500, 1000, 3000, 10_000].flatMap((spacingM) =>
    [100, 500, 2000].flatMap((sigmaM) =>
      (process.env.SHOW_COVERAGE ? [0, 4000] : [4000]).map((wave) => [spacingM, sigmaM, wave] as const),
    ),
  );

  it.each(cases)(
    'holds two times in three: vertices every %d m, σ %d m, a wave of %d m',
    (spacingM, sigmaM, wave) => {
      const share = covered(
        spacingM,
        sigmaM,
        wave,
        process.env.SHOW_COVERAGE ? Number(process.env.COVERAGE_PAIRS ?? 800) : 500,
      );
      // The table of docs/measures.md: SHOW_COVERAGE=<file> COVERAGE_PAIRS=4000.
      const { SHOW_COVERAGE: table } = process.env;
      if (table) appendFileSync(table, `| ${spacingM} | ${sigmaM} | ${wave} | ${Math.round(100 * share)} % |\n`);
      expect(share).toBeGreaterThan(0.64 - MARGIN);
      expect(share).toBeLessThan(0.72 + MARGIN);
    },
    process.env.SHOW_COVERAGE ? 600_000 : 60_000,
  );
});

describe('a line of which the errors of its vertices made nearly all the length', () => {
  it.each([
    [50, 200],
    [100, 200],
  ])(
    'has the error that its vertices give it, to one part in forty: vertices every %d m, σ %d m',
    (spacingM, sigmaM) => {
      const random = seeded(spacingM);
      const truth = (sigmaM * Math.sqrt(2 * spacingM * LINE_M)) / 1e6;
      const line = () => drawing(random, spacingM, sigmaM, 0);
      const stated = Array.from({ length: 10 }, () => measured(line(), line(), sigmaM).sd_km2);
      const ratio = stated.reduce((sum, sd) => sum + sd / truth, 0) / stated.length;
      expect(ratio).toBeGreaterThan(0.975);
      expect(ratio).toBeLessThan(1.025);
    },
  );
});

/** Ground that had passed by the beginning of a day, km²: 5 a day in July, 15 in August, 25 from the last days of it on. */
function passedBy(day: number): number {
  const [august, late] = [dayNumber('2025-08-01' as IsoDate), dayNumber('2025-08-29' as IsoDate)];
  return 5 * Math.min(0, day - august) + 15 * Math.min(Math.max(0, day - august), late - august) + 25 * Math.max(0, day - late); // biome-ignore format: one sum
}
const AUGUST = { from: '2025-08-01' as IsoDate, to: '2025-09-01' as IsoDate };
const TRUTH = passedBy(dayNumber(AUGUST.to)) - passedBy(dayNumber(AUGUST.from));

/**
 * The share of Augusts whose true gain lies within what is stated, of daily maps that show the beginning or the end of their day,
 * counted as a series that says `stated` is.
 */
function monthsCovered(
  shows: 'start' | 'end',
  stated: 'start' | 'end' | null,
  spacingM: number,
  sigmaM: number,
): number {
  const random = seeded(Math.round(spacingM + sigmaM));
  const { before, after } = endsOfPeriod({ date_means: stated }, AUGUST);
  const map = (date: IsoDate) => {
    const northM = (passedBy(dayNumber(date) + (shows === 'end' ? 1 : 0)) * 1e6) / LINE_M;
    return drawing(random, spacingM, sigmaM, 4000).map(([x, y]): Point => [x, y + northM]);
  };
  let within = 0;
  for (let i = 0; i < 400; i++) {
    const { net, sd_km2 } = measured(map(before), map(after), sigmaM);
    if (Math.abs(net - TRUTH) <= sd_km2) within++;
  }
  return within / 400;
}

describe('a month of a front that moves, of maps drawn coarsely', () => {
  it.each([
    [500, 100],
    [3000, 100],
    [10_000, 100],
    [10_000, 500],
  ])(
    'lies within what is stated two times in three where it is counted as its publisher counts: vertices every %d m, σ %d m',
    (spacingM, sigmaM) => {
      const shares = {
        start: monthsCovered('start', 'start', spacingM, sigmaM),
        end: monthsCovered('end', 'end', spacingM, sigmaM),
        // Of a series that states nothing the end of the day is taken: of maps of a morning that is a day too early.
        wrong: monthsCovered('start', null, spacingM, sigmaM),
      };
      const { SHOW_COVERAGE: table } = process.env;
      if (table) appendFileSync(table, `| month ${spacingM} | ${sigmaM} | ${Object.values(shares).map((share) => `${Math.round(100 * share)} %`).join(' | ')} |\n`); // biome-ignore format: one row
      for (const share of [shares.start, shares.end]) {
        expect(share).toBeGreaterThan(0.64 - MARGIN);
        expect(share).toBeLessThan(0.72 + MARGIN);
      }
      expect(shares.wrong).toBeLessThan(sigmaM === 100 ? 0.1 : shares.start);
    },
    60_000,
  );
});

describe('a border that is drawn with other vertices', () => {
  const line = drawing(seeded(3), 1000, 0, 5000);
  const more = line.flatMap(([x, y], i): Point[] => {
    const next = line[i + 1];
    return next
      ? [
          [x, y],
          [x + 0.3 * (next[0] - x), y + 0.3 * (next[1] - y)],
        ]
      : [[x, y]];
  });
  const compare = (second: readonly Point[]) =>
    comparedBorders({ classes: ['a', 'b'], shared: [], lone: [...edgesOf(1, line), ...edgesOf(2, second)] });

  it('is the same border where both lie on one line, to the grid', () => {
    const { redrawn, moved } = compare(more.map(([x, y]): Point => [x, y + 0.01]));
    expect(redrawn[0]).toMatchObject({ border_m: expect.closeTo(114_000, -4), redrawn_m: 0 });
    expect(moved).toEqual([]);
  });

  it('is another one where it moved, there alone', () => {
    const { redrawn, moved } = compare(more.map(([x, y]): Point => [x, x > 50_000 && x < 60_000 ? y + 700 : y]));
    expect(redrawn[0]?.redrawn_m).toBeGreaterThan(9000);
    expect(redrawn[0]?.redrawn_m).toBeLessThan(14_000);
    expect(moved.map(({ class: name }) => name)).toEqual(['a', 'b']);
  });
});
