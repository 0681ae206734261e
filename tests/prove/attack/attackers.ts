import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/*
 * Clients of an attack, in a process of their own, so that the bystanders' clock is not theirs: reads
 * { base, count, seconds, path, patience } as its argument and prints how many answers had which status. `{n}` and `{n/7}` in the
 * path make each a new question.
 */
export interface Attack {
  base: string;
  /** Clients, each asking one thing after another. */
  count: number;
  seconds: number;
  path: string;
  /** Milliseconds after which a client hangs up. */
  patience: number;
}

const { base, count, seconds, path, patience } = JSON.parse(process.argv[2] ?? '') as Attack;
const statuses: Record<string, number> = {};
const end = performance.now() + seconds * 1000;
let requested = 0;

const agent = new Agent({ keepAlive: true, maxSockets: count });

/** By node:http: of an answer that is broken off, fetch (undici) sometimes tells nobody, and the process ends with what waits for it. */
function ask(address: string): Promise<string> {
  const left = Math.ceil(Math.max(1, Math.min(patience, end - performance.now())));
  return new Promise((resolve) => {
    const request = get(address, { agent }, (answer) => {
      answer.on('data', () => {}).on('end', () => resolve(String(answer.statusCode)));
      answer.on('error', () => resolve('hung up'));
    });
    const timer = setTimeout(() => request.destroy(), left);
    request
      .on('error', () => resolve('hung up'))
      .on('close', () => {
        clearTimeout(timer);
        resolve('hung up');
      });
  });
}

await Promise.all(
  Array.from({ length: count }, async () => {
    while (performance.now() < end) {
      const n = ++requested;
      const status = await ask(base + path.replaceAll('{n}', String(n)).replaceAll('{n/7}', (n / 7).toFixed(3)));
      statuses[status] = (statuses[status] ?? 0) + 1;
      // Who is told to come back later and does not is no worse than this.
      if (status === '503' || status === '429') await sleep(50);
    }
  }),
);
agent.destroy();
process.stdout.write(JSON.stringify(statuses));
