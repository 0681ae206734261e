import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { SalientError } from '../errors.js';

/** A file by its path, read in pieces; or its bytes. */
export type MapSource = Uint8Array | { path: string };

export interface ReadLimits {
  /** Most bytes that a packed file may unpack to, and that a format which is not read in pieces may have. */
  unpackedBytes: number;
}

export type Chunks = AsyncIterable<Uint8Array>;

const CHUNK = 1 << 20;

/** The bytes of a source piece by piece; a gzip is unpacked on the way. */
export async function openSource(source: MapSource, limits: ReadLimits): Promise<{ head: Uint8Array; chunks: Chunks }> {
  const opened = await peek(chunksOf(source));
  if (opened.head[0] !== 0x1f || opened.head[1] !== 0x8b) return opened;
  const unpacked = await peek(gunzipped(opened.chunks, limits));
  if (unpacked.head[0] === 0x1f && unpacked.head[1] === 0x8b) throw unreadable('gzip inside gzip: unpack it first');
  return unpacked;
}

/** The bytes of a source as they are, packed or not. */
export async function allBytesOf(source: MapSource): Promise<Uint8Array> {
  return source instanceof Uint8Array ? source : readFile(source.path);
}

/** All bytes at once, for formats that are read from their end or by offsets. */
export async function allBytes(chunks: Chunks, limits: ReadLimits, format: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limits.unpackedBytes) throw tooLarge(`${format} of more than ${limits.unpackedBytes / 1e6} MB`);
    parts.push(chunk);
  }
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}

/** The file cannot be read as the format of its content. */
export function unreadable(message: string, code = 'syntax'): SalientError {
  return new SalientError('invalid_body', message, [{ code, at: '', message }]);
}

export function tooLarge(what: string): SalientError {
  return new SalientError(
    'too_large',
    `${what}: import it in parts, or as newline-delimited GeoJSON on the command line`,
  );
}

async function* chunksOf(source: MapSource): Chunks {
  if (source instanceof Uint8Array) {
    yield source;
    return;
  }
  try {
    for await (const chunk of createReadStream(source.path, { highWaterMark: CHUNK })) yield chunk as Buffer;
  } catch (error) {
    throw new SalientError('invalid_body', `${source.path}: there is no such file, or it cannot be read`, [], {
      cause: error,
    });
  }
}

async function* gunzipped(packed: Chunks, limits: ReadLimits): Chunks {
  let size = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > limits.unpackedBytes)
        done(tooLarge(`a gzip that unpacks to more than ${limits.unpackedBytes / 1e6} MB`));
      else done(null, chunk);
    },
  });
  const running = pipeline(Readable.from(packed), createGunzip({ chunkSize: CHUNK }), counted);
  running.catch(() => {});
  try {
    for await (const chunk of counted) yield chunk as Buffer;
    await running;
  } catch (error) {
    if (error instanceof SalientError) throw error;
    throw unreadable(
      `not a whole gzip: ${(error as Error).message}; is it half a file? Fetch or export it again`,
      'archive',
    );
  }
}

/** The first bytes of what comes, and all of it. */
async function peek(chunks: Chunks): Promise<{ head: Uint8Array; chunks: Chunks }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let size = 0;
  while (size < 65_536) {
    const { done, value } = await iterator.next();
    if (done) break;
    first.push(value);
    size += value.length;
  }
  async function* whole(): Chunks {
    yield* first;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  const head = first.length === 1 ? (first[0] as Uint8Array) : Buffer.concat(first);
  return { head: head.subarray(0, 1 << 20), chunks: whole() };
}
