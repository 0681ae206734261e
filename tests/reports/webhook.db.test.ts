import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isPrivateAddress } from '../../src/outbound/public-address.js';
import { sendWebhook } from '../../src/reports/webhook.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function receiver(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => answer(request, response, Buffer.concat(chunks).toString()));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const allowing = (...allowPrivate: string[]) => ({ secret: 'a shared secret', allowPrivate });
const message = (host: string, path = '/hook') => ({
  url: `http://${host}${path}`,
  key: 'weekly/2020-W06/1',
  body: '{"a":"é"}',
});

describe('a webhook', () => {
  it('is signed over the bytes that arrive and carries the key of its delivery', async () => {
    let seen: { headers: IncomingMessage['headers']; body: string; method: string | undefined } | undefined;
    const host = await receiver((request, response, body) => {
      seen = { headers: request.headers, body, method: request.method };
      response.writeHead(204).end();
    });
    expect(await sendWebhook(allowing(host), message(host))).toBe(204);
    const expected = createHmac('sha256', 'a shared secret').update('{"a":"é"}').digest('hex');
    expect(seen).toMatchObject({
      method: 'POST',
      body: '{"a":"é"}',
      headers: {
        'salient-signature': `sha256=${expected}`,
        'idempotency-key': 'weekly/2020-W06/1',
        'content-type': 'application/json',
      },
    });
  });

  it('that is refused, hangs up or redirects did not arrive, and the reason says which', async () => {
    const refusing = await receiver((_, response) => response.writeHead(503).end('later'));
    await expect(sendWebhook(allowing(refusing), message(refusing))).rejects.toThrow('status 503');
    let followed = 0;
    const redirecting = await receiver((request, response) => {
      if (request.url !== '/hook') followed++;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    await expect(sendWebhook(allowing(redirecting), message(redirecting))).rejects.toThrow(
      'redirects are not followed',
    );
    expect(followed).toBe(0);
    const gone = await receiver((request) => request.socket.destroy());
    await expect(sendWebhook(allowing(gone), message(gone))).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  it('to a receiver that never answers does not wait for ever', async () => {
    const silent = await receiver(() => {});
    const impatient = { ...allowing(silent), timeoutMs: 300 };
    await expect(sendWebhook(impatient, message(silent))).rejects.toThrow('no answer within 0.3 s');
  });

  it('never reaches a private address, under whatever name, unless the host is allowed', async () => {
    let reached = 0;
    const host = await receiver((_, response) => {
      reached++;
      response.writeHead(200).end();
    });
    const port = host.split(':')[1];
    for (const name of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '0.0.0.0']) {
      await expect(sendWebhook(allowing(), message(`${name}:${port}`)), name).rejects.toThrow('private address');
    }
    expect(reached).toBe(0);
    expect(await sendWebhook(allowing('localhost'), message(`localhost:${port}`))).toBe(200);
  });

  it('is not sent unsigned', async () => {
    await expect(sendWebhook({ secret: null, allowPrivate: [] }, message('example.org'))).rejects.toThrow(
      'SALIENT_WEBHOOK_SECRET',
    );
  });
});

describe('addresses', () => {
  it.each([
    ...[
      '10.1.2.3',
      '127.0.0.1',
      '169.254.169.254',
      '172.31.255.255',
      '192.168.0.1',
      '100.64.0.1',
      '0.0.0.0',
      '224.0.0.1',
    ],
    ...['255.255.255.255', '::1', '::', 'fe80::1', 'fd00::1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::'],
    ...['2001:db8::1', 'not an address'],
    // An IPv4 address embedded in every form that has been defined (RFC 4291, 6052, 6145, 8215, 3056, 4380).
    ...['::127.0.0.1', '::7f00:1', '::ffff:7f00:1', '::ffff:0:127.0.0.1', '::ffff:0:7f00:1', '64:ff9b:1::7f00:1'],
    ...['2002:7f00:1::', '2001:0:7f00:1::', '::8.8.8.8', '::ffff:0:8.8.8.8'],
    // Site-local, discard, documentation, segment routing, and what IANA has given to nobody.
    ...['fec0::1', 'feff::1', '100::1', '3fff::1', '5f00::1', '4000::1', '1fff::1', 'fe80::1%eth0', '192.88.99.1'],
  ])('%s is private', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each([
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '2a00:1450::1',
    '::ffff:8.8.8.8',
    '::ffff:808:808',
    '223.255.255.255',
  ])('%s is not', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});
