/*
 * `npm test` behind the checks: all tests, each of the two databases in a process of its own at the same time when
 * TEST_DATABASE_URL names a server, and then those in a browser; else one process. Ends with one line, `N passed, N failed, N skipped`; a run that
 * fails keeps all that it printed and names the file in the line before.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--silent=passed-only'];

/** Runs vitest; what it prints is shown as it comes, or at the end when `quiet`. Resolves to exit code and counts. */
function run(words, environment, quiet) {
  const child = spawn(process.execPath, [...vitest, ...words], { env: { ...process.env, ...environment } });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      printed += data;
      if (!quiet) process.stdout.write(data);
    });
  }
  return new Promise((resolve) => {
    child.once('close', (code) => {
      if (quiet) process.stdout.write(printed);
      const line = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(printed);
      const failures = printed.match(/^failed: .*$/gm) ?? [];
      resolve({ code: code ?? 1, printed, failures, counts: line ? line.slice(1).map(Number) : [0, 1, 0] });
    });
  });
}

const server = { SALIENT_TEST_ENGINE: 'server' };
const ended = process.env.TEST_DATABASE_URL
  ? [
      ...(await Promise.all([
        run(['--project', 'pure', '--project', 'store'], server, false),
        run(['--project', 'store'], { SALIENT_TEST_ENGINE: 'embedded' }, true),
      ])),
      await run(['--project', 'web'], server, false),
    ]
  : [await run([], {}, false)];

const [passed, failed, skipped] = ended
  .map(({ counts }) => counts)
  .reduce((sum, counts) => sum.map((count, i) => count + counts[i]));
const exitCode = ended.find(({ code }) => code !== 0)?.code ?? 0;
const closing = ended.length > 1 ? ['', 'all runs:', ...ended.flatMap((run) => run.failures)] : [];
if (exitCode !== 0) {
  const log = join(tmpdir(), `salient-test-${new Date().toISOString().replaceAll(':', '')}.log`);
  writeFileSync(log, ended.map((run) => run.printed).join('\n'));
  closing.push(`log: ${log}`);
}
if (closing.length > 0) {
  process.stdout.write([...closing, `${passed} passed, ${failed} failed, ${skipped} skipped`, ''].join('\n'));
}
process.exitCode = exitCode;
