import { SalientError } from '../errors.js';

const EXPECTED =
  'expected postgres://user:password@host:port/database; in the password write @ : / ? # % as %40 %3A %2F %3F %23 %25 (the value is not shown: it may hold one)';

/**
 * Which database an address means, for messages and logs: never with a password, in whatever form it is written.
 * @throws SalientError `database_unfit` for what is no address of a PostgreSQL server
 */
export function databaseName(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    throw new SalientError('database_unfit', `DATABASE_URL: ${EXPECTED}`);
  }
  const host = url.searchParams.get('host') ?? (url.host || 'localhost');
  const user = url.searchParams.get('user') ?? decodeURIComponent(url.username);
  return `${host}/${decodeURIComponent(url.pathname.slice(1)) || user}${user && ` as ${user}`}`;
}
