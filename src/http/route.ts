import type { Role } from '../desk/role.js';
import type { Db } from '../store/pool.js';
import type { Principal, Scope } from '../store/principal.js';
import type { Parameters, Values } from './parameters.js';

/** What an answer is made from, and for whom. */
export interface Asking {
  db: Db;
  principal: Principal;
  /** Whether the principal may do what a scope permits in each of some series (`Guard.permits`). */
  permits(scope: Scope, series: readonly string[]): boolean;
}

/** The scope that an answer needs; null: anybody may have it. By its parameters where they decide. */
export type Need = Scope | null | ((values: Record<string, unknown>) => Scope | null);

/** A GET that answers JSON: its path, what it takes, and the job that answers. */
export interface Route {
  path: string;
  summary: string;
  /** Parameters inside the path, written `{name}`. */
  inPath: Parameters;
  query: Parameters;
  needs: Need;
  /** The series in which it is needed, where the path does not name one. */
  concerns: ((db: Db, values: Record<string, unknown>) => Promise<readonly string[]>) | null;
  answer(asking: Asking, values: Record<string, unknown>): Promise<unknown>;
}

/** One entry of the table of routes; `values` are the path's and the query's. */
export function route<P extends Parameters, Q extends Parameters>(
  path: string,
  summary: string,
  inPath: P,
  query: Q,
  answer: (asking: Asking, values: Values<P> & Values<Q>) => Promise<unknown>,
  needs: Need = null,
  concerns: ((db: Db, values: Values<P> & Values<Q>) => Promise<readonly string[]>) | null = null,
): Route {
  return {
    ...{ path, summary, inPath, query, needs },
    answer: answer as unknown as Route['answer'],
    concerns: concerns as unknown as Route['concerns'],
  };
}

/** The role in a series that permits there what a scope permits everywhere. */
export const ROLE_FOR: Readonly<Record<Scope, Role>> = {
  read: 'reader',
  write: 'publisher',
  review: 'reviewer',
  admin: 'keeper',
};

/** The scope that a question needs, given its values. */
export const scopeNeeded = (needs: Need, values: Record<string, unknown>): Scope | null =>
  typeof needs === 'function' ? needs(values) : needs;
