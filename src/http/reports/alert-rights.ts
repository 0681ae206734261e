import { SalientError } from '../../errors.js';
import { parseAlertRule } from '../../reports/alerts/rule-schema.js';
import { may, type Principal } from '../../store/principal.js';

/** Whether the caller may know of a rule: one that tells of maps which wait for a person is editorial, as they are. */
export const maySee = (principal: Principal, { when }: { when: { kind: string } }): boolean =>
  when.kind !== 'held' || may(principal, 'read');

/** @throws SalientError `unauthenticated` when the rule is not for the caller */
export function demandSight(principal: Principal, definition: unknown): void {
  if (maySee(principal, parseAlertRule(definition))) return;
  throw new SalientError(
    'unauthenticated',
    'this rule tells of maps that wait for a person: it needs Authorization: Bearer and a token with the scope read',
  );
}
