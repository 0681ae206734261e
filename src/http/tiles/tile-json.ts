import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { openMemo } from '../../store/memo.js';
import type { TileBytes } from '../../tiles/cache.js';
import type { TileJson } from '../../tiles/tilejson.js';
import { asTile } from '../access/admitted.js';
import { baseOf } from '../base.js';
import { commonHeaders, OPEN_JSON, tagOfBody } from '../common-headers.js';
import { tagKnown, tagOf } from '../conditions.js';
import { readParameters, series as seriesParameter } from '../parameters.js';
import type { Service } from '../service.js';
import { bodyOf, codingFor, dayHeaders } from './tile-answer.js';
import { LAST_DAY } from './tile-routes.js';

/** A TileJSON as it is sent, and what it was written by: it holds as long as the same is remembered of the day. */
interface Written {
  by: (base: string) => TileJson;
  headers: Readonly<Record<string, string>> & { readonly etag: string };
  bytes: Omit<TileBytes, 'omitted'>;
}

const REMEMBERED_BYTES = 16 << 20;
/** As hard as the application packs its answers. */
const PACKED = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/**
 * Answers the TileJSON of a day as the application does (`app.ts`), but out of memory: a client asks for one at each step of a slider, and
 * the application takes ten times as long as a look whether what is remembered of the day still holds. What is not remembered is found
 * first, as for a tile. Resolves to false or rejects, with nothing sent, where the application has to answer: it says what is wrong.
 */
export function openTileJsons(service: Service) {
  const { config, tiles, metrics } = service;
  const memory = openMemo<Written>({
    maxBytes: REMEMBERED_BYTES,
    bytesOf: ({ bytes }) => bytes.identity.length + bytes.gzip.length + bytes.brotli.length + 1000,
  });
  const common = { ...commonHeaders(config), ...OPEN_JSON, 'content-type': 'application/json; charset=utf-8' };

  function write(by: Written['by'], base: string): Written {
    const json = by(base);
    const identity = Buffer.from(JSON.stringify(json));
    const headers = { ...common, ...dayHeaders(json), etag: tagOfBody(identity), vary: 'Accept-Encoding' };
    return { by, headers, bytes: { identity, gzip: gzipSync(identity), brotli: brotliCompressSync(identity, PACKED) } };
  }

  return async (name: string, search: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const began = performance.now();
    const { date, 'known-at': knownAt } = readParameters(LAST_DAY, new URLSearchParams(search));
    const series = seriesParameter.read(name, 'series');
    const requested = { series, date, knownAt };
    const base = baseOf(request, config);
    let by = await tiles.rememberedDayJson(requested);
    if (!by) {
      await asTile(service, response, () => tiles.dayJson(requested, base));
      by = await tiles.rememberedDayJson(requested);
    }
    if (!by) return false;
    const key = `${base} ${series} ${date} ${knownAt}`;
    let written = memory.peek(key);
    if (written?.by !== by) {
      written = write(by, base);
      memory.set(key, written);
    }
    const isHead = request.method === 'HEAD';
    const { headers, bytes } = written;
    const head = { ...headers, 'x-request-id': randomUUID() };
    const etag = tagKnown(request.headers, headers.etag);
    if (etag !== null) response.writeHead(304, { ...head, etag }).end();
    else {
      // The application's answers to HEAD are not packed either.
      const coding = isHead ? 'identity' : codingFor(bytes, request.headers['accept-encoding']);
      const body = bodyOf(bytes, coding);
      const packed = coding !== 'identity' && { 'content-encoding': coding, etag: tagOf(headers.etag, coding) };
      response.writeHead(200, { ...head, ...packed, 'content-length': body.length });
      response.end(isHead ? undefined : body);
    }
    metrics.answered('tile', response.statusCode, (performance.now() - began) / 1000);
    return true;
  };
}
