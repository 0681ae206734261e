import { parentPort } from 'node:worker_threads';
import { SalientError } from '../errors.js';
import { buildPyramid, type Pyramid, tileOf } from './pyramid.js';
import type { PyramidAnswer, PyramidRequest } from './pyramids.js';

/**
 * The other side of `openPyramids`: builds and keeps pyramids and draws tiles, so that neither ever holds up a request.
 * Keeps at most `maxBytes` of pyramids, the one not drawn from longest leaving first; the one in use stays in any case.
 */
const pyramids = new Map<string, Pyramid>();
const port = parentPort;
if (!port) throw new Error('pyramid-worker runs as a worker thread only');

port.on('message', (request: PyramidRequest) => {
  const answer = answerTo(request);
  port.postMessage(answer, 'bytes' in answer ? [answer.bytes.buffer] : []);
});

function answerTo(request: PyramidRequest): PyramidAnswer {
  const { id } = request;
  try {
    if (request.sources) {
      pyramids.set(request.state, buildPyramid(request.sources, { maxzoom: request.maxzoom }));
    }
    const pyramid = pyramids.get(request.state);
    if (!pyramid) return { id, missing: true };
    pyramids.delete(request.state);
    pyramids.set(request.state, pyramid);
    // The encoder hands out a view of a larger buffer; only the bytes themselves are worth sending.
    const bytes = tileOf(pyramid, request.address, request.layers).slice();
    letGo(request.maxBytes);
    return { id, bytes, held: heldBytes() };
  } catch (error) {
    if (error instanceof SalientError) return { id, code: error.code, message: error.message };
    return { id, code: 'internal', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function heldBytes(): number {
  return [...pyramids.values()].reduce((sum, pyramid) => sum + pyramid.bytes(), 0);
}

function letGo(maxBytes: number): void {
  let held = heldBytes();
  for (const [state, pyramid] of pyramids) {
    if (held <= maxBytes || pyramids.size === 1) return;
    pyramids.delete(state);
    held -= pyramid.bytes();
  }
}
