import { afterAll, beforeAll, expect, it } from 'vitest';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';
import { strips } from '../setup/strips.js';

const CREATE = 'create=true&title=Tokens&publisher=Test&licence=CC0&accuracy=500&date=2020-01-01';

interface Made {
  name: string;
  token: string;
  scopes: string[];
}

onEachDatabase('tokens', (db) => {
  const service = serviceOn(db);
  const { get, json } = service;
  const map = strips([36.3], ['west', 'east']);
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const send = (path: string, token: string) => service.post(path, map, bearer(token));
  const made = new Map<string, string>();

  async function make(name: string, scopes: string, more = ''): Promise<string> {
    const { status, body } = await service.post(`/tokens/${name}?scopes=${scopes}${more}`, '');
    expect([name, status]).toEqual([name, 200]);
    const { token } = body as unknown as Made;
    made.set(name, token);
    return token;
  }
  // The store is shared with other files: a service with a token behaves otherwise than one without.
  const revokeAll = async () => {
    await (await db()).query(`update token set revoked_at = now(), revoked_by = 'the tests' where revoked_at is null`);
  };
  beforeAll(revokeAll);
  afterAll(revokeAll);

  it('without any, a caller without the secret is refused with 403; the service’s own figures are shown by the embedded engine alone', async () => {
    const refused = await get('/series/tokens/derive', { method: 'POST' });
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'not_allowed']);
    const isEmbedded = (await db()).engine === 'embedded';
    for (const path of ['/tiles/counters', '/metrics']) {
      expect([path, (await get(path)).status]).toEqual([path, isEmbedded ? 200 : 403]);
    }
    expect((await get('/tokens')).status).toBe(403);
  });

  it('are told once, stored as a hash, listed without their text', async () => {
    const token = await make('desk', 'write');
    expect(token).toMatch(/^sal_[\w-]{43}$/);
    const listed = await (await get('/tokens', { headers: CREDENTIAL })).text();
    expect(JSON.parse(listed).tokens[0]).toMatchObject({ name: 'desk', scopes: ['write'], created_by: 'local' });
    expect(listed).not.toContain(token);
    const stored = await (await db()).query<{ row: string }>('select t::text as row from token t');
    expect(stored.map(({ row }) => row).join()).not.toContain(token);
    expect((await service.post('/tokens/desk?scopes=read', '')).body.code).toBe('token_exists');
  });

  it('once there is one, it is needed, also on loopback, for the figures too', async () => {
    const refused = await get('/series/tokens/derive', { method: 'POST' });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Bearer/)]);
    expect((await get('/tiles/counters')).status).toBe(401);
  });

  it('permit what their scopes say and no more', async () => {
    for (const scope of ['read', 'review', 'admin']) await make(`only-${scope}`, scope);
    const tries = async (path: string, method = 'POST') =>
      Object.fromEntries(
        await Promise.all(
          ['desk', 'only-read', 'only-review', 'only-admin'].map(async (name) => {
            const headers = { ...bearer(made.get(name) as string), 'content-type': 'application/geo+json' };
            const { status } = await get(path, { method, headers, ...(method === 'POST' && { body: '{}' }) });
            return [name, status] as const;
          }),
        ),
      );
    const not = 403;
    expect((await send(`/series/tokens/snapshots?${CREATE}`, made.get('desk') as string)).status).toBe(201);
    expect(await tries('/series/tokens/derive')).toEqual({
      desk: 400,
      'only-read': not,
      'only-review': not,
      'only-admin': 400,
    });
    const step = '/series/tokens/held/1/refuse?why=x';
    expect(await tries(step)).toEqual({ desk: not, 'only-read': not, 'only-review': 404, 'only-admin': 404 });
    expect(await tries('/series/tokens/held', 'GET')).toEqual({
      desk: 200,
      'only-read': 200,
      'only-review': 200,
      'only-admin': 200,
    });
    expect(await tries('/tokens', 'GET')).toEqual({
      desk: not,
      'only-read': not,
      'only-review': not,
      'only-admin': 200,
    });
    // Who answers for a map decides.
    const accepted = await send('/series/tokens/snapshots?date=2020-01-02&accept=me', made.get('desk') as string);
    expect([accepted.status, accepted.body.message]).toEqual([403, expect.stringContaining('review')]);
  });

  it('name their holder in every row they record', async () => {
    const store = await db();
    const [row] = await store.query<{ principal: string }>(
      `select r.principal from revision r where r.series = 'tokens' order by id desc limit 1`,
    );
    expect(row?.principal).toBe('token:desk');
    const [described] = await store.query<{ principal: string }>(
      `select principal from series_statement where series = 'tokens' order by recorded_at desc limit 1`,
    );
    expect(described?.principal).toBe('token:desk');
    // What the same connection records later is not theirs.
    await service.post('/series/tokens/withdraw?why=tried', '');
    const [later] = await store.query<{ principal: string }>(
      `select principal from series_statement where series = 'tokens' order by recorded_at desc limit 1`,
    );
    expect(later?.principal).toBe('local');
    await service.post('/series/tokens/withdraw?restore=true', '');
  });

  it('end when they expire or are revoked, with the reason', async () => {
    const soon = new Date(Date.now() + 1500).toISOString();
    const brief = await make('brief', 'write', `&expires=${soon}`);
    expect((await send('/series/tokens/snapshots?date=2020-01-01', brief)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1600));
    const expired = await send('/series/tokens/snapshots?date=2020-01-01', brief);
    expect([expired.status, expired.body.message]).toEqual([401, expect.stringContaining('expired')]);
    await service.post('/tokens/desk/revoke', '');
    const revoked = await send('/series/tokens/snapshots?date=2020-01-01', made.get('desk') as string);
    expect([revoked.status, revoked.body.code]).toEqual([401, 'unauthenticated']);
    expect((await service.post('/tokens/desk/revoke', '')).body.code).toBe('unknown_token');
    // The name is free again.
    await make('desk', 'write');
  });

  it('show the reasons of withdrawals to readers alone', async () => {
    await service.post('/series/tokens/withdraw?why=the%20source%20is%20in%20danger', '');
    const message = async (headers = {}) =>
      (await (await get('/control?series=tokens&date=2020-01-01', { headers })).json()) as { message: string };
    expect((await message()).message).not.toContain('danger');
    expect((await message(bearer(made.get('only-read') as string))).message).toContain('danger');
    expect((await get('/series?withdrawn=true')).status).toBe(401);
    const listed = await json<{ id: string; withdrawn_why: string }[]>('/series?withdrawn=true', CREDENTIAL);
    expect(listed.find(({ id }) => id === 'tokens')?.withdrawn_why).toContain('danger');
  });
});
