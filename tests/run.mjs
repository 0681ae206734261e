/*
 * `npm test` behind the checks: all tests, in parts that run beside each other. Each of the two databases (the embedded one alone where
 * TEST_DATABASE_URL names no server) has its files in three parts, each a process with a store of its own: much of their time is
 * waiting, so one part more runs than there are processors. Those in a browser come after, and alone those that watch its frames.
 * What the first part prints is shown as it comes, of the others when they end. The last line is `N passed, N failed, N skipped`; a run
 * that fails keeps all that it printed and names the file in the line before.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--silent=passed-only'];

// Without a server: on the embedded one, and what needs a server is skipped by name.
const engines = process.env.TEST_DATABASE_URL ? ['server', 'embedded'] : [''];
const [first] = engines;
/** A third of the files of some projects. Those without a database run beside the first engine. */
const third = (engine, number) => ({
  engine,
  words: [...(engine === first ? ['--project', 'pure'] : []), '--project', 'store', `--shard=${number}/3`],
});
const browser = (project, ...words) => ({ engine: first, words: ['--project', project, ...words] });
/** Of each stage as many parts at once as there are places. */
const stages = [
  [1, 2, 3].flatMap((number) => engines.map((engine) => third(engine, number))),
  [browser('web', '--shard=1/2'), browser('web', '--shard=2/2')],
  [browser('frames')],
];

let shown = false;

/** Runs a part; resolves to its exit code, what it printed and its counts. */
function run({ engine, words }) {
  const live = !shown;
  shown = true;
  const child = spawn(process.execPath, [...vitest, ...words], {
    env: { ...process.env, SALIENT_TEST_ENGINE: engine },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      printed += data;
      if (live) process.stdout.write(data);
    });
  }
  return new Promise((resolve) => {
    child.once('close', (code) => {
      if (live) shown = false;
      else process.stdout.write(printed);
      const line = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(printed);
      const failures = printed.match(/^failed: .*$/gm) ?? [];
      resolve({ code: code ?? 1, printed, failures, counts: line ? line.slice(1).map(Number) : [0, 1, 0] });
    });
  });
}

/** Runs the parts of a stage, so many at once. */
async function runAll(parts, places) {
  const waiting = [...parts];
  const ended = [];
  const place = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) ended.push(await run(part));
  };
  await Promise.all(Array.from({ length: places }, place));
  return ended;
}

const ended = [];
for (const parts of stages) ended.push(...(await runAll(parts, availableParallelism() + 1)));

const [passed, failed, skipped] = ended
  .map(({ counts }) => counts)
  .reduce((sum, counts) => sum.map((count, i) => count + counts[i]));
const exitCode = ended.find(({ code }) => code !== 0)?.code ?? 0;
const closing = ['', 'all runs:', ...ended.flatMap((run) => run.failures)];
if (exitCode !== 0) {
  const log = join(tmpdir(), `salient-test-${new Date().toISOString().replaceAll(':', '')}.log`);
  writeFileSync(log, ended.map((run) => run.printed).join('\n'));
  closing.push(`log: ${log}`);
}
process.stdout.write([...closing, `${passed} passed, ${failed} failed, ${skipped} skipped`, ''].join('\n'));
process.exitCode = exitCode;
