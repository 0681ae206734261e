import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tidyRing } from '../../src/geometry/tidy-ring.js';

type Position = [number, number];
const GRID = 1e-7;
const closed = (...open: Position[]): Position[] => [...open, open[0] as Position];
const tidy = (...open: Position[]) => tidyRing(closed(...open), GRID);
const SQUARE: Position[] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

describe('a ring is tidied', () => {
  it('keeps one that has nothing to drop, position by position', () => {
    expect(tidy(...SQUARE)).toEqual({ ring: closed(...SQUARE), repeated: 0, spikes: 0 });
  });

  it('drops positions that repeat the one before, also where the ring closes', () => {
    const doubled = SQUARE.flatMap((position): Position[] => [position, position]);
    expect(tidy(...doubled)).toEqual({ ring: closed(...SQUARE), repeated: 4, spikes: 0 });
    expect(tidy(...SQUARE, [0, 0], [0, 0]).ring).toEqual(closed(...SQUARE));
  });

  it('drops a spike wherever it stands: on an edge, over several positions, at the beginning and at the end', () => {
    const spiked: Position[] = [
      [0, 0],
      [1, 0],
      [3, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ];
    expect(tidy(...spiked)).toMatchObject({ ring: closed(...SQUARE), spikes: 1 });
    const long: Position[] = [
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
      [2, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ];
    expect(tidy(...long).ring).toEqual(closed(...SQUARE));
    for (let turn = 0; turn < spiked.length; turn++) {
      const turned = [...spiked.slice(turn), ...spiked.slice(0, turn)];
      const { ring, spikes } = tidy(...turned);
      expect(spikes).toBe(1);
      expect(new Set(ring.map(String))).toEqual(new Set(SQUARE.map(String)));
    }
  });

  it('takes for a spike what is no wider than the grid, and for ground what is wider', () => {
    const wide = (width: number): Position[] => [
      [0, 0],
      [1, 0],
      [3, width / 2],
      [1, width],
      [1, 1],
      [0, 1],
    ];
    expect(tidy(...wide(0.5 * GRID)).spikes).toBe(1);
    expect(tidy(...wide(100 * GRID)).spikes).toBe(0);
  });

  it('keeps a position on a straight edge: the line does not turn back there', () => {
    const straight: Position[] = [
      [0, 0],
      [0.5, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ];
    expect(tidy(...straight)).toEqual({ ring: closed(...straight), repeated: 0, spikes: 0 });
  });

  it('leaves nothing of a ring without width', () => {
    for (const flat of [
      [
        [0, 0],
        [1, 0],
        [2, 0],
      ],
      [
        [0, 0],
        [1, 1],
        [0, 0],
      ],
      [
        [1, 1],
        [1, 1],
        [1, 1],
      ],
    ] as Position[][]) {
      expect(tidy(...flat).ring.length).toBeLessThan(4);
    }
    expect(tidyRing([], GRID).ring).toEqual([]);
  });

  it('changes the ground by no more than the grid along what it drops, and nothing more the second time', () => {
    const area = (ring: readonly Position[]) =>
      ring.slice(1).reduce((sum, [x, y], i) => sum + (ring[i] as Position)[0] * y - x * (ring[i] as Position)[1], 0) /
      2;
    const star = fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 4, maxLength: 30 });
    const dirt = fc.array(
      fc.record({ at: fc.nat(), spike: fc.boolean(), by: fc.double({ min: 0.01, max: 0.3, noNaN: true }) }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(star, dirt, (radii, added) => {
        const clean = radii.map((r, i): Position => {
          const angle = (2 * Math.PI * i) / radii.length;
          return [r * Math.cos(angle), r * Math.sin(angle)];
        });
        const dirty = [...clean];
        for (const { at, spike, by } of added) {
          const index = at % dirty.length;
          const [x, y] = dirty[index] as Position;
          // Outwards, where the ring itself never goes.
          dirty.splice(
            index + 1,
            0,
            ...(spike
              ? ([
                  [x * (1 + by), y * (1 + by)],
                  [x, y],
                ] as Position[])
              : ([[x, y]] as Position[])),
          );
        }
        const { ring } = tidyRing(closed(...dirty), GRID);
        expect(Math.abs(area(ring) - area(closed(...clean)))).toBeLessThan(1e-5);
        expect(tidyRing(ring, GRID)).toMatchObject({ ring, repeated: 0, spikes: 0 });
      }),
      { numRuns: 300 },
    );
  });
});
