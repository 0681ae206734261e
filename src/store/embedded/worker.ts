import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { postgis } from '@electric-sql/pglite-postgis';
import { listenForWire } from './wire.js';

// The embedded engine runs here, off the service's event loop: WebAssembly blocks its thread for a whole query.
const { folder, port } = workerData as { folder: string; port: number };
const engine = await PGlite.create({ dataDir: folder, extensions: { postgis, btree_gist } });

let heard = () => {};
const server = await listenForWire(engine, port, {
  announce: () =>
    new Promise((resolve) => {
      heard = resolve;
      parentPort?.postMessage('lost');
    }),
  leave: () => process.exit(),
});

parentPort?.on('message', async (message) => {
  if (message === 'heard') return heard();
  server.close();
  await engine.close();
  parentPort?.postMessage('closed');
  parentPort?.close();
});
parentPort?.postMessage('ready');
