import { afterAll, beforeAll, expect, it } from 'vitest';
import { BACKUP } from '../../src/http/backup.js';
import { DAY_MAPS } from '../../src/http/day-map.js';
import { SNAPSHOT_ROUTES } from '../../src/http/maps/snapshot-routes.js';
import { OGC_ROUTES } from '../../src/http/ogc/router.js';
import { OPERATION_ROUTES } from '../../src/http/operation.js';
import { REPORT_PAGES } from '../../src/http/reports/report-pages.js';
import { ROUTES } from '../../src/http/routes.js';
import { TILE_JSONS, TILE_ROUTES } from '../../src/http/tiles/tile-routes.js';
import { WRITES } from '../../src/http/writes.js';
import { createToken } from '../../src/store/tokens.sql.js';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';

/*
 * Every route there is, asked with no credential and with a token of each scope. What a route needs stands here once more, by
 * hand: a new route that needs something is added here, and one that needs nothing although it should is found.
 */

/** Routes that need a scope; every other one is for anybody. */
const NEEDED: Readonly<Record<string, string>> = {
  'GET /series?withdrawn=true': 'read',
  'GET /series/{id}/held': 'read',
  'GET /series/{id}/held/{held}': 'read',
  'GET /reports/{id}/log': 'read',
  'GET /alerts/{id}/log': 'read',
  'GET /metrics': 'read',
  'GET /tiles/counters': 'read',
  'GET /series/{id}/proposals': 'read',
  'GET /series/{id}/subscriptions': 'read',
  'GET /series/{id}/publishers': 'read',
  'GET /series/{id}/sources': 'read',
  'GET /series/{id}/sources/{source}/copies/{sha256}': 'read',
  'GET /series/{id}/proposals/{proposal}': 'read',
  'GET /series/{id}/proposals/{proposal}/copies/{sha256}': 'read',
  'POST /series/{id}/publishers/reliability': 'admin',
  'GET /series/{id}/subscriptions/{subscription}': 'read',
  'GET /audit': 'admin',
  'GET /audit/verify': 'admin',
  'GET /tokens': 'admin',
  'POST /backup': 'admin',
  'POST /tokens/{id}': 'admin',
  'POST /tokens/{id}/revoke': 'admin',
  'POST /series/{id}/withdraw': 'review',
  'POST /series/{id}/steps/{date}': 'review',
  'POST /series/{id}/theatre': 'review',
  'POST /series/{id}/held/{held}/accept': 'review',
  'POST /series/{id}/held/{held}/refuse': 'review',
  'POST /series/{id}/snapshots/{date}/withdraw': 'review',
  'POST /series/{id}/proposals/{proposal}/approve': 'review',
  'POST /series/{id}/proposals/{proposal}/reject': 'review',
  'POST /series/{id}/proposals/{proposal}/release': 'review',
  'POST /series/{id}/proposals/{proposal}/stop': 'review',
  'POST /series/{id}/review-rule': 'admin',
  'POST /series/{id}/purge': 'admin',
  'POST /series/{id}/snapshots/{date}/purge': 'admin',
  'GET /series/{id}/roles': 'admin',
  'POST /series/{id}/access': 'admin',
  'POST /series/{id}/roles/{holder}': 'admin',
  // To send and to decide at once needs both.
  'POST /series/{id}/snapshots?accept=why': 'admin',
  'POST /series/{id}/snapshots?kind=correction': 'admin',
};
const CREDENTIALS = ['none', 'read', 'write', 'review', 'admin'];
const HOLDS: Readonly<Record<string, readonly string[]>> = {
  none: [],
  read: ['read'],
  write: ['read', 'write'],
  review: ['read', 'review'],
  admin: ['read', 'write', 'review', 'admin'],
};

const GETS = [
  ...[...ROUTES, ...TILE_ROUTES, ...TILE_JSONS, ...REPORT_PAGES, ...DAY_MAPS, ...SNAPSHOT_ROUTES, ...OPERATION_ROUTES],
  ...OGC_ROUTES.map(({ path }) => ({ path: `/ogc${path}` })),
  ...['/session', '/series?withdrawn=true', '/tiles/counters', '/openapi.json', '/'].map((path) => ({ path })),
].map(({ path }) => `GET ${path}`);
const POSTS = [
  ...[...WRITES, BACKUP],
  ...['/series/{id}/snapshots?accept=why', '/series/{id}/snapshots?kind=correction'].map((path) => ({ path })),
].map(({ path }) => `POST ${path}`);

/** Values that are well formed and mean nothing: nothing is changed, and little computed. */
const VALUES: Readonly<Record<string, string>> = {
  ...{
    id: 'nobody',
    series: 'nobody',
    held: '1',
    date: '2020-01-01',
    period: '2020-W01',
    number: '1',
    form: 'csv',
    subscription: '1',
    proposal: '1',
  },
  ...{ z: '1', x: '0', y: '0', state: 'x', collection: 'nobody_control', collectionId: 'nobody_control' },
};
const addressOf = (route: string) =>
  route.replace(/^\w+ /, '').replace(/\{(\w+)\}/g, (_, name: string) => VALUES[name] ?? 'nobody');

onEachDatabase('what a credential permits', (db) => {
  const { get } = serviceOn(db);
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    const store = await db();
    for (const scope of ['read', 'write', 'review', 'admin'] as const) {
      const given = { name: `table-${scope}`, scopes: [scope], expiresAt: null, by: 'the tests' };
      tokens.set(scope, (await createToken(store, given)).token);
    }
  });
  afterAll(async () => {
    await (await db()).query(
      `update token set revoked_at = now(), revoked_by = 'the tests' where revoked_at is null and name like 'table-%'`,
    );
  });

  it.each([...GETS, ...POSTS])('%s', async (route) => {
    const method = route.startsWith('POST') ? 'POST' : 'GET';
    const needed = NEEDED[route] ?? (method === 'POST' ? 'write' : null);
    for (const credential of CREDENTIALS) {
      const token = tokens.get(credential);
      const answer = await get(addressOf(route), {
        method,
        redirect: 'manual',
        headers: { 'content-type': 'text/plain', ...(token && { authorization: `Bearer ${token}` }) },
        // Of a type that no write reads: who may write is told so, and nothing is stored.
        ...(method === 'POST' && { body: 'nothing' }),
      });
      await answer.arrayBuffer();
      const holds = needed === null || HOLDS[credential]?.includes(needed);
      const refused = credential === 'none' ? 401 : 403;
      if (holds) expect([credential, answer.status]).toEqual([credential, expect.not.toBeOneOf([401, 403, 500])]);
      else expect([credential, answer.status]).toEqual([credential, refused]);
      if (credential !== 'none' && holds && !route.includes('/tiles/')) {
        expect(answer.headers.get('cache-control')).not.toMatch(/public/);
      }
    }
  });
});
