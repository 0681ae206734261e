import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { freshDatabase, SERVER_URL } from '../setup/databases.js';
import { temporaryFolder } from '../setup/spawned.js';

describe.skipIf(!SERVER_URL)('npm start, after npm run build', () => {
  it('passes SIGTERM on: the service ends in order, and npm with it', async () => {
    const { PATH = '', HOME = '' } = process.env;
    const env = {
      PATH,
      HOME,
      HOST: '127.0.0.1',
      PORT: '0',
      SALIENT_REPORT_EVERY_S: '0',
      SALIENT_DATA: temporaryFolder(),
    };
    const child = spawn('npm', ['start'], {
      cwd: PROJECT_ROOT,
      env: { ...env, DATABASE_URL: await freshDatabase(SERVER_URL) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const address = await new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (data) => {
        printed += data;
        const found = /Salient answers on (\S+)/.exec(printed)?.[1];
        if (found) resolve(found);
      });
      child.stderr.on('data', (data) => {
        printed += data;
      });
      ended.then(() => reject(new Error(printed)));
    });
    expect((await fetch(`${address}/live`)).status).toBe(200);
    // To npm alone, as systemd and containers do.
    child.kill('SIGTERM');
    await ended;
    await expect(fetch(`${address}/live`)).rejects.toThrow();
    expect(printed).not.toContain('did not let go');
  });
});
