import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Config } from './config.js';
import { checkSignIn, type SignInConfig } from './http/openid/sign-in.js';
import { makeWritableFolder, whyUnusable } from './store/make-folder.js';

/**
 * Whether this machine has what the settings name: an address to listen on, folders and files. Their form alone is
 * checked where they are read, but for the roles by claims. Before the store is opened: a start that is refused has written nothing.
 * @throws Error naming the setting
 */
export async function checkSettings(
  config: Pick<Config, 'host' | 'geodataFolder' | 'reportsFolder' | 'basemap'> & SignInConfig,
): Promise<void> {
  const { geodataFolder, reportsFolder, basemap, host } = config;
  if (geodataFolder !== '') check('SALIENT_GEODATA', geodataFolder, () => isFolderOfBundles(geodataFolder));
  if (reportsFolder !== null) check('SALIENT_REPORTS_FOLDER', reportsFolder, () => makeWritableFolder(reportsFolder));
  if (basemap !== '' && !URL.canParse(basemap)) check('SALIENT_BASEMAP', basemap, () => isMapStyle(basemap));
  checkSignIn(config);
  await canListen(host);
}

function check(setting: string, value: string, look: () => void): void {
  try {
    look();
  } catch (error) {
    throw new Error(`${setting}=${value}: ${whyUnusable(error)}`);
  }
}

function mustBeThere(path: string): void {
  if (!existsSync(path)) throw new Error('it is not there');
}

/** What makes a folder a bundle. */
const THEATRE = 'theatre.json';

function isFolderOfBundles(folder: string): void {
  mustBeThere(folder);
  const entries = readdirSync(folder, { withFileTypes: true });
  if (entries.some(({ name }) => name === THEATRE))
    throw new Error('it is a bundle: name the folder that bundles lie in');
  if (entries.some((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, THEATRE)))) return;
  throw new Error(`no bundle is in it: expected NAME/${THEATRE} below it (geodata/README.md; empty: none is loaded)`);
}

function isMapStyle(file: string): void {
  mustBeThere(file);
  const style = parsed(readFileSync(file, 'utf8'));
  if (!Array.isArray((style as { layers?: unknown } | null)?.layers))
    throw new Error('it is no MapLibre style (JSON with layers)');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Only the system knows which addresses are its own: on a port that is free, whatever the one of the settings is. */
async function canListen(host: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) =>
      reject(new Error(`HOST=${host}: it is no address of this machine (${code ?? message})`)),
    );
    server.listen(0, host, () => server.close(() => resolve()));
  });
}
