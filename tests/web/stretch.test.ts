import { expect, test } from 'vitest';
import {
  areaOf,
  holds,
  nearestOn,
  pocketsBetween,
  type Ring,
  snapTo,
  stretchBetween,
} from '../../src/web/desk/stretch.js';

/** A front at 31 degrees with three corners on it, between two areas. */
const WEST: Ring = [
  [30, 40],
  [31, 40],
  [31, 40.3],
  [31.1, 40.5],
  [31, 40.7],
  [31, 41],
  [30, 41],
  [30, 40],
];
const EAST: Ring = [
  [31, 40],
  [32, 40],
  [32, 41],
  [31, 41],
  [31, 40.7],
  [31.1, 40.5],
  [31, 40.3],
  [31, 40],
];

test('a line between two points of a front takes the ground between them, along the corners of the old front', () => {
  const line: Ring = [
    [31.0001, 40.1],
    [31.4, 40.5],
    [30.9999, 40.9],
  ];
  const [small, large] = stretchBetween([WEST, EAST], line, 0.01) ?? [];
  expect(small).toContainEqual([31.1, 40.5]);
  expect(small).toContainEqual([31, 40.3]);
  expect(small).toContainEqual([31.4, 40.5]);
  expect(small?.[0]).toEqual(small?.at(-1));
  // The ends lie on the front itself, to the last digit.
  expect(small?.filter(([x, y]) => x === 31 && (y === 40.1 || y === 40.9)).length).toBeGreaterThanOrEqual(2);
  // Shoelace by hand: the triangle of the line less the bulge of the old front.
  expect(areaOf(small as Ring)).toBeCloseTo(0.8 * 0.4 * 0.5 - 0.4 * 0.1 * 0.5, 10);
  expect(areaOf(large as Ring)).toBeGreaterThan(areaOf(small as Ring));
  expect(holds([small as Ring], [31.2, 40.5])).toBe(true);
  expect(holds([small as Ring], [30.9, 40.5])).toBe(false);
});

test('either direction of drawing gives the same ground, also within one side of the front', () => {
  for (const line of [
    [
      [31, 40.05],
      [31.2, 40.1],
      [31, 40.2],
    ],
    [
      [31, 40.2],
      [31.2, 40.1],
      [31, 40.05],
    ],
  ] as Ring[]) {
    const [small] = stretchBetween([WEST, EAST], line, 0.01) ?? [];
    expect(areaOf(small as Ring)).toBeCloseTo(0.15 * 0.2 * 0.5, 10);
  }
});

test('a line across an area cuts it in two parts that make up the whole', () => {
  const [small, large] =
    stretchBetween(
      [WEST],
      [
        [30.4, 40],
        [30.4, 41],
      ],
      0.01,
    ) ?? [];
  expect(areaOf(small as Ring)).toBeCloseTo(0.4, 10);
  expect(areaOf(small as Ring) + areaOf(large as Ring)).toBeCloseTo(areaOf(WEST), 10);
});

test('a line that ends nowhere, or on two borders that do not meet, makes no ground', () => {
  expect(
    stretchBetween(
      [WEST],
      [
        [31, 40.1],
        [31.5, 40.5],
      ],
      0.01,
    ),
  ).toBeNull();
  expect(stretchBetween([WEST], [[31, 40.1]], 0.01)).toBeNull();
  expect(
    stretchBetween(
      [],
      [
        [31, 40.1],
        [31, 40.2],
      ],
      0.01,
    ),
  ).toBeNull();
});

test('a point snaps to the nearest border within reach, and to a corner exactly', () => {
  expect(snapTo([WEST, EAST], [31.001, 40.1], 0.01)).toEqual([31, 40.1]);
  expect(snapTo([WEST], [31.1001, 40.5], 0.01)).toEqual([31.1, 40.5]);
  expect(snapTo([WEST], [30.5, 40.5], 0.01)).toBeNull();
  expect(nearestOn([[30, 40]], [30, 40])).toBeNull();
});

test('a line that crosses the old front midway takes ground each way, and names a spot across the front from each', () => {
  const line: Ring = [
    [31, 40.05],
    [31.3, 40.15],
    [30.7, 40.9],
    [31, 40.95],
  ];
  const pockets = pocketsBetween([WEST, EAST], line, 0.01);
  if (!Array.isArray(pockets)) throw new Error(`${pockets}`);
  expect(pockets).toHaveLength(2);
  const [east, west] = pockets;
  // The first goes round ground east of the front, so that who holds the west gains it; the second the other way.
  expect(holds([WEST], east?.beyond ?? [0, 0])).toBe(true);
  expect(holds([EAST], west?.beyond ?? [0, 0])).toBe(true);
  // Together they are what lies between the two lines, and both follow the old front to the last digit.
  const corner = pockets.flatMap(({ ring }) => ring.filter(([x, y]) => x === 31.1 && y === 40.5));
  expect(corner).toHaveLength(1);
  for (const { ring } of pockets) expect(ring[0]).toEqual(ring.at(-1));
  const shared = (east?.ring ?? []).filter((at) =>
    (west?.ring ?? []).some((other) => other[0] === at[0] && other[1] === at[1]),
  );
  // The crossing, which both have (the first as a corner, the second as its start and end).
  expect(new Set(shared.map(String)).size).toBe(1);
});

test('a corner that was snapped to the old front is a crossing, and one that turns back over the old front is told', () => {
  const onFront = snapTo([WEST], [31.06, 40.41], 0.05) ?? [0, 0];
  const snapped = pocketsBetween([WEST, EAST], [[31, 40.05], [31.4, 40.2], onFront, [30.8, 40.6], [31, 40.9]], 0.01);
  expect(Array.isArray(snapped) && snapped.length).toBe(2);
  // Out at the north first, then back over the front to the south, and on to the end.
  const back: Ring = [
    [31, 40.05],
    [31.4, 40.95],
    [30.6, 40.85],
    [31.3, 40.15],
    [30.8, 40.1],
    [31, 40.95],
  ];
  expect(pocketsBetween([WEST, EAST], back, 0.01)).toBe('tangled');
  expect(
    pocketsBetween(
      [WEST, EAST],
      [
        [31, 40.1],
        [31.4, 40.5],
        [31, 40.9],
      ],
      0.01,
    ),
  ).toBeNull();
});
