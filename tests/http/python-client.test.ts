import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

/* The tests of clients/python, which need nothing but Python, against a service of ours. */

const CLIENT = join(PROJECT_ROOT, 'clients/python');

onEachDatabase('the Python client', (db) => {
  const service = serviceOn(async () => m5(await db()));

  it('passes its own tests against a running service', { timeout: 180_000 }, async () => {
    const { PATH = '' } = process.env;
    const { stderr } = await promisify(execFile)('python3', ['-B', '-m', 'unittest', 'discover', '-s', 'tests'], {
      cwd: CLIENT,
      env: {
        PATH,
        PYTHONPATH: 'src',
        SALIENT_URL: service.base,
        SALIENT_TOKEN: CREDENTIAL.authorization.replace('Bearer ', ''),
      },
    });
    expect(stderr).toMatch(/Ran 10 tests in [\d.]+s\n\nOK/);
  });
});
