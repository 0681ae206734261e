import fc from 'fast-check';
import { expect, it } from 'vitest';
import { labelPoint } from '../../src/coverage/label-point.js';
import { mercatorX, mercatorY } from '../../src/coverage/mercator.js';
import { containsPoint } from '../../src/coverage/rings.js';

const flat = (ring: readonly number[][]) => ring.flatMap(([lon = 0, lat = 0]) => [mercatorX(lon), mercatorY(lat)]);
const isIn = (ring: readonly number[][], [lon, lat]: readonly number[]) =>
  containsPoint(flat(ring), mercatorX(lon ?? 0), mercatorY(lat ?? 0));
const rectangle = (west: number, south: number, east: number, north: number) => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

it('the point of a square is its middle on the map', () => {
  const [lon, lat] = labelPoint([rectangle(36, 35, 37, 35.8)]);
  expect(Math.abs(lon - 36.5)).toBeLessThan(0.01);
  expect(Math.abs(lat - 35.4)).toBeLessThan(0.03);
});

it('a horseshoe is written on in its arm, not in the bay; a ring not in its hole', () => {
  const bay = [
    [36, 35],
    [37, 35],
    [37, 36],
    [36.8, 36],
    [36.8, 35.2],
    [36.2, 35.2],
    [36.2, 36],
    [36, 36],
    [36, 35],
  ];
  expect(isIn(bay, labelPoint([bay]))).toBe(true);
  const hole = rectangle(36.3, 35.3, 36.9, 35.9);
  const point = labelPoint([rectangle(36, 35, 37, 36), hole]);
  expect(isIn(rectangle(36, 35, 37, 36), point)).toBe(true);
  expect(isIn(hole, point)).toBe(false);
  expect(point[0] < 36.3 && point[1] < 35.3).toBe(true);
});

it('a hair of a polygon is written on inside, and a flat one does not loop for ever', () => {
  const hair = rectangle(36, 35, 38, 35.0001);
  expect(isIn(hair, labelPoint([hair]))).toBe(true);
  expect(labelPoint([rectangle(36, 35, 38, 35)])[1]).toBeCloseTo(35, 9);
  expect(labelPoint([rectangle(36, 35, 36, 35)])).toEqual([expect.closeTo(36, 9), expect.closeTo(35, 9)]);
});

it('is inside any star-shaped polygon, and does not depend on where its ring begins', () => {
  const star = fc.array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 3, maxLength: 40 });
  fc.assert(
    fc.property(star, fc.nat(), (radii, turn) => {
      const corners = radii.map((radius, i) => {
        const angle = (2 * Math.PI * i) / radii.length;
        return [36 + radius * Math.cos(angle), 35 + radius * Math.sin(angle)];
      });
      const from = (at: number) => [...corners.slice(at), ...corners.slice(0, at), corners[at] as number[]];
      const point = labelPoint([from(0)]);
      expect(isIn(from(0), point)).toBe(true);
      expect(labelPoint([from(turn % corners.length)])).toEqual(point);
    }),
  );
});
