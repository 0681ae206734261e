import { request } from 'node:http';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { rowCounts } from '../setup/fingerprint.js';
import { box } from '../setup/good-input.js';
import { serviceOn } from '../setup/service.js';

const TOKEN = 'a secret of the newsroom';
const CREATE = 'create=true&title=Guard&publisher=Test&licence=CC0-1.0&accuracy=500&date=2020-01-01';

const map = (lon: number) => ({
  type: 'Feature',
  properties: { party: 'anybody' },
  geometry: { type: 'Polygon', coordinates: [box(36, 35, lon, 36)] },
});
const MAP = JSON.stringify(map(37));

onEachDatabase('the way in for maps', (db) => {
  const service = serviceOn(db, { writeToken: TOKEN });
  const { get, post, raw } = service;
  const send = (headers: Record<string, string>, path = `/series/guard-shut/snapshots?${CREATE}`) =>
    raw(path, { 'content-type': 'application/geo+json', ...headers }, 'POST', MAP);

  it.each([
    ['from this machine', {}],
    ['from the service’s own page', { origin: 'same' }],
    ['through a proxy', { 'x-forwarded-for': '203.0.113.7' }],
    ['through a proxy that says it by the standard', { forwarded: 'for=203.0.113.7' }],
    ['through a tunnel', { 'cf-connecting-ip': '203.0.113.7' }],
    ['from another site’s page', { origin: 'https://example.org' }],
    ['under a name that is not this machine’s', { host: 'maps.example.org' }],
    ['with a wrong token', { authorization: 'Bearer guess' }],
    ['with a token cut short', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['with a password', { authorization: `Basic ${Buffer.from(`a:${TOKEN}`).toString('base64')}` }],
  ])('a map sent %s is refused', async (_, headers) => {
    const before = await rowCounts(await db());
    for (const path of [undefined, '/series/m5/derive', '/series/guard-open/withdraw?why=spite']) {
      const { status, body, headers: returned } = await send({ ...headers }, path);
      expect([status, JSON.parse(body.toString()).code]).toEqual([401, 'unauthenticated']);
      expect(returned['www-authenticate']).toMatch(/^Bearer/);
    }
    expect(await rowCounts(await db())).toEqual(before);
  });

  it('a map sent with the secret of the data folder is taken, by a caller on this machine', async () => {
    expect((await send(CREDENTIAL, `/series/guard-open/snapshots?${CREATE}`)).status).toBe(201);
  });

  it('a map sent with the token is taken from anywhere, the scheme in any case', async () => {
    const far = { host: 'maps.example.org', 'x-forwarded-for': '203.0.113.7', origin: 'https://example.org' };
    const query = (day: number) => `/series/guard-open/snapshots?date=2020-01-0${day}`;
    expect((await send({ ...far, authorization: `Bearer ${TOKEN}` }, query(2))).status).toBe(201);
    expect((await send({ ...far, authorization: `bearer ${TOKEN}` }, query(4))).status).toBe(201);
  });

  it('many wrong tokens are answered 429, and the right one still passes', async () => {
    let refused = { status: 0, wait: 0 };
    for (let n = 0; n < 40 && refused.status !== 429; n++) {
      const { status, headers } = await send({ authorization: `Bearer guess-${n}` });
      refused = { status, wait: Number(headers['retry-after']) };
    }
    expect(refused).toEqual({ status: 429, wait: expect.any(Number) });
    expect(
      (await send({ authorization: `Bearer ${TOKEN}` }, '/series/guard-open/snapshots?date=2020-01-04')).status,
    ).toBe(200);
  });

  it.each(['text/html', 'image/png', 'application/x-www-form-urlencoded', ''])(
    'a body of type "%s" is not read as a map',
    async (type) => {
      const answer = await post('/series/guard-open/snapshots?date=2020-01-05', MAP, { 'content-type': type });
      expect([answer.status, answer.body.code]).toEqual([415, 'unsupported_media_type']);
    },
  );

  it.each([
    'application/json',
    'application/geo+json; charset=utf-8',
    'APPLICATION/GEO+JSON',
    'application/octet-stream',
  ])('a body of type %s is read as a map', async (type) => {
    const answer = await post('/series/guard-open/snapshots?date=2020-01-04', MAP, { 'content-type': type });
    expect([answer.status, answer.body.snapshots?.[0]?.result]).toEqual([200, 'unchanged']);
  });

  it.each([
    ['said beforehand', true],
    ['found out on the way', false],
  ])('200 MB, %s, are refused at once, and the service goes on answering', async (_, stated) => {
    const began = performance.now();
    const strangers = pour(200e6, stated, false);
    const answers = await Promise.all([pour(200e6, stated), strangers, get('/health').then((it) => it.status)]);
    expect(answers).toEqual(['413 too_large', '401 unauthenticated', 200]);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect((await get('/health')).status).toBe(200);
  });

  it('a client that breaks off in the middle of a map changes nothing', async () => {
    const before = await rowCounts(await db());
    for (const part of [0, 1, MAP.length / 2, MAP.length - 1]) await breakOff(MAP.slice(0, part));
    expect((await get('/health')).status).toBe(200);
    expect(await rowCounts(await db())).toEqual(before);
  });

  it('a map cut short by a wrong length is refused', async () => {
    const answer = await post('/series/guard-open/snapshots?date=2020-01-05', MAP.slice(0, -2));
    expect([answer.status, answer.body.code, answer.body.problems?.[0]?.code]).toEqual([400, 'invalid_body', 'syntax']);
  });

  /** Pours bytes at the way in until it answers; resolves with the answer. */
  function pour(bytes: number, stated: boolean, known = true): Promise<string> {
    const chunk = Buffer.alloc(1 << 20, ' ');
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/geo+json', ...(stated && { 'content-length': bytes }) };
      const url = `${service.base}/series/guard-open/snapshots?date=2020-01-05`;
      const requested = request(url, { method: 'POST', headers: { ...headers, ...(known && CREDENTIAL) } });
      let returned = false;
      requested.on('response', async (response) => {
        returned = true;
        let text = '';
        for await (const part of response) text += part;
        resolve(`${response.statusCode} ${JSON.parse(text).code}`);
        requested.destroy();
      });
      requested.on('error', (error) => (returned ? undefined : reject(error)));
      let left = bytes;
      const more = () => {
        while (left > 0 && !returned) {
          left -= chunk.length;
          if (!requested.write(left < 0 ? chunk.subarray(0, chunk.length + left) : chunk)) {
            requested.once('drain', more);
            return;
          }
        }
        if (!returned) requested.end();
      };
      more();
    });
  }

  /** Sends the head of a request for the whole map, a part of it, and hangs up. */
  function breakOff(part: string): Promise<void> {
    const { hostname, port, host } = new URL(service.base);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        const lines = [
          'POST /series/guard-open/snapshots?date=2020-01-05 HTTP/1.1',
          `host: ${host}`,
          'content-type: application/geo+json',
          `authorization: ${CREDENTIAL.authorization}`,
          `content-length: ${Buffer.byteLength(MAP)}`,
        ];
        socket.write(`${lines.join('\r\n')}\r\n\r\n${part}`, () => setTimeout(() => socket.destroy(), 20));
      });
      socket.on('error', reject);
      socket.on('close', () => setTimeout(resolve, 20));
    });
  }
});
