import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { box } from '../setup/good-input.js';
import { sendMap, WHOLE } from '../setup/sent-map.js';
import { serviceOn } from '../setup/service.js';

const area = (side: string, west: number, east: number) => ({
  type: 'Feature',
  properties: { side },
  geometry: { type: 'Polygon', coordinates: [box(west, 35.2, east, 35.6)] },
});
const map = (lon: number) => ({ type: 'FeatureCollection', features: [area('west', 36, lon), area('east', lon, 37)] });

onEachDatabase('the TileJSON of a day', (db) => {
  const service = serviceOn(db);
  const { raw } = service;
  /** What is of one answer alone, or of how it was sent. */
  const lasting = ({ headers }: Awaited<ReturnType<typeof raw>>) =>
    Object.fromEntries(
      Object.entries(headers).filter(
        ([name]) => !['x-request-id', 'date', 'content-length', 'transfer-encoding'].includes(name),
      ),
    );
  async function send(series: string, date: string, lon: number, made: object = {}) {
    const query = { date, accept: 'a test', ...made };
    expect(await sendMap(service, series, { map: map(lon), query })).toMatchObject({ status: 201 });
  }

  it.each([['identity'], ['gzip'], ['br'], ['gzip;q=0, br;q=0']])(
    'is from memory what it is when it is made (%s)',
    async (coding) => {
      const series = `json-${coding.replaceAll(/[^a-z]/g, '')}`;
      await send(series, '2024-05-01', 36.5, WHOLE);
      for (const day of ['2024-05-01', '2024-05-09']) {
        const path = `/tiles/${series}.json?date=${day}`;
        const made = await raw(path, { 'accept-encoding': coding });
        const remembered = await raw(path, { 'accept-encoding': coding });
        const held = remembered.headers['content-encoding'];
        expect(held).toBe(coding === 'gzip' || coding === 'br' ? coding : undefined);
        expect(lasting(remembered)).toEqual(lasting(made));
        const bytes = ({ body }: typeof made) =>
          held === 'br' ? brotliDecompressSync(body) : held === 'gzip' ? gunzipSync(body) : body;
        expect(bytes(remembered).toString()).toBe(bytes(made).toString());
        expect(remembered.headers['x-request-id']).not.toBe(made.headers['x-request-id']);
        const etag = String(made.headers.etag);
        // The bytes that are not packed have a tag of their own.
        const plain = etag.replace(/-(gzip|br)"$/, '"');
        expect(plain === etag).toBe(held === undefined);
        for (const [sent, stated] of [
          [etag, etag],
          [`"another", W/${etag}`, etag],
          [plain, plain],
          ['*', plain],
        ] as const) {
          expect(await raw(path, { 'if-none-match': sent })).toMatchObject({ status: 304, headers: { etag: stated } });
        }
        expect((await raw(path, { 'if-none-match': '"another"' })).status).toBe(200);
        expect(await raw(path, {}, 'HEAD')).toMatchObject({ status: 200, headers: { etag: plain } });
      }
    },
  );

  it('shows a correction as soon as it is answered, at the address of each who asks', async () => {
    await send('json-corrected', '2024-05-01', 36.5, WHOLE);
    const state = async (headers: Record<string, string> = {}) => {
      const { tiles, state } = JSON.parse((await raw('/tiles/json-corrected.json', headers)).body.toString());
      return { host: new URL(tiles[0]).host, state };
    };
    const [first, again] = [await state(), await state()];
    expect(again).toEqual(first);
    expect((await state({ host: 'maps.example:81' })).host).toBe('maps.example:81');
    expect(await state()).toEqual(first);
    await send('json-corrected', '2024-05-01', 36.6);
    expect((await state()).state).not.toBe(first.state);
    await send('json-corrected', '2024-05-02', 36.7);
    const [day, same] = [await state(), await state()];
    expect(day).toEqual(same);
  });

  it('refuses what is no day, no series and no parameter as every route does', async () => {
    await send('json-refusing', '2024-05-01', 36.5, WHOLE);
    for (const [path, code] of [
      ['/tiles/json-refusing.json?date=2024-13-01', 'invalid_date'],
      ['/tiles/json-refusing.json?day=2024-05-01', 'unknown_parameter'],
      ['/tiles/json-refusing.json?date=2024-05-01&date=2024-05-02', 'invalid_parameter'],
      ['/tiles/json-nowhere.json', 'unknown_series'],
      ['/tiles/json%2.json', 'invalid_parameter'],
    ] as const) {
      for (let time = 0; time < 2; time++) {
        const { status, headers, body } = await raw(path);
        expect({ path, ...JSON.parse(body.toString()) }).toMatchObject({ path, code });
        expect(status).toBeGreaterThanOrEqual(400);
        expect(headers['cache-control']).toBe('no-store');
      }
    }
  });

  it('of a series for members alone is for members alone, however often it was asked before', async () => {
    await send('json-members', '2024-05-01', 36.5, WHOLE);
    const path = '/tiles/json-members.json';
    for (let time = 0; time < 2; time++) expect((await raw(path)).status).toBe(200);
    const { status } = await service.get('/series/json-members/access?access=members&why=so', {
      method: 'POST',
      headers: CREDENTIAL,
    });
    expect(status).toBe(200);
    expect((await raw(path)).status).toBe(404);
    expect((await raw(path.replace('json-', 'json%2D'))).status).toBe(404);
    expect((await raw(path, CREDENTIAL)).status).toBe(200);
  });
});
