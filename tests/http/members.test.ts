import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { giveRole, stateAccess } from '../../src/desk/membership.js';
import { ROLES } from '../../src/desk/role.js';
import { ROLE_FOR } from '../../src/http/route.js';
import { WRITES } from '../../src/http/writes.js';
import { defineAlert } from '../../src/reports/alerts/ask.js';
import { defineReport } from '../../src/reports/define.js';
import { issuePeriod } from '../../src/reports/issue.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import { createToken } from '../../src/store/tokens.sql.js';
import { onEachDatabase } from '../setup/databases.js';
import { addressOf, ROUTE_DAY as DAY, READ_PATHS, VARYING } from '../setup/every-route.js';
import { serviceOn } from '../setup/service.js';
import { valley } from '../setup/valley.js';

/*
 * Every route, asked of a series for members only and of one that does not exist: who has no right to the first reads the same of
 * both, to the last byte and header. And every write, asked in every role of a series that is open and of one that is not.
 */

/** Ids of the same length, so that lengths of answers are the same too. */
const SECRET = 'vale-secret';
const ABSENT = 'vale-absent';
const OPEN = 'vale-opened';

onEachDatabase('a series for members only', (db) => {
  const { get } = serviceOn(db);
  const tokens = new Map<string, string>();
  const states: Record<string, string> = {};
  const headersOf = (who: string) => {
    const token = tokens.get(who);
    return token ? { authorization: `Bearer ${token}` } : {};
  };

  /** What a caller reads of an answer: status, headers and body, with the id of the series taken out. */
  async function read(address: string, who: string, series: string, init: RequestInit = {}) {
    const stop = new AbortController();
    const response = await get(address, {
      redirect: 'manual',
      ...init,
      signal: stop.signal,
      headers: { ...headersOf(who), ...init.headers },
    });
    const type = response.headers.get('content-type') ?? '';
    const bytes = type.includes('event-stream') ? '' : Buffer.from(await response.arrayBuffer()).toString('latin1');
    stop.abort();
    const out = (text: string) => text.replaceAll(series, 'SERIES');
    const headers = [...response.headers]
      .filter(([name]) => !VARYING.test(name) && name !== 'etag')
      .map(([name, value]) => [name, out(value)]);
    return { status: response.status, headers: Object.fromEntries(headers), body: out(bytes) };
  }

  beforeAll(async () => {
    const store = await db();
    await stateAccess(store, SECRET, { access: 'members', why: 'the front', by: 'the tests' });
    for (const id of [SECRET, OPEN]) {
      await loadBundle(store, parseBundle(valley(id)), () => {});
      await deriveSeries(store, id, {}, () => {});
      await defineReport(store, {
        id: `${id}-r`,
        title: id,
        series: [id],
        period: { every: 'month' },
        since: '2021-02-01',
        formats: ['json'],
      });
      await issuePeriod(store, `${id}-r`, '2021-02');
      await defineAlert(store, { id: `${id}-r`, title: id, series: id, when: { kind: 'place' } });
    }
    const make = async (name: string, scopes: ('read' | 'write' | 'review' | 'admin')[]) => {
      const given = { name: `members-${name}`, scopes, expiresAt: null, by: 'the tests' };
      tokens.set(name, (await createToken(store, given)).token);
    };
    await make('outsider', ['read', 'write', 'review']);
    await make('admin', ['admin']);
    for (const role of ROLES) {
      await make(role, ['read']);
      for (const series of [SECRET, OPEN]) {
        await giveRole(store, series, { holder: `token:members-${role}`, role, by: 'the tests' });
      }
    }
    for (const [kind, address] of Object.entries({
      state: `/tiles/${SECRET}.json?date=${DAY}`,
      change: `/tiles/${SECRET}/change.json?from=2021-01-01&to=2021-03-01`,
      span: `/tiles/${SECRET}/span.json?from=2021-01-01&to=2021-03-01`,
    })) {
      const described = (await (await get(address, { headers: headersOf('reader') })).json()) as { tiles: string[] };
      states[kind] = /@([^/]+)/.exec(described.tiles[0] ?? '')?.[1] ?? '';
    }
  });
  afterAll(async () => {
    const store = await db();
    await store.query(
      `update token set revoked_at = now(), revoked_by = 'the tests' where revoked_at is null and name like 'members-%'`,
    );
    await stateAccess(store, SECRET, { access: 'open', why: 'the tests are over', by: 'the tests' });
  });

  it('has immutable tiles, a report and alerts, which its members read', async () => {
    expect(Object.values(states).every(Boolean)).toBe(true);
    for (const address of [
      `/series/${SECRET}/dates`,
      `/reports/${SECRET}-r/2021-02.json`,
      `/alerts/${SECRET}-r`,
      `/tiles/${SECRET}/@${states.state}/7/67/43.mvt`,
    ]) {
      const { status, headers } = await read(address, 'reader', SECRET);
      expect([address, status, headers['cache-control']]).toEqual([
        address,
        200,
        expect.stringMatching(/private, no-store|no-store/),
      ]);
    }
  });

  describe('to who has no right to it is as one that does not exist', () => {
    it.each([...READ_PATHS])('GET %s', async (path, { query }) => {
      for (const who of ['none', 'outsider']) {
        const [closed, absent] = await Promise.all(
          [SECRET, ABSENT].map((series) => read(addressOf(path, query, series, states), who, series)),
        );
        expect([who, closed]).toEqual([who, absent]);
        expect(closed?.body).not.toContain('vale-secret');
      }
    });

    it.each(
      WRITES.filter(({ path }) => path.startsWith('/series/{id}') && !path.endsWith('/access')).map(
        ({ path, query }) => [path, query] as const,
      ),
    )('POST %s', async (path, query) => {
      for (const who of ['none', 'outsider']) {
        const init = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
        const [closed, absent] = await Promise.all(
          [SECRET, ABSENT].map((series) => read(addressOf(path, query, series, states), who, series, init)),
        );
        expect([who, closed]).toEqual([who, absent]);
      }
    });

    it('its tiles that a cache or memory has are not given to others', async () => {
      const tile = `/tiles/${SECRET}/@${states.state}/7/67/43.mvt`;
      const dated = `/tiles/${SECRET}/7/67/43.mvt?date=${DAY}`;
      for (const address of [tile, dated, tile, dated]) {
        expect((await read(address, 'reader', SECRET)).status).toBe(200);
        const known = { headers: { 'if-none-match': '*' } };
        expect((await read(address, 'none', SECRET, known)).status).toBe(404);
        const wrong = { headers: { authorization: 'Bearer nonsense' } };
        expect((await read(address, 'none', SECRET, wrong)).status).toBe(404);
      }
    });

    it('no list, page, feed, definition or figure names it', async () => {
      const lists = [
        '/',
        '/series',
        '/series?withdrawn=true',
        '/tiles',
        '/snapshots',
        '/ogc',
        '/ogc/collections',
        '/ogc/api',
        '/ogc/tiles',
        '/reports',
        '/alerts',
        '/openapi.json',
        '/metrics',
        '/claims',
        '/events',
      ];
      for (const list of lists) {
        for (const who of ['none', 'outsider']) {
          const { body } = await read(list, who, 'nothing');
          expect([list, who, body.includes(SECRET)]).toEqual([list, who, false]);
        }
      }
      for (const list of ['/series', '/tiles', '/snapshots', '/ogc/collections', '/reports', '/alerts']) {
        expect([list, (await read(list, 'reader', 'nothing')).body.includes(SECRET)]).toEqual([list, true]);
      }
    });

    it('ends the streams of those who followed it before it was closed, and starts none', async () => {
      const stream = await get(`/series/${OPEN}/updates`);
      const reader = stream.body?.getReader();
      await reader?.read();
      const close = (access: string) =>
        get(`/series/${OPEN}/access?access=${access}&why=so`, { method: 'POST', headers: headersOf('admin') });
      expect((await close('members')).status).toBe(200);
      let ended = false;
      while (!ended) ended = (await reader?.read())?.done ?? true;
      expect((await get(`/series/${OPEN}/updates`)).status).toBe(404);
      expect((await get(`/control?series=${OPEN}&date=${DAY}`)).status).toBe(404);
      expect((await close('open')).status).toBe(200);
      expect((await get(`/control?series=${OPEN}&date=${DAY}`)).status).toBe(200);
    });

    it('a token made anew under the name of a revoked one has none of its roles', async () => {
      const asAdmin = { method: 'POST', headers: headersOf('admin') };
      const make = async () =>
        ((await (await get('/tokens/members-again?scopes=read', asAdmin)).json()) as { token: string }).token;
      const asks = async (token: string) =>
        (await get(`/series/${SECRET}/dates`, { headers: { authorization: `Bearer ${token}` } })).status;
      const first = await make();
      await get(`/series/${SECRET}/roles/token:members-again?role=reader`, asAdmin);
      expect(await asks(first)).toBe(200);
      await get('/tokens/members-again/revoke', asAdmin);
      expect(await asks(await make())).toBe(404);
    });
  });

  describe('a role permits what it says, in its series and nowhere else', () => {
    const written = WRITES.filter(({ path }) => path.startsWith('/series/{id}/'));
    it.each(written.map((entry) => [entry.path, entry] as const))('POST %s', async (path, { query, needs, role }) => {
      const needed = role ?? ROLE_FOR[needs];
      for (const who of ROLES) {
        for (const series of [SECRET, OPEN, ABSENT]) {
          // Without a single parameter, and of a type that no write reads: who may is told so, and nothing is stored.
          const address = addressOf(path, {}, series, states).replace('token:x', 'token:');
          const init = { method: 'POST', body: 'nothing', headers: { 'content-type': 'text/plain' } };
          const requested = Object.keys(query).length > 0 ? `${address}?nothing=1` : address;
          const { status } = await read(requested, who, series, init);
          // What cannot be taken back (a purge) no role permits.
          const holds = series !== ABSENT && needed !== 'none' && ROLES.indexOf(who) >= ROLES.indexOf(needed);
          if (holds) expect([who, series, status]).toEqual([who, series, expect.not.toBeOneOf([401, 403, 500])]);
          else expect([who, series, status]).toEqual([who, series, 403]);
        }
      }
    });

    it.each(['/series/{id}/proposals', '/series/{id}/held', '/series/{id}/roles'])('GET %s', async (path) => {
      const needed = path.endsWith('roles') ? 'keeper' : 'reader';
      for (const who of ROLES) {
        for (const series of [SECRET, OPEN]) {
          const { status } = await read(addressOf(path, {}, series, states), who, series);
          expect([who, series, status]).toEqual([who, series, path.endsWith('roles') && who !== needed ? 403 : 200]);
        }
      }
    });
  });
});
