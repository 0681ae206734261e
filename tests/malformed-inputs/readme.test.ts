import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { CORPUS, corpusTable } from './corpus.js';

/* UPDATE_GOLDEN=1 npx vitest run --project pure tests/malformed-inputs writes the table anew. */
it('the corpus has more than sixty defects, and its table says what is expected of each', () => {
  expect(CORPUS.length).toBeGreaterThanOrEqual(60);
  expect(new Set(CORPUS.map(({ name }) => name)).size).toBe(CORPUS.length);
  const file = join(PROJECT_ROOT, 'tests/malformed-inputs/README.md');
  const text = readFileSync(file, 'utf8');
  const wanted = text.replace(
    /(<!-- corpus -->\n)[\s\S]*(<!-- \/corpus -->)/,
    (_, open, close) => `${open}${corpusTable()}\n${close}`,
  );
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, wanted);
  expect(readFileSync(file, 'utf8')).toBe(wanted);
});
