import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { verifyAudit } from '../../src/desk/audit.sql.js';
import { SNAPSHOT_FORMS, SNAPSHOT_ROUTES } from '../../src/http/maps/snapshot-routes.js';
import { OGC_ROUTES } from '../../src/http/ogc/router.js';
import { REPORT_PAGES } from '../../src/http/reports/report-pages.js';
import { ROUTES } from '../../src/http/routes.js';
import { TILE_JSONS, TILE_ROUTES } from '../../src/http/tiles/tile-routes.js';
import { writeBackup } from '../../src/store/backup.js';
import { createToken } from '../../src/store/tokens.sql.js';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';
import { strips } from '../setup/strips.js';

/*
 * A purged map beside one that is public, one that waits, one that was refused: every GET there is, with each credential, before
 * and after. Meridians that no other map has tell whose ground an answer or a row holds.
 */

const ID = 'purge-walk';
const CREATE = 'create=true&title=Purge&publisher=Test&licence=CC0-1.0&accuracy=60';
const day = (n: number) => `2020-01-0${n}`;
/** The line of the purged map, that of the map refused on the same day, and those of the maps that stay. */
const [PURGED, REFUSED, WAITING] = [36.3041237, 36.9123457, 36.9567891];
/** Small steps by day, so that a jump waits for a person. */
const STAY: Readonly<Record<number, number>> = {
  ...{ 1: 36.3005237, 2: 36.3011237, 3: 36.3017237, 4: 36.3023237, 5: 36.3029237, 6: 36.3035237, 8: 36.3047237 },
};
/** The day of the purged map. */
const GONE = 7;

/**
 * How a coordinate may stand in an answer or in a row: in decimals, cut after `decimals` or not, and as eight bytes in hex.
 * Answers may cut after five; a row of the whole store keeps more, and other files' maps hold every number of five decimals.
 */
function traces(lon: number, decimals = 5): RegExp {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(lon);
  const digits = String(lon)
    .slice(0, 3 + decimals)
    .replace('.', '\\.');
  return new RegExp(`(?<![\\d.])${digits}|${bytes.toString('hex')}`, 'i');
}
const stored = (lon: number): RegExp => traces(lon, 7);

const VALUES: Readonly<Record<string, string>> = {
  ...{
    id: ID,
    series: ID,
    with: 'm5',
    date: day(GONE),
    from: day(1),
    to: day(8),
    party: 'west',
    number: '1',
    form: 'csv',
  },
  ...{ z: '8', x: '153', y: '100', state: 'x', collection: `${ID}_control`, collectionId: `${ID}_control`, f: 'json' },
  ...{
    period: 'x',
    tileMatrixSetId: 'WebMercatorQuad',
    tileMatrix: '8',
    tileRow: '100',
    tileCol: '153',
    featureId: `${day(GONE)}.1`,
  },
};

onEachDatabase('a purged map', (db) => {
  const store = async () => m5(await db());
  const { get, json, post } = serviceOn(store);
  const tokens: Record<string, string> = {};
  const held: Record<string, number> = {};
  let known = '';
  let tile = '';
  let pair = '';
  const send = (n: number, lon: number, more = '') =>
    post(`/series/${ID}/snapshots?date=${day(n)}${more}`, strips([lon], ['west', 'east']));

  const filled = (path: string) => path.replace(/\{(\w+)\}/g, (_, name: string) => VALUES[name] ?? 'nobody');
  const query = (parameters: object) =>
    Object.keys(parameters)
      .flatMap((name) => (VALUES[name] ? [`${name}=${VALUES[name]}`] : []))
      .join('&');
  /** Every GET of the tables, about the day, as known before it was withdrawn where that can be asked. */
  const addresses = (instant = `&known-at=${encodeURIComponent(known)}`) => [
    ...[...ROUTES, ...REPORT_PAGES, ...TILE_ROUTES, ...TILE_JSONS].map(({ path, query: takes }) => {
      const before = 'known-at' in takes ? instant : '';
      return `${filled(path)}?${query(takes)}${before}`;
    }),
    ...OGC_ROUTES.map(({ path }) => `/ogc${filled(path)}`),
    ...Object.keys(SNAPSHOT_FORMS).map((form) => `/snapshots/${ID}/${day(GONE)}.${form}?${instant}`),
    ...['json', 'html', 'csv', 'fgb', 'gpkg'].map(
      (f) => `/ogc/collections/${ID}_control/items?f=${f}&datetime=${day(GONE)}${instant}`,
    ),
    ...SNAPSHOT_ROUTES.slice(0, 2).map(({ path }) => filled(path)),
    `/ogc/collections/${ID}_control/items?datetime=../..${instant}`,
    `/ogc/collections/${ID}_changes/items?datetime=../..${instant}`,
    `/maps/${ID}.svg?date=${day(GONE)}`,
    ...Object.values(held).map((number) => `/series/${ID}/held/${number}`),
    ...(instant === '' ? [] : [tile, pair]),
  ];

  beforeAll(async () => {
    const opened = await store();
    for (const scope of ['read', 'write', 'review', 'admin'] as const) {
      const given = { name: `purge-${scope}`, scopes: [scope], expiresAt: null, by: 'the tests' };
      tokens[scope] = (await createToken(opened, given)).token;
    }
    const lines = Object.entries({ ...STAY, [GONE]: PURGED });
    for (const [n, lon] of lines) expect((await send(Number(n), lon, n === '1' ? `&${CREATE}` : '')).status).toBe(201);
    for (const [name, n, lon] of [
      ['refused', GONE, REFUSED],
      ['waiting', GONE + 1, WAITING],
    ] as const) {
      const sent = await send(n, lon);
      held[name] = sent.body.problems?.[0]?.held ?? 0;
    }
    await post(`/series/${ID}/held/${held.refused}/refuse?why=wrong`, '');
    const report = { id: ID, title: 'Purged', series: ID, period: { every: 'month' } };
    await post('/reports', report);
    await post(`/reports/${ID}/issue?period=2020-01`, '');
    VALUES_OF_REPORT.period = '2020-01.json';
    const template = (found: { tiles: [string] }) =>
      decodeURIComponent(new URL(found.tiles[0]).pathname).replace('{z}/{x}/{y}', '8/153/100');
    tile = template(await json(`/tiles/${ID}.json?date=${day(GONE)}`));
    pair = template(await json(`/tiles/${ID}/change.json?from=${day(1)}&to=${day(GONE)}`));
    known = new Date(Date.now() + 1).toISOString();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }, 120_000);
  const VALUES_OF_REPORT: { period: string } = { period: 'x' };

  /** What every address answers to a credential. */
  async function requested(credential: string, instant?: string) {
    const found: { address: string; status: number; body: string }[] = [];
    for (const address of [...addresses(instant), `/reports/${ID}/${VALUES_OF_REPORT.period}`]) {
      const token = tokens[credential];
      const answer = await get(address, {
        redirect: 'manual',
        headers: token ? { authorization: `Bearer ${token}` } : {},
      });
      if (answer.headers.get('content-type')?.includes('event-stream')) {
        await answer.body?.cancel();
        continue;
      }
      const body = Buffer.from(await answer.arrayBuffer());
      found.push({ address, status: answer.status, body: `${body.toString('latin1')} ${body.toString('hex')}` });
    }
    return found;
  }
  const holding = (found: Awaited<ReturnType<typeof requested>>, lon: number) =>
    found.filter(({ body }) => traces(lon).test(body)).map(({ address }) => address.replace(/\?.*/, ''));
  const everything = async () => {
    const sink = new PassThrough();
    const [bytes] = await Promise.all([buffer(sink), writeBackup(await db(), sink)]);
    return gunzipSync(bytes).toString();
  };

  it('is not purged while it counts, nor by anybody but an admin', async () => {
    const path = `/series/${ID}/snapshots/${day(GONE)}/purge?why=court`;
    expect(await post(path, '')).toMatchObject({ status: 409, body: { code: 'not_withdrawn' } });
    expect((await post(`/series/${ID}/purge?why=court`, '')).body.code).toBe('not_withdrawn');
    expect((await post(`/series/nobody/purge?why=court`, '')).body.code).toBe('unknown_series');
    await post(`/series/${ID}/snapshots/${day(GONE)}/withdraw?why=court`, '');
    for (const scope of ['read', 'write', 'review']) {
      const refused = await post(path, '', { authorization: `Bearer ${tokens[scope]}` });
      expect([scope, refused.status]).toEqual([scope, 403]);
    }
    // Withdrawn is still there, as known before and by address: else this test could not fail.
    const found = await requested('admin');
    expect(holding(found, PURGED)).toEqual(
      expect.arrayContaining([
        '/control',
        '/front',
        `/snapshots/${ID}/${day(GONE)}.geojson`,
        `/snapshots/${ID}/${day(GONE)}.gpkg`,
      ]),
    );
    expect(holding(found, REFUSED)).toEqual([`/series/${ID}/held/${held.refused}`]);
    expect(found.find(({ address }) => address === tile)?.status).toBe(200);
    expect(found.find(({ address }) => address.startsWith(`/reports/${ID}/2020-01`))?.status).toBe(200);
    for (const lon of [PURGED, REFUSED]) expect(await everything()).toMatch(stored(lon));
  });

  it('is meanwhile in no answer of today, and what waits or was refused in none but those of the desk', {
    timeout: 180_000,
  }, async () => {
    for (const credential of ['none', 'read']) {
      // A report that was issued stays as it was issued.
      const today = (await requested(credential, '')).filter(({ address }) => !address.startsWith('/reports/'));
      expect([credential, holding(today, PURGED)]).toEqual([credential, []]);
      expect(holding(today, STAY[6] as number)).toContain('/control');
      for (const [name, lon] of [
        ['refused', REFUSED],
        ['waiting', WAITING],
      ] as const) {
        const desk = credential === 'none' ? [] : [`/series/${ID}/held/${held[name]}`];
        expect([credential, name, holding(today, lon)]).toEqual([credential, name, desk]);
      }
      expect([credential, today.filter(({ status }) => status >= 500)]).toEqual([credential, []]);
    }
  });

  it('is gone from every answer to everybody, from every table and from backups to come', {
    timeout: 180_000,
  }, async () => {
    const gone = await post(`/series/${ID}/snapshots/${day(GONE)}/purge?why=court%20order&by=A`, '');
    expect(gone).toMatchObject({
      status: 200,
      body: {
        revisions: [expect.any(Number)],
        held: [held.refused],
        left: { held: [], proposals: [] },
        report_editions: [{ report: ID, period: '2020-01', edition: 1 }],
      },
    });
    const { shapes, addresses: printed, cannot_reach } = gone.body as unknown as Record<string, string[]>;
    expect(Number(shapes)).toBe(4);
    expect(printed).toContain(`/snapshots/${ID}/${day(GONE)}.*`);
    expect(cannot_reach?.[0]).toMatch(/backups made before/);
    for (const credential of ['none', 'read', 'write', 'review', 'admin']) {
      const found = await requested(credential);
      expect([credential, found.filter(({ status }) => status >= 500)]).toEqual([credential, []]);
      for (const lon of [PURGED, REFUSED]) expect([credential, holding(found, lon)]).toEqual([credential, []]);
      const statusOf = (address: string) => found.find((one) => one.address.startsWith(address))?.status;
      const stays = [
        `/control?`,
        `/front?`,
        `/change?`,
        `/snapshots/${ID}/${day(GONE)}.csv`,
        tile,
        pair,
        `/reports/${ID}/2020-01`,
      ];
      for (const address of stays) expect([credential, address, statusOf(address)]).toEqual([credential, address, 410]);
    }
    const dump = await everything();
    for (const lon of [PURGED, REFUSED]) expect(dump).not.toMatch(stored(lon));
    for (const lon of [...Object.values(STAY), WAITING]) expect(dump).toMatch(stored(lon));
    const [left] = await (await db()).query<{ left: number }>(
      'select count(*)::int as left from plane_face f where not exists (select from revision r where r.plane = f.plane)',
    );
    expect(left).toEqual({ left: 0 });
  });

  it('leaves a tombstone, the other maps, an audit log that holds, and is not taken again', async () => {
    const opened = await db();
    expect(await verifyAudit(opened)).toMatchObject({ broken_at: null });
    const entries = await opened.query<{ principal: string; detail: unknown }>(
      `select principal, detail from audit_entry where subject like '%' || $1 || '%purge%' or (action like '%purge%' and subject like '%' || $1 || '%')`,
      [ID],
    );
    expect(entries).toHaveLength(1);
    expect(
      await opened.query('select valid_on, why, decided_by, principal from purge where series = $1', [ID]),
    ).toEqual([{ valid_on: day(GONE), why: 'court order', decided_by: 'A', principal: 'local' }]);
    await expect(opened.query(`update purge set why = 'none' where series = $1`, [ID])).rejects.toThrow(
      /kept for ever/,
    );
    await expect(opened.query(`delete from shape`)).rejects.toThrow(/kept for ever/);
    const { snapshots } = await json<{ snapshots: { date: string; purged: boolean; current: boolean }[] }>(
      `/series/${ID}/snapshots`,
      CREDENTIAL,
    );
    expect(snapshots.map(({ date, purged, current }) => [date, purged, current])).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => [day(n), n === GONE, n !== GONE]),
    );
    expect(await json(`/control?series=${ID}&date=${day(GONE)}`)).toMatchObject({
      valid_from: day(6),
      valid_to: day(8),
    });
    expect((await send(GONE, PURGED)).body.snapshots).toMatchObject([{ result: 'withdrawn' }]);
    expect((await post(`/series/${ID}/snapshots/${day(GONE)}/withdraw?restore=true`, '')).body.code).toBe('purged');
    expect((await post(`/series/${ID}/snapshots/${day(GONE)}/purge?why=again`, '')).body).toMatchObject({ shapes: 0 });
    // Another map of that day may come, and a report of the period is made anew of what is there.
    expect((await send(GONE, 36.3043, '&accept=x')).status).toBe(201);
    expect((await post(`/reports/${ID}/issue?period=2020-01`, '')).body).toMatchObject({
      outcome: 'corrected',
      edition: 2,
    });
    expect((await get(`/reports/${ID}/2020-01.json`)).status).toBe(200);
    expect((await post(`/series/${ID}/withdraw?why=all`, '')).status).toBe(200);
    expect((await post(`/series/${ID}/purge?why=all`, '')).body).toMatchObject({ left: { held: [held.waiting] } });
    const dump = await everything();
    for (const lon of Object.values(STAY)) expect(dump).not.toMatch(stored(lon));
    expect((await post(`/series/${ID}/withdraw?restore=true`, '')).status).toBe(200);
    expect((await (await get(`/control?series=${ID}&date=${day(GONE)}`)).json()).code).toBe('no_data');
  });
});
