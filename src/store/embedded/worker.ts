import { pathToFileURL } from 'node:url';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type Extension, PGlite } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { postgis } from '@electric-sql/pglite-postgis';
import { wireServer } from './wire.js';

// The embedded engine runs here, off the service's event loop: WebAssembly blocks its thread for a whole query.
const { folder, lean } = workerData as { folder: string; lean: string | null };
/** The package of PostGIS has libraries for rasters and topologies as well, and the engine would load them all. */
const leanPostgis: Extension = {
  ...postgis,
  setup: async (engine, options) => {
    const set = await postgis.setup(engine, options);
    return lean === null ? set : { ...set, bundlePath: pathToFileURL(lean) };
  },
};
const engine = await PGlite.create({ dataDir: folder, extensions: { postgis: leanPostgis, btree_gist } });

let heard = () => {};
const serve = wireServer(engine, {
  announce: () =>
    new Promise((resolve) => {
      heard = resolve;
      parentPort?.postMessage('lost');
    }),
  leave: () => process.exit(),
});

parentPort?.on('message', async (message: 'heard' | 'close' | { connect: MessagePort }) => {
  if (message === 'heard') return heard();
  if (message !== 'close') return serve(message.connect);
  await engine.close();
  parentPort?.postMessage('closed');
  parentPort?.close();
});
parentPort?.postMessage('ready');
