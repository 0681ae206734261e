import { expect, it } from 'vitest';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';

onEachDatabase('a browser that asks before it asks (CORS preflight)', (db) => {
  const { raw } = serviceOn(db);
  const requested = (path: string) =>
    raw(path, { origin: 'https://elsewhere.example', 'access-control-request-method': 'GET' }, 'OPTIONS');

  it.each([
    '/change?series=m5',
    '/routes/M5',
    '/tiles/m5/8/154/100.mvt?date=2020-01-28',
    '/tiles/m5.json',
    '/ogc/collections',
    '/snapshots/m5/2020-01-28.geojson',
    '/openapi.json',
  ])('may read %s from any page', async (path) => {
    const { status, headers, body } = await requested(path);
    expect([status, body.length]).toEqual([204, 0]);
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers': 'authorization, *',
    });
  });

  it('reads with a token too, which no browser sends by itself', async () => {
    for (const path of ['/series', '/ogc/collections', '/tiles']) {
      const { status, headers } = await raw(path, { ...CREDENTIAL, origin: 'https://elsewhere.example' });
      expect([status, headers['access-control-allow-origin']]).toEqual([200, '*']);
    }
  });

  it.each(['/series/m5/withdraw', '/backup', '/nowhere'])('is not let through to %s', async (path) => {
    const { headers } = await requested(path);
    expect(headers['access-control-allow-methods']).toBeUndefined();
  });
});
