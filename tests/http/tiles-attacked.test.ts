import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const TILE = '/tiles/m5/8/154/100.mvt?date=2020-01-29';

onEachDatabase('the tile routes, attacked,', (db) => {
  const service = serviceOn(async () => m5(await db()));
  const { raw } = service;
  const code = async (path: string) => {
    const { status, body } = await raw(path);
    return status < 300 ? status : `${status} ${JSON.parse(body.toString()).code}`;
  };

  /** What comes back to bytes sent as they are; the connection is the sender's to close. */
  function spoken(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(service.base).port), '127.0.0.1');
      let answer = '';
      socket.on('data', (data) => (answer += data.toString('latin1')));
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
      socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')));
      socket.write(text);
    });
  }

  it.each([
    ['/tiles/m5/8/154/100.mvt?date=%00', '400 invalid_date'],
    ['/tiles/m5/8/154/100.mvt?date=2020-01-29%0d%0aset-cookie:a', '400 invalid_date'],
    ['/tiles/m5/8/154/100.mvt?date=2020-01-29T00:00:00Z', '400 invalid_date'],
    ['/tiles/m5/8/154/100.mvt?date=99999-01-29', '400 invalid_date'],
    ['/tiles/m5/8/154/100.mvt?date=0000-01-01', '400 invalid_date'],
    ['/tiles/m5/8/154/100.mvt?date=9999-12-31', 200],
    ['/tiles/m5/8/154/100.mvt?date=2020-01-29&known-at=2020-13-01T00:00:00Z', '400 invalid_instant'],
    ['/tiles/m5/8/154/100.mvt?date=2020-01-29&known-at=9999-12-31T23:59:59Z', 200],
    ['/tiles/m5/8/154/100.mvt?date=2020-01-29&known-at=0001-01-01T00:00:00%2B14:00', '404 not_yet_known'],
    ['/tiles/m5/8/154/100.mvt?date=2020-01-29&layers=__proto__', '404 unknown_layer'],
    ['/tiles/m5/8/154/100.mvt?date=2020-01-29&layers=control,,post', '404 unknown_layer'],
    [`/tiles/m5/8/154/100.mvt?date=2020-01-29&layers=${'control,'.repeat(100)}post`, '400 invalid_parameter'],
    ['/tiles/m5/8/154/100.mvt?date=2020-01-29&__proto__=1', '400 unknown_parameter'],
    ['/tiles/m5/8/154/100.mvt?date=2020-01-29&', 200],
    ['/tiles/m5/8/154/100.mvt?date=2020-01-29?date=2020-01-30', '400 invalid_date'],
    ["/tiles/m5'--/8/154/100.mvt?date=2020-01-29", '404 unknown_series'],
    ['/tiles/%6d5/8/154/100.mvt?date=2020-01-29', 200],
    ['/tiles/M5/8/154/100.mvt?date=2020-01-29', '404 unknown_series'],
    [`/tiles/${'m'.repeat(300)}/8/154/100.mvt?date=2020-01-29`, '400 invalid_parameter'],
    ['/tiles/m5/@%ff/8/154/100.mvt', '400 invalid_parameter'],
    [`/tiles/m5/@r1.e1.s1.2020-01-29.v2020-01-29-9999999999999999/8/154/100.mvt`, '404 unknown_state'],
    [`/tiles/m5/@r999999999999.e1.s1.2020-01-29/8/154/100.mvt`, '404 unknown_state'],
    [`/tiles/m5/@r999999999999999999999999.e1.s1.2020-01-29/8/154/100.mvt`, '404 unknown_state'],
    ['/tiles/m5/8/154/100.mvt/?date=2020-01-29', '404 not_found'],
    ['/tiles/m5/8/154/100.pbf?date=2020-01-29', 200],
    ['/tiles/m5/8/154/100.png?date=2020-01-29', '404 not_found'],
    ['/tiles/m5/8/154/100.MVT?date=2020-01-29', '404 not_found'],
    ['/tiles//8/154/100.mvt?date=2020-01-29', '404 not_found'],
    ['/tiles/m5/8/-0/100.mvt?date=2020-01-29', '400 invalid_tile'],
    ['/tiles/m5/8/154/+100.mvt?date=2020-01-29', '400 invalid_tile'],
    ['/tiles/m5/8/154/١٠٠.mvt?date=2020-01-29'.replace(/[^\x20-\x7e]+/, encodeURIComponent), '400 invalid_tile'],
  ])('%s is answered %s', async (path, expected) => {
    expect(await code(path)).toBe(expected);
  });

  it('take any If-None-Match, and only what is the tag is a match', async () => {
    const { headers } = await raw(TILE);
    const etag = String(headers.etag);
    const status = async (value: string) => (await raw(TILE, { 'if-none-match': value })).status;
    for (const has of [etag, ` ${etag} `, `W/${etag}`, `"a","b",${etag}`, `${'"x", '.repeat(500)}${etag}`, '*']) {
      expect([has.slice(0, 20), await status(has)]).toEqual([has.slice(0, 20), 304]);
    }
    for (const not of ['', '"', ',,,', etag.slice(1, -1), etag.toUpperCase(), `"${etag}"`, '"*"', 'W/', `${etag}x`]) {
      expect([not, await status(not)]).toEqual([not, 200]);
    }
  });

  it('have a tag of their own in every coding, and each is known in all of them', async () => {
    const codings = ['br', 'gzip', 'identity'];
    const answers = await Promise.all(codings.map((coding) => raw(TILE, { 'accept-encoding': coding })));
    expect(answers.map(({ headers }) => headers['content-encoding'] ?? 'identity')).toEqual(codings);
    const tags = answers.map(({ headers }) => String(headers.etag));
    expect(new Set(tags).size).toBe(3);
    for (const tag of tags) {
      expect(tag).toMatch(/^"/);
      for (const coding of codings) {
        const again = await raw(TILE, { 'accept-encoding': coding, 'if-none-match': tag });
        expect([again.status, again.headers.etag]).toEqual([304, tag]);
      }
    }
  });

  it('answer HEAD as GET without the body, and leave out ranges: a tile is whole or not there', async () => {
    const [get, head] = [await raw(TILE), await raw(TILE, {}, 'HEAD')];
    expect([head.status, head.headers['content-length'], head.headers.etag]).toEqual([
      200,
      get.headers['content-length'],
      get.headers.etag,
    ]);
    expect(head.body).toHaveLength(0);
    const ranged = await raw(TILE, { range: 'bytes=0-9' });
    expect([ranged.status, ranged.body.equals(get.body)]).toEqual([200, true]);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const { status, headers } = await raw(TILE, {}, method);
      // A browser that asks beforehand is told what it may do.
      const expected = method === 'OPTIONS' ? 204 : 405;
      expect([method, status, headers.allow]).toEqual([method, expected, 'GET, HEAD']);
    }
  });

  it('outlive clients that leave in the middle, speak nonsense, or ask a hundred times at once', async () => {
    const port = Number(new URL(service.base).port);
    const leaving = Array.from({ length: 40 }, (_, i) => {
      const z = 9 + (i % 4);
      const path = `/tiles/m5/${z}/${Math.floor(0.602 * 2 ** z)}/${Math.floor(0.394 * 2 ** z)}.mvt?date=2019-09-${10 + (i % 20)}`;
      return new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => {});
        socket.on('close', () => resolve());
        socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
        setTimeout(() => socket.destroy(), i % 7);
      });
    });
    await Promise.all(leaving);
    expect(await spoken('GET /tiles/m5/8/154/100.mvt?date=never\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
    expect(await spoken(`GET ${TILE} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200/);
    expect(await spoken(`GET http://elsewhere${TILE} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 200/,
    );
    const answers = await Promise.all(Array.from({ length: 100 }, () => raw(TILE)));
    expect(new Set(answers.map(({ status, headers }) => `${status} ${headers.etag}`)).size).toBe(1);
  });

  it('remember nothing of a long address by which a tile was asked', async () => {
    const { tiles } = (await (await service.get('/tiles/m5.json?date=2020-01-29')).json()) as { tiles: [string] };
    const { pathname } = new URL(tiles[0].replace('{z}/{x}/{y}', '8/154/100'));
    const port = Number(new URL(service.base).port);
    const socket = connect(port, '127.0.0.1');
    let unread = '';
    const returned = (): Promise<void> =>
      new Promise((resolve, reject) => {
        socket.on('error', reject);
        socket.on('data', function read(data: Buffer) {
          unread += data.toString('latin1');
          const head = unread.indexOf('\r\n\r\n');
          const length = Number(/content-length: (\d+)/i.exec(unread)?.[1]);
          if (head < 0 || unread.length < head + 4 + length) return;
          expect(unread.slice(0, 15)).toBe('HTTP/1.1 200 OK');
          unread = unread.slice(head + 4 + length);
          socket.off('data', read);
          resolve();
        });
      });
    const ask = async (host: string) => {
      socket.write(`GET http://${host}${pathname} HTTP/1.1\r\nhost: x\r\n\r\n`);
      await returned();
      socket.removeAllListeners('error');
    };
    const heap = async () => {
      // What the socket and the parser let go of only later is no part of it.
      for (let i = 0; i < 3; i++) {
        collectGarbage();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return process.memoryUsage().heapUsed;
    };
    for (let i = 0; i < 100; i++) await ask(`${i}.${'h'.repeat(60_000)}`);
    const before = await heap();
    for (let i = 100; i < 2100; i++) await ask(`${i}.${'h'.repeat(60_000)}`);
    expect((await heap()) - before).toBeLessThan(8e6);
    socket.destroy();
  });
});
