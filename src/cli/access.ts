import { readFile } from 'node:fs/promises';
import type { Config } from '../config.js';
import { type ErrorCode, type Problem, SalientError } from '../errors.js';
import type { MapParts } from '../maps/import-request.js';
import { cancelled, workSignal } from '../store/cancellation.js';
import { lockHolder } from '../store/embedded/folder-lock.js';
import { readLocalSecret } from '../store/local-secret.js';
import type { Db } from '../store/pool.js';
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

/** @param mayCreate for a command that writes a first thing: it makes a database that is not there; others refuse */
export async function openAccess(config: Config, mayCreate = false): Promise<Access> {
  const service = serviceAt(config);
  if (service) return throughService(service, credentialOf(config));
  // All that answers and stores: a second to load, which a command through the service need not wait for.
  const { openDirectly } = await import('./direct.js');
  return openDirectly(config, mayCreate);
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
      if (signal?.aborted) throw cancelled(signal);
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
