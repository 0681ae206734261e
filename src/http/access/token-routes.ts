import { SalientError } from '../../errors.js';
import { ID_RULE, isId } from '../../model/id.js';
import { quote } from '../../model/problem-list.js';
import { principalName, SCOPES, type Scope } from '../../store/principal.js';
import { createToken, listTokens, revokeToken } from '../../store/tokens.sql.js';
import { instant, optional, type Parameter, text } from '../parameters.js';
import { type Route, route } from '../route.js';
import { type Write, write } from '../write.js';

const name: Parameter<string> = {
  ...text(`name of the token: ${ID_RULE}`),
  read(value, parameter) {
    if (isId(value)) return value;
    throw new SalientError('invalid_parameter', `${parameter}: ${ID_RULE}, not ${quote(value)}`);
  },
};

const scopes: Parameter<Scope[]> = {
  read(value, parameter) {
    const given = value.split(',').map((scope) => scope.trim());
    const found = SCOPES.filter((scope) => given.includes(scope));
    if (found.length === new Set(given).size) return found;
    throw new SalientError('invalid_parameter', `${parameter}: some of ${SCOPES.join(', ')}, separated by commas`);
  },
  required: true,
  schema: { type: 'string' },
  description: `what it permits, separated by commas: ${SCOPES.join(', ')}; admin permits everything`,
};

/** The read endpoints of tokens: never their text. */
export const TOKEN_ROUTES: readonly Route[] = [
  route(
    '/tokens',
    'Every token there is or was',
    {},
    {},
    async ({ db }) => ({ tokens: await listTokens(db) }),
    'admin',
  ),
];

/** What can be done with tokens. */
export const TOKEN_WRITES: readonly Write[] = [
  write(
    '/tokens/{id}',
    'Make a token; the answer holds its text, which is shown this once',
    { id: name },
    { scopes, expires: optional(instant('until when it is good; for ever when absent')) },
    false,
    async (db, _, { id, scopes: given, expires }) => {
      if (expires !== null && Date.parse(expires) <= Date.now())
        throw new SalientError('invalid_parameter', `expires: ${expires} has passed`);
      return createToken(db, { name: id, scopes: given, expiresAt: expires, by: principalName() || 'service' });
    },
    'admin',
  ),
  write(
    '/tokens/{id}/revoke',
    'End a token for good; its name is free again',
    { id: name },
    {},
    false,
    (db, _, { id }) => revokeToken(db, id, principalName() || 'service'),
    'admin',
  ),
];
