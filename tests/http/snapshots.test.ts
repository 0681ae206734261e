import { request } from 'node:http';
import { expect, it, vi } from 'vitest';
import type { Db } from '../../src/store/pool.js';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { expectGeoJson } from '../setup/geojson.js';
import { m5 } from '../setup/m5.js';
import { carry, expectSameMaps, FORMS, type FormName, storedMaps } from '../setup/round-trip.js';
import { serviceOn } from '../setup/service.js';

let series = 0;

onEachDatabase('the files of a map', (db) => {
  const service = serviceOn(async () => m5(await db()));
  const { get, json, raw } = service;
  const base = () => service.base;

  async function again(store: Db, name: FormName, dates: readonly string[]) {
    const id = `again-${name}-${process.pid}-${++series}`;
    await carry({ get }, { get }, name, dates, { series: id });
    return { id, maps: await storedMaps(store, id, dates) };
  }

  it.each(FORMS)('is read back from %s as the same map, to the last bit', async (name) => {
    const store = await db();
    const dates = (await json<{ dates: string[] }>('/series/m5/dates')).dates.filter((_, index) => index % 21 === 0);
    const { maps: read } = await again(store, name, dates);
    expectSameMaps(read, await storedMaps(store, 'm5', dates));
  });

  it('has the same content hash after a second journey as after the first', async () => {
    const store = await db();
    const [date = ''] = (await json<{ dates: string[] }>('/series/m5/dates')).dates;
    const first = await again(store, 'geojson', [date]);
    const file = await (await get(`/snapshots/${first.id}/${date}.geojson`)).text();
    const second = await get(`/series/${first.id}/snapshots?source=m5`, {
      method: 'POST',
      body: file,
      headers: { 'content-type': 'application/geo+json', ...CREDENTIAL },
    });
    expect(await second.json()).toMatchObject({ snapshots: [{ date, result: 'unchanged' }] });
  });

  it('stays at its address, with an ETag, its licence and its series in it', async () => {
    const answer = await get('/snapshots/m5/2020-01-29.geojson');
    const file = (await answer.json()) as Record<string, unknown>;
    expectGeoJson(file);
    expect(file).toMatchObject({ series: 'm5', licence: 'CC BY-SA 4.0', date: '2020-01-29', publisher: 'Salient' });
    const etag = answer.headers.get('etag') ?? '';
    expect((await raw('/snapshots/m5/2020-01-29.geojson', { 'if-none-match': etag })).status).toBe(304);
    // Not packed, it has a tag of its own.
    const plain = (await raw('/snapshots/m5/2020-01-29.geojson')).headers.etag;
    expect(etag).toBe(plain?.replace(/"$/, '-gzip"'));
    expect((await raw('/snapshots/m5/2020-01-29.geojson', {}, 'HEAD')).headers.etag).toBe(plain);
  });

  it.each(FORMS)('as %s is sent by pieces to those who read it so, the same bytes whenever they ask', async (name) => {
    const path = `/snapshots/m5/2020-01-29.${name}`;
    const whole = (await raw(path)).body;
    const head = await raw(path, {}, 'HEAD');
    expect([
      head.status,
      head.headers['accept-ranges'],
      Number(head.headers['content-length']),
      head.body.length,
    ]).toEqual([200, 'bytes', whole.length, 0]);
    const ranges = [
      [0, 15],
      [16, whole.length - 2],
      [whole.length - 1, whole.length - 1],
    ] as const;
    const pieces = await Promise.all(
      ranges.map(([from, to]) => raw(path, { range: `bytes=${from}-${to}`, 'accept-encoding': 'gzip' })),
    );
    for (const [index, { status, headers }] of pieces.entries()) {
      expect([status, headers['content-range'], headers.etag, headers['content-encoding']]).toEqual([
        206,
        `bytes ${ranges[index]?.join('-')}/${whole.length}`,
        head.headers.etag,
        undefined,
      ]);
    }
    expect(Buffer.concat(pieces.map(({ body }) => body)).equals(whole)).toBe(true);
    expect((await raw(path, { range: `bytes=${whole.length}-` })).status).toBe(416);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await raw(path)).body.equals(whole)).toBe(true);
  });

  it('is not written to the end for a client that goes away, which is no defect and is not told as one', async () => {
    const reported = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      for (const path of ['2020-01-29.geojson', '2020-01-29.csv', '2020-01-29.fgb']) {
        await new Promise<void>((resolve) => {
          const requested = request(`${base()}/snapshots/m5/${path}`, (answer) =>
            answer.once('data', () => {
              requested.destroy();
              setTimeout(resolve, 300);
            }),
          );
          requested.on('error', () => {});
          requested.end();
        });
      }
      expect(reported.mock.calls.map(([text]) => String(text))).toEqual([]);
    } finally {
      reported.mockRestore();
    }
    expect((await get('/health')).status).toBe(200);
  });

  it('has one address for one map: another day leads to the day on which it came into force', async () => {
    const answer = await get('/snapshots/m5/2020-02-09.geojson', { redirect: 'manual' });
    const dates = (await json<{ dates: string[] }>('/series/m5/dates')).dates;
    const expected = dates.findLast((date) => date <= '2020-02-09');
    if (expected === '2020-02-09') expect(answer.status).toBe(200);
    else
      expect([answer.status, answer.headers.get('location')]).toEqual([
        302,
        expect.stringContaining(`/snapshots/m5/${expected}.geojson`),
      ]);
    expect((await get('/snapshots/m5/1999-01-01.geojson')).status).toBe(404);
    expect((await get('/snapshots/m5/2020-02-30.geojson')).status).toBe(400);
    expect((await get('/snapshots/nobody/2020-02-01.geojson')).status).toBe(404);
    expect((await get('/snapshots/m5/2020-02-01.xlsx')).status).toBe(404);
    expect((await get('/snapshots/m5/2020-01-29.geojson?x=1')).status).toBe(400);
  });

  it('is listed for every day, as JSON and as a page', async () => {
    const { snapshots } = await json<{ snapshots: { date: string; files: Record<string, string> }[] }>('/snapshots/m5');
    expect(snapshots.map(({ date }) => date)).toEqual((await json<{ dates: string[] }>('/series/m5/dates')).dates);
    expect(Object.keys(snapshots[0]?.files ?? {})).toEqual([...FORMS]);
    for (const path of ['/snapshots', '/snapshots/m5']) {
      const page = await (await get(path, { headers: { accept: 'text/html' } })).text();
      expect(page).toMatch(/^<!doctype html>/);
    }
  });
});
