import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FetchSettings, fetchFile } from '../../src/outbound/fetch-file.js';
import { openPublisher, type Publisher } from '../setup/publisher.js';

const NOTHING = { etag: null, lastModified: null };

describe('a file of another publisher', () => {
  let publisher: Publisher;
  const fetched = (
    path: string,
    given: Partial<FetchSettings> = {},
    known = NOTHING as Parameters<typeof fetchFile>[2],
  ) =>
    fetchFile(
      {
        hosts: [],
        allowPrivate: [publisher.host],
        maxBytes: 1000,
        timeoutMs: 2000,
        userAgent: 'Salient/0 (+desk@example.org)',
        ...given,
      },
      path.includes('://') ? path : `http://${publisher.host}${path}`,
      known,
    );
  beforeAll(async () => {
    publisher = await openPublisher();
  });
  afterAll(() => publisher.close());

  it('comes whole, unpacked, with what is asked for the next time, and says who asks', async () => {
    publisher.answer = (_, response) =>
      response
        .writeHead(200, {
          etag: '"one"',
          'last-modified': 'Mon, 06 May 2024 06:00:00 GMT',
          'content-encoding': 'gzip',
          'content-disposition': 'attachment; filename="map_20240506.geojson"',
        })
        .end(gzipSync('a map'));
    const file = await fetched('/latest?key=secret');
    expect(Buffer.from(file.bytes as Uint8Array).toString()).toBe('a map');
    expect(file).toMatchObject({ status: 200, etag: '"one"', name: 'map_20240506.geojson' });
    publisher.answer = (_, response) => response.writeHead(304).end();
    const again = await fetched('/latest?key=secret', {}, file);
    expect(again).toMatchObject({ bytes: null, etag: '"one"', lastModified: 'Mon, 06 May 2024 06:00:00 GMT' });
    expect(publisher.requests.at(-1)?.headers).toMatchObject({
      'if-none-match': '"one"',
      'if-modified-since': 'Mon, 06 May 2024 06:00:00 GMT',
      'user-agent': 'Salient/0 (+desk@example.org)',
    });
  });

  it('is refused at an address of this machine or its network, by whatever way of writing it, unless the host is allowed', async () => {
    for (const host of [
      '127.0.0.1',
      'localhost',
      '2130706433',
      '0x7f.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '10.1.2.3',
      '169.254.169.254',
      '100.64.0.1',
      '[fd00::1]',
      '[fe80::1]',
      '0.0.0.0',
      '224.0.0.1',
    ]) {
      // biome-ignore format: one list
      const asked = publisher.requests.length;
      const address = `http://${host}:${publisher.port}/`;
      await expect(fetched(address, { allowPrivate: [] }), host).rejects.toThrow(
        /private address: SALIENT_PULL_PRIVATE/,
      );
      expect(publisher.requests).toHaveLength(asked);
    }
  });

  it('is refused of another host than the operator lists, of another scheme, and with a password in the address', async () => {
    await expect(fetched('/', { hosts: ['maps.example.org', '*.example.net'] })).rejects.toThrow(/SALIENT_PULL_HOSTS/);
    await expect(fetched('http://evil-example.net/', { hosts: ['*.example.net'] })).rejects.toThrow(
      /SALIENT_PULL_HOSTS/,
    );
    await expect(fetched('ftp://maps.example.org/a')).rejects.toThrow(/neither http: nor https:/);
    await expect(fetched(`http://ann:hunter2@${publisher.host}/`)).rejects.toThrow(/^(?!.*hunter2).*name or password/);
  });

  it('is not followed to where a redirect may not lead: the new address is judged as the first was', async () => {
    const byName = { allowPrivate: [`localhost:${publisher.port}`] };
    const start = `http://localhost:${publisher.port}/start`;
    const leading = (to: string) => {
      publisher.answer = ({ url }, response) =>
        url === '/start' ? response.writeHead(302, { location: to }).end() : response.end('secret');
    };
    leading('/moved');
    expect((await fetched(start, byName)).status).toBe(200);
    leading(`http://127.0.0.1:${publisher.port}/inside`);
    await expect(fetched(start, byName)).rejects.toThrow(/127\.0\.0\.1, a private address/);
    leading('file:///etc/passwd');
    await expect(fetched(start, byName)).rejects.toThrow(/neither http: nor https:/);
    leading(`http://localhost:${publisher.port}/moved`);
    await expect(fetched(start, { ...byName, hosts: ['127.0.0.1'] })).rejects.toThrow(/SALIENT_PULL_HOSTS/);
    publisher.answer = (_, response) => response.writeHead(302, { location: '/start' }).end();
    await expect(fetched(start, byName)).rejects.toThrow(/more than 5 redirects/);
  });

  it('that is too large, a bomb, cut off, too slow or sent otherwise than asked is broken off, in words', async () => {
    publisher.answer = (_, response) => response.writeHead(200, { 'content-length': 5000 }).end(Buffer.alloc(5000));
    await expect(fetched('/')).rejects.toThrow(/larger than 0\.001 MB/);
    publisher.answer = (_, response) => {
      response.writeHead(200);
      for (let i = 0; i < 50; i++) response.write(Buffer.alloc(100));
      response.end();
    };
    await expect(fetched('/')).rejects.toThrow(/larger than/);
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    publisher.answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    await expect(fetched('/', { maxBytes: 100_000 })).rejects.toThrow(/larger than 0\.1 MB/);
    publisher.answer = (_, response) => {
      response.writeHead(200, { 'content-length': 500 });
      response.write('half', () => response.destroy());
    };
    await expect(fetched('/')).rejects.toThrow(/aborted|reset|hang up/i);
    publisher.answer = (_, response) => {
      response.writeHead(200);
      response.write('a');
    };
    await expect(fetched('/', { timeoutMs: 300 })).rejects.toThrow(/within 0\.3 s/);
    publisher.answer = (_, response) => response.writeHead(200, { 'content-encoding': 'br' }).end('x');
    await expect(fetched('/')).rejects.toThrow(/nobody asked for/);
    publisher.answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip');
    await expect(fetched('/')).rejects.toThrow(/header/);
  });

  it('a publisher who wants to be asked later says when, in seconds or as an instant', async () => {
    publisher.answer = (_, response) => response.writeHead(429, { 'retry-after': '120' }).end();
    await expect(fetched('/')).rejects.toMatchObject({ status: 429, retryAfterS: 120 });
    const at = new Date(Date.now() + 60_000).toUTCString();
    publisher.answer = (_, response) => response.writeHead(503, { 'retry-after': at }).end();
    const failure = await fetched('/').catch((error) => error);
    expect(failure.retryAfterS).toBeGreaterThan(50);
    expect(failure.retryAfterS).toBeLessThanOrEqual(61);
  });
});
