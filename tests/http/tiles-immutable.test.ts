import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

interface Described {
  tiles: [string];
  state: string;
  attribution: string;
  stale: boolean;
  from?: string;
  to?: string;
  vector_layers: { id: string; fields: Record<string, string> }[];
}

const DAY = '.json?date=2020-01-29';
const CHANGE = '/change.json?from=2019-12-01&to=2020-02-01';
const SPAN = '/span.json?from=2020-01-20&to=2020-02-01';

onEachDatabase('an immutable tile URL', (db) => {
  const service = serviceOn(async () => m5(await db()));
  const { raw, json } = service;
  const described = (path: string) => json<Described>(`/tiles/m5${path}`);
  const pathOf = ({ tiles: [url] }: Described) => new URL(url).pathname.replace('%7Bz%7D/%7Bx%7D/%7By%7D', '8/154/100');
  const code = async (path: string) => {
    const { status, body, headers } = await raw(path);
    return [status, JSON.parse(body.toString()).code, headers['cache-control']];
  };

  it.each([
    [DAY, `/tiles/m5/8/154/100.mvt?date=2020-01-29`],
    [CHANGE, `/tiles/m5/change/8/154/100.mvt?from=2019-12-01&to=2020-02-01`],
    [SPAN, `/tiles/m5/span/8/154/100.mvt?from=2020-01-20&to=2020-02-01`],
  ])('of %s is absolute, and is the tile of its own question, kept for ever', async (path, requested) => {
    const json = await described(path);
    expect(json.tiles[0].startsWith(`${service.base}/tiles/m5/`)).toBe(true);
    const [kept, now] = [await raw(pathOf(json)), await raw(requested)];
    expect(kept.status).toBe(200);
    expect([kept.headers.etag, kept.body.equals(now.body)]).toEqual([now.headers.etag, true]);
    expect(kept.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(now.headers['cache-control']).toBe('public, no-cache');
    expect((await raw(pathOf(json), { 'if-none-match': String(kept.headers.etag) })).status).toBe(304);
  });

  it('of a span or change says so in its TileJSON, with the layers and fields that it has', async () => {
    const change = await described(CHANGE);
    expect(change).toMatchObject({ from: '2019-12-01', to: '2020-02-01', stale: false });
    expect(change.vector_layers.map(({ id }) => id)).toEqual(['change']);
    const span = await described(SPAN);
    expect(span.attribution).toBe((await described(DAY)).attribution);
    expect(span.vector_layers.map(({ id }) => id)).toContain('control');
    for (const { fields } of span.vector_layers) {
      expect(Object.keys(fields)).toEqual(expect.arrayContaining(['valid_from', 'valid_to']));
    }
    expect((await described('/span.json?from=2020-03-01&to=2020-03-20')).stale).toBe(true);
  });

  it('of another version of the service leads to the tiles of this one, but is not kept', async () => {
    for (const path of [DAY, CHANGE, SPAN]) {
      const url = pathOf(await described(path));
      const kept = await raw(url);
      for (const other of [url.replace(/\.t[\w-]{8}\//, '/'), url.replace(/\.t[\w-]{8}\//, '.t00000000/')]) {
        const { status, headers, body } = await raw(other);
        expect([status, headers['cache-control']]).toEqual([200, 'public, no-cache']);
        expect(body.equals(kept.body)).toBe(true);
      }
    }
  });

  it('that nobody handed out is unknown: no state of a day on which nothing begins, no instant still to come', async () => {
    const day = (await described(DAY)).state;
    const span = (await described(SPAN)).state;
    const change = (await described(CHANGE)).state;
    const unknown = [404, 'unknown_state', 'no-store'];
    const tile = '8/154/100.mvt';
    for (const path of [
      // Another spelling of a number would be a second address.
      `@${day.replace(/^r/, 'r0')}/${tile}`,
      `@${day.replace('.e', '.e00')}/${tile}`,
      `change/@${change.replace('-r', '-r0')}/${tile}`,
      `span/@${span.replace('.k', '.k0')}/${tile}`,
      `@${day.replace(/\d{4}-\d\d-\d\d/, '2020-01-30')}/${tile}`,
      `@${day.replace(/\d{4}-\d\d-\d\d/, '2044-01-30')}/${tile}`,
      `@${span}/${tile}`,
      `@${change}/${tile}`,
      `span/@${day}/${tile}`,
      `span/@${change}/${tile}`,
      `span/@${span.replace(/\.k\d+/, '.k8000000000000000')}/${tile}`,
      `span/@${span.replace(/\.k\d+/, '.k1')}/${tile}`,
      `span/@${span.replace(/^(\S{10})_(\S{10})/, '$2_$1')}/${tile}`,
      `change/@${span}/${tile}`,
      `change/@${change.replace(/^r\d+/, 'r999999')}/${tile}`,
      `change/@${change.replace(/\.s\d+/, '.s999999')}/${tile}`,
    ]) {
      expect([path, ...(await code(`/tiles/m5/${path}`))]).toEqual([path, ...unknown]);
    }
  });

  it.each([
    ['/tiles/m5/change.json?from=2019-12-01', 400, 'missing_parameter'],
    ['/tiles/m5/change.json?from=2019-12-01&to=2020-02-30', 400, 'invalid_date'],
    ['/tiles/m5/change.json?from=2019-01-01&to=2020-02-01', 404, 'before_first_snapshot'],
    ['/tiles/m5/span.json?from=2020-02-01&to=2020-02-01', 400, 'invalid_parameter'],
    ['/tiles/m5/span.json?from=2019-01-01&to=2019-02-01', 404, 'before_first_snapshot'],
    ['/tiles/m5/span.json?from=2020-02-01&to=2020-02-11&date=2020-02-01', 400, 'unknown_parameter'],
    ['/tiles/m6/span.json?from=2020-02-01&to=2020-02-11', 404, 'unknown_series'],
    ['/tiles/m6/span/8/154/100.mvt?from=2020-02-01&to=2020-02-11', 404, 'unknown_series'],
    ['/tiles/m5/span/8/154/100.mvt?from=2020-02-01&to=2020-02-11&known-at=1999-01-01T00:00:00Z', 404, 'not_yet_known'],
    ['/tiles/m5/change/@r1-r2.s1/8/154/100.mvt?layers=change', 400, 'unknown_parameter'],
  ])('%s is %i %s, and never kept', async (path, status, expected) => {
    expect(await code(path)).toEqual([status, expected, 'no-store']);
  });
});
