import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startWorker } from '../src/start-worker.js';

/** The niceness of each thread of this process, by its number (proc(5), field 19). */
function niceness(): Map<string, number> {
  const threads = readdirSync('/proc/self/task').map((thread): [string, number] => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
    return [thread, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])];
  });
  return new Map(threads);
}

it('puts a thread of heavy work behind the one that answers, and that one alone', async () => {
  const before = niceness();
  const drawing = new URL('../src/tiles/drawing/drawing.ts', import.meta.url).href;
  const worker = startWorker(drawing, 'drawing-worker', undefined);
  try {
    const behind = Math.min(19, getPriority() + 5);
    let begun: [string, number][] = [];
    for (let looks = 0; looks < 200 && !begun.some(([, nice]) => nice === behind); looks++) {
      await sleep(50);
      begun = [...niceness()].filter(([thread]) => !before.has(thread));
    }
    expect(begun.map(([, nice]) => nice)).toContain(behind);
    expect(niceness().get(String(process.pid))).toBe(before.get(String(process.pid)));
  } finally {
    await worker.terminate();
  }
});
