import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { program } from '../../setup/spawned.js';
import type { Attack } from './attackers.js';

/** How a bystander fared: milliseconds at the middle and the 99th percentile, the slowest, and what was answered. */
export interface Fared {
  asked: number;
  p50: number;
  p99: number;
  worst: number;
  statuses: Record<string, number>;
}

/** Has a process of its own (watchers.ts) ask for each path every 50 ms until the attack is over. */
export async function whileAsking<T>(
  base: string,
  paths: Readonly<Record<string, string>>,
  attack: () => Promise<T>,
): Promise<{ result: T; fared: Record<string, Fared> }> {
  const words = [fileURLToPath(new URL('watchers.ts', import.meta.url)), JSON.stringify({ base, paths })];
  const child = spawn(process.execPath, ['--import', 'tsx', ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  let printed = '';
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`the bystanders ended with ${code}`))));
  });
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (data) => {
      printed += data;
      if (printed.length >= Object.keys(paths).length) resolve();
    });
  });
  try {
    await Promise.race([ready, ended]);
    const result = await attack();
    child.stdin.end();
    await ended;
    return { result, fared: JSON.parse(printed.slice(printed.indexOf('\n'))) };
  } finally {
    child.kill();
  }
}

/** Runs the clients of an attack (attackers.ts) until they are done; counts the answers by status. */
export async function clients(attack: Attack): Promise<Record<string, number>> {
  const ended = await program(fileURLToPath(new URL('attackers.ts', import.meta.url)), {}, [JSON.stringify(attack)]);
  if (ended.code !== 0) throw new Error(`the attackers ended with ${ended.code}: ${ended.stderr}`);
  return JSON.parse(ended.stdout);
}
