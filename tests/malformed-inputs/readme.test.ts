import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { ZOO, zooTable } from './zoo.js';

/* UPDATE_GOLDEN=1 npx vitest run --project pure tests/geodata-zoo writes the table anew. */
it('the zoo has more than sixty defects, and its table says what is expected of each', () => {
  expect(ZOO.length).toBeGreaterThanOrEqual(60);
  expect(new Set(ZOO.map(({ name }) => name)).size).toBe(ZOO.length);
  const file = join(PROJECT_ROOT, 'tests/geodata-zoo/README.md');
  const text = readFileSync(file, 'utf8');
  const wanted = text.replace(
    /(<!-- zoo -->\n)[\s\S]*(<!-- \/zoo -->)/,
    (_, open, close) => `${open}${zooTable()}\n${close}`,
  );
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, wanted);
  expect(readFileSync(file, 'utf8')).toBe(wanted);
});
