import { localSecret } from '../../src/store/local-secret.js';
import { DATA_FOLDER } from './spawned.js';

/** The credential of who runs the tests, for services that are given no data folder of their own. */
export const CREDENTIAL = credentialOf(DATA_FOLDER);

/** The header by which a caller proves to be the operator of the service on that folder. */
export function credentialOf(folder: string): { authorization: string } {
  return { authorization: `Bearer ${localSecret(folder)}` };
}
