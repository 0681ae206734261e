/** Who may open which door (docs: ../shared/design.md, CONTRIBUTING.md). `npm run check` runs it. */
const only = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^src/', pathNot: to },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    only('model-imports-only-errors', '^src/model/', '^src/(model/|(errors|start-worker)\\.ts)'),
    only('coverage-imports-model', '^src/coverage/', '^src/(coverage/|model/|(errors|start-worker)\\.ts)'),
    only('report-imports-model', '^src/report/', '^src/(report/|model/|(errors|start-worker)\\.ts)'),
    only('formats-import-model', '^src/formats/', '^src/(formats/|model/|(errors|start-worker)\\.ts)'),
    only('db-imports-model', '^src/db/', '^src/(db/|model/|(errors|start-worker)\\.ts)'),
    only(
      'tiles-import-coverage-db-model',
      '^src/tiles/',
      '^src/(tiles/|coverage/|db/|model/|(errors|start-worker)\\.ts)',
    ),
    only(
      'jobs-import-the-rooms',
      '^src/jobs/',
      '^src/(jobs/|tiles/|coverage/|db/|formats/|report/|model/|(errors|start-worker)\\.ts)',
    ),
    only(
      'http-translates',
      '^src/http/',
      '^src/(http/|jobs/|tiles/|db/|formats/|report/|model/|errors\\.ts|config\\.ts)',
    ),
    only('web-stands-alone', '^src/web/', '^src/web/'),
    {
      name: 'nothing-imports-the-entrances',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|cli)\\.ts' },
      to: { path: '^src/(main|cli)\\.ts' },
    },
    {
      name: 'sql-lives-in-db',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/db/' },
      to: { path: 'node_modules/(pg|@electric-sql)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
};
