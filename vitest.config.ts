import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { ENGINE } from './tests/setup/engine.js';

/*
 * Three kinds of tests: those without a database run in parallel; those on the databases share one process, so that the
 * embedded engine (1 GB, 10 s to create) is started once a run; those in a browser come last. `npm test` (tests/run.mjs) runs
 * them in parts, each a process; `tests/bench` and `tests/prove` are run by hand.
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
/** Those that watch each frame of a page come alone: whatever else runs takes the processor that draws them. */
const frames = ['tests/web/{trust,slider-page}.test.ts'];

/**
 * Once a run is enough for those that do not ask `onEachDatabase`, and for those about what happens before or after the database: tables
 * of routes, parameters that cannot be read, forms and files of an answer, and the programs of others that read them.
 */
const once = [
  'tests/http/{answers,credentials,write-table,page-policy,styles,workers}.test.ts',
  'tests/http/{malformed-inputs,non-values,javascript-client,python-client}.test.ts',
  'tests/http/{documents,openapi-examples}.test.ts',
  'tests/http/{connections,admission,features-page,request-lines,base,json-answer,slow-readers}.test.ts',
  'tests/http/{document-blocks,tiles-export-command,tiles-two-processes}.test.ts',
  'tests/http/{conditions,request-targets,path-spellings,client-limits,purge-watch}.test.ts',
  'tests/http/ogc/{definition,files,gdal,in-time,tiles}.test.ts',
  'tests/store/folder-lock.db.test.ts',
  'tests/reports/webhook.db.test.ts',
];

/** Those about the one connection of the embedded engine. */
const embeddedOnly = ['tests/http/response-cache.test.ts'];

/** Those that read what there is of every series: the tests on a database share one store, and leave hundreds of series there. */
const OF_EVERY_SERIES =
  /\/tests\/http\/(ogc\/|(document-blocks|openapi-examples|answers|page-policy|figures|credentials|purge|members|embargo|held|odd-names)\.test)/;

/** Reads every series while there are few. */
class FewSeriesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const order = ({ moduleId, project }: TestSpecification) =>
      2 * project.config.sequence.groupOrder + (OF_EVERY_SERIES.test(moduleId) ? 0 : 1);
    return (await super.sort(files)).sort((a, b) => order(a) - order(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: FewSeriesFirst },
    reporters: ['default', './tests/setup/closing-line.ts'],
    projects: [
      {
        test: {
          name: 'pure',
          include: ['tests/**/*.test.ts'],
          exclude: [...store, ...web, 'tests/bench/**', 'tests/prove/**'],
          // One process reads the modules once for all files.
          isolate: false,
          // Some compute for a second or two, which on a busy machine is five times as long.
          testTimeout: 60_000,
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
      { test: { name: 'web', include: web, exclude: frames, ...serial, sequence: { groupOrder: 2 } } },
      { test: { name: 'frames', include: frames, ...serial, sequence: { groupOrder: 3 } } },
    ],
  },
});
