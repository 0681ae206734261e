import type { Command } from 'commander';
import { SalientError } from '../errors.js';
import type { TokenRow } from '../store/tokens.sql.js';
import type { Access } from './access.js';

type Answer = <T>(
  ask: (access: Access) => Promise<unknown>,
  asText: (answer: T) => string,
  mayCreate?: boolean,
) => Promise<void>;

const DAY_MS = 86_400_000;

/** `salient token create|list|revoke`. */
export function tokenCommands(program: Command, answer: Answer): void {
  const token = program.command('token').description('credentials of people and machines for writing over HTTP');
  token
    .command('create <name>')
    .description('make a token and print it, once; only its hash is stored')
    .requiredOption('--scopes <list>', 'what it permits: read, write, review, admin; separated by commas')
    .option('--expires <instant>', 'until when it is good (RFC 3339); for ever when absent')
    .option('--days <number>', 'for how many days it is good')
    .action((name: string, { scopes, expires, days }: { scopes: string; expires?: string; days?: string }) =>
      answer<TokenRow & { token: string }>(
        (access) => access.post(`/tokens/${encodeURIComponent(name)}`, { scopes, ...expiry(expires, days) }),
        (made) => made.token,
        true,
      ),
    );
  token
    .command('list')
    .description('every token there is or was, without its text')
    .action(() =>
      answer<{ tokens: TokenRow[] }>(
        (access) => access.get('/tokens', {}),
        ({ tokens }) => tokens.map(line).join('\n') || 'no token: only the command line on this machine can write',
      ),
    );
  token
    .command('revoke <name>')
    .description('end a token for good')
    .action((name: string) =>
      answer<TokenRow>(
        (access) => access.post(`/tokens/${encodeURIComponent(name)}/revoke`, {}),
        (row) => `${row.name} is revoked`,
      ),
    );
}

function expiry(expires: string | undefined, days: string | undefined): Record<string, string> {
  if (days === undefined) return expires === undefined ? {} : { expires };
  if (expires !== undefined || !/^[1-9]\d{0,4}$/.test(days))
    throw new SalientError('invalid_parameter', '--days: a whole number of days, and then no --expires');
  return { expires: new Date(Date.now() + Number(days) * DAY_MS).toISOString() };
}

function line({ name, scopes, expires_at, revoked_at, revoked_by, created_by }: TokenRow): string {
  const state = revoked_at
    ? `revoked ${revoked_at} by ${revoked_by}`
    : expires_at && Date.parse(expires_at) <= Date.now()
      ? `expired ${expires_at}`
      : expires_at
        ? `until ${expires_at}`
        : 'without an end';
  return `${name}  ${scopes.join(',')}  made by ${created_by}, ${state}`;
}
