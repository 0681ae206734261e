import { masked } from '../../outbound/public-address.js';
import type { Asking } from '../route.js';

/*
 * To whom a report goes is nobody else's business, and the address of a webhook is a secret: whoever has it can post there.
 */

type Permits = Asking['permits'];

/**
 * A definition as a caller may see it: whole for who can define it, masked for readers of what is editorial, for others without
 * recipients.
 * @param about the series of it
 */
export function definitionFor(permits: Permits, about: readonly string[], definition: unknown): unknown {
  if (permits('write', about) || typeof definition !== 'object' || definition === null) return definition;
  const { recipients, ...open } = definition as Record<string, unknown>;
  if (!permits('read', about) || recipients === undefined) return open;
  return { ...open, recipients: maskedAll(recipients as Record<string, unknown>) };
}

const maskedAll = (recipients: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(recipients).map(([kind, targets]) => [
      kind,
      Array.isArray(targets) ? targets.map((target) => masked(String(target))) : targets,
    ]),
  );

/**
 * Deliveries as a caller may see them: their targets, the keys that name them, and what a mail server said of them, whole for who can
 * define what was delivered.
 */
export function deliveriesFor<Row extends { target: string; key: string; reason: string | null }>(
  permits: Permits,
  about: readonly string[],
  deliveries: readonly Row[],
): (Omit<Row, 'key'> & Partial<Pick<Row, 'key'>>)[] {
  if (permits('write', about)) return [...deliveries];
  return deliveries.map(({ key: _, ...row }) => {
    const target = masked(row.target);
    return { ...row, target, reason: row.reason?.replaceAll(row.target, target) ?? null };
  });
}

/** That something was withdrawn is public; why is not. */
export function reasonFor(
  permits: Permits,
  about: readonly string[],
  why: string | null,
): { withdrawn: boolean; withdrawn_why: string | null } {
  return { withdrawn: why !== null, withdrawn_why: permits('read', about) ? why : null };
}
