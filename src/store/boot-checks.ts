import { type Problem, SalientError } from '../errors.js';
import type { Db, Queryable } from './pool.js';
import { isShared } from './session-start.js';

/** What the database reports about itself. Extensions: the installed version, else the one that would be installed. */
export interface DatabaseFacts {
  /** As PostgreSQL counts: 150004 is 15.4. */
  server: number;
  serverName: string;
  encoding: string;
  postgis: string | null;
  btree_gist: string | null;
}

/**
 * Refuses to start on a database that would give wrong answers later, and states what would break.
 * @throws SalientError `database_unfit`, one problem for each thing missing
 */
export async function checkDatabase(db: Db): Promise<string> {
  const [facts] = await db.query<DatabaseFacts>(
    `select current_setting('server_version_num')::int as server, current_setting('server_version') as "serverName",
            current_setting('server_encoding') as encoding,
            (select coalesce(installed_version, default_version) from pg_available_extensions where name = 'postgis') as postgis,
            (select coalesce(installed_version, default_version) from pg_available_extensions where name = 'btree_gist')
              as btree_gist`,
  );
  const { problems, summary } = judgeDatabase(facts as DatabaseFacts);
  if (problems.length > 0) {
    throw new SalientError(
      'database_unfit',
      `the database cannot be used: ${problems.map((problem) => problem.message).join('; ')}`,
      problems,
    );
  }
  return summary;
}

/**
 * Refuses to start behind a pooler in transaction mode.
 * @throws SalientError `database_unfit`
 */
export async function checkOwnSessions(connection: Parameters<typeof isShared>[0]): Promise<void> {
  if (!(await isShared(connection))) return;
  throw new SalientError(
    'database_unfit',
    'a pooler in transaction mode stands before the database: time-outs and settings of one connection would be those of another, temporary tables and prepared statements would be missing; set its pool_mode to session for this database, or give DATABASE_URL the address of the server itself',
  );
}

export function judgeDatabase(facts: DatabaseFacts): { problems: Problem[]; summary: string } {
  const problems: Problem[] = [];
  const unless = (fine: boolean, at: string, message: string) => {
    if (!fine) problems.push({ code: 'database_unfit', at, message });
  };
  unless(
    facts.server >= 150000,
    '/server',
    `PostgreSQL ${facts.serverName} is older than 15: multiranges and exclusion rules would fail`,
  );
  unless(
    facts.encoding === 'UTF8',
    '/encoding',
    `the database keeps text as ${facts.encoding}: names in Arabic would be lost (create it with encoding UTF8)`,
  );
  unless(
    facts.postgis !== null && atLeast(facts.postgis, 3, 3),
    '/postgis',
    `PostGIS ${facts.postgis ?? 'is missing'}; 3.3 or newer is needed for areas and encirclement (Debian: postgresql-15-postgis-3)`,
  );
  unless(
    facts.btree_gist !== null,
    '/btree_gist',
    'btree_gist is missing: two current maps of one day could not be excluded (Debian: postgresql-contrib)',
  );
  return { problems, summary: `PostgreSQL ${facts.serverName.split(' ')[0]}, PostGIS ${facts.postgis}` };
}

/** As numbers: 3.10 is newer than 3.3. */
function atLeast(version: string, major: number, minor: number): boolean {
  const [first = 0, second = 0] = version.split('.').map(Number);
  return first > major || (first === major && second >= minor);
}

/** Asks the database for nothing, to see that it answers. @throws SalientError `unavailable` */
export async function checkAnswering(db: Queryable): Promise<void> {
  await db.query('select 1');
}

/**
 * Asks the database whether it has a schema, which it only knows when it reads its files.
 * @throws SalientError `unavailable`, `database_unfit`
 */
export async function checkMigrated(db: Queryable): Promise<void> {
  const [row] = await db.query<{ applied: number }>('select count(*) as applied from migration', [], 'prepared');
  if (!row?.applied) throw new SalientError('database_unfit', 'the database has no schema any more');
}
