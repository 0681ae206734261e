import { parentPort } from 'node:worker_threads';
import { SalientError } from '../errors.js';
import { namesIn, type TileIndex } from './cut/tile-index.js';
import type { PyramidAnswer, PyramidRequest, SpanRequest, SpanStep } from './drawing.js';
import { buildPyramid, type Pyramid, tileOf } from './layer-group.js';
import { createSpanTile, type SpanTile } from './span.js';

/**
 * The other side of `openPyramids`: builds and keeps pyramids and draws tiles, so that neither ever holds up a request.
 * Keeps at most `maxBytes` of pyramids, the one not drawn from longest leaving first; the one in use stays in any case.
 */
const pyramids = new Map<string, Pyramid>();
const spans = new Map<number, SpanTile>();
/** More things than this on a sheet are not sent: reading their properties would hold up the other thread for 10 ms. */
const MOST_NAMES = 2000;
const port = parentPort;
if (!port) throw new Error('drawing-worker runs as a worker thread only');

port.on('message', (request: PyramidRequest | SpanRequest) => {
  const answer = 'finish' in request ? finished(request) : answerTo(request);
  port.postMessage(answer, 'bytes' in answer ? [answer.bytes.buffer] : []);
});

function answerTo(request: PyramidRequest): PyramidAnswer {
  const { id } = request;
  try {
    for (const state of request.lately) makeYoungest(state);
    if (request.sources) {
      pyramids.set(request.state, buildPyramid(request.sources, { maxzoom: request.maxzoom }));
    }
    const pyramid = pyramids.get(request.state);
    if (!pyramid) return { id, missing: true };
    makeYoungest(request.state);
    const bytes = request.into ? new Uint8Array() : tileOf(pyramid, request.address, request.layers);
    if (request.into) collect(pyramid, request, request.into);
    const sheets = indexesFor(pyramid, request);
    const gone = letGo(request.maxBytes);
    return {
      id,
      bytes,
      held: heldBytes(),
      omitted: 0,
      ...(sheets.length > 0 && { sheets }),
      ...(gone.length > 0 && { gone }),
    };
  } catch (error) {
    return failed(id, error);
  }
}

function makeYoungest(state: string): void {
  const pyramid = pyramids.get(state);
  if (!pyramid) return;
  pyramids.delete(state);
  pyramids.set(state, pyramid);
}

/** To be lent to the thread that asks. Names are copied, so a sheet of very many is not. */
function indexesFor(pyramid: Pyramid, { lacking, address }: PyramidRequest): [string, TileIndex][] {
  return lacking
    .map((layer): [string, TileIndex] => [layer, pyramid.sheet(layer, address.z)])
    .filter(([, sheet]) => namesIn(sheet) <= MOST_NAMES);
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

function letGo(maxBytes: number): string[] {
  let held = heldBytes();
  const gone: string[] = [];
  for (const [state, pyramid] of pyramids) {
    if (held <= maxBytes || pyramids.size === 1) break;
    pyramids.delete(state);
    gone.push(state);
    held -= pyramid.bytes();
  }
  return gone;
}
