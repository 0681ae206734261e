import { defineConfig } from 'vitest/config';

// The long proofs, run by hand: `npm run prove`. Their figures are in tests/prove/README.md.
export default defineConfig({
  test: {
    // The properties of the gate too, on ten times as many worlds.
    include: [
      'tests/prove/**/*.test.ts',
      'tests/*/*properties.db.test.ts',
      'tests/series/known-at.db.test.ts',
      'tests/maps/written-otherwise.db.test.ts',
      'tests/maps/noise-of-writing.db.test.ts',
      'tests/coverage/midlines.test.ts',
    ],
    env: { PROPERTY_TIMES: process.env.PROPERTY_TIMES ?? '10' },
    reporters: ['default', './tests/setup/closing-line.ts'],
    pool: 'forks',
    isolate: false,
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 240_000,
  },
});
