import { setTimeout as sleep } from 'node:timers/promises';

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
      const status = await fetch(base + path, { signal: AbortSignal.timeout(PATIENCE_MS) }).then(
        async (answer) => {
          await answer.arrayBuffer();
          return String(answer.status);
        },
        () => 'none',
      );
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

/** So many clients, each asking one path after another and hanging up after `patience` ms; counts the answers by status. */
export async function clients(
  base: string,
  count: number,
  seconds: number,
  path: (n: number) => string,
  patience = 60_000,
): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  const end = performance.now() + seconds * 1000;
  let n = 0;
  const loop = async () => {
    while (performance.now() < end) {
      const left = Math.ceil(Math.max(1, Math.min(patience, end - performance.now())));
      const status = await fetch(base + path(n++), { signal: AbortSignal.timeout(left) }).then(
        async (answer) => {
          await answer.arrayBuffer();
          return String(answer.status);
        },
        () => 'hung up',
      );
      statuses[status] = (statuses[status] ?? 0) + 1;
      // Who is told to come back later and does not is no worse than this.
      if (status === '503' || status === '429') await sleep(50);
    }
  };
  await Promise.all(Array.from({ length: count }, loop));
  return statuses;
}
