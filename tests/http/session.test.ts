import { afterAll, beforeAll, expect, it } from 'vitest';
import { giveRole } from '../../src/desk/membership.js';
import type { Session } from '../../src/http/access/session-routes.js';
import { createToken } from '../../src/store/tokens.sql.js';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';

const PROXIED = { host: 'x', 'x-forwarded-host': 'maps.example.org', 'x-forwarded-proto': 'https' };

onEachDatabase('a session of a browser', (db) => {
  const service = serviceOn(db, { publicHosts: ['maps.example.org'] });
  const { raw } = service;
  let token = '';
  const bearer = () => ({ authorization: `Bearer ${token}` });
  const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };

  beforeAll(async () => {
    const store = await db();
    token = (await createToken(store, { name: 'session-ann', scopes: ['read'], expiresAt: null, by: 'the tests' }))
      .token;
    await giveRole(store, 'session-series', { holder: 'token:session-ann', role: 'reviewer', by: 'the tests' });
  });
  const revoke = async () =>
    (await db()).query(
      `update token set revoked_at = now(), revoked_by = 'the tests' where name like 'session-%' and revoked_at is null`,
    );
  afterAll(revoke);

  async function signIn(headers: Record<string, string> = bearer()) {
    const { status, headers: returned, body } = await raw('/session', headers, 'POST');
    const [set = ''] = returned['set-cookie'] ?? [];
    return { status, set, cookie: set.split(';')[0] as string, answer: JSON.parse(String(body)) as Session };
  }
  const who = async (headers: Record<string, string>) =>
    JSON.parse(String((await raw('/session', headers)).body)) as Session;

  it('is opened by a token and stands for it, its roles included', async () => {
    expect(await who({})).toEqual({ signed_in: false, openid: null });
    const { status, set, cookie, answer } = await signIn();
    expect(status).toBe(201);
    expect(set).toMatch(/^salient_session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/);
    const expected = {
      signed_in: true,
      name: 'token:session-ann',
      scopes: ['read'],
      roles: { 'session-series': 'reviewer' },
      openid: null,
    };
    expect(answer).toEqual({ ...expected, expires_at: expect.any(String) });
    expect(await who({ cookie: `other=1; ${cookie}` })).toEqual(answer);
    expect(Date.parse(answer.expires_at as string) - Date.now()).toBeGreaterThan(11 * 3600e3);
    // What it permits is what the token permits, and no cache keeps it.
    const list = await raw('/series?withdrawn=true', { cookie });
    expect([list.status, list.headers['cache-control']]).toEqual([200, 'private, no-store']);
    expect((await raw('/series?withdrawn=true')).status).toBe(401);
    expect((await raw('/audit', { cookie })).status).toBe(403);
  });

  it('is stored as a hash, and in no backup', async () => {
    const { cookie } = await signIn();
    const rows = await (await db()).query<{ row: string }>('select s::text as row from browser_session s');
    const text = rows.map(({ row }) => row).join();
    expect(text).not.toContain(cookie.split('=')[1]);
    expect(text).not.toContain(token);
    const { dumpedTables } = await import('../../src/store/dump.js');
    expect((await dumpedTables(await db())).map(({ name }) => name)).not.toContain('browser_session');
  });

  it('behind a proxy with TLS has a name that no other host of the domain can set', async () => {
    const { set, cookie } = await signIn({ ...bearer(), ...PROXIED });
    expect(set).toMatch(/^__Host-salient_session=/);
    expect((await who({ ...PROXIED, cookie })).signed_in).toBe(true);
    const tossed = cookie.replace('__Host-', '');
    expect((await who({ ...PROXIED, cookie: tossed })).signed_in).toBe(false);
  });

  it('is not opened where a browser would not keep it, nor for a page of another site, nor without a token', async () => {
    expect((await signIn({ ...bearer(), host: 'maps.example.org' })).answer).toMatchObject({
      code: 'not_allowed',
      message: expect.stringContaining('https'),
    });
    for (const from of [{ 'sec-fetch-site': 'same-site' }, { origin: 'https://example.org' }]) {
      const { status, set } = await signIn({ ...bearer(), ...from } as Record<string, string>);
      expect([status, set]).toEqual([403, '']);
    }
    expect((await signIn({})).status).toBe(401);
    expect((await signIn({ authorization: 'Bearer nonsense' })).status).toBe(401);
  });

  it('writes only from a page of the service itself', async () => {
    const { cookie } = await signIn(CREDENTIAL);
    const write = (headers: Record<string, string>) =>
      raw('/series/session-absent/derive', { cookie, ...headers }, 'POST').then(({ status }) => status);
    const [own, other] = [new URL(service.base).origin, new URL(service.base)];
    other.port = '1';
    const refused = [
      {},
      { origin: 'https://example.org' },
      { origin: other.origin },
      { origin: 'null' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site', origin: own },
      { 'sec-fetch-site': 'none' },
    ];
    for (const headers of refused)
      expect([headers, await write(headers as Record<string, string>)]).toEqual([headers, 403]);
    expect(await write(OWN_PAGE)).toBe(404);
    expect(await write({ origin: own })).toBe(404);
    // A token in the header counts before the cookie.
    expect(await write({ ...CREDENTIAL })).toBe(404);
    expect(await write({ ...bearer(), ...OWN_PAGE })).toBe(403);
  });

  it('ends when its reader signs out, when its token is revoked, and by its time', async () => {
    const [first, second, third] = [await signIn(), await signIn(), await signIn()];
    expect((await raw('/session', { cookie: first.cookie }, 'DELETE')).status).toBe(403);
    const out = await raw('/session', { cookie: first.cookie, ...OWN_PAGE }, 'DELETE');
    expect([out.status, out.headers['set-cookie']?.[0]]).toEqual([
      204,
      expect.stringMatching(/^salient_session=; .*1970/),
    ]);
    expect((await who({ cookie: first.cookie })).signed_in).toBe(false);
    expect((await who({ cookie: second.cookie })).signed_in).toBe(true);
    const store = await db();
    await store.query(`update browser_session set expires_at = clock_timestamp() where hash = sha256($1::bytea)`, [
      Buffer.from(third.cookie.split('=')[1] as string),
    ]);
    expect((await who({ cookie: third.cookie })).signed_in).toBe(false);
    await service.post('/tokens/session-ann/revoke', '');
    expect((await who({ cookie: second.cookie })).signed_in).toBe(false);
    // A page that is public stays so, whatever cookie comes with the request.
    expect((await raw('/series', { cookie: second.cookie })).status).toBe(200);
    const refused = await raw('/series/session-absent/derive', { cookie: second.cookie, ...OWN_PAGE }, 'POST');
    expect(refused.status).toBeOneOf([401, 403]);
  });

  it('takes no other method', async () => {
    const { status, headers } = await raw('/session', CREDENTIAL, 'PUT');
    expect([status, headers.allow]).toEqual([405, 'HEAD, GET, POST, DELETE']);
  });
});
