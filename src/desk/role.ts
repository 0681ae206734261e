/** What a person may do in a series; each role holds those before it. */
export const ROLES = ['reader', 'contributor', 'reviewer', 'publisher', 'keeper'] as const;
export type Role = (typeof ROLES)[number];

/** Whether a role holds another. */
export const includes = (role: Role | null, needed: Role): boolean =>
  role !== null && ROLES.indexOf(role) >= ROLES.indexOf(needed);
