import { expect, test } from 'vitest';
import { areaOf, holds, nearestOn, type Ring, snapTo, stretchBetween } from '../../src/web/desk/stretch.js';

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
