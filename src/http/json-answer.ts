import { createHash } from 'node:crypto';
import { setImmediate as yielded } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { geometryText } from '../geometry/feature-from-text.js';
import { sendPieces } from './stream.js';

/** An answer of more characters is made and sent piece by piece, so that others get their turn meanwhile. */
const AT_ONCE = 128 * 1024;
/** Lists and objects are taken apart so deep: a collection within a collection, to its features. */
const DEEP = 4;

/** The text of a JSON answer in pieces: as `JSON.stringify`, but that geometries from the database are neither parsed nor written anew. */
export function* jsonPieces(value: unknown, depth = 0): Generator<string> {
  if (value === null || typeof value !== 'object' || 'toJSON' in value || depth === DEEP) {
    yield JSON.stringify(value) ?? 'null';
    return;
  }
  if (Array.isArray(value)) {
    let before = '[';
    for (const item of value) {
      yield before;
      yield* jsonPieces(item, depth + 1);
      before = ',';
    }
    yield before === '[' ? '[]' : ']';
    return;
  }
  const geometry = geometryText(value);
  if (geometry !== undefined) {
    const { type, id, properties } = value as { type: string; id: unknown; properties: unknown };
    yield `{"type":${JSON.stringify(type)},"id":${JSON.stringify(id)},"geometry":`;
    yield geometry;
    yield `,"properties":${JSON.stringify(properties)}}`;
    return;
  }
  let before = '{';
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined || typeof item === 'function') continue;
    yield `${before}${JSON.stringify(name)}:`;
    yield* jsonPieces(item, depth + 1);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

/** Sends an answer as JSON with the tag of its bytes: 304 to who has it. A large one is made and sent piece by piece. */
export async function sendJson(request: Request, response: Response, answer: unknown): Promise<void> {
  // Also a 304 says so (RFC 9110, 15.4.5), which the compression leaves as it is.
  response.vary('Accept-Encoding');
  const pieces: string[] = [];
  let length = 0;
  let sinceTurn = 0;
  for (const piece of jsonPieces(answer)) {
    pieces.push(piece);
    length += piece.length;
    sinceTurn += piece.length;
    if (sinceTurn < AT_ONCE) continue;
    sinceTurn = 0;
    await yielded();
  }
  if (length <= AT_ONCE) {
    response.send(pieces.join(''));
    return;
  }
  const hash = createHash('sha1');
  for (const [index, piece] of pieces.entries()) {
    hash.update(piece);
    if (index % 64 === 0 || piece.length > AT_ONCE) await yielded();
  }
  response.set('etag', `"${length.toString(16)}-${hash.digest('base64url')}"`);
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  await sendPieces(response, pieces);
}
