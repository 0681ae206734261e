import type { Session } from './calls.js';

/** What a person may do in a series: what is not theirs is not offered; the service decides all the same. */
export interface Rights {
  /** The role in this series; null: what the scopes of the token permit. */
  role: string | null;
  contribute: boolean;
  review: boolean;
  release: boolean;
  publish: boolean;
  keep: boolean;
}

const ROLES = ['reader', 'contributor', 'reviewer', 'publisher', 'keeper'];

export function rightsOf({ scopes = [], roles = {} }: Session, series: string): Rights {
  const role = roles[series] ?? null;
  const may = (scope: string, needed: string) =>
    scopes.includes('admin') || scopes.includes(scope) || ROLES.indexOf(role ?? '') >= ROLES.indexOf(needed);
  return {
    role,
    contribute: may('write', 'contributor'),
    review: may('review', 'reviewer'),
    release: may('review', 'publisher'),
    publish: may('write', 'publisher'),
    keep: may('admin', 'keeper'),
  };
}
