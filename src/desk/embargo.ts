/** When an approved change goes out: at once, at an instant (RFC 3339), or when somebody releases it. */
export type Embargo = { until: string | 'release' } | null;

/** Of what several approvals state, what lets the change out last: by a person after any instant, a later instant after an earlier one. */
export function strictest(stated: readonly Embargo[]): Embargo {
  const order = (embargo: Embargo) =>
    embargo === null
      ? Number.NEGATIVE_INFINITY
      : embargo.until === 'release'
        ? Number.POSITIVE_INFINITY
        : Date.parse(embargo.until);
  return stated.reduce<Embargo>((last, one) => (order(one) > order(last) ? one : last), null);
}
