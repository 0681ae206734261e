import { Agent, get } from 'node:http';
import { getPriority, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/*
 * Bystanders of an attack, in a process of their own: reads { base, paths } as its argument, asks each path every 50 ms by a
 * connection of its own that stays open, one request at a time, and prints how it fared when its input ends. It goes before all
 * others on the processor where the system lets it, so that its clock shows what the service does and not when it was woken itself.
 */
const EVERY_MS = 50;
const PATIENCE_MS = 15_000;

const { base, paths } = JSON.parse(process.argv[2] ?? '') as { base: string; paths: Record<string, string> };

try {
  setPriority(Math.max(-20, getPriority() - 5));
} catch {
  // Only root may: the figures are then the worse for it.
}

/** The status, or `none` when nothing whole came in time. */
function ask(address: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const none = () => resolve('none');
    const request = get(address, { agent, signal: AbortSignal.timeout(PATIENCE_MS) }, (answer) => {
      answer.on('error', none).on('end', () => resolve(String(answer.statusCode)));
      answer.resume();
    });
    request.on('error', none);
  });
}

let over = false;
const watching = Object.entries(paths).map(async ([name, path]) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const took: number[] = [];
  const statuses: Record<string, number> = {};
  // The first asks for the connection too, and runs code that was never run.
  for (let n = 0; n < 20; n++) await ask(base + path, agent);
  process.stdout.write('.');
  while (!over) {
    const began = performance.now();
    const status = await ask(base + path, agent);
    took.push(performance.now() - began);
    statuses[status] = (statuses[status] ?? 0) + 1;
    await sleep(EVERY_MS);
  }
  agent.destroy();
  took.sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round((took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0) * 10) / 10;
  return [name, { asked: took.length, p50: at(0.5), p99: at(0.99), worst: at(1), statuses }] as const;
});

process.stdin.resume().once('end', () => {
  over = true;
});
process.stdout.write(`\n${JSON.stringify(Object.fromEntries(await Promise.all(watching)))}`);
