import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { entranceOf } from '../setup/spawned.js';

it('a command whose reader has gone (`salient --help | head`) ends quietly', async () => {
  const child = spawn(process.execPath, [...entranceOf('cli.ts'), '--help'], { cwd: PROJECT_ROOT });
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (data) => (said += data));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect([code, said]).toEqual([0, '']);
}, 60_000);
