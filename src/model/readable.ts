/*
 * Figures in sentences: one rule for all that refusals and notes say. Figures of an answer are never rounded.
 */

/** km², m², metres: six significant digits. */
export const readable = (figure: number): string => String(Number(figure.toPrecision(6)));

/** Degrees: to a centimetre, the noding grid. */
export const readableDegrees = (numbers: readonly number[]): string =>
  numbers.map((number) => Number(number.toFixed(7))).join(', ');

/** A position as a file has it: degrees, or metres of a projection to a centimetre. */
export const readablePosition = (position: readonly number[]): string =>
  position.some((number) => Math.abs(number) > 360)
    ? position.map((number) => Number(number.toFixed(2))).join(', ')
    : readableDegrees(position);
