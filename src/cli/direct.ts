import { join } from 'node:path';
import { type Config, PROJECT_ROOT } from '../config.js';
import { SalientError } from '../errors.js';
import { everyRecord } from '../http/access/members.js';
import { readParameters, readPath } from '../http/parameters.js';
import { ROUTES } from '../http/routes.js';
import { carryOut } from '../http/write.js';
import { WRITES } from '../http/writes.js';
import { openImporter } from '../maps/import.js';
import { type MapParts, NO_PARTS } from '../maps/import-request.js';
import { openStore } from '../open-store.js';
import { faultOf } from '../store/faults.js';
import { asMember } from '../store/members-record.js';
import { LOCAL } from '../store/principal.js';

// Steps are shown to a person only: a script reads stderr for reasons.
const progress = (line: string) => {
  if (process.stderr.isTTY) process.stderr.write(`${line}\n`);
};

/** Opens the database here, for one command: the tables of routes answer without a service. */
export async function openDirectly(config: Config, mayCreate: boolean) {
  const { db } = await openStore(config, join(PROJECT_ROOT, 'migrations'), progress, mayCreate);
  const importer = openImporter(db);
  const matched = <R extends { path: string }>(routes: readonly R[], path: string) => {
    for (const route of routes) {
      const pattern = new RegExp(`^${route.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
      const match = pattern.exec(path);
      const given = Object.entries(match?.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]);
      if (match) return { route, given: Object.fromEntries(given) as Record<string, string> };
    }
    throw new SalientError('not_found', `${path}: no such route`);
  };
  return {
    db,
    async get(path: string, query: Record<string, string>): Promise<unknown> {
      const { route, given } = matched(ROUTES, path);
      const values = { ...readParameters(route.query, new URLSearchParams(query)), ...readPath(route.inPath, given) };
      const ahead = await everyRecord(db, path);
      return reported(() => asMember(ahead, () => route.answer({ db, principal: LOCAL, permits: () => true }, values)));
    },
    async post(path: string, query: Record<string, string>, body: MapParts = NO_PARTS): Promise<unknown> {
      const { route, given } = matched(WRITES, path);
      const values = { ...readParameters(route.query, new URLSearchParams(query)), ...readPath(route.inPath, given) };
      const call = { principal: LOCAL, subject: path, values, body };
      return reported(() => carryOut(db, route, call, { importer, config }));
    },
    async close() {
      await importer.close();
      await db.close();
    },
  };
}

/** A failure of the database, the engine or the disk as one of the errors that a command line reports. */
async function reported<T>(doing: () => Promise<T>): Promise<T> {
  try {
    return await doing();
  } catch (error) {
    throw faultOf(error) ?? error;
  }
}
