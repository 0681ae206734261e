import { SalientError } from '../../errors.js';
import { parseAlertRule } from '../../reports/alerts/rule-schema.js';
import type { Asking } from '../route.js';

/** Whether the caller may know of a rule: one that tells of maps which wait for a person is editorial, as they are. */
export const maySee = (
  permits: Asking['permits'],
  { when, series }: { when: { kind: string } | null; series: string },
): boolean => (when && when.kind !== 'held') || permits('read', [series]);

/** @throws SalientError `unauthenticated` when the rule is not for the caller */
export function demandSight(permits: Asking['permits'], definition: unknown): void {
  if (maySee(permits, parseAlertRule(definition))) return;
  throw new SalientError(
    'unauthenticated',
    'this rule tells of maps that wait for a person: it needs Authorization: Bearer and a token with the scope read',
  );
}
