import { setTimeout as sleep } from 'node:timers/promises';
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

const EVERY_MS = 100;
const PATIENCE_MS = 15_000;

/** Asks each path every 100 ms, one request at a time, until the attack is over. */
export async function whileAsking<T>(
  base: string,
  paths: Readonly<Record<string, string>>,
  attack: () => Promise<T>,
): Promise<{ result: T; fared: Record<string, Fared> }> {
  let over = false;
  const watching = Object.entries(paths).map(async ([name, path]) => {
    const took: number[] = [];
    const statuses: Record<string, number> = {};
    while (!over) {
      const began = performance.now();
      const status = await fetch(base + path, { signal: AbortSignal.timeout(PATIENCE_MS) })
        .then(async (answer) => {
          await answer.arrayBuffer();
          return String(answer.status);
        })
        .catch(() => 'none');
      took.push(performance.now() - began);
      statuses[status] = (statuses[status] ?? 0) + 1;
      await sleep(EVERY_MS);
    }
    took.sort((a, b) => a - b);
    const at = (share: number) =>
      Math.round((took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0) * 10) / 10;
    return [name, { asked: took.length, p50: at(0.5), p99: at(0.99), worst: at(1), statuses }] as const;
  });
  try {
    const result = await attack();
    over = true;
    return { result, fared: Object.fromEntries(await Promise.all(watching)) };
  } finally {
    over = true;
  }
}

/** Runs the clients of an attack (attackers.ts) until they are done; counts the answers by status. */
export async function clients(attack: Attack): Promise<Record<string, number>> {
  const ended = await program(fileURLToPath(new URL('attackers.ts', import.meta.url)), {}, [JSON.stringify(attack)]);
  if (ended.code !== 0) throw new Error(ended.stderr);
  return JSON.parse(ended.stdout);
}
