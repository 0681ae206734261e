import { defineConfig } from 'vitest/config';
import { ENGINE } from './tests/setup/engine.js';

/*
 * Three kinds of tests: those without a database run in parallel; those on the databases share one process, so that the
 * embedded engine (1 GB, 10 s to create) is started once a run; those in a browser come last and alone, because what
 * else runs takes the processor that draws their frames. `npm test` (tests/run.mjs) gives each of the two databases a
 * process of its own; `tests/bench` and `tests/prove` are run by hand.
 */
const serial = {
  pool: 'forks',
  isolate: false,
  maxWorkers: 1,
  fileParallelism: false,
  testTimeout: 120_000,
  hookTimeout: 240_000,
} as const;
const store = ['tests/**/*.db.test.ts', 'tests/http/**/*.test.ts'];
const web = ['tests/web/**/*.test.ts'];

/** Those that do not ask `onEachDatabase`, or are about a table of routes that no database has a part in: once a run is enough. */
const once = [
  'tests/http/answers.test.ts',
  'tests/http/credentials.test.ts',
  'tests/http/ogc/definition.test.ts',
  'tests/store/folder-lock.db.test.ts',
  'tests/http/tiles-two-processes.test.ts',
  'tests/http/workers.test.ts',
  'tests/reports/webhook.db.test.ts',
];

/** Those about the one connection of the embedded engine. */
const embeddedOnly = ['tests/http/response-cache.test.ts'];

export default defineConfig({
  test: {
    reporters: ['default', './tests/setup/closing-line.ts'],
    projects: [
      {
        test: {
          name: 'pure',
          include: ['tests/**/*.test.ts'],
          exclude: [...store, ...web, 'tests/bench/**', 'tests/prove/**'],
          hookTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'store',
          include: store,
          exclude: ENGINE === 'embedded' ? once : ENGINE === 'server' ? embeddedOnly : [],
          ...serial,
          sequence: { groupOrder: 1 },
        },
      },
      { test: { name: 'web', include: web, ...serial, sequence: { groupOrder: 2 } } },
    ],
  },
});
