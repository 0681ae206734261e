import { createServer, type RequestOptions, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import compression from 'compression';
import express from 'express';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { featureFromText } from '../../src/geometry/feature-from-text.js';
import { jsonPieces, sendJson } from '../../src/http/json-answer.js';
import { runs } from '../setup/runs.js';

/** GeoJSON as a database writes it. */
const line = (vertices: number) =>
  `{"type":"LineString","coordinates":[${Array.from({ length: vertices }, (_, i) => `[36.${i % 10}0,35.10]`).join(',')}]}`;

describe('an answer in pieces', () => {
  it('is what JSON.stringify would make of it', () => {
    const feature = fc
      .tuple(
        fc.oneof(fc.string(), fc.integer()),
        fc.integer({ min: 0, max: 5 }),
        fc.dictionary(fc.string(), fc.jsonValue()),
      )
      .map(([id, vertices, properties]) => featureFromText(id, line(vertices), properties));
    const answer = fc.dictionary(
      fc.string(),
      fc.oneof(fc.jsonValue(), fc.array(feature), fc.constant(undefined), fc.date({ noInvalidDate: true })),
    );
    fc.assert(
      fc.property(answer, (value) => {
        expect(JSON.parse([...jsonPieces(value)].join(''))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: runs(200) },
    );
  });

  it('has geometries to the letter as the database wrote them; who reads one in the program gets it parsed', () => {
    const feature = featureFromText('a', line(2), { name: 'n' });
    expect([...jsonPieces({ pockets: { features: [feature] } })].join('')).toBe(
      `{"pockets":{"features":[{"type":"Feature","id":"a","geometry":${line(2)},"properties":{"name":"n"}}]}}`,
    );
    expect(feature.geometry).toEqual({
      type: 'LineString',
      coordinates: [
        [36, 35.1],
        [36.1, 35.1],
      ],
    });
    expect({ ...feature }.geometry).toBe(feature.geometry);
  });
});

describe('sent over HTTP', () => {
  // Characters of two and four bytes, so that some lie across the ends of pieces.
  const large = { features: [featureFromText('a', line(20_000), { name: `x${'سر😀'.repeat(60_000)}` })] };
  const app = express();
  app.set('etag', 'strong');
  app.use(compression());
  app.get('/large', (request, response) => sendJson(request, response.type('application/json'), large));
  app.get('/small', (request, response) => sendJson(request, response.type('application/json'), { a: 1 }));
  const server = createServer(app);
  let base = '';
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  /** By node:http: fetch states `no-cache` beside a tag. */
  const ask = (path: string, options: RequestOptions = {}) =>
    new Promise<{ status: number | undefined; etag: string; vary: string | undefined; body: string }>(
      (resolve, reject) => {
        const asked = request(base + path, options, async (answer) => {
          const chunks: Buffer[] = [];
          for await (const chunk of answer) chunks.push(chunk);
          const { etag = '', vary } = answer.headers;
          resolve({ status: answer.statusCode, etag, vary, body: Buffer.concat(chunks).toString() });
        });
        asked.on('error', reject).end();
      },
    );

  it.each(['/large', '/small'])('%s arrives whole, and once more is 304', async (path) => {
    const { etag, vary, body } = await ask(path);
    // Once, also where the compression states it too.
    expect(vary).toBe('Accept-Encoding');
    expect(isDeepStrictEqual(JSON.parse(body), path === '/large' ? JSON.parse(JSON.stringify(large)) : { a: 1 })).toBe(
      true,
    );
    expect(etag).toMatch(/^"[\w+/=-]+"$/);
    expect(await ask(path, { headers: { 'if-none-match': etag } })).toEqual({ status: 304, etag, vary, body: '' });
    expect(await ask(path, { method: 'HEAD' })).toEqual({ status: 200, etag, vary, body: '' });
  });
});
