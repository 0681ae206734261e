import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNITS_PER_PIXEL, unitsPerWorld } from '../../src/coverage/grid.js';
import { mercatorX, mercatorY } from '../../src/coverage/mercator.js';
import { planSimplification } from '../../src/coverage/plan.js';
import { type GridTopology, simplifyForZoom } from '../../src/coverage/simplify.js';
import { buildTopology } from '../../src/coverage/topology.js';
import { conflicts, type Edge } from '../tiles/planarity.js';
import { fractalCells } from './fractal-cells.js';
import { member, rectangle } from './squares.js';

function edgesOf({ x, y, start, vertex, left }: GridTopology): Edge[] {
  const edges: Edge[] = [];
  for (let arc = 0; arc < left.length; arc++) {
    for (let i = start[arc] as number; i < (start[arc + 1] as number) - 1; i++) {
      const [v, w] = [vertex[i] as number, vertex[i + 1] as number];
      edges.push([x[v] as number, y[v] as number, x[w] as number, y[w] as number]);
    }
  }
  return edges;
}

function distanceTo(edges: readonly Edge[], px: number, py: number): number {
  let least = Infinity;
  for (const [ax, ay, bx, by] of edges) {
    const squared = (bx - ax) ** 2 + (by - ay) ** 2;
    const t = Math.max(0, Math.min(1, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / squared));
    least = Math.min(least, Math.hypot(px - ax - t * (bx - ax), py - ay - t * (by - ay)));
  }
  return least;
}

describe('a coverage simplified for a zoom', () => {
  it('lies on whole numbers and crosses itself nowhere, for any coverage at any zoom', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 0, max: 12 }),
        fc.double({ min: 0.01, max: 30, noNaN: true }),
        fc.double({ min: -70, max: 50, noNaN: true }),
        (seed, zoom, width, south) => {
          const cells = fractalCells(seed, 30, 40, 40, [20, south, 20 + width, south + width]);
          const grid = simplifyForZoom(planSimplification(buildTopology(cells.members)), zoom);
          const edges = edgesOf(grid);
          expect(edges.every((edge) => edge.every(Number.isInteger))).toBe(true);
          expect(conflicts(edges)).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('stays within half a pixel and the rounding of every true vertex', () => {
    const cells = fractalCells(11, 12, 120, 100, [36, 34, 38, 36]);
    // No pocket is small enough to disappear, so every vertex belongs to a drawn border.
    const topology = buildTopology(cells.members);
    for (const zoom of [8, 9, 10]) {
      const plan = planSimplification(topology);
      const grid = simplifyForZoom(plan, zoom);
      expect(grid.vanished).toEqual([]);
      const edges = edgesOf(grid);
      const scale = unitsPerWorld(zoom);
      let worst = 0;
      for (let v = 0; v < plan.x.length; v += 7) {
        const [px, py] = [(plan.x[v] as number) * scale, (plan.y[v] as number) * scale];
        worst = Math.max(worst, distanceTo(edges, px, py));
      }
      expect(worst).toBeLessThan(UNITS_PER_PIXEL / 2 + 1.5);
      expect(worst).toBeGreaterThan(0);
    }
  });

  it('draws stairs as the slope that they are, where no step may go alone', () => {
    // Steps of 0.9 pixel at zoom 8: half a pixel from the slope, but more than that from any line that leaves out one.
    const step = 0.9 * (360 / 2 ** 8 / 512);
    const stairs = Array.from({ length: 41 }, (_, i) => [10 + step * Math.ceil(i / 2), 1 + step * Math.floor(i / 2)]);
    const [first = [], last = []] = [stairs[0], stairs.at(-1)];
    const ring = [...stairs, [last[0] as number, 0], [first[0] as number, 0], first];
    const grid = simplifyForZoom(planSimplification(buildTopology([{ id: 1, polygons: [[ring]] }])), 8);
    expect(grid.vertex.length).toBeLessThan(20);
  });

  it('gives a pocket smaller than a pixel to the ground around it, and keeps it as a point', () => {
    const pocket = rectangle(5, 5, 5.01, 5.01);
    const plan = planSimplification(
      buildTopology([
        member(7, rectangle(0, 0, 10, 10), pocket),
        member(9, pocket),
        member(8, rectangle(10, 0, 20, 10)),
      ]),
    );
    const far = simplifyForZoom(plan, 4);
    expect(far.vanished).toHaveLength(1);
    expect(far.vanished[0]?.member).toBe(1);
    expect(far.vanished[0]?.lon).toBeCloseTo(5.005, 6);
    expect(far.vanished[0]?.lat).toBeCloseTo(5.005, 4);
    expect([...far.left, ...far.right]).not.toContain(1);
    const near = simplifyForZoom(plan, 12);
    expect(near.vanished).toEqual([]);
    expect([...near.left, ...near.right]).toContain(1);
  });

  it('keeps as points what falls together on the grid, though it is long', () => {
    // 10 degrees by 3 m: over a square pixel at zoom 14 only along its length.
    const plan = planSimplification(
      buildTopology([
        member(1, rectangle(0, 0, 10, 5)),
        member(2, rectangle(0, 5, 10, 5.00003)),
        member(3, rectangle(0, 5.00003, 10, 10)),
      ]),
    );
    const grid = simplifyForZoom(plan, 6);
    expect(grid.vanished.map(({ member: index }) => index)).toEqual([1]);
    const meeting = [...grid.left].filter((left, arc) => [left, grid.right[arc]].sort().join() === '0,2');
    expect(meeting).toHaveLength(1);
  });

  it('moves an island to no other side of a border that runs around it', () => {
    // A bay 0.3 pixels deep with an island in it at zoom 5: the bay may only be cut off if the island is gone.
    const px = 360 / (512 * 2 ** 5);
    const island = rectangle(5, 5 - 0.1 * px, 5 + 20 * px, 5 + 0.05 * px);
    const south = [
      [0, 0],
      [12, 0],
      [12, 5.2 * 1],
      [5 + 21 * px, 5.2],
      [5 + 20.5 * px, 5 - 0.3 * px],
      [4.99, 5 - 0.3 * px],
      [4.9, 5.2],
      [0, 5.2],
      [0, 0],
    ];
    const plan = planSimplification(buildTopology([member(1, south), member(2, island)]));
    for (let zoom = 0; zoom <= 14; zoom++) expect(conflicts(edgesOf(simplifyForZoom(plan, zoom)))).toEqual([]);
  });

  it('puts a vertex wherever a line meets a line along which tiles are cut', () => {
    const cells = fractalCells(2, 20, 30, 30, [20, 30, 60, 60]);
    const grid = simplifyForZoom(planSimplification(buildTopology(cells.members)), 6);
    const cell = (v: number): number => Math.floor((v + 64) / 4096) * 2 + ((v + 64) % 4096 >= 128 ? 1 : 0);
    for (const [x0, y0, x1, y1] of edgesOf(grid)) {
      for (const [a, b] of [
        [x0, x1],
        [y0, y1],
      ] as const) {
        // The far end may lie on the next line, never beyond it.
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(cell(low) === cell(high) || cell(low) === cell(high - 1)).toBe(true);
      }
    }
  });

  it('places latitudes and longitudes where Web Mercator has them', () => {
    expect(mercatorX(-180)).toBe(0);
    expect(mercatorY(0)).toBeCloseTo(0.5, 15);
    expect(mercatorY(89)).toBe(0);
  });
});
