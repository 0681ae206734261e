import type { BrokenInput } from './broken-inputs.js';
import { box, broken } from './good-input.js';

type Ring = [number, number][];

const COORDINATES = '/features/0/geometry/coordinates';

/** Well-formed files whose rings cross, or lie where no ring of a polygon may: only PostGIS can tell. */
export function brokenPolygons(): BrokenInput[] {
  const inputs = [...crossings(), ...holes(), ...multipolygons()];
  return inputs.map((input) => ({ ...input, needs: 'database' }));
}

/** A closed ring in a 100 by 100 grid laid over the first area. */
function grid(...corners: [number, number][]): Ring {
  const ring = corners.map(([x, y]): [number, number] => [36.7 + (0.2 * x) / 100, 35.2 + (0.2 * y) / 100]);
  const [first] = ring;
  return first ? [...ring, first] : ring;
}

/** `points` corners of a circle, every `step`-th joined to the next: a star whose edges cross. */
function star(points: number, step: number): Ring {
  const corner = (k: number): [number, number] => {
    const turn = (2 * Math.PI * k * step) / points;
    return [50 + 40 * Math.cos(turn), 50 + 40 * Math.sin(turn)];
  };
  return grid(...Array.from({ length: points }, (_, k) => corner(k)));
}

function invalid(name: string, rings: Ring[], at = COORDINATES): BrokenInput {
  const input = broken(name, 'invalid_polygon', at, rings, `${at.split('/').slice(0, 4).join('/')}`);
  return { ...input, expectProblem: { ...input.expectProblem, hasWhere: true } };
}

function crossings(): BrokenInput[] {
  const circle = Array.from({ length: 60 }, (_, k): [number, number] => [
    50 + 40 * Math.cos(k / 10),
    50 + 40 * Math.sin(k / 10),
  ]);
  const exchanged = circle.with(20, circle[24] ?? [0, 0]).with(24, circle[20] ?? [0, 0]);
  const eight = Array.from({ length: 80 }, (_, k): [number, number] => {
    const turn = (2 * Math.PI * (k + 0.5)) / 80;
    return [50 + 40 * Math.sin(turn), 50 + 40 * Math.sin(turn) * Math.cos(turn)];
  });
  const tie: [number, number][] = [
    [10, 10],
    [90, 90],
    [90, 10],
    [10, 90],
  ];
  return [
    invalid('a bow-tie', [grid(...tie)]),
    invalid('a bow-tie of unequal lobes', [grid([10, 10], [90, 60], [90, 10], [10, 30])]),
    invalid('a bow-tie that stands', [grid([10, 10], [90, 10], [10, 90], [90, 90])]),
    invalid('a bow-tie of a few metres', [grid([50, 50], [50.02, 50.02], [50.02, 50], [50, 50.02])]),
    invalid('two bow-ties in one ring', [
      grid([5, 20], [35, 80], [50, 20], [65, 80], [95, 20], [95, 80], [65, 20], [50, 80], [35, 20], [5, 80]),
    ]),
    invalid('a pentagram', [star(5, 2)]),
    invalid('a star of seven', [star(7, 3)]),
    invalid('a star of nine', [star(9, 4)]),
    invalid('a figure of eight drawn smoothly', [grid(...eight)]),
    invalid('two vertices exchanged in a long ring', [grid(...exchanged)]),
    invalid('a loop at a corner', [grid([10, 10], [90, 10], [90, 90], [80, 95], [85, 70], [95, 92], [10, 90])]),
    invalid('a spike outwards', [grid([10, 10], [70, 10], [70, 50], [95, 50], [70, 50], [70, 90], [10, 90])]),
    invalid('a spike inwards', [grid([10, 10], [90, 10], [90, 50], [40, 50], [90, 50], [90, 90], [10, 90])]),
    invalid('a path out and back', [grid([10, 10], [50, 60], [90, 20], [50, 60])]),
    invalid('a ring walked twice', [grid([10, 10], [90, 10], [50, 90], [10, 10], [90, 10], [50, 90])]),
    invalid('a ring that touches itself at a point', [
      grid([10, 10], [90, 10], [50, 50], [90, 90], [10, 90], [50, 50]),
    ]),
    invalid('a ring with a hole behind a cut', [
      grid([10, 10], [90, 10], [90, 90], [10, 90], [10, 10], [30, 30], [30, 60], [60, 60], [60, 30], [30, 30]),
    ]),
    invalid('a spiral that crosses itself', [
      grid([10, 10], [90, 10], [90, 90], [20, 90], [20, 30], [70, 30], [70, 70], [0, 70]),
    ]),
    invalid('a bow-tie for a hole', [grid([0, 0], [100, 0], [100, 100], [0, 100]), grid(...tie)]),
    invalid(
      'a bow-tie in the second polygon',
      [
        [
          [37.0, 35.45],
          [37.1, 35.5],
          [37.1, 35.45],
          [37.0, 35.5],
          [37.0, 35.45],
        ],
      ],
      '/features/2/geometry/coordinates/1',
    ),
  ];
}

function holes(): BrokenInput[] {
  const shell = grid([0, 0], [100, 0], [100, 100], [0, 100]);
  return [
    invalid('a hole outside its shell', [
      grid([0, 0], [40, 0], [40, 40], [0, 40]),
      grid([60, 60], [60, 80], [80, 80], [80, 60]),
    ]),
    invalid('a hole across its shell', [
      grid([0, 0], [60, 0], [60, 60], [0, 60]),
      grid([40, 40], [40, 80], [80, 80], [80, 40]),
    ]),
    invalid('a hole as large as its shell', [shell, shell.toReversed()]),
    invalid('a hole larger than its shell', [grid([30, 30], [60, 30], [60, 60], [30, 60]), shell]),
    invalid('a hole along its shell', [shell, grid([0, 20], [0, 60], [40, 60], [40, 20])]),
    invalid('two holes that cross', [
      shell,
      grid([10, 10], [10, 50], [50, 50], [50, 10]),
      grid([30, 30], [30, 70], [70, 70], [70, 30]),
    ]),
    invalid('two holes along one edge', [
      shell,
      grid([10, 10], [10, 50], [40, 50], [40, 10]),
      grid([40, 10], [40, 50], [70, 50], [70, 10]),
    ]),
    invalid('the same hole twice', [
      shell,
      grid([10, 10], [10, 50], [50, 50], [50, 10]),
      grid([10, 10], [10, 50], [50, 50], [50, 10]),
    ]),
    invalid('a hole in a hole', [
      shell,
      grid([10, 10], [10, 90], [90, 90], [90, 10]),
      grid([30, 30], [30, 60], [60, 60], [60, 30]),
    ]),
    invalid('a hole that cuts its shell in two', [shell, grid([0, 50], [50, 80], [100, 50], [50, 20])]),
    invalid('a chain of holes that cuts its shell in two', [
      shell,
      grid([0, 50], [25, 70], [50, 50], [25, 30]),
      grid([50, 50], [75, 70], [100, 50], [75, 30]),
    ]),
    invalid('holes that enclose a piece of the shell', [
      shell,
      grid([20, 50], [50, 80], [50, 90], [10, 50]),
      grid([50, 80], [80, 50], [90, 50], [50, 90]),
      grid([80, 50], [50, 20], [50, 10], [90, 50]),
      grid([50, 20], [20, 50], [10, 50], [50, 10]),
    ]),
  ];
}

function multipolygons(): BrokenInput[] {
  const first = box(36.7, 35.4, 36.9, 35.5);
  const second = (name: string, ring: Ring) => {
    const input = broken(
      name,
      'invalid_polygon',
      '/features/2/geometry/coordinates',
      [[first], [ring]],
      '/features/2/geometry',
    );
    return { ...input, expectProblem: { ...input.expectProblem, hasWhere: true } };
  };
  return [
    second('a shell in a shell', box(36.75, 35.42, 36.8, 35.45)),
    second('shells that cross', box(36.8, 35.45, 37, 35.55)),
    second('the same shell twice', first),
    second('shells that share an edge', box(36.9, 35.4, 37, 35.5)),
    second('shells that share a part of an edge', box(36.9, 35.45, 37, 35.55)),
  ];
}
