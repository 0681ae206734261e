import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, PROJECT_ROOT } from '../config.js';
import { keepAllUp } from '../desk/members-record.js';
import { type ErrorCode, type Problem, SalientError } from '../errors.js';
import { everyRecord } from '../http/access/members.js';
import { readParameters, readPath } from '../http/parameters.js';
import { ROUTES } from '../http/routes.js';
import { WRITES } from '../http/writes.js';
import { openImporter } from '../maps/import.js';
import { type MapParts, NO_PARTS } from '../maps/import-request.js';
import { openStore } from '../open-store.js';
import { cancelled, workSignal } from '../store/cancellation.js';
import { lockHolder } from '../store/embedded/folder-lock.js';
import { faultOf } from '../store/faults.js';
import { readLocalSecret } from '../store/local-secret.js';
import { asMember } from '../store/members-record.js';
import type { Db } from '../store/pool.js';
import { asPrincipal, LOCAL } from '../store/principal.js';
import { stepReporter } from './working.js';

/**
 * How the command line reaches the store: by the running service when one holds the embedded folder (its address is in
 * the lock), else by opening the database itself. Both ways go through the same tables of routes.
 */
export interface Access {
  get(path: string, query: Record<string, string>): Promise<unknown>;
  post(path: string, query: Record<string, string>, body?: MapParts): Promise<unknown>;
  /** Only when the database is open here. */
  db: Db | null;
  close(): Promise<void>;
}

// Steps are shown to a person only: a script reads stderr for reasons.
const progress = (line: string) => {
  if (process.stderr.isTTY) process.stderr.write(`${line}\n`);
};

export async function openAccess(config: Config): Promise<Access> {
  const service = serviceAt(config);
  return service ? throughService(service, credentialOf(config)) : direct(config);
}

/**
 * Where the service answers that has the embedded database; null when none has it. One that listens everywhere is
 * reached on loopback, from where it may be written to.
 * @throws SalientError `folder_locked` when it does not answer yet
 */
export function serviceAt(config: Config): string | null {
  const holder = config.databaseUrl ? null : lockHolder(config.dataFolder);
  if (!holder) return null;
  if (!holder.address) {
    throw new SalientError(
      'folder_locked',
      `process ${holder.pid} has ${config.dataFolder} and does not answer yet: try again in a moment`,
    );
  }
  return holder.address.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}

async function direct(config: Config): Promise<Access> {
  const { db } = await openStore(config, join(PROJECT_ROOT, 'migrations'), progress);
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
    async get(path, query) {
      const { route, given } = matched(ROUTES, path);
      const values = { ...readParameters(route.query, new URLSearchParams(query)), ...readPath(route.inPath, given) };
      const ahead = await everyRecord(db, path);
      return reported(() => asMember(ahead, () => route.answer({ db, principal: LOCAL }, values)));
    },
    async post(path, query, body = NO_PARTS) {
      const { route, given } = matched(WRITES, path);
      const values = { ...readParameters(route.query, new URLSearchParams(query)), ...readPath(route.inPath, given) };
      const write = () => route.write(db, String(given.id), values, body, { importer, config });
      const answer = await reported(() => asPrincipal(LOCAL, write));
      await keepAllUp(db).catch(() => {});
      return answer;
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

/** With what the command line shows who it is: the token of the settings, else the secret of the data folder. */
export function credentialOf(config: Config): string | null {
  return config.token ?? config.writeToken ?? readLocalSecret(config.dataFolder);
}

function throughService(reached: string, token: string | null): Access {
  const ask = async (path: string, query: Record<string, string>, init: RequestInit) => {
    const search = new URLSearchParams(query).toString();
    const teller = stepReporter();
    const waiting = setInterval(teller.waiting, 500);
    const signal = workSignal() ?? null;
    const requested = fetch(`${reached}${path}${search && `?${search}`}`, { ...init, signal }).finally(() => {
      clearInterval(waiting);
      teller.end();
    });
    const response = await requested.catch((cause) => {
      if (signal?.aborted) throw cancelled();
      const message = `the service at ${reached}, which has the embedded database, does not answer`;
      throw new SalientError('unavailable', message, [], { cause });
    });
    const answer = await response.json();
    if (response.ok) return answer;
    const { code, message, problems } = answer as { code: ErrorCode; message: string; problems: Problem[] };
    throw new SalientError(code, message, problems);
  };
  const authorization: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  return {
    db: null,
    get: (path, query) => ask(path, query, { headers: authorization }),
    post: async (path, query, body) =>
      ask(path, query, { method: 'POST', headers: authorization, body: body ? await formOf(body) : null }),
    close: async () => {},
  };
}

async function formOf({ map, more = [], mapping, theatre, file }: MapParts): Promise<FormData> {
  const form = new FormData();
  for (const { source, name } of [{ source: map, name: file }, ...more]) {
    const bytes = source instanceof Uint8Array ? source : await readFile(source.path);
    form.append('map', new Blob([bytes as Uint8Array<ArrayBuffer>]), name ?? 'map');
  }
  if (mapping) form.set('mapping', new Blob([mapping as Uint8Array<ArrayBuffer>]));
  if (theatre) form.set('theatre', JSON.stringify(theatre));
  return form;
}
