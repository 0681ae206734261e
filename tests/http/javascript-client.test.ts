import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { onEachDatabase } from '../setup/databases.js';
import { inLanguage } from '../setup/document-blocks.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

const PROGRAM = `
import { createSalient, SalientError } from './index.js';

const [base = ''] = process.argv.slice(2);
const salient = createSalient(base);
const { data } = await salient.GET('/encirclement', { params: { query: { series: 'm5', date: '2019-08-24' } } });
const morek = data?.posts.find(({ number }) => number === 9);
const verdict: 'encircled' | 'not_encircled' | 'uncertain' | 'unmapped' | 'inactive' | undefined = morek?.verdict;
let refusal: string | null = null;
try {
  await salient.GET('/control', { params: { query: { series: 'nowhere', date: '2019-08-24' } } });
} catch (error) {
  if (error instanceof SalientError) refusal = \`\${error.status} \${error.code}\`;
}
console.log(JSON.stringify({ verdict, refusal }));
`;

/* clients/javascript as its README has it: types made from a running service, compiled, and run. */
onEachDatabase('the JavaScript client', (db) => {
  const service = serviceOn(async () => m5(await db()));
  // Inside the project, so that its dependencies are found.
  const folder = mkdtempSync(join(PROJECT_ROOT, 'tests', 'client-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = promisify(execFile);
  beforeAll(async () => {
    cpSync(join(PROJECT_ROOT, 'clients/javascript'), folder, { recursive: true });
    await run(process.execPath, [join(folder, 'generate.mjs'), service.base, join(folder, 'api.d.ts')]);
  }, 120_000);

  /** What a program prints, once the compiler finds nothing wrong with it. */
  async function printed(text: string): Promise<string> {
    const file = join(folder, 'program.ts');
    writeFileSync(file, text);
    const program = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      types: ['node'],
      skipLibCheck: true,
    });
    const faults = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
    expect(faults).toEqual([]);
    return (await run(process.execPath, ['--import', 'tsx', file, service.base], { cwd: PROJECT_ROOT })).stdout;
  }

  it('is made from a running service, compiles, asks and throws what is refused', { timeout: 120_000 }, async () => {
    expect(JSON.parse(await printed(PROGRAM))).toEqual({ verdict: 'encircled', refusal: '404 unknown_series' });
  });

  it('does what its README says', { timeout: 120_000 }, async () => {
    const [block] = inLanguage('ts').filter(({ file }) => file === 'clients/javascript/README.md');
    const program = (block?.text ?? '')
      .replace('salient-client', './index.js')
      .replace('http://127.0.0.1:8080', service.base);
    expect(await printed(program)).toMatch(/^9 Morek encircled$/m);
  });
});
