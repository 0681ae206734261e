import type { Config } from '../config.js';
import { appendAudit } from '../desk/audit.sql.js';
import { keepAllUp } from '../desk/members-record.js';
import type { Role } from '../desk/role.js';
import { log } from '../log.js';
import type { Importer } from '../maps/import.js';
import type { MapParts } from '../maps/import-request.js';
import type { Db } from '../store/pool.js';
import { asPrincipal, type Principal, type Scope } from '../store/principal.js';
import { type Parameters, series, type Values } from './parameters.js';

/** What a write may need beside the store. */
export interface WriteTools {
  importer: Importer;
  config: Config;
}

/** A POST, mostly under `/series/{id}`: what it takes, and what it does with the body. */
export interface Write {
  path: string;
  summary: string;
  /** Parameters inside the path, `id` (the series) among them. */
  inPath: Parameters;
  query: Parameters;
  /** Whether it takes a body: a map, or the JSON it is about; `optional`: not where a parameter states the same. */
  takesMap: boolean | 'optional';
  /** The scope that it needs, and a further one that its values may require. */
  needs: Scope;
  needsToo: (values: Record<string, unknown>) => Scope | null;
  /** The role in the series that permits it there, where it is another than `ROLE_FOR` its scope; `none` does. */
  role: Role | 'none' | null;
  /** The series in each of which that scope or role is needed, where the path does not name one. */
  concerns: ((db: Db, id: string, parts: MapParts) => Promise<readonly string[]>) | null;
  write(db: Db, series: string, values: Record<string, unknown>, parts: MapParts, tools: WriteTools): Promise<unknown>;
}

/** One entry of the table of writes; `values` are the query's and, beside `id`, the path's. */
export function write<P extends Parameters, Q extends Parameters>(
  path: string,
  summary: string,
  inPath: P,
  query: Q,
  takesMap: Write['takesMap'],
  perform: (
    db: Db,
    series: string,
    values: Values<P> & Values<Q>,
    parts: MapParts,
    tools: WriteTools,
  ) => Promise<unknown>,
  needs: Scope = 'write',
  needsToo: Write['needsToo'] = () => null,
  role: Write['role'] = null,
  concerns: Write['concerns'] = null,
): Write {
  const all = { id: series, ...inPath };
  return {
    path,
    summary,
    inPath: all,
    query,
    takesMap,
    needs,
    needsToo,
    role,
    concerns,
    write: perform as unknown as Write['write'],
  };
}

/** One call of a write: who does it, at which address, and with what. */
export interface WriteCall {
  principal: Principal;
  /** The path as asked, `/series/m5/derive`. */
  subject: string;
  /** Of the query and of the path. */
  values: Record<string, unknown>;
  body: MapParts;
}

/** Does a write, for a request as for the command line: the record of members follows, and the audit log names who did it. */
export async function carryOut(
  db: Db,
  entry: Write,
  { principal, subject, values, body }: WriteCall,
  tools: WriteTools,
): Promise<unknown> {
  const answer = await asPrincipal(principal, () => entry.write(db, String(values.id), values, body, tools));
  await keepAllUp(db).catch((error) => log.warn({ error: error.message }, 'the record of members waits'));
  await appendAudit(db, { principal: principal.name, action: entry.path, subject, detail: values });
  return answer;
}
