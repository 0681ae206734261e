import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { addressOf, READ_PATHS, storeValley } from '../setup/every-route.js';
import { type RawAnswer, serviceOn } from '../setup/service.js';

const SERIES = 'vale-conditions';
/** Pictures are packed as they are. */
const codingsOf = (address: string) => (address.includes('.png') ? ['identity'] : ['identity', 'gzip', 'br']);
/** Answers without an end, or that are another at each request: of the process, or stating when they were made. */
const NEVER_THE_SAME = /\/updates|^\/(report\?|metrics|live|ready|health|tiles\/counters)/;

onEachDatabase('a condition of a request', (db) => {
  const { raw } = serviceOn(db);
  const FILE = `/snapshots/${SERIES}/2021-02-05.geojson`;
  const addresses = () =>
    [
      ...[...READ_PATHS].map(([path, { query }]) => addressOf(path, query, SERIES, {})),
      ...['/', '/openapi.json', '/ogc', '/ogc/api', file],
    ].filter((address) => !NEVER_THE_SAME.test(address));
  let file = FILE;
  const plain = ({ headers, body }: RawAnswer) => {
    const coding = headers['content-encoding'] ?? 'identity';
    const unpack = { gzip: gunzipSync, br: brotliDecompressSync, deflate: inflateSync }[coding];
    return (unpack ? unpack(body) : body).toString('latin1');
  };

  beforeAll(async () => {
    await storeValley(await db(), SERIES);
    // One address for one map: the day on which it came into force.
    const { headers } = await raw(FILE);
    file = headers.location === undefined ? FILE : new URL(headers.location).pathname;
  });

  it('finds a tag of its own for each coding of an answer, and each is understood again', async () => {
    let packed = 0;
    for (const address of addresses()) {
      const tags = new Map<string, string>();
      for (const coding of codingsOf(address)) {
        const { status, headers } = await raw(address, { 'accept-encoding': coding });
        const { etag, 'content-encoding': used = 'identity' } = headers;
        if (status !== 200 || etag === undefined) break;
        if (!etag.startsWith('W/')) {
          expect([address, coding, tags.get(etag) ?? used]).toEqual([address, coding, used]);
          tags.set(etag, used);
          if (used !== 'identity') packed++;
        }
        const headed = { 'accept-encoding': coding };
        const again = await raw(address, { ...headed, 'if-none-match': `"other", ${etag}` });
        expect([address, again.status, again.headers.etag, again.body.length]).toEqual([address, 304, etag, 0]);
        const held = await raw(address, { ...headed, 'if-match': etag });
        expect([address, held.status]).toEqual([address, etag.startsWith('W/') ? 412 : 200]);
      }
    }
    expect(packed).toBeGreaterThan(60);
  });

  it('that names another tag is not fulfilled, and says so as any other refusal does', async () => {
    for (const address of addresses()) {
      const answer = await raw(address);
      if (answer.status !== 200 || answer.headers.etag === undefined) continue;
      for (const accepted of ['identity', 'gzip']) {
        const headers = { 'if-match': '"x"', 'accept-encoding': accepted, accept: 'application/json' };
        const refused = await raw(address, headers);
        expect([address, refused.status, refused.headers['content-disposition']]).toEqual([address, 412, undefined]);
        expect(JSON.parse(plain(refused))).toMatchObject({ code: 'precondition_failed' });
      }
      expect([address, (await raw(address, { 'if-match': '"x"' }, 'HEAD')).status]).toEqual([address, 412]);
      expect([address, (await raw(address, { 'if-match': '*' }, 'HEAD')).status]).toEqual([address, 200]);
    }
  });

  it('lets a file that broke off be gone on with only where the bytes are the same', async () => {
    const whole = await raw(file);
    const gzip = await raw(file, { 'accept-encoding': 'gzip' });
    expect([whole.status, gzip.headers['content-encoding']]).toEqual([200, 'gzip']);
    const range = { range: 'bytes=100-', 'accept-encoding': 'gzip' };
    const rest = await raw(file, { ...range, 'if-range': whole.headers.etag as string });
    expect([rest.status, rest.headers.etag]).toEqual([206, whole.headers.etag]);
    expect(rest.body.equals(whole.body.subarray(100))).toBe(true);
    for (const tag of [gzip.headers.etag as string, `W/${whole.headers.etag}`, '"x"', new Date().toUTCString()]) {
      const anew = await raw(file, { ...range, 'if-range': tag });
      expect([tag, anew.status, plain(anew) === plain(whole)]).toEqual([tag, 200, true]);
    }
    expect((await raw(file, { ...range, 'if-match': gzip.headers.etag as string })).status).toBe(412);
    expect((await raw(file, { ...range, 'if-match': whole.headers.etag as string })).status).toBe(206);
    expect((await raw(file, { ...range, 'if-match': '"x"' })).status).toBe(412);
    expect((await raw(file, { ...range, 'if-none-match': whole.headers.etag as string })).status).toBe(304);
    expect((await raw(file, { range: 'bytes=99999999-' })).status).toBe(416);
  });

  it.each([
    ['br;q=0.1, gzip;q=0.9', 'gzip'],
    ['*', 'br'],
    ['gzip, *;q=0.5', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['gzip;q=0.5', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip, br', 'br'],
    ['identity, gzip;q=0.5', 'identity'],
    ['identity;q=0.5, gzip;q=0.2', 'identity'],
    ['br;q=0.000, gzip;q=0', 'identity'],
    ['*;q=0', 'identity'],
    ['zstd', 'identity'],
    ['', 'identity'],
  ])('on how it is packed is weighed alike on every path: %s', async (accepted, expected) => {
    for (const path of [
      `/tiles/${SERIES}/5/16/10.mvt?date=2021-02-05`,
      `/tiles/${SERIES}.json`,
      '/openapi.json',
      '/ogc',
    ]) {
      const { status, headers } = await raw(path, { 'accept-encoding': accepted });
      expect([path, status, headers['content-encoding'] ?? 'identity']).toEqual([path, 200, expected]);
    }
    const [script = ''] = /web\/[^"]+\.js/.exec((await raw('/')).body.toString()) ?? [];
    const { headers } = await raw(`/${script}`, { 'accept-encoding': accepted });
    // A script lies there packed as br alone.
    if (expected !== 'gzip') expect(headers['content-encoding']).toBe(expected);
  });

  it('of a range is for a GET', async () => {
    const { status, headers } = await raw(file, { range: 'bytes=0-9' }, 'HEAD');
    expect([status, headers['content-range']]).toEqual([200, undefined]);
    expect(Number(headers['content-length'])).toBeGreaterThan(10);
    expect((await raw(file, { range: 'bytes=0-9' })).status).toBe(206);
  });
});
