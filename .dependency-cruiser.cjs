/** Who may import whom (CONTRIBUTING.md draws it). `npm run check` runs it. */

const { readdirSync, readFileSync } = require('node:fs');

const SOURCES = readdirSync('src', { recursive: true })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.startsWith('web'))
  .map((file) => [`src/${file}`, readFileSync(`src/${file}`, 'utf8')]);
const pathsWhere = (holds) => {
  const found = SOURCES.filter(([path, text]) => !path.endsWith('.sql.ts') && holds(path, text)).map(([path]) => path);
  return `^(${found.map((path) => path.replaceAll('.', '\\.')).join('|') || '$none'})$`;
};
/** A file that takes no database is pure; one that sends a statement holds SQL, and says so by its name. */
const PURE = pathsWhere((path, text) => !/\b(Db|Queryable|Store|db)\b/.test(text) && path !== 'src/index.ts');
const HIDDEN_SQL = pathsWhere((path, text) => !path.startsWith('src/store/') && /\b(db|tx|store)\.query\b/.test(text));

/** The rooms from the ground up: a room imports those before it, never those after it. */
const ROOMS = [
  'model',
  'geometry',
  'coverage',
  'outbound',
  'store',
  'series',
  'encirclement',
  'routes',
  'change',
  'front',
  'tiles',
  'formats',
  'features',
  'maps',
  'reports',
  'desk',
  'http',
  'cli',
];

/** What stands beside the rooms and may be imported from each. */
const GROUND = '(errors|log|start-worker|idle-thread)\\.ts$';

const downward = ROOMS.map((room, floor) => ({
  name: `${room}-imports-downward`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: `^src/(${ROOMS.slice(floor + 1).join('|') || '$none'})/` },
}));

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...downward,
    {
      name: 'rooms-know-no-entrance',
      comment: 'only the endpoints and the command line read the configuration; nothing imports main, cli or index',
      severity: 'error',
      from: { path: `^src/(${ROOMS.slice(0, -2).join('|')})/` },
      to: { path: '^src/[^/]+\\.ts$', pathNot: GROUND },
    },
    {
      name: 'nothing-imports-the-entrances',
      severity: 'error',
      // `salient serve` starts the service.
      from: { path: '^src/', pathNot: '^src/((main|cli)|cli/program)\\.ts' },
      to: { path: '^src/(main|cli|index)\\.ts' },
    },
    {
      name: 'coverage-is-pure',
      severity: 'error',
      from: { path: '^src/coverage/' },
      to: { path: '^src/', pathNot: '^src/(coverage|model|geometry)/' },
    },
    {
      name: 'web-stands-alone',
      severity: 'error',
      from: { path: '^src/web/' },
      // Controlled rounding, the units of areas, the classes of ground and how far a map reaches are pure: page and reports round alike, count
      // alike what is not known, and know the same days.
      to: {
        path: '^src/',
        pathNot:
          '^src/(web/|reports/controlled-rounding\\.ts$|model/(classes|dates|shown-area)\\.ts$|series/coverage\\.ts$)',
      },
    },
    {
      name: 'only-the-store-and-sql-files-know-the-driver',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/store/|\\.sql\\.ts$' },
      to: { path: 'node_modules/(pg|pg-boss|@electric-sql)/' },
    },
    {
      name: 'pure-files-import-no-sql',
      comment: 'a file that takes no Db imports no .sql.ts (types excepted)',
      severity: 'error',
      from: { path: PURE },
      to: { path: '\\.sql\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sql-shows-in-the-name',
      comment: 'a file that sends statements ends in .sql.ts, or lives in store/',
      severity: 'error',
      from: { path: HIDDEN_SQL },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
};
