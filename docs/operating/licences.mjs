/* Prints the licence of every package that ships, and fails on one that is not among those that go with MIT. */
import { readFileSync } from 'node:fs';

const FITTING =
  /^\(?(MIT|ISC|BSD-2-Clause|BSD-3-Clause|0BSD|Apache-2\.0|CC0-1\.0|Zlib|MPL-2\.0|OFL-1\.1|Unlicense|BlueOak-1\.0\.0|Python-2\.0|PSF-2\.0|MIT-0)\b/;
/** Said in the README of the package alone. */
const STATED_ELSEWHERE = { '@mapbox/jsonlint-lines-primitives': 'MIT' };
const { packages } = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
let odd = 0;
for (const [path, { version, license = 'not stated', dev }] of Object.entries(packages)) {
  if (path === '' || dev) continue;
  const name = path.replace(/^.*node_modules\//, '');
  const fits = FITTING.test(STATED_ELSEWHERE[name] ?? license);
  if (!fits) odd++;
  process.stdout.write(`${name}@${version}\t${STATED_ELSEWHERE[name] ?? license}${fits ? '' : '\tLOOK AT THIS ONE'}\n`);
}
process.exitCode = odd > 0 ? 1 : 0;
