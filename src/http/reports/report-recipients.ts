import { masked } from '../../outbound/public-address.js';
import { may, type Principal } from '../../store/principal.js';
/*
 * To whom a report goes is nobody else's business, and the address of a webhook is a secret: whoever has it can post there.
 */

/** A definition as a principal may see it: whole for who can define reports, masked for readers, for others without recipients. */
export function definitionFor(principal: Principal, definition: unknown): unknown {
  if (may(principal, 'write') || typeof definition !== 'object' || definition === null) return definition;
  const { recipients, ...open } = definition as Record<string, unknown>;
  if (!may(principal, 'read') || recipients === undefined) return open;
  const { webhooks, ...others } = recipients as Record<string, unknown>;
  return {
    ...open,
    recipients: { ...others, ...(Array.isArray(webhooks) && { webhooks: webhooks.map((url) => masked(String(url))) }) },
  };
}

/** That something was withdrawn is public; why is not. */
export function reasonFor(
  principal: Principal,
  why: string | null,
): { withdrawn: boolean; withdrawn_why: string | null } {
  return { withdrawn: why !== null, withdrawn_why: may(principal, 'read') ? why : null };
}
