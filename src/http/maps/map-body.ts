import type { Request } from 'express';
import { SalientError } from '../../errors.js';
import { READ_MEDIA_TYPES } from '../../formats/registry.js';
import { isObject } from '../../geometry/geojson-geometry.js';
import { parseJson } from '../../geometry/json-limits.js';
import { type MapFile, type MapParts, NO_PARTS } from '../../maps/import-request.js';
import type { Arrival } from '../access/arrivals.js';

/** Media types of a body that an import takes; any of them may be any format: the content decides what a file is. */
const MAP_TYPES: readonly string[] = [...READ_MEDIA_TYPES, 'multipart/form-data'];

/**
 * The whole body: a map alone; `multipart/form-data` with the parts `map` (several: parts of one
 * map), `mapping` and `theatre`; or
 * `{"theatre": <boundary>, "map": <GeoJSON>}`.
 * @throws SalientError `unsupported_media_type`, `too_large` (by its stated length, or as soon as it is exceeded), `overloaded`, `invalid_body`
 */
export async function readMapParts(request: Request, most: number, arrival: Arrival): Promise<MapParts> {
  const header = request.get('content-type') ?? '';
  const type = header.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!MAP_TYPES.includes(type)) {
    const message = `content-type ${JSON.stringify(type)}: send application/geo+json, or application/octet-stream for any other format`;
    throw new SalientError('unsupported_media_type', message);
  }
  // Of what is packed with gzip the content says so, as of a file.
  const coding = request.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (!['identity', 'gzip', 'x-gzip'].includes(coding)) {
    const message = `content-encoding ${JSON.stringify(coding)}: send the file as it is, or packed with gzip`;
    throw new SalientError('unsupported_media_type', message, [], { codings: 'gzip' });
  }
  const body = await readBody(request, most, arrival);
  if (type === 'multipart/form-data') return partsOfForm(body, header);
  const start = Buffer.from(body.subarray(0, 200)).toString('latin1');
  if (!/^\s*\{\s*"(theatre|map)"/.test(start)) return { ...NO_PARTS, map: body };
  const { theatre, map } = parseJson(body) as Record<string, unknown>;
  if (!isObject(theatre) || !isObject(map)) {
    throw new SalientError('invalid_body', 'not of the form {"theatre": <boundary>, "map": <GeoJSON>}');
  }
  return { ...NO_PARTS, map: new TextEncoder().encode(JSON.stringify(map)), theatre };
}

async function partsOfForm(body: Uint8Array<ArrayBuffer>, header: string): Promise<MapParts> {
  const form = await new Response(body, { headers: { 'content-type': header } }).formData().catch((cause) => {
    throw new SalientError('invalid_body', 'the form cannot be taken apart: is its boundary stated?', [], { cause });
  });
  for (const name of form.keys()) {
    if (!['map', 'mapping', 'theatre'].includes(name)) {
      throw new SalientError('invalid_body', `part ${JSON.stringify(name)}: a form has map, mapping and theatre`);
    }
  }
  const bytes = async (name: string) => {
    const part = form.get(name);
    return part === null ? null : new Uint8Array(await new Blob([part]).arrayBuffer());
  };
  const [first, ...more] = await Promise.all(form.getAll('map').map(fileOfPart));
  if (!first) throw new SalientError('invalid_body', 'the form has no part map');
  const theatre = await bytes('theatre');
  const boundary = theatre && parseJson(theatre);
  if (boundary !== null && !isObject(boundary))
    throw new SalientError('invalid_body', 'part theatre: GeoJSON is expected');
  return { map: first.source, file: first.name, more, mapping: await bytes('mapping'), theatre: boundary };
}

async function fileOfPart(part: FormDataEntryValue): Promise<MapFile> {
  const source = new Uint8Array(await new Blob([part]).arrayBuffer());
  return { source, name: typeof part !== 'string' && part.name !== 'blob' ? part.name : null };
}

function readBody(request: Request, most: number, arrival: Arrival): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let refused = false;
    const give = (error: unknown) => {
      refused = true;
      chunks.length = 0;
      hangUpSoon(request);
      reject(error);
    };
    const refuse = () => {
      const limit = `${most / 1e6} MB (SALIENT_MAX_BODY_MB)`;
      give(
        new SalientError('too_large', `the body is larger than ${limit}: import it with the command line, or in parts`),
      );
    };
    request.on('error', () => reject(new SalientError('invalid_body', 'the body ended before it was whole')));
    if (Number(request.get('content-length') ?? 0) > most) return refuse();
    request.on('data', (chunk: Buffer) => {
      if (refused) return;
      size += chunk.length;
      if (size > most) return refuse();
      try {
        arrival.take(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        give(error);
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
  });
}

const LINGER_MS = 3_000;

/**
 * Throws away what still comes, for a moment: cut off at once, the client would see a broken connection and not the
 * answer. Then the connection ends, however much is left.
 */
export function hangUpSoon(request: Request): void {
  const { socket } = request;
  const cut = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  for (const over of ['end', 'error'] as const) request.once(over, () => clearTimeout(cut));
  request.resume();
}
