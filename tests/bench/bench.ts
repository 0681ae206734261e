/** What the benches of the measuring engine have in common: a server, a stopwatch and figures in files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { PROJECT_ROOT } from '../../src/config.js';
import { migrate } from '../../src/store/migrate.js';
import { type Db, openPool } from '../../src/store/pool.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';

export const FIGURES = `${PROJECT_ROOT}/tests/bench/figures`;

/** A database of its own on the server of TEST_DATABASE_URL, dropped by the next one that opens. */
export async function benchServer(): Promise<Db> {
  if (!SERVER_URL) throw new Error('set TEST_DATABASE_URL to a PostgreSQL server with PostGIS');
  const db = openPool({ connectionString: await freshDatabase(SERVER_URL), max: 2 }, 'server');
  await migrate(db, `${PROJECT_ROOT}/migrations`);
  return db;
}

/** The fastest of so many runs, after one to warm up: what else the machine does only adds. */
export async function timed<T>(runs: number, work: () => Promise<T> | T): Promise<[ms: number, result: T]> {
  let result = (await work()) as T;
  let fastest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) {
    const since = performance.now();
    result = await work();
    fastest = Math.min(fastest, performance.now() - since);
  }
  return [fastest, result];
}

/** One run, cold. */
export async function once<T>(work: () => Promise<T> | T): Promise<[ms: number, result: T]> {
  const since = performance.now();
  const result = await work();
  return [performance.now() - since, result];
}

/** The middle one, and the one that so many per cent are below. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function reported(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  return ms < 1000 ? `${ms.toFixed(ms < 100 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** A row of figures by name; `measures-plot.ts` draws them. Not-a-number is left out. */
export function keepFigures(name: string, rows: readonly Record<string, number>[]): void {
  mkdirSync(FIGURES, { recursive: true });
  writeFileSync(`${FIGURES}/${name}.json`, `${JSON.stringify(rows, null, 1)}\n`);
}
