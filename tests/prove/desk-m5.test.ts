import { expect, it } from 'vitest';
import { freshDatabase, onServer, SERVER_URL } from '../setup/databases.js';
import { spawnService, temporaryFolder } from '../setup/spawned.js';
import { continueM5 } from './desk/continue-m5.js';

/* The bundled M5 series is kept at the desk (`desk/continue-m5.ts`), on each database. */

const TOKEN = 'prove-desk-m5-write-token';

async function play(environment: Record<string, string>): Promise<void> {
  const settings = { ...environment, SALIENT_WRITE_TOKEN: TOKEN, SALIENT_LOG_LEVEL: 'silent' };
  let service = spawnService(settings);
  const broken: string[] = [];
  const restart = async () => {
    await service.end('SIGTERM');
    service = spawnService(settings);
    return service.address;
  };
  const holds = (what: string, so: boolean, seen: unknown = '') => {
    if (!so) broken.push(`${what}: ${JSON.stringify(seen)?.slice(0, 600)}`);
  };
  await continueM5({ base: await service.address, restart }, TOKEN, holds).finally(() => service.end('SIGTERM'));
  expect(broken).toEqual([]);
}

it('continues the bundled series on the embedded database', () => play({ SALIENT_DATA: temporaryFolder() }), 900_000);

onServer('the bundled series', () => {
  it('is continued', async () => play({ DATABASE_URL: await freshDatabase(SERVER_URL) }), 900_000);
});
