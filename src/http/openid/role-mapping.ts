import { ROLES, type Role } from '../../desk/role.js';
import { isId } from '../../model/id.js';
import type { Claims } from './provider.js';

/** Who has this value among those of this claim has this role in this series. */
export interface MappedRole {
  claim: string;
  value: string;
  role: Role;
  series: string;
}

/** Reads the setting, such as `groups:editors=reviewer@ours`. @throws Error naming the part that cannot be read */
export function readRoleMapping(parts: readonly string[]): MappedRole[] {
  return parts.map((part) => {
    const [, claim, value, given, series] = /^(.+):([^:=]+)=([a-z]+)@(.+)$/.exec(part) ?? [];
    const role = ROLES.find((one) => one === given);
    if (claim !== undefined && value !== undefined && role !== undefined && series !== undefined && isId(series))
      return { claim, value, role, series };
    const form = `expected claim:value=role@series, the role one of ${ROLES.join(', ')}`;
    throw new Error(`SALIENT_OPENID_ROLES=${JSON.stringify(part)}: ${form}`);
  });
}

/** The highest role that the claims give in each series that the mapping names; null where they give none. */
export function rolesByClaims(mapping: readonly MappedRole[], claims: Claims): Map<string, Role | null> {
  const roles = new Map<string, Role | null>();
  for (const { claim, value, role, series } of mapping) {
    const has = valuesOf(claims, claim).includes(value) ? role : null;
    const before = roles.get(series) ?? null;
    roles.set(series, rank(has) > rank(before) ? has : before);
  }
  return roles;
}

const rank = (role: Role | null) => (role === null ? -1 : ROLES.indexOf(role));

/** A claim by its name, else by a path with dots (Keycloak nests its roles): one text, or a list of texts. */
function valuesOf(claims: Claims, name: string): readonly unknown[] {
  let found: unknown = claims[name];
  if (found === undefined) {
    found = claims;
    for (const step of name.split('.')) {
      found =
        typeof found === 'object' && found !== null && Object.hasOwn(found, step) ? (found as Claims)[step] : undefined;
    }
  }
  return Array.isArray(found) ? found : [found];
}
