import { SalientError } from '../../errors.js';
import type { RuleHead } from '../../reports/alerts/ask.js';
import type { Asking } from '../route.js';

/** Whether the caller may know of a rule: one that tells of maps which wait for a person is editorial, as they are. So is one that cannot be read. */
export const maySee = (permits: Asking['permits'], { when, series }: Pick<RuleHead, 'when' | 'series'>): boolean =>
  (when && when.kind !== 'held') || permits('read', [series]);

/** @throws SalientError `unauthenticated` when the rule is not for the caller */
export function demandSight(permits: Asking['permits'], head: RuleHead): void {
  if (maySee(permits, head)) return;
  throw new SalientError(
    'unauthenticated',
    'this rule tells of maps that wait for a person: it needs Authorization: Bearer and a token with the scope read',
  );
}
