import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../src/config.js';

const TESTS = join(PROJECT_ROOT, 'tests');
const numbered = (name: string, last: number) => Array.from({ length: last }, (_, i) => `${name}${i + 1}`);
const CASES = [
  ...numbered('E', 27),
  ...numbered('A', 9),
  ...numbered('F', 6),
  ...numbered('H', 3),
  ...numbered('T', 4),
  'S1',
  'Tiles',
  'History',
  ...numbered('property ', 17),
];

/** Case → test files, as the tables of tests/README.md have it. */
const table = new Map(
  [...readFileSync(join(TESTS, 'README.md'), 'utf8').matchAll(/^\| ([^|]+) \| [^|]+ \| (`[^|]+`) \|$/gm)].map(
    ([, name = '', files = '']) => [name.trim(), [...files.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file)],
  ),
);

/** The cases that the titles of a test file begin with: `E7, E8, E9: behind the line …`. */
function casesIn(file: string): Set<string> {
  const text = readFileSync(join(TESTS, file), 'utf8');
  const heads = [...text.matchAll(/['"`]([^'"`:\n]+):/g)].flatMap(([, head = '']) => head.split(/, | and /));
  return new Set(CASES.filter((name) => heads.some((head) => head === name || head.startsWith(`${name} `))));
}

it('tests/README.md has every golden case and every property, and nothing else', () => {
  expect([...table.keys()].sort()).toEqual([...CASES].sort());
});

it('every case is in a title of each test file that the table names for it', () => {
  const found = new Map([...new Set([...table.values()].flat())].map((file) => [file, casesIn(file)]));
  const missing = [...table].flatMap(([name, files]) =>
    files.filter((file) => !found.get(file)?.has(name)).map((file) => `${name} in ${file}`),
  );
  expect(missing).toEqual([]);
});
