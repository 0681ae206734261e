import { crumbOf } from './transition.js';

/*
 * How finely areas are told to readers: by how much ground there is. One rule for reports, alerts, the page and the command line.
 */

/** Less is what noding leaves between two lines of one border, km²: it is told as nothing. On small ground steps are finer (`statedStep`). */
export const CRUMB_KM2 = crumbOf(Number.POSITIVE_INFINITY) / 1e6;

/** A power of ten to its last digit: `10 ** -5` is not 0.00001. */
export const powerOfTen = (exponent: number): number => Number(`1e${exponent}`);

/** The power of ten in a number: 2 of 100 to 999. Of nothing, that of a hundred, as of ground that has a usual size. */
const magnitude = (of: number): number => (of > 0 ? Math.floor(Math.log10(of)) : 2);

/** The finest unit in which areas of so much ground are told, km²: a hectare; of less than 100 km² its ten-thousandth part. */
export const finestUnit = (groundKm2: number): number => powerOfTen(Math.min(-2, magnitude(groundKm2) - 4));

/** The coarsest, km²: one, and of less than 10 km² a unit of which the ground has ten at least, so that it is never told as none. */
export const coarsestUnit = (groundKm2: number): number => powerOfTen(Math.min(0, magnitude(groundKm2) - 1));

/**
 * The unit of areas on the page and at the command line, which tell them whatever the accuracy of the map is, and of rates, km² and km² a
 * day: a tenth; of less than 100 km² of ground its thousandth part.
 */
export const plainUnit = (groundKm2: number): number => powerOfTen(Math.min(-1, magnitude(groundKm2) - 3));

/**
 * The step of areas in data, km²: a thousandth, of less than 100 km² of ground its hundred-thousandth part, and where the
 * map is accurate to less than some thirty metres also σ², down to a square metre.
 */
export function statedStep(groundKm2: number, accuracyM: number): number {
  const bySize = Math.min(-3, magnitude(groundKm2) - 5);
  const byAccuracy = accuracyM > 0 ? Math.max(-6, magnitude((accuracyM / 1000) ** 2)) : 0;
  return powerOfTen(Math.min(bySize, byAccuracy));
}

/** Decimals of a figure in a unit that is a power of ten; of whole ones none. */
export const decimalsOf = (unit: number): number => (unit < 1 ? Math.round(-Math.log10(unit)) : 0);

/** A sum of figures in a decimal unit without crumbs of binary fractions. */
export const withoutCrumbs = (value: number): number => Number(value.toFixed(9));
