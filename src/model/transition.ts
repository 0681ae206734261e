/** Square metres that were class `from` and became class `to`. */
export interface Transition {
  from: string;
  to: string;
  m2: number;
}

/** Identities hold to this share of the theatre, or the figure is withheld (methods B.1, G). */
export const BALANCE_TOLERANCE = 1e-9;

/** What is left of one sum after another, without the crumbs of adding in another order: there and back is nothing. */
export function difference(more: number, less: number): number {
  const left = more - less;
  return Math.abs(left) <= 1e-12 * (more + less) ? 0 : left;
}
