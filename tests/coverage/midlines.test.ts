import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripMidlines } from '../../src/coverage/midlines.js';
import type { StripEdge } from '../../src/coverage/strip-mesh.js';
import { runs } from '../setup/runs.js';

type Point = [number, number];

/** A path of straight legs and arcs, sampled so that no chord is off by more than a share of what may be lost. */
interface Bend {
  leg: number;
  radius: number;
  turn: number;
}

/** The edges of a strip of this width along a path, the left one party 0's, the right one party 1's; its length as well. */
function stripAlong(bends: readonly Bend[], width: number, spacing: readonly [number, number]) {
  const left: Point[] = [];
  const right: Point[] = [];
  let [x, y, heading, metres] = [0, 0, 0, 0];
  const put = (side: Point[], offset: number, cx: number, cy: number, at: number) =>
    side.push([cx - offset * Math.sin(at), cy + offset * Math.cos(at)]);
  const straight = (length: number) => {
    for (const [side, offset, step] of [
      [left, width / 2, spacing[0]] as const,
      [right, -width / 2, spacing[1]] as const,
    ]) {
      const parts = Math.max(1, Math.round(length / step));
      for (let i = side.length === 0 ? 0 : 1; i <= parts; i++) {
        const t = (i / parts) * length;
        put(side, offset, x + t * Math.cos(heading), y + t * Math.sin(heading), heading);
      }
    }
    x += length * Math.cos(heading);
    y += length * Math.sin(heading);
    metres += length;
  };
  for (const { leg, radius, turn } of bends) {
    straight(leg);
    // The centre of the arc lies left for a turn to the left.
    const hand = Math.sign(turn);
    const [cx, cy] = [x - hand * radius * Math.sin(heading), y + hand * radius * Math.cos(heading)];
    for (const [side, offset, step] of [
      [left, width / 2, spacing[0]] as const,
      [right, -width / 2, spacing[1]] as const,
    ]) {
      // A drawn chord loses (angle²/24) of its arc: fine enough that the drawing itself is right to 0.1 %; and the chords
      // of either side stay clear of the other side.
      const angle = Math.min(0.15, step / radius, 0.9 * Math.sqrt((2 * width) / (radius + width)));
      const parts = Math.max(1, Math.ceil(Math.abs(turn) / angle));
      for (let i = 1; i <= parts; i++) {
        const to = heading + (i / parts) * turn;
        put(side, offset, cx + hand * radius * Math.sin(to), cy - hand * radius * Math.cos(to), to);
      }
    }
    heading += turn;
    x = cx + hand * radius * Math.sin(heading);
    y = cy - hand * radius * Math.cos(heading);
    metres += radius * Math.abs(turn);
  }
  straight(bends[0]?.leg ?? 1000);
  return { edges: ringOf(left, right), metres };
}

/** The strip on the left of its edges: along the right side forwards, along the left side back; the ends are nobody's. */
function ringOf(left: readonly Point[], right: readonly Point[]): StripEdge[] {
  const edges: StripEdge[] = [];
  const add = (from: Point, to: Point, party: number) =>
    edges.push({ ax: from[0], ay: from[1], bx: to[0], by: to[1], party });
  for (let i = 1; i < right.length; i++) add(right[i - 1] as Point, right[i] as Point, 1);
  // The edge of the theatre has vertices of its own.
  const [from, to] = [right.at(-1) as Point, left.at(-1) as Point];
  const within: Point = [0.7 * from[0] + 0.3 * to[0], 0.7 * from[1] + 0.3 * to[1]];
  add(from, within, -1);
  add(within, to, -1);
  for (let i = left.length - 1; i > 0; i--) add(left[i] as Point, left[i - 1] as Point, 0);
  add(left[0] as Point, right[0] as Point, -1);
  return edges;
}

function lengthOf(xy: readonly number[]): number {
  let metres = 0;
  for (let i = 2; i < xy.length; i += 2)
    metres += Math.hypot((xy[i] as number) - (xy[i - 2] as number), (xy[i + 1] as number) - (xy[i - 1] as number));
  return metres;
}

const total = (edges: readonly StripEdge[]) => stripMidlines(edges, 250).reduce((sum, { xy }) => sum + lengthOf(xy), 0);

describe('the mid-line of a strip', () => {
  it(
    'has the length of the path that the strip follows, whatever its width, its bends and its vertices',
    () => {
      const logarithmic = (min: number, max: number) =>
        fc.double({ min: Math.log(min), max: Math.log(max), noNaN: true }).map(Math.exp);
      fc.assert(
        fc.property(
          logarithmic(1, 2000),
          fc.array(
            fc.record({
              leg: logarithmic(10, 5000),
              radius: logarithmic(20, 5000),
              turn: fc
                .tuple(fc.boolean(), fc.double({ min: 0.05, max: 1.5, noNaN: true }))
                .map(([l, t]) => (l ? t : -t)),
            }),
            { minLength: 1, maxLength: 6 },
          ),
          logarithmic(5, 5000),
          logarithmic(5, 5000),
          (width, bends, one, other) => {
            // The radius is that of the inner edge. Each turn is against the heading, so that the strip never meets itself: turns to
            // and fro alone add up (1.5 less .05, thrice) to one that crosses its own long first leg.
            let heading = 0;
            const inner = bends.map((bend) => {
              const turn = heading > 0 ? -Math.abs(bend.turn) : Math.abs(bend.turn);
              heading += turn;
              return { leg: Math.max(bend.leg, 2 * width), radius: bend.radius + width / 2, turn };
            });
            const { edges, metres } = stripAlong(inner, width, [one, other]);
            expect(Math.abs(total(edges) / metres - 1)).toBeLessThan(5e-3);
          },
        ),
        { numRuns: runs(150) },
      );
    },
    runs(60_000),
  );

  it('runs up to an edge of the theatre that is not straight, however wide the strip', () => {
    for (const width of [10, 2000, 73_000]) {
      // A parallel of latitude, a jagged coast that goes out, and one that comes in; at the other end the same.
      for (const bulge of [0.0012, 0.2, -0.2]) {
        const across = Array.from({ length: 41 }, (_, i) => i / 40);
        const coast = across
          .map((t): Point => [0, -width / 2 + t * width])
          .map(([, y], i): Point => {
            const t = across[i] as number;
            const depth = bulge * width * (4 * t * (1 - t) + (i % 2 && bulge > 0.1 ? 0.02 : 0));
            return [100_000 + depth, y];
          });
        const left: Point[] = [
          [0, width / 2],
          [100_000, width / 2],
        ];
        const right: Point[] = [
          [0, -width / 2],
          [100_000, -width / 2],
        ];
        const end = coast.slice(1, -1);
        const path = [...right, ...end, ...[...left].reverse(), ...end.map(([x, y]): Point => [100_000 - x, -y])];
        const edges = path.map((a, i): StripEdge => {
          const b = path[(i + 1) % path.length] as Point;
          return { ax: a[0], ay: a[1], bx: b[0], by: b[1], party: i === 0 ? 1 : i === end.length + 2 ? 0 : -1 };
        });
        const metres = 100_000 + 2 * bulge * width;
        expect([width, bulge, Math.abs(total(edges) / metres - 1) < 5e-3]).toEqual([width, bulge, true]);
      }
    }
  });

  it('follows mitred corners, however narrow the strip and near its bends', () => {
    for (const width of [1, 10, 50, 250]) {
      for (const every of width > 100 ? [1000] : [200, 1000]) {
        const zigzag = (dx: number) =>
          Array.from(
            { length: 60 },
            (_, i): Point => [dx + (i % 2) * every * Math.sin(0.46), i * every * Math.cos(0.46)],
          );
        const w = width / Math.cos(0.46);
        // Around the inner corner the mid-line is a parabola, u from its axis to the mitre: shorter than the path of the mitre.
        const u = Math.tan(0.46 / 2);
        const cut = width * (Math.tan(0.46) - u * Math.hypot(1, u) - Math.asinh(u));
        const metres = 59 * every - 58 * cut;
        expect(Math.abs(total(ringOf(zigzag(0), zigzag(w))) / metres - 1)).toBeLessThan(1e-3);
      }
    }
  });

  it('runs from tip to tip of a lens, of which neither edge need have a vertex of its own', () => {
    const tips: [Point, Point] = [
      [0, 0],
      [1000, 0],
    ];
    const lens = (height: number): StripEdge[] => [
      { ax: tips[0][0], ay: 0, bx: 500, by: -height, party: 1 },
      { ax: 500, ay: -height, bx: 1000, by: 0, party: 1 },
      { ax: 1000, ay: 0, bx: 0, by: 0, party: 0 },
    ];
    for (const height of [0.01, 1, 50]) expect(total(lens(height)) / 1000).toBeCloseTo(1, 2);
  });

  it('closes on itself between two rings', () => {
    const circle = (radius: number, parts: number): Point[] =>
      Array.from({ length: parts + 1 }, (_, i): Point => {
        const at = (2 * Math.PI * (i % parts)) / parts;
        return [radius * Math.cos(at), radius * Math.sin(at)];
      });
    for (const width of [1, 20, 400]) {
      const outer = circle(1000 + width / 2, 400);
      const inner = circle(1000 - width / 2, 90).reverse();
      const edges = [
        [outer, 0],
        [inner, 1],
      ] as const;
      const ring = edges.flatMap(([points, party]) =>
        points.slice(1).map((to, i) => ({
          ax: points[i]?.[0] as number,
          ay: points[i]?.[1] as number,
          bx: to[0],
          by: to[1],
          party,
        })),
      );
      expect(total(ring) / (2000 * Math.PI)).toBeCloseTo(1, 2.3);
    }
  });
});
