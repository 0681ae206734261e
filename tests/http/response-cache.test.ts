import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atWork } from '../../src/store/cancellation.js';
import type { Db } from '../../src/store/pool.js';
import { database } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';
import { strips } from '../setup/strips.js';

const map = strips([36.4], ['opposition', 'government']);
const send = (series: string, title: string) =>
  `/series/${series}/snapshots?date=2020-01-01&accept=x&create=true&title=${title}&publisher=Test&licence=CC0-1.0&accuracy=60`;

/** Keeps the one connection of the embedded engine until the function returned is called. */
async function occupied(db: Db): Promise<() => Promise<void>> {
  let leave = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  let begun = () => {};
  const holding = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const over = atWork({ lane: 'heavy' }, () =>
    db.transaction(async (tx) => {
      await tx.query('select 1');
      begun();
      await left;
    }),
  );
  await holding;
  return () => {
    leave();
    return over;
  };
}

describe('while the one connection of the embedded engine is at work', () => {
  const service = serviceOn(() => database('embedded', 'remembered'));
  const series = 'remembered-one';
  let paths: string[] = [];
  let release = async () => {};

  beforeAll(async () => {
    expect((await service.post(send(series, 'One'), map)).status).toBe(201);
    const { tiles } = await service.json<{ tiles: [string] }>(`/tiles/${series}.json?date=2020-01-01`);
    const named = decodeURIComponent(new URL(tiles[0]).pathname).replace('{z}/{x}/{y}', '7/76/50');
    paths = [
      '/ready',
      '/series',
      `/series/${series}/dates`,
      `/series/${series}/snapshots`,
      '/tiles',
      `/tiles/${series}.json?date=2020-01-01`,
      `/styles/${series}/style.json?date=2020-01-01`,
      '/ogc/collections',
      named,
      `/tiles/${series}/7/76/50.mvt?date=2020-01-01`,
    ];
    for (const path of paths) expect([path, (await service.get(path)).status]).toEqual([path, 200]);
    release = await occupied(await database('embedded', 'remembered'));
  });
  afterAll(() => release());

  it('small look-ups and tiles already drawn are answered, the same as before to the header', async () => {
    for (const path of paths.slice(1)) {
      const { status, headers } = await service.raw(path, { connection: 'close' });
      expect([path, status, headers['access-control-allow-origin']]).toEqual([path, 200, '*']);
      const again = await service.raw(path, { 'if-none-match': String(headers.etag) });
      expect([path, again.status, again.headers.etag]).toEqual([path, 304, headers.etag]);
    }
  });

  it('/ready says that it is busy, and ready, while the connection is taken', async () => {
    const answer = await service.get('/ready');
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok', busy: true }]);
  });

  it('small questions go before all others that wait for the connection', async () => {
    const db = await database('embedded', 'remembered');
    const order: string[] = [];
    const ask = (lane: 'heavy' | 'light' | 'answer', name: string) =>
      atWork({ lane }, () => db.query('select 1')).then(() => order.push(name));
    const all = [ask('heavy', 'heavy'), ask('answer', 'answer'), ask('light', 'first'), ask('light', 'second')];
    await release();
    await Promise.all(all);
    expect(order).toEqual(['first', 'second', 'heavy', 'answer']);
  });
});

describe('what is remembered', () => {
  const service = serviceOn(() => database('embedded', 'remembered'));
  const titles = async () => (await service.json<{ id: string; title: string }[]>('/series')).map(({ title }) => title);

  it('is asked anew as soon as a write is acknowledged, and not after a reading that keeps its result', async () => {
    const db = await database('embedded', 'remembered');
    expect((await service.post(send('remembered-two', 'Two'), map)).status).toBe(201);
    expect(await titles()).toContain('Two');
    expect((await service.post(send('remembered-three', 'Three'), map)).status).toBe(201);
    expect(await titles()).toEqual(expect.arrayContaining(['Two', 'Three']));
    const before = db.version?.();
    await service.json('/front?series=remembered-two&date=2020-01-01');
    expect(db.version?.()).toBe(before);
    expect((await service.post('/series/remembered-three/withdraw?why=wrong', {})).status).toBe(200);
    expect(db.version?.()).not.toBe(before);
  });

  it('differs by the address under which the service was asked, and by the form', async () => {
    const at = async (headers: Record<string, string>) =>
      (await service.raw('/ogc/collections', { accept: 'application/json', ...headers })).body.toString();
    expect(await at({ host: 'one.example' })).toContain('http://one.example/ogc');
    expect(await at({ host: 'two.example' })).toContain('http://two.example/ogc');
    expect(await at({ host: 'two.example', accept: 'text/html' })).toContain('<html');
    const policy = async () =>
      (await service.raw('/ogc/collections', { accept: 'text/html' })).headers['content-security-policy'];
    expect(await policy()).toBe(await policy());
  });
});
