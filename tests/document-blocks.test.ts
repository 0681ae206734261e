import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../src/config.js';
import {
  addressesIn,
  alertRules,
  asksAll,
  asksBundled,
  type Block,
  blocks,
  DOCUMENTS,
  isOfOthers,
  isOurs,
  linesOf,
  proposals,
  reportDefinitions,
  shellBlocks,
} from './setup/document-blocks.js';

/*
 * Every block of code in the documents has a test that runs or reads it. What is asked here is the same that those tests choose
 * their blocks by (setup/document-blocks.ts); a block of a new kind fails until a test of it is named.
 */

const BY_HAND = 'tests/prove/documents-run.test.ts';

/** The test of a line that is typed into a shell. */
function testOfLine(line: string): string | undefined {
  if (asksBundled(line) || asksAll(line)) return BY_HAND;
  if (isOurs(line)) return 'tests/cli/documents.test.ts';
  if (isOfOthers(line) || /^curl '?http/.test(line)) return 'tests/http/document-blocks.test.ts';
  if (line === 'npm ci && npm start') return 'tests/prove/fresh-clone.sh';
  if (line === 'npm ci && npm test') return '.ci/run';
  if (line.startsWith('npm run docs')) return 'tests/http/documents.test.ts';
  if (line.startsWith('alias salient=') || line.startsWith('pip install')) return BY_HAND;
  return undefined;
}

/** The tests of other blocks, by where they stand and in which language they are. */
const OTHERS: Readonly<Record<string, string>> = {
  'docs/slider.md html': 'tests/web/slider-page.test.ts',
  'docs/programming.md ts': 'tests/programming.test.ts',
  // What it prints.
  'docs/programming.md ': 'tests/programming.test.ts',
  'docs/importing.md json': 'tests/cli/importing.test.ts',
  'docs/your-own-conflict.md text': 'tests/tutorial.test.ts',
  'docs/your-own-conflict.md json': 'tests/tutorial.test.ts',
  'tiles/README.md json': 'tests/http/tiles-layers.test.ts',
  'tiles/README.md sql': 'tests/http/tiles-layers.test.ts',
  'clients/javascript/README.md ts': 'tests/http/javascript-client.test.ts',
  'clients/python/README.md python': BY_HAND,
  'docs/notebooks.md python': BY_HAND,
  'docs/notebooks.md r': BY_HAND,
  'docs/ogc.md py': BY_HAND,
  'docs/desk.md ': 'tests/docs.test.ts',
  'docs/operating.md ': 'tests/prove/documents-run.test.ts',
};

function testsOf(block: Block): (string | undefined)[] {
  if (shellBlocks.includes(block)) return linesOf(block).map(({ line }) => testOfLine(line));
  if (reportDefinitions.includes(block) || alertRules.includes(block) || proposals.includes(block))
    return ['tests/cli/documents.test.ts'];
  // A drawing, which the page shows as its text.
  if (block.language === 'mermaid') return [];
  return [OTHERS[`${block.file} ${block.language}`]];
}

it.each(blocks.map((block) => [`${block.file}:${block.line}`, block] as const))('%s', (_, block) => {
  const tests = testsOf(block);
  expect(tests).not.toContain(undefined);
  for (const test of tests as string[]) {
    expect(existsSync(join(PROJECT_ROOT, test)), test).toBe(true);
    // A test that is named for a file has to read that file, by its name or as one of all blocks.
    if (test.startsWith('tests/') && test.endsWith('.ts')) {
      const text = readFileSync(join(PROJECT_ROOT, test), 'utf8');
      expect(
        text.includes('setup/document-blocks') || text.includes(block.file) || text.includes('writeDocumentSite'),
        test,
      ).toBe(true);
    }
  }
  if (addressesIn(block).length > 0) expect(block.text).toContain('127.0.0.1:8080');
});

describe('what is in no registry is installed from a file', () => {
  // Whoever registers the name there would be installed else.
  const OURS = /(?:pip3?|npm|pnpm|yarn|uv) (?:install|i|add)\b[^`\n]*?[\s"'](salient(?:[-_]client)?)(?=[\s"'`[@=]|$)/gm;
  const CODE = ['clients/python/src/salient_client/frames.py', 'clients/python/pyproject.toml'];

  it.each([...DOCUMENTS, ...CODE])('%s', (file) => {
    const named = [...readFileSync(join(PROJECT_ROOT, file), 'utf8').matchAll(OURS)].map(([line]) => line);
    expect(named).toEqual([]);
  });
  it('is found where it is named', () => {
    for (const line of ['pip install "salient-client[geo]"', 'npm install salient-client', '`npm i -g salient`'])
      expect(line.match(OURS), line).not.toBeNull();
    for (const line of ['pip install "./clients/python[geo]"', 'npm install ./salient-client-0.1.0.tgz'])
      expect(line.match(OURS), line).toBeNull();
  });
});
