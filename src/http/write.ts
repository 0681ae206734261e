import type { Importer } from '../maps/import.js';
import type { MapParts } from '../maps/import-request.js';
import type { Db } from '../store/pool.js';
import { type Parameters, series, type Values } from './parameters.js';

/** A POST, mostly under `/series/{id}`: what it takes, and what it does with the body. */
export interface Write {
  path: string;
  summary: string;
  /** Parameters inside the path, `id` (the series) among them. */
  inPath: Parameters;
  query: Parameters;
  /** Whether it takes a body: a map, or the JSON it is about. */
  takesMap: boolean;
  write(db: Db, series: string, values: Record<string, unknown>, parts: MapParts, importer: Importer): Promise<unknown>;
}

/** One entry of the table of writes; `values` are the query's and, beside `id`, the path's. */
export function write<P extends Parameters, Q extends Parameters>(
  path: string,
  summary: string,
  inPath: P,
  query: Q,
  takesMap: boolean,
  perform: (
    db: Db,
    series: string,
    values: Values<P> & Values<Q>,
    parts: MapParts,
    importer: Importer,
  ) => Promise<unknown>,
): Write {
  const all = { id: series, ...inPath };
  return { path, summary, inPath: all, query, takesMap, write: perform as unknown as Write['write'] };
}
