import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { documentSite } from './documents.js';

// `npm run docs -- FOLDER`: the site as files, for any web server. The reference reads `openapi.json` beside the pages.
const [folder = 'site'] = process.argv.slice(2);
for (const [name, { bytes }] of await documentSite('openapi.json')) {
  const path = join(resolve(folder), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
process.stdout.write(`${resolve(folder)}: put /openapi.json of a service beside index.html for the reference\n`);
