import { AsyncLocalStorage } from 'node:async_hooks';

/** What a credential permits: to read what is editorial, to send, to decide, to run the service. */
export const SCOPES = ['read', 'write', 'review', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** The caller: what the log and every recorded row name, and what the credential permits. */
export interface Principal {
  /** `token:NAME`, or one of the names below. */
  name: string;
  scopes: readonly Scope[];
}

export const ANONYMOUS: Principal = { name: 'anonymous', scopes: [] };
/** The operator on this machine: the command line, or a caller with the secret of the data folder. */
export const LOCAL: Principal = { name: 'local', scopes: SCOPES };
/** The holder of SALIENT_WRITE_TOKEN. */
export const ENVIRONMENT: Principal = { name: 'environment', scopes: SCOPES };

/** Whether a principal has a scope: `admin` holds all of them, and who decides or sends may also read. */
export function may({ scopes }: Principal, scope: Scope): boolean {
  return scopes.includes('admin') || scopes.includes(scope) || (scope === 'read' && scopes.length > 0);
}

const surrounding = new AsyncLocalStorage<Principal>();

/** Works in the name of a principal: every row recorded within, however deep, names it (column `principal`). */
export function asPrincipal<T>(principal: Principal, doing: () => T): T {
  return surrounding.run(principal, doing);
}

/** The name that rows recorded now are given; empty: the service itself. */
export const principalName = (): string => surrounding.getStore()?.name ?? '';
