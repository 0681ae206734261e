import { giveRole, showRoles, stateAccess } from '../../desk/membership.js';
import { ROLES } from '../../desk/role.js';
import { principalName } from '../../store/principal.js';
import { oneOf, series, text } from '../parameters.js';
import { type Route, route } from '../route.js';
import { type Write, write } from '../write.js';

/** Who may know of a series, and who has which role in it. */
export const ROLE_ROUTES: readonly Route[] = [
  route(
    '/series/{id}/roles',
    'Whether a series is open or for members only, and who has which role in it',
    { id: series },
    {},
    ({ db }, values) => showRoles(db, values.id),
    'admin',
  ),
];

export const ROLE_WRITES: readonly Write[] = [
  write(
    '/series/{id}/access',
    'State whether the series of a theatre are open or for members only; also before the first map',
    {},
    { access: oneOf(['open', 'members'], 'for whom'), why: text('the reason; kept') },
    false,
    (db, id, values) => stateAccess(db, id, { ...values, by: principalName() }),
    'admin',
  ),
  write(
    '/series/{id}/roles/{holder}',
    'Give a principal (`token:NAME`, `person:NAME`) a role in a series; `none` takes it away',
    { holder: text('the principal: token:NAME, or person:NAME who signs in by a provider of identities') },
    { role: oneOf([...ROLES, 'none'], 'each holds those before it') },
    false,
    (db, id, { holder, role }) =>
      giveRole(db, id, { holder, role: role === 'none' ? null : role, by: principalName() }),
    'admin',
  ),
];

/** Writes after which it has to be read anew who may know of what. */
export const SIGHT_WRITES: ReadonlySet<string> = new Set(ROLE_WRITES.map(({ path }) => path));
