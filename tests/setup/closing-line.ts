import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with what failed and what was skipped, by name, and alone on the last line `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]) {
    const lines: string[] = errors.map((error) => `failed: outside any test: ${messageOf(error)}`);
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      const failed = failures(module);
      lines.push(...failed);
      count.failed += failed.length;
      count.passed += [...module.children.allTests('passed')].length;
      const skipped = [...module.children.allTests('skipped'), ...module.children.allTests('pending')];
      count.skipped += skipped.length;
      if (skipped.length > 5) lines.push(`skipped: ${module.relativeModuleId} > ${skipped.length} tests`);
      else lines.push(...skipped.map(({ fullName }) => `skipped: ${module.relativeModuleId} > ${fullName}`));
    }
    lines.push('', `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`, '');
    process.stdout.write(lines.join('\n'));
  }
}

/** Failed tests, suites whose set-up failed, and a file that could not be loaded: each a line. */
function failures(module: TestModule): string[] {
  const line = (name: string, error: unknown) => `failed: ${module.relativeModuleId} > ${name}: ${messageOf(error)}`;
  const tests = [...module.children.allTests('failed')].map((test) => line(test.fullName, test.result().errors?.[0]));
  const suites = [...module.children.allSuites()].flatMap((suite) =>
    suite.errors().map((error) => line(suite.fullName, error)),
  );
  return [...tests, ...suites, ...module.errors().map((error) => line('the file', error))];
}

const messageOf = (error: unknown) => String((error as Error)?.message ?? error).split('\n', 1)[0];
