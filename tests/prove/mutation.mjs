// Mutation testing, by hand: `npm run prove:mutation -- <scope> [file …]`. tests/prove/mutation.md has the figures.
//
// Stryker is installed into a copy of the project beside its dependencies, so that neither `npm ci` nor the lock file
// knows of it. Scopes: `pure` (what takes no database, against its own tests), `store` (the measures in SQL against the
// store tests on the server at TEST_DATABASE_URL), `coverage` (src/coverage), `sentences` (what reports say). Files narrow the scope.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';

const STRYKER = '9.6.1';
const MEASURES = [
  'series/as-of',
  'change/overlay',
  'change/digitising-noise',
  'encirclement/connectivity',
  'encirclement/measure',
  'encirclement/policy-masks',
  'encirclement/evidence/ring-and-sweep',
  'encirclement/evidence/corridor',
  'encirclement/evidence/roads',
  'front/lines',
  'front/movement',
  'front/salients',
  'series/reference/routes',
];
const SCOPES = {
  pure: {
    mutate: ['src/**/*.ts', '!src/**/*.sql.ts', '!src/http/**', '!src/cli/**', '!src/web/**', '!src/store/**'],
    tests: ['tests/**/!(*.db).test.ts'],
  },
  sentences: {
    mutate: ['story', '*-sentences', 'unknown', 'feeds', 'texts/*', 'sections/*'].map(
      (name) => `src/reports/render/${name}.ts`,
    ),
    tests: ['tests/reports/render/{sentences,languages,feeds,html}.test.ts'],
  },
  coverage: { mutate: ['src/coverage/**/*.ts'], tests: ['tests/coverage/**/*.test.ts'] },
  store: {
    mutate: MEASURES.map((name) => `src/${name}.sql.ts`),
    tests: [
      'tests/change/change.db.test.ts',
      'tests/routes/kilometres.db.test.ts',
      'tests/encirclement/verdicts.db.test.ts',
      'tests/encirclement/evidence.db.test.ts',
      'tests/encirclement/evidence-corridor.db.test.ts',
      'tests/encirclement/evidence-roads.db.test.ts',
      'tests/front/lines.db.test.ts',
      'tests/front/movement.db.test.ts',
      'tests/store/lost-answers.db.test.ts',
    ],
  },
};

const [name = 'pure', ...files] = process.argv.slice(2);
const scope = SCOPES[name];
if (!scope) throw new Error(`no scope ${name}: one of ${Object.keys(SCOPES).join(', ')}`);
if (name === 'store' && !process.env.TEST_DATABASE_URL) throw new Error('scope store needs TEST_DATABASE_URL');

const copy = join(process.env.MUTATION_FOLDER ?? join(tmpdir(), `salient-mutation-${userInfo().username}`), name);
for (const file of execFileSync('git', ['ls-files'], { encoding: 'utf8' }).trim().split('\n')) {
  if (!existsSync(file)) continue;
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  cpSync(file, join(copy, file));
}
if (!existsSync(join(copy, 'node_modules')))
  cpSync('node_modules', join(copy, 'node_modules'), { recursive: true, verbatimSymlinks: true });
const packages = ['core', 'vitest-runner'].map((part) => `@stryker-mutator/${part}@${STRYKER}`);
if (!readdirSync(join(copy, 'node_modules')).includes('@stryker-mutator')) {
  spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], {
    cwd: copy,
    stdio: 'inherit',
  });
}

// What is tried a hundred times in the gate is tried ten times for every mutant. Left out of the runs against the
// database: what is measured in milliseconds, and the heaviest worlds, which cost seconds for every mutant.
writeFileSync(join(copy, 'mutation.setup.ts'), "import fc from 'fast-check';\nfc.configureGlobal({ numRuns: 10 });\n");
writeFileSync(
  join(copy, 'vitest.mutation.config.ts'),
  `import { defineConfig } from 'vitest/config';
export default defineConfig({
  test: {
    include: ${JSON.stringify(scope.tests)},
    setupFiles: ['mutation.setup.ts'],
    testNamePattern: /^((?!within 20 ms|E1:|E2:|E3:|E4:|E25|vertices|M5|a PNG draws).)*$/,
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
`,
);
writeFileSync(
  join(copy, 'stryker.config.json'),
  JSON.stringify({
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'vitest.mutation.config.ts', related: false },
    coverageAnalysis: 'perTest',
    // What a test file runs while it is read counts as static, and would cost a run of every test: it is tried by its own tests.
    ignoreStatic: process.env.MUTATION_STATIC !== '1',
    mutate: files.length ? files : scope.mutate,
    concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 1),
    timeoutMS: Number(process.env.MUTATION_TIMEOUT_MS ?? (name === 'store' ? 60_000 : 8_000)),
    reporters: ['clear-text', 'json', 'progress-append-only'],
    clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: `reports/${name}.json` },
    ignorePatterns: ['/reports', '/dist'],
    allowConsoleColors: false,
  }),
);
const ran = spawnSync('npx', ['stryker', 'run', 'stryker.config.json'], {
  cwd: copy,
  stdio: 'inherit',
  env: { ...process.env, SALIENT_TEST_ENGINE: 'server', NO_COLOR: '1' },
});
process.exitCode = ran.status ?? 1;
