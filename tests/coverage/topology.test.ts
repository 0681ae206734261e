import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedLines } from '../../src/coverage/shared-lines.js';
import { buildTopology, type CoverageMember, dissolve, polygonsOf } from '../../src/coverage/topology.js';
import { fractalCells } from './fractal-cells.js';
import { areaOf, member, rectangle } from './squares.js';

const coverages = fc
  .record({ seed: fc.nat(), cells: fc.integer({ min: 1, max: 25 }), columns: fc.integer({ min: 8, max: 40 }) })
  .map(({ seed, cells, columns }) => fractalCells(seed, cells, columns, columns, [36, 34, 37, 35]).members);

/** Another way to write the same ground: rings turned round, begun elsewhere, left open; parts in another order. */
function rewritten(members: readonly CoverageMember[], by: number): CoverageMember[] {
  return members.map(({ id, polygons }) => ({
    id,
    polygons: polygons.toReversed().map((polygon) =>
      polygon.map((ring) => {
        const open = ring.slice(0, -1);
        const turned = [...open.slice(by % open.length), ...open.slice(0, by % open.length)];
        return by % 2 === 0 ? turned : turned.reverse();
      }),
    ),
  }));
}

describe('a topology', () => {
  it('stores a shared border once', () => {
    const topology = buildTopology([member(1, rectangle(0, 0, 1, 1)), member(2, rectangle(1, 0, 2, 1))]);
    expect(topology.x).toHaveLength(6);
    expect(topology.left).toHaveLength(3);
  });

  it('draws the border of two neighbours once, and the boundary of each where they overlap', () => {
    const length = (lines: number[][]) =>
      lines.flatMap((line) =>
        line
          .slice(2)
          .map((value, i) => (i % 2 ? 0 : Math.hypot(value - at(line, i), at(line, i + 3) - at(line, i + 1)))),
      );
    const at = (line: number[], i: number) => line[i] as number;
    const total = (...squares: [number, number, number, number][]) =>
      length(sharedLines(squares.map((square) => [[rectangle(...square)]]))).reduce((sum, metres) => sum + metres, 0);
    expect(total([0, 0, 1, 1], [1, 0, 2, 1])).toBeCloseTo(7, 12);
    expect(total([0, 0, 2, 2], [1, 1, 3, 3])).toBeCloseTo(16, 12);
  });

  it('gives back the ground it was made from, however that was written', () => {
    fc.assert(
      fc.property(coverages, fc.nat(100), (members, by) => {
        const topology = buildTopology(rewritten(members, by));
        members.forEach(({ polygons }, i) => {
          expect(areaOf(polygonsOf(topology, i))).toBeCloseTo(areaOf(polygons), 9);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('has the members of a coverage on both sides of every arc, but for the frame', () => {
    fc.assert(
      fc.property(coverages, (members) => {
        const topology = buildTopology(members);
        topology.left.forEach((left, arc) => {
          const right = topology.right[arc] as number;
          expect(left).not.toBe(right);
          if (left >= 0 && right >= 0) return;
          for (const v of topology.vertex.subarray(topology.start[arc], topology.start[arc + 1])) {
            const [x, y] = [topology.x[v] as number, topology.y[v] as number];
            expect(x === 36 || x === 37 || y === 34 || y === 35).toBe(true);
          }
        });
      }),
      { numRuns: 30 },
    );
  });

  it('keeps every square degree when members are dissolved', () => {
    fc.assert(
      fc.property(coverages, fc.integer({ min: 1, max: 4 }), (members, parties) => {
        const topology = buildTopology(members);
        const whole = dissolve(topology, (i) => `party ${i % parties}`);
        whole.members.forEach(({ key }, i) => {
          const expected = members
            .filter((_, m) => `party ${m % parties}` === key)
            .reduce((sum, { polygons }) => sum + areaOf(polygons), 0);
          expect(areaOf(polygonsOf(whole, i))).toBeCloseTo(expected, 9);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('dissolves to the frame when all have one key', () => {
    const cells = fractalCells(5, 12, 30, 30, [36, 34, 37, 35]);
    const one = dissolve(buildTopology(cells.members), () => 'all');
    expect(one.faces).toHaveLength(1);
    expect(polygonsOf(one, 0)).toHaveLength(1);
    expect(polygonsOf(one, 0)[0]).toHaveLength(1);
    expect(areaOf(polygonsOf(one, 0))).toBeCloseTo(1, 12);
  });

  it('keeps two parts that touch in a corner as two polygons, and a hole that touches the outside as a hole', () => {
    const corners = buildTopology([{ id: 1, polygons: [[rectangle(0, 0, 1, 1)], [rectangle(1, 1, 2, 2)]] }]);
    expect(polygonsOf(corners, 0)).toHaveLength(2);
    const triangle = [
      [0, 0],
      [2, 1],
      [1, 2],
      [0, 0],
    ];
    const touching = buildTopology([member(1, rectangle(0, 0, 4, 4), triangle)]);
    expect(polygonsOf(touching, 0).map((polygon) => polygon.length)).toEqual([2]);
    expect(areaOf(polygonsOf(touching, 0))).toBe(14.5);
  });

  it('keeps the borders of members that overlap, each its own', () => {
    const topology = buildTopology([member(1, rectangle(0, 0, 2, 2)), member(2, rectangle(0, 0, 2, 1))]);
    expect(areaOf(polygonsOf(topology, 0))).toBe(4);
    expect(areaOf(polygonsOf(topology, 1))).toBe(2);
  });
});
