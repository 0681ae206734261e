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
