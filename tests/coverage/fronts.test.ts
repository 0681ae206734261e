import { describe, expect, it } from 'vitest';
import { planSimplification } from '../../src/coverage/plan.js';
import { simplifyForZoom } from '../../src/coverage/simplify.js';
import { buildTopology, dissolve } from '../../src/coverage/topology.js';
import { fractalCells } from './fractal-cells.js';
import { type FrontLine, fronts } from './fronts-between.js';
import { member, rectangle } from './squares.js';

const length = ({ coordinates }: FrontLine): number =>
  coordinates.reduce((sum, [x = 0, y = 0], i) => {
    const [px = x, py = y] = coordinates[i - 1] ?? [];
    return sum + Math.hypot(x - px, y - py);
  }, 0);

describe('fronts', () => {
  const twoSquares = buildTopology([member(1, rectangle(0, 0, 10, 10)), member(2, rectangle(10, 0, 20, 10))]);
  const sides = ['west', 'east'];

  it('F1: two squares of 10 share 10 of front and have 60 of frame', () => {
    const lines = fronts(twoSquares, (i) => sides[i] as string);
    expect(lines).toHaveLength(1);
    expect(length(lines[0] as FrontLine)).toBe(10);
    const frame = fronts(twoSquares, (i) => sides[i] as string, { frame: true }).filter(({ right }) => right === '');
    expect(frame.reduce((sum, line) => sum + length(line), 0)).toBe(60);
  });

  it('run with the side that sorts first on their left, north up', () => {
    const [line] = fronts(twoSquares, (i) => sides[i] as string);
    // East is the left of someone who walks south.
    expect(line).toEqual({
      left: 'east',
      right: 'west',
      coordinates: [
        [10, 10],
        [10, 0],
      ],
    });
    const [grid] = fronts(simplifyForZoom(planSimplification(twoSquares), 3), (i) => sides[i] as string);
    expect([grid?.left, grid?.right]).toEqual(['east', 'west']);
    expect(grid?.coordinates.at(0)?.[1]).toBeLessThan(grid?.coordinates.at(-1)?.[1] as number);
  });

  it('F2: at a T-junction three fronts meet, and their lengths add up', () => {
    const junction = [[10, 4]];
    const topology = buildTopology([
      member(1, rectangle(0, 0, 10, 10, junction)),
      member(2, rectangle(10, 0, 20, 4)),
      member(3, rectangle(10, 4, 20, 10)),
    ]);
    const lines = fronts(topology, (i) => 'abc'[i] as string);
    expect(lines.map((line) => [line.left, line.right, length(line)]).sort()).toEqual([
      ['a', 'b', 4],
      ['a', 'c', 6],
      ['b', 'c', 10],
    ]);
  });

  it('pass through a junction of two allies as one line', () => {
    const topology = buildTopology([
      member(1, rectangle(0, 0, 10, 10, [[10, 4]])),
      member(2, rectangle(10, 0, 20, 4)),
      member(3, rectangle(10, 4, 20, 10)),
    ]);
    const lines = fronts(topology, (i) => (i === 0 ? 'a' : 'allies'));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.coordinates).toHaveLength(3);
  });

  it('close around an enclave', () => {
    const hole = rectangle(4, 4, 6, 6);
    const topology = buildTopology([member(1, rectangle(0, 0, 10, 10), hole), member(2, hole)]);
    const [line, ...others] = fronts(topology, (i) => 'ab'[i] as string);
    expect(others).toEqual([]);
    expect(line?.coordinates.at(0)).toEqual(line?.coordinates.at(-1));
    expect(length(line as FrontLine)).toBe(8);
  });

  it('are the same lines whether members are dissolved first or not', () => {
    const cells = fractalCells(3, 40, 80, 60, [36, 34, 37, 35]);
    const topology = buildTopology(cells.members);
    const party = (i: number): string => ['red', 'blue', 'green'][i % 3] as string;
    const whole = dissolve(topology, party);
    const total = (lines: FrontLine[]): number => lines.reduce((sum, line) => sum + length(line), 0);
    const direct = fronts(topology, party);
    const dissolved = fronts(whole, (i) => whole.members[i]?.key as string);
    expect(total(dissolved)).toBeCloseTo(total(direct), 9);
    expect(direct.every(({ left, right }) => left < right)).toBe(true);
  });
});
