import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROJECT_ROOT } from '../config.js';
import { readTilesets } from '../tiles/tilesets.js';
import { documentSite } from './documents.js';
import { openApi } from './openapi/openapi.js';

const OPENAPI = 'openapi.json';

/**
 * Writes the site as files for any web server, in any folder of it, with the description of the API that its reference reads.
 * @param service address of a running service: the map leads there, and the reference asks it; null: the reference asks the
 * address of a service that was started without settings
 */
export async function writeDocumentSite(folder: string, service: string | null): Promise<void> {
  const base = (service ?? 'http://127.0.0.1:8080').replace(/\/+$/, '');
  const site = await documentSite({ openapi: OPENAPI, map: service && `${base}/` });
  const ofDays = readTilesets(join(PROJECT_ROOT, 'tiles')).filter(({ inputs }) => !inputs.includes('change'));
  const write = (name: string, bytes: Buffer | string) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  };
  for (const [name, { bytes }] of site) write(name, bytes);
  write(OPENAPI, JSON.stringify(openApi(ofDays, base)));
}

// `npm run docs -- FOLDER [ADDRESS]`
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [folder = 'site', service = null] = process.argv.slice(2);
  await writeDocumentSite(resolve(folder), service);
  process.stdout.write(`${resolve(folder)}: files for a web server\n`);
}
