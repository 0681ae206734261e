/** Square metres that were class `from` and became class `to`. */
export interface Transition {
  from: string;
  to: string;
  m2: number;
}

/**
 * What noding may move of some ground, m²: 1e-9 of it (methods B.1, G). Of less than 100 km² that is less than the micrometres along its
 * outline to which all borders are noded: there it is ten of them along the side of a square of that size. Identities that miss by
 * more are withheld.
 */
export const balanceTolerance = (m2: number): number => Math.max(1e-9 * m2, crumbOf(m2));

/** Ground that is left over from noding, not drawn by anybody, is smaller than this; m², of ground of some size. */
export const crumbOf = (m2: number): number => Math.min(1, 1e-5 * Math.sqrt(m2));

/** What is left of one sum after another, without the crumbs of adding in another order: there and back is nothing. */
export function difference(more: number, less: number): number {
  const left = more - less;
  return Math.abs(left) <= 1e-12 * (more + less) ? 0 : left;
}
