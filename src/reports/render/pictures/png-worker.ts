import { parentPort } from 'node:worker_threads';
import { rasterised } from './rasterise.js';

/** The other side of `asPng`: a drawing takes a second, in which no other request would be served. */
const port = parentPort;
if (!port) throw new Error('png-worker runs as a worker thread only');

port.on('message', async ({ id, svg, background }: { id: number; svg: string; background: string | null }) => {
  try {
    const png = await rasterised(svg, { zoom: 2, background });
    port.postMessage({ id, png }, [png.buffer as ArrayBuffer]);
  } catch (error) {
    port.postMessage({ id, error: (error as Error).message });
  }
});
