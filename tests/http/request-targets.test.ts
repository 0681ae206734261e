import { request } from 'node:http';
import { beforeAll, expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { addressOf, READ_PATHS, storeValley } from '../setup/every-route.js';
import { serviceOn } from '../setup/service.js';

const SERIES = 'vale-targets';
/** Hosts that no address can have. */
const ODD_HOSTS = ['127.0.0.1:99999', 'a b', 'a/b', 'user@host', '[:::]', '[::1', '1.2.3.4.5', 'h:x', '<b>', '%', 'ä'];

onEachDatabase('the target of a request', (db) => {
  const service = serviceOn(db);
  const addresses = () => [
    ...[...READ_PATHS].map(([path, { query }]) => addressOf(path, query, SERIES, {})),
    ...[
      '/openapi.json',
      '/',
      '/desk',
      '/ogc',
      '/ogc/',
      '/ogc/api',
      '/ogc/at/2021-02-05',
      `/ogc/collections/${SERIES}_control/items?limit=2`,
    ],
    ...['/nothing', '//', '//ogc', '//[', '/ogc//', '/ogc/%', '/?', '*'],
  ];

  /** The head of an answer, and as much of the body as there is at once; a stream of events has no end. */
  const ask = (path: string, headers: Record<string, string> | string[]) =>
    new Promise<{ status: number; location: string | undefined; body: string }>((resolve, reject) => {
      const asked = request(service.base, { path, headers, setHost: false }, (answer) => {
        const chunks: Buffer[] = [];
        const done = () => {
          const { statusCode = 0, headers } = answer;
          resolve({ status: statusCode, location: headers.location, body: Buffer.concat(chunks).toString() });
          asked.destroy();
        };
        answer.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          if (answer.headers['content-type']?.includes('event-stream')) done();
        });
        answer.on('end', done).on('error', () => {});
      });
      asked.on('error', reject).end();
    });

  beforeAll(async () => storeValley(await db(), SERIES));

  it('is answered alike as a path and as the whole address, on every route', async () => {
    const { host } = new URL(service.base);
    const differing: string[] = [];
    for (const address of addresses().filter((one) => one.startsWith('/'))) {
      const plain = await ask(address, { host });
      const whole = await ask(`HTTP://${host}${address}`, { host: 'elsewhere.example' });
      if (plain.status !== whole.status || plain.status >= 500 || plain.location !== whole.location)
        differing.push(`${address}: ${plain.status}, ${whole.status}`);
    }
    expect(differing).toEqual([]);
    expect((await ask(`http://${host}?x=1`, { host })).body).toBe((await ask('/?x=1', { host })).body);
  });

  it('names the host in links, whatever the header says', async () => {
    for (const path of ['/ogc', '/tiles', '/snapshots', `/tiles/${SERIES}.json`, '/openapi.json']) {
      const whole = await ask(`http://maps.example:8080${path}`, { host: '127.0.0.1' });
      expect(whole.body, path).toContain('"http://maps.example:8080');
      expect(whole.body, path).not.toContain('"http://127.0.0.1');
    }
  });

  it('on a host that cannot be one is the fault of the request, wherever a link is made of it', async () => {
    for (const address of addresses()) {
      const { status, body } = await ask(address, { host: '127.0.0.1:99999' });
      expect([address, status, status < 500 || body]).toEqual([address, status, true]);
    }
    const linked = ['/ogc', '/tiles', '/snapshots', '/openapi.json', '/', `/tiles/${SERIES}.json`];
    for (const host of ODD_HOSTS)
      for (const path of linked) expect([host, path, (await ask(path, { host })).status]).toEqual([host, path, 400]);
    for (const host of ['my_service:8080', 'xn--mnchen-3ya.example', 'a~b', '[2001:db8::1]:80', 'LOCALHOST.'])
      expect((await ask('/ogc', { host })).body, host).toContain(`http://${host.toLowerCase()}/ogc`);
  });

  it('with two hosts is refused, whatever it asks for', async () => {
    const { host } = new URL(service.base);
    for (const hosts of [
      [host, host],
      [host, 'elsewhere.example'],
      ['elsewhere.example', host],
    ])
      for (const path of ['/ogc', '/live', `/tiles/${SERIES}.json`, `/tiles/${SERIES}/7/67/43.mvt?date=2021-02-05`]) {
        const { status, body } = await ask(path, ['Host', hosts[0] ?? '', 'hOST', hosts[1] ?? '']);
        expect([path, hosts, status, JSON.parse(body).code]).toEqual([path, hosts, 400, 'invalid_parameter']);
      }
    expect((await ask('/live', ['Host', host, 'X-Forwarded-Host', 'elsewhere.example'])).status).toBe(200);
  });
});
