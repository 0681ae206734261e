import { SalientError } from '../errors.js';
import type { Db } from './pool.js';

/**
 * Refuses to start on a database that would give wrong answers later, and says what would break.
 * @throws SalientError `database_unfit`, one problem for each thing missing
 */
export async function checkDatabase(db: Db): Promise<string> {
  const [server] = await db.query<{ version: number; name: string; timezone: string }>(
    `select current_setting('server_version_num')::int as version, current_setting('server_version') as name,
            current_setting('timezone') as timezone`,
  );
  const extensions = await db.query<{ name: string; version: string }>(
    `select name, default_version as version from pg_available_extensions where name in ('postgis', 'btree_gist')`,
  );
  const version = (name: string) => extensions.find((extension) => extension.name === name)?.version;
  const problems = [];
  if (!server || server.version < 150000) {
    problems.push(
      problem('/server', `PostgreSQL ${server?.name} is older than 15: multiranges and exclusion rules would fail`),
    );
  }
  const postgis = version('postgis');
  if (!postgis || Number.parseFloat(postgis) < 3.3) {
    problems.push(
      problem(
        '/postgis',
        `PostGIS ${postgis ?? 'is missing'}; 3.3 or newer is needed for areas and encirclement (Debian: postgresql-15-postgis-3)`,
      ),
    );
  }
  if (!version('btree_gist')) {
    problems.push(
      problem(
        '/btree_gist',
        'btree_gist is missing: two current maps of one day could not be excluded (Debian: postgresql-contrib)',
      ),
    );
  }
  if (problems.length > 0) {
    throw new SalientError(
      'database_unfit',
      `the database cannot be used: ${problems.map((p) => p.message).join('; ')}`,
      problems,
    );
  }
  return `PostgreSQL ${server?.name.split(' ')[0]}, PostGIS ${postgis}`;
}

const problem = (at: string, message: string) => ({ code: 'database_unfit', at, message });
