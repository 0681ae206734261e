import { defineConfig } from 'vitest/config';

// The long proofs, run by hand: `npm run prove`. Their figures are in tests/prove/README.md.
export default defineConfig({
  test: {
    include: ['tests/prove/**/*.test.ts'],
    reporters: ['default', './tests/setup/closing-line.ts'],
    pool: 'forks',
    isolate: false,
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 240_000,
  },
});
