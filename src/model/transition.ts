/** Square metres that were class `from` and became class `to`. */
export interface Transition {
  from: string;
  to: string;
  m2: number;
}

/** Identities hold to this share of the theatre, or the figure is withheld (methods B.1, G). */
export const BALANCE_TOLERANCE = 1e-9;
