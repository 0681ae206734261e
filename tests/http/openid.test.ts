import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config.js';
import { giveRole, showRoles } from '../../src/desk/membership.js';
import type { Session, SignedOut } from '../../src/http/access/session-routes.js';
import { newSecrets, openIdentityProvider } from '../../src/http/openid/provider.js';
import { readRoleMapping, rolesByClaims } from '../../src/http/openid/role-mapping.js';
import { log } from '../../src/log.js';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import {
  CLIENT,
  type CookieJar,
  ID_TOKEN_SECONDS,
  type People,
  startIdentityProvider,
} from '../setup/identity-provider.js';
import { serviceOn } from '../setup/service.js';

const provider = await startIdentityProvider();
afterAll(() => provider.close());

const PEOPLE: People = {
  ann: { email: 'Ann@Example.org', email_verified: true, groups: ['openid-writers', 'openid-checkers'] },
  ben: { email: 'ben@example.org', email_verified: true, groups: [] },
  eve: { email: 'ann@example.org', email_verified: false, groups: ['openid-writers'] },
};
const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };
const SETTINGS = {
  openidIssuer: provider.issuer,
  openidClient: CLIENT.id,
  openidSecret: CLIENT.secret,
  openidScopes: 'openid email groups',
  openidRoles: ['groups:openid-writers=contributor@openid-series', 'groups:openid-checkers=reviewer@openid-series'],
};

onEachDatabase('a sign-in by a provider of identities', (db) => {
  const service = serviceOn(db, SETTINGS);
  const { raw } = service;
  beforeAll(() => provider.admit([`${service.base}/session/openid/callback`], PEOPLE));

  const cookiesOf = (set: string[] = []) =>
    set.map((one) => one.split(';')[0] as string).filter((one) => !one.endsWith('='));
  async function begin(back = '/desk?series=openid-series') {
    const { status, headers } = await raw(`/session/openid?back=${encodeURIComponent(back)}`);
    expect(status).toBe(302);
    return { address: String(headers.location), cookie: cookiesOf(headers['set-cookie']).join('; ') };
  }
  async function comeBack(url: URL, cookie: string) {
    const { status, headers, body } = await raw(`${url.pathname}${url.search}`, { cookie });
    const session = cookiesOf(headers['set-cookie']).find((one) => one.startsWith('salient_session=')) ?? null;
    return { status, headers, session, text: String(body) };
  }
  async function signIn(login: string) {
    const { address, cookie } = await begin();
    return comeBack(await provider.signIn(address, login), cookie);
  }
  const who = async (cookie: string) => JSON.parse(String((await raw('/session', { cookie })).body)) as Session;
  const failed = async (text: string) => JSON.parse(text) as { code: string; message: string };

  it('is offered by GET /session', async () => {
    const { openid, signed_in } = await service.json<Session>('/session');
    expect(signed_in).toBe(false);
    expect(openid).toEqual({ href: `${service.base}/session/openid`, title: 'Sign in with 127.0.0.1' });
  });

  it('goes there with a code challenge, a state and a nonce, and with nothing that is secret', async () => {
    const { address, cookie } = await begin();
    const asked = Object.fromEntries(new URL(address).searchParams);
    expect(asked).toMatchObject({
      client_id: CLIENT.id,
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${service.base}/session/openid/callback`,
      scope: 'openid email groups',
    });
    expect([asked.state, asked.nonce, asked.code_challenge].every((one) => (one?.length ?? 0) >= 40)).toBe(true);
    const verifier = cookie.split('.')[3] as string;
    expect(verifier.length).toBeGreaterThan(40);
    expect(address).not.toContain(verifier);
    expect(address).not.toContain(CLIENT.secret);
  });

  it('signs in who is known there, with the roles that the claims give, and leads back', async () => {
    const lines: string[] = [];
    const stream = (log as unknown as Record<symbol, { write(line: string): void }>)[pino.symbols.streamSym];
    if (!stream) throw new Error('the log writes nowhere');
    const spy = vi.spyOn(stream, 'write').mockImplementation((line) => void lines.push(line));
    const level = log.level;
    log.level = 'debug';
    const { address, cookie } = await begin();
    const url = await provider.signIn(address, 'ann');
    // As Google does.
    for (const more of ['authuser', 'hd']) url.searchParams.set(more, '0');
    const { status, headers, session } = await comeBack(url, cookie).finally(() => {
      spy.mockRestore();
      log.level = level;
    });
    expect(status).toBe(200);
    expect(headers.refresh).toBe('0; url=/desk?series=openid-series');
    expect(headers['cache-control']).toBe('private, no-store');
    expect(headers['set-cookie']?.find((one) => one.startsWith('salient_session='))).toMatch(
      /^salient_session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/,
    );
    // What the browser kept between the halves is gone.
    expect(headers['set-cookie']?.find((one) => one.startsWith('salient_sign_in='))).toMatch(/=;.*1970/);
    expect(await who(session as string)).toMatchObject({
      signed_in: true,
      name: 'person:ann@example.org',
      scopes: [],
      roles: { 'openid-series': 'reviewer' },
    });
    const roles = await showRoles(await db(), 'openid-series');
    expect(roles.roles).toEqual([
      expect.objectContaining({ holder: 'person:ann@example.org', role: 'reviewer', given_by: 'openid' }),
    ]);
    // Nothing that opens anything stands in a log.
    const logged = lines.join('');
    expect(logged).toContain('"path":"/session/openid/callback"');
    const [, state, nonce, verifier] = cookie.split('.');
    const secrets = [url.searchParams.get('code'), session?.split('=')[1], CLIENT.secret, state, nonce, verifier];
    for (const secret of secrets) expect(logged).not.toContain(secret);
  });

  it('gives who is known there nothing but what roles give', async () => {
    const { session } = await signIn('ben');
    const cookie = session as string;
    expect((await who(cookie)).roles).toEqual({});
    const comment = () => raw('/series/openid-series/proposals/1/comment?text=x', { cookie, ...OWN_PAGE }, 'POST');
    const refusal = await comment();
    expect([refusal.status, String(refusal.body)]).toEqual([
      403,
      expect.stringContaining('person:ben@example.org has none'),
    ]);
    expect((await raw('/tokens', { cookie })).status).toBe(403);
    const give = (role: string) =>
      service.post(`/series/openid-series/roles/${encodeURIComponent('person:ben@example.org')}?role=${role}`, '');
    expect((await give('contributor')).status).toBe(200);
    expect((await who(cookie)).roles).toEqual({ 'openid-series': 'contributor' });
    // There is no such proposal: but it was looked for.
    expect((await comment()).status).toBe(404);
    // And a write with it comes from our page only.
    expect((await raw('/series/openid-series/proposals/1/comment?text=x', { cookie }, 'POST')).status).toBe(403);
    expect((await give('none')).status).toBe(200);
    expect((await comment()).status).toBe(403);
    const out = await raw('/session', { cookie, ...OWN_PAGE }, 'DELETE');
    expect([out.status, (await who(cookie)).signed_in]).toEqual([200, false]);
  });

  it('signs out here and, where the person agrees, at the provider, which leads back to the desk', async () => {
    const jar: CookieJar = new Map();
    const begun = await begin();
    const { session } = await comeBack(await provider.signIn(begun.address, 'ann', false, jar), begun.cookie);
    const cookie = session as string;
    // Signed in there, the provider asks nothing.
    const again = await begin();
    expect((await provider.signIn(again.address, 'nobody', false, jar)).pathname).toBe('/session/openid/callback');

    const { status, headers, body } = await raw('/session', { cookie, ...OWN_PAGE }, 'DELETE');
    expect(status).toBe(200);
    expect(headers['set-cookie']?.[0]).toMatch(/^salient_session=;.*1970/);
    const out = JSON.parse(String(body)) as SignedOut;
    const address = new URL(out.provider);
    expect(Object.fromEntries(address.searchParams)).toEqual({
      client_id: CLIENT.id,
      post_logout_redirect_uri: `${service.base}/desk`,
    });
    expect((await provider.signOut(out.provider, jar)).href).toBe(`${service.base}/desk`);
    expect(await who(cookie)).toMatchObject({ signed_in: false });
    // The next sign-in asks who it is: `ben` comes, not `ann`.
    const next = await begin();
    const ben = await comeBack(await provider.signIn(next.address, 'ben', false, jar), next.cookie);
    expect(await who(ben.session as string)).toMatchObject({ name: 'person:ben@example.org' });
    // Who signed in by a token has nothing to sign out of elsewhere.
    const plain = await raw('/session', { ...CREDENTIAL }, 'POST');
    const [first = ''] = cookiesOf(plain.headers['set-cookie']);
    expect((await raw('/session', { cookie: first, ...OWN_PAGE }, 'DELETE')).status).toBe(204);
  });

  it('follows the claims at each sign-in, but not against the word of a keeper', async () => {
    const store = await db();
    const roles = async () =>
      (await showRoles(store, 'openid-series')).roles.map(({ holder, role }) => `${holder} ${role}`);
    const groups = PEOPLE.ann?.groups;
    try {
      (PEOPLE.ann as Record<string, unknown>).groups = ['openid-writers'];
      await signIn('ann');
      expect(await roles()).toEqual(['person:ann@example.org contributor']);
      (PEOPLE.ann as Record<string, unknown>).groups = [];
      await signIn('ann');
      expect(await roles()).toEqual([]);
      (PEOPLE.ann as Record<string, unknown>).groups = groups;
      await giveRole(store, 'openid-series', { holder: 'person:ann@example.org', role: null, by: 'the keeper' });
      await signIn('ann');
      expect(await roles()).toEqual([]);
    } finally {
      (PEOPLE.ann as Record<string, unknown>).groups = groups;
    }
  });

  it('leads back to this service only', async () => {
    for (const back of [
      'https://example.org/',
      '//example.org/',
      '/\\example.org',
      '/.//example.org',
      '/a/..//example.org',
      'desk',
      '/a\nb',
    ]) {
      const { status, body } = await raw(`/session/openid?back=${encodeURIComponent(back)}`);
      expect([back, status, JSON.parse(String(body)).code]).toEqual([back, 400, 'invalid_parameter']);
    }
    const { address, cookie } = await begin('/');
    const forged = [...cookie.split('.').slice(0, 4), Buffer.from('//example.org/').toString('base64url')].join('.');
    const { status, session } = await comeBack(await provider.signIn(address, 'ben'), forged);
    expect([status, session]).toEqual([400, null]);
  });

  describe('is refused in words', () => {
    const limited = serviceOn(db, SETTINGS);

    it('for another state, in another browser, after ten minutes, and a second time', async () => {
      const { address, cookie } = await begin();
      const url = await provider.signIn(address, 'ben');
      const wrong = new URL(url);
      wrong.searchParams.set('state', 'A'.repeat(43));
      const [name = '', ...rest] = cookie.split('.');
      const old = [`${name.split('=')[0]}=${Math.floor(Date.now() / 1000) - 601}`, ...rest].join('.');
      for (const [where, with_] of [
        [wrong, cookie],
        [url, ''],
        [url, old],
      ] as const) {
        const { status, session, text } = await comeBack(where, with_);
        expect([status, session, (await failed(text)).code]).toEqual([403, null, 'sign_in_failed']);
        expect(text).toContain('Begin again');
      }
      expect((await comeBack(url, cookie)).status).toBe(200);
      const replayed = await comeBack(url, cookie);
      expect([replayed.status, replayed.session]).toEqual([403, null]);
      expect(replayed.text).toContain('no longer takes this sign-in');
    });

    it('where the nonce is another, or the verifier', async () => {
      for (const part of [2, 3]) {
        const { address, cookie } = await begin();
        const parts = cookie.split('.');
        parts[part] = 'B'.repeat(43);
        const { status, session } = await comeBack(await provider.signIn(address, 'ben'), parts.join('.'));
        expect([part, status, session]).toEqual([part, 403, null]);
      }
    });

    it('where the person declines, or the address is not verified', async () => {
      const { address, cookie } = await begin();
      const declined = await comeBack(await provider.signIn(address, 'ben', true), cookie);
      expect([declined.status, declined.text]).toEqual([403, expect.stringContaining('access_denied')]);
      const { status, session, text } = await signIn('eve');
      expect([status, session, text]).toEqual([403, null, expect.stringContaining('verified')]);
    });

    it('where the clocks differ by more than a minute; by less, it is not', async () => {
      try {
        provider.shiftClock(-ID_TOKEN_SECONDS - 30);
        expect((await signIn('ben')).status).toBe(200);
        provider.shiftClock(-ID_TOKEN_SECONDS - 90);
        const { status, text } = await signIn('ben');
        expect([status, text]).toEqual([403, expect.stringContaining('clock')]);
      } finally {
        provider.shiftClock(0);
      }
    });

    it('where the provider has gone in between, and all else goes on', async () => {
      const { address, cookie } = await begin();
      const url = await provider.signIn(address, 'ben');
      provider.breakWith(502);
      try {
        const { status, text, session } = await comeBack(url, cookie);
        expect([status, (await failed(text)).code, session]).toEqual([503, 'provider_unavailable', null]);
        expect((await raw('/series')).status).toBe(200);
        // A service that has not spoken to the provider yet.
        const first = await limited.raw('/session/openid');
        expect([first.status, JSON.parse(String(first.body)).code]).toEqual([503, 'provider_unavailable']);
        expect(first.headers['retry-after']).toBe('5');
      } finally {
        provider.breakWith(null);
      }
    });

    it('after ten failures within a minute, whatever comes then', async () => {
      const statuses = [];
      for (let i = 0; i < 11; i++) statuses.push((await limited.raw('/session/openid/callback?code=x&state=y')).status);
      expect(statuses).toEqual([...Array(10).fill(403), 429]);
    });
  });

  it('ends as any session does, and a backup has none of it', async () => {
    const { session } = await signIn('ben');
    const cookie = session as string;
    const store = await db();
    await store.query(`update browser_session set expires_at = clock_timestamp() where hash = sha256($1::bytea)`, [
      Buffer.from(cookie.split('=')[1] as string),
    ]);
    expect((await who(cookie)).signed_in).toBe(false);
    // Over plain HTTP by an address that is not this machine's, a browser would keep nothing.
    const { status } = await raw('/session/openid', { host: 'maps.example.org' });
    expect(status).toBe(403);
  });
});

onEachDatabase('a service without a provider of identities', (db) => {
  const { raw } = serviceOn(db);
  it('says so', async () => {
    const { status, body } = await raw('/session/openid');
    expect([status, String(body)]).toEqual([404, expect.stringContaining('SALIENT_OPENID_ISSUER')]);
  });
});

describe('the settings of a provider of identities', () => {
  it('are refused by name', () => {
    const refused: Record<string, Record<string, string>> = {
      SALIENT_OPENID_CLIENT: { SALIENT_OPENID_ISSUER: 'https://id.example.org' },
      SALIENT_OPENID_ISSUER: { SALIENT_OPENID_ISSUER: 'http://id.example.org', SALIENT_OPENID_CLIENT: 'a' },
      SALIENT_OPENID_SCOPES: { SALIENT_OPENID_SCOPES: 'email' },
      SALIENT_OPENID_SECRET_FILE: {
        ...{ SALIENT_OPENID_ISSUER: 'https://id.example.org', SALIENT_OPENID_CLIENT: 'a' },
        ...{ SALIENT_OPENID_SECRET: 'a', SALIENT_OPENID_SECRET_FILE: '/b' },
      },
    };
    expect(() => readConfig({ SALIENT_OPENID_ROLES: 'groups:a=reader@b' })).toThrow(
      'SALIENT_OPENID_ISSUER=: without a provider SALIENT_OPENID_ROLES has no effect',
    );
    for (const [name, environment] of Object.entries(refused)) expect(() => readConfig(environment)).toThrow(name);
    const settings = { ...readConfig({}), openidIssuer: 'https://id.example.org', openidClient: 'a' };
    expect(() => openIdentityProvider({ ...settings, openidSecretFile: '/nowhere' })).toThrow(
      'SALIENT_OPENID_SECRET_FILE=/nowhere: it is not there',
    );
    for (const part of ['groups:a=chief@b', 'groups=reader@b', 'groups:a=reader', 'groups:a=reader@B'])
      expect(() => readRoleMapping([part])).toThrow(`SALIENT_OPENID_ROLES=${JSON.stringify(part)}`);
  });

  it('map claims of several shapes to the highest role', () => {
    const mapping = readRoleMapping([
      'https://example.org/groups:a=reader@one',
      'realm_access.roles:b=keeper@one',
      'department:c=reviewer@two',
    ]);
    const claims = { 'https://example.org/groups': ['a'], realm_access: { roles: ['b', 'a'] }, department: 'd' };
    expect([...rolesByClaims(mapping, claims)]).toEqual([
      ['one', 'keeper'],
      ['two', null],
    ]);
    expect([...rolesByClaims(mapping, {})]).toEqual([
      ['one', null],
      ['two', null],
    ]);
  });

  it('name a provider that never answers: it is waited for five seconds', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const settings = { ...readConfig({}), openidIssuer: `http://127.0.0.1:${port}`, openidClient: 'a' };
    const began = performance.now();
    const asked = openIdentityProvider(settings)?.authorizationUrl('http://localhost/', newSecrets());
    await expect(asked).rejects.toMatchObject({ code: 'provider_unavailable' });
    expect(performance.now() - began).toBeLessThan(30_000);
    silent.closeAllConnections();
    silent.close();
  });
});
