import { parentPort } from 'node:worker_threads';
import { SalientError } from '../errors.js';
import { buildPyramid, type Pyramid, tileOf } from './pyramid.js';
import type { PyramidAnswer, PyramidRequest, SpanRequest, SpanStep } from './pyramids.js';
import { createSpanTile, type SpanTile } from './span.js';

/**
 * The other side of `openPyramids`: builds and keeps pyramids and draws tiles, so that neither ever holds up a request.
 * Keeps at most `maxBytes` of pyramids, the one not drawn from longest leaving first; the one in use stays in any case.
 */
const pyramids = new Map<string, Pyramid>();
const spans = new Map<number, SpanTile>();
const port = parentPort;
if (!port) throw new Error('pyramid-worker runs as a worker thread only');

port.on('message', (request: PyramidRequest | SpanRequest) => {
  const answer = 'finish' in request ? finished(request) : answerTo(request);
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
    const bytes = request.into ? new Uint8Array() : tileOf(pyramid, request.address, request.layers).slice();
    if (request.into) collect(pyramid, request, request.into);
    letGo(request.maxBytes);
    return { id, bytes, held: heldBytes(), omitted: 0 };
  } catch (error) {
    return failed(id, error);
  }
}

function collect(pyramid: Pyramid, { layers, address }: PyramidRequest, { span, from, to }: SpanStep): void {
  const tile = spans.get(span) ?? createSpanTile();
  spans.set(span, tile);
  for (const layer of layers) tile.add(layer, pyramid.draw(layer, address), from, to);
}

function finished({ id, finish, maxTileBytes }: SpanRequest): PyramidAnswer {
  try {
    const tile = spans.get(finish) ?? createSpanTile();
    spans.delete(finish);
    const { bytes, omitted } = tile.encode(maxTileBytes);
    return { id, bytes: bytes.slice(), held: heldBytes(), omitted };
  } catch (error) {
    return failed(id, error);
  }
}

function failed(id: number, error: unknown): PyramidAnswer {
  if (error instanceof SalientError) return { id, code: error.code, message: error.message };
  return { id, code: 'internal', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
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
