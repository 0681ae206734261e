import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { type ResourceLimits, Worker } from 'node:worker_threads';

/**
 * Starts `<name>.js` beside the module at `importMetaUrl` as a worker thread. Under vitest and `npm run dev` the
 * sources are TypeScript and the thread registers tsx first (Node 20 does not hand `--import tsx` on to workers).
 */
export function startWorker(
  importMetaUrl: string,
  name: string,
  workerData: unknown,
  resourceLimits: ResourceLimits = {},
): Worker {
  if (!importMetaUrl.endsWith('.ts'))
    return new Worker(new URL(`./${name}.js`, importMetaUrl), { workerData, resourceLimits });
  const source = new URL(`./${name}.ts`, importMetaUrl).href;
  const boot = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(source)}); })`;
  return new Worker(boot, { eval: true, workerData, resourceLimits });
}

/** By how many steps of niceness a thread goes behind the one that answers: a third of its share where both want the same core. */
const BEHIND = 5;

/**
 * Puts the calling worker thread behind the thread that answers: what it does takes long, and a tile out of memory is not to wait
 * for a core meanwhile. On Linux, where a priority is of a thread; elsewhere nothing happens.
 */
export function goBehind(): void {
  if (process.platform !== 'linux') return;
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, Math.min(19, getPriority(thread) + BEHIND));
  } catch {
    // Without /proc, or where it is forbidden: all threads are equal then.
  }
}
