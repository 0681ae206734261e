import { parentPort } from 'node:worker_threads';
import { SalientError } from '../../errors.js';
import { namesIn, type TileIndex } from '../cut/tile-index.js';
import { inPlateCarree } from '../plate-carree.js';
import { createSpanTile, type SpanTile } from '../span.js';
import type {
  Answer,
  Drawn,
  DrawRequest,
  ForgetRequest,
  HoldRequest,
  PackRequest,
  Request,
} from './drawing-messages.js';
import { buildLayerGroup, type LayerGroup, tileOf, unpackLayerGroup } from './layer-group.js';
import { readGroup, writeGroup } from './packed-group.js';

/**
 * The other side of `openDrawing`: simplifies and keeps groups of layers and draws tiles, so that neither ever holds up a request.
 * Keeps at most `maxBytes` of groups, the one not drawn from longest leaving first; those of the last drawing stay in any case.
 */
const groups = new Map<string, LayerGroup>();
/** Groups that could not be made: the next drawing from them reports why. */
const failures = new Map<string, unknown>();
const spans = new Map<number, SpanTile>();
/** More things than this in an index are not sent: reading their properties would hold up the other thread for 10 ms. */
const MOST_NAMES = 2000;
const port = parentPort;
if (!port) throw new Error('drawing-worker runs as a worker thread only');

port.on('message', (request: Request) => {
  if ('hold' in request) return hold(request);
  if ('forgetAll' in request) return forgetAll();
  const answer = answerTo(request);
  const buffers = 'drawn' in answer ? answer.drawn.flatMap((one) => ('bytes' in one ? [one.bytes.buffer] : [])) : [];
  port.postMessage(answer, [...new Set(buffers)]);
});

function hold({ hold: id, sources = [], projection, packed, maxzoom }: HoldRequest): void {
  try {
    const placed = projection === 'plate-carree' ? sources.map(inPlateCarree) : sources;
    groups.set(id, packed ? unpackLayerGroup(readGroup(packed)) : buildLayerGroup(placed, { maxzoom }));
  } catch (error) {
    failures.set(id, error);
  }
}

function forgetAll(): void {
  groups.clear();
  failures.clear();
}

function answerTo(request: Exclude<Request, HoldRequest | ForgetRequest>): Answer {
  try {
    if ('finish' in request) return finished(request.id, request.finish, request.maxTileBytes);
    if ('pack' in request) return packed(request);
    return drawn(request);
  } catch (error) {
    const { id } = request;
    if (error instanceof SalientError) return { id, code: error.code, message: error.message };
    return { id, code: 'internal', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function drawn({ id, address, parts, into, lately, maxBytes }: DrawRequest): Answer {
  for (const group of lately) makeYoungest(group);
  const results = parts.map(({ group: name, layers, lacking }): Drawn => {
    const group = groups.get(name);
    if (!group) {
      const failure = failures.get(name);
      failures.delete(name);
      if (failure) throw failure;
      return { missing: true };
    }
    makeYoungest(name);
    if (into) {
      const tile = spans.get(into.span) ?? createSpanTile();
      spans.set(into.span, tile);
      for (const layer of layers) tile.add(layer, group.draw(layer, address), into.from, into.to);
      return { bytes: new Uint8Array(), indexes: [] };
    }
    const bytes = tileOf(group, address, layers);
    // To be shared with the requesting thread. Names are copied, so an index of very many is not.
    const indexes = lacking
      .map((layer): [string, TileIndex] => [layer, group.index(layer, address.z)])
      .filter(([, index]) => namesIn(index) <= MOST_NAMES);
    return { bytes, indexes };
  });
  const gone = letGo(maxBytes, new Set(parts.map(({ group }) => group)));
  return { id, drawn: results, held: heldBytes(), gone };
}

function packed({ id, pack, level, isAllOfIt }: PackRequest): Answer {
  const failure = failures.get(pack);
  failures.delete(pack);
  if (failure) throw failure;
  const group = groups.get(pack);
  const maxzoom = group?.levels[level];
  // Let go meanwhile.
  if (!group || maxzoom === undefined) return { id, packed: null, isLast: true };
  const isLast = level === group.levels.length - 1;
  if (isLast && isAllOfIt) groups.delete(pack);
  return { id, packed: { maxzoom, bytes: writeGroup(group.pack(maxzoom)) }, isLast };
}

function finished(id: number, span: number, maxTileBytes: number): Answer {
  const tile = spans.get(span) ?? createSpanTile();
  spans.delete(span);
  const { bytes, omitted } = tile.encode(maxTileBytes);
  return { id, span: { bytes: bytes.slice(), omitted } };
}

function makeYoungest(name: string): void {
  const group = groups.get(name);
  if (!group) return;
  groups.delete(name);
  groups.set(name, group);
}

function heldBytes(): number {
  return [...groups.values()].reduce((sum, group) => sum + group.bytes(), 0);
}

function letGo(maxBytes: number, inUse: ReadonlySet<string>): string[] {
  let held = heldBytes();
  const gone: string[] = [];
  for (const [name, group] of groups) {
    if (held <= maxBytes) break;
    if (inUse.has(name)) continue;
    groups.delete(name);
    gone.push(name);
    held -= group.bytes();
  }
  return gone;
}
