import type { Parameters, Values } from './parameters.js';
import type { Service } from './service.js';

/** A GET that answers JSON: its path, what it takes, and the job that answers. */
export interface Route {
  path: string;
  summary: string;
  /** Parameters inside the path, written `{name}`. */
  inPath: Parameters;
  query: Parameters;
  answer(service: Pick<Service, 'db'>, values: Record<string, unknown>): Promise<unknown>;
}

/** One entry of the table of routes; `values` are the path's and the query's. */
export function route<P extends Parameters, Q extends Parameters>(
  path: string,
  summary: string,
  inPath: P,
  query: Q,
  answer: (service: Pick<Service, 'db'>, values: Values<P> & Values<Q>) => Promise<unknown>,
): Route {
  return { path, summary, inPath, query, answer: answer as unknown as Route['answer'] };
}
