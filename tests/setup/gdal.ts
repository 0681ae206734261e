import { spawn, spawnSync } from 'node:child_process';

export const HAS_GDAL = spawnSync('ogrinfo', ['--version']).status === 0;

/** What a command printed, what it told of its requests (CPL_DEBUG, on stderr), and how long it took. */
export interface Ran {
  out: string;
  told: string;
  seconds: number;
}

/** Runs a command of GDAL, or one that uses it, without holding up the service, which answers from this process. */
export function runGdal(command: string, ...args: string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const began = Date.now();
    const child = spawn(command, args, { env: { ...process.env, CPL_DEBUG: 'OAPIF,HTTP' } });
    const [out, reported]: [string[], string[]] = [[], []];
    child.stdout.on('data', (chunk) => out.push(String(chunk)));
    child.stderr.on('data', (chunk) => reported.push(String(chunk)));
    child.on('error', reject);
    child.on('close', () => {
      resolve({ out: out.join(''), told: reported.join(''), seconds: (Date.now() - began) / 1000 });
    });
  });
}
