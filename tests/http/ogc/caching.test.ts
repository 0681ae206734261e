import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../../setup/databases.js';
import { m5 } from '../../setup/m5.js';
import { serviceOn } from '../../setup/service.js';

onEachDatabase('what a client may keep, and how it is packed', (db) => {
  const { raw } = serviceOn(async () => m5(await db()));
  const PAGE = '/ogc/collections/m5_control/items?limit=20';

  it.each([PAGE, `${PAGE}&f=html`, '/ogc/collections', '/ogc/api', '/control?series=m5&date=2020-01-28'])(
    '%s has the same tag a second later, and is not sent again',
    async (path) => {
      const { etag } = (await raw(path)).headers;
      await new Promise((resolve) => setTimeout(resolve, 5));
      const known = { 'if-none-match': String(etag) };
      const again = await raw(path, known);
      expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, etag]);
      expect((await raw('/ogc/collections/m5_control/items?limit=21', known)).status).toBe(200);
    },
  );

  it.each([
    PAGE,
    '/ogc/api',
    '/openapi.json',
    '/snapshots/m5/2020-01-29.geojson',
    '/snapshots/m5/2020-01-29.csv',
    '/control?series=m5&date=2020-01-28',
  ])('%s is packed for those who take it, and says so to caches', async (path) => {
    const packed = await raw(path, { 'accept-encoding': 'gzip' });
    const plain = await raw(path, { 'accept-encoding': 'identity' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.headers.vary).toMatch(/accept-encoding/i);
    expect(plain.headers.vary).toMatch(/accept-encoding/i);
    expect(plain.headers['content-encoding']).toBeUndefined();
    const text = (bytes: Buffer) => bytes.toString().replace(/"timeStamp":"[^"]+"/, '');
    expect(text(gunzipSync(packed.body))).toBe(text(plain.body));
    expect(packed.body.length).toBeLessThan(plain.body.length / 2);
  });
});
