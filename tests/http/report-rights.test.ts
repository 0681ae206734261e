import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { giveRole, stateAccess } from '../../src/desk/membership.js';
import type { IsoDate } from '../../src/model/dates.js';
import { insertRule } from '../../src/reports/alerts/alerts.sql.js';
import { subscription, subscriptionOf } from '../../src/reports/mail/recipients.sql.js';
import { openBrowserSession } from '../../src/store/browser-sessions.sql.js';
import type { Scope } from '../../src/store/principal.js';
import { createToken } from '../../src/store/tokens.sql.js';
import { onEachDatabase } from '../setup/databases.js';
import { firstMap } from '../setup/desk-histories.js';
import { storeValley } from '../setup/every-route.js';
import { box } from '../setup/good-input.js';
import { serviceOn } from '../setup/service.js';

/*
 * Reports and alert rules in series that are for members only: who defines, takes over, withdraws and issues them, and who reads to
 * whom they go; and who reads the addresses of the files that are pulled into them.
 */

const CLOSED = 'rights-closed';
/** Of a theatre of its own, and imported: files are pulled into it. */
const IMPORTED = 'rights-imported';
const OPEN = 'rights-open';
const HOOK = 'https://hooks.example.org/opens-everything';
const EMAIL = 'informant@desk.example.org';
const RECIPIENTS = { webhooks: [HOOK], emails: [EMAIL] };

const slug = (who: string) => `rights-${who.replaceAll(' ', '-')}`;
const reportOn = (id: string, series: string | string[], title = 'Of the month') => ({
  ...{ id, title, series, recipients: RECIPIENTS },
  ...{ period: { every: 'month' }, since: '2021-02-01', formats: ['json'] },
});
const ruleOn = (id: string, series: string, title = 'Places') => ({
  ...{ id, title, series, when: { kind: 'place' }, recipients: RECIPIENTS },
});

onEachDatabase('a report in a series for members only', (db) => {
  const { get } = serviceOn(db);
  const credentials = new Map<string, Record<string, string>>();

  async function ask<T = Record<string, unknown>>(who: string, path: string, body?: object) {
    const headers = { ...credentials.get(who), ...(body && { 'content-type': 'application/json' }) };
    const isWrite = body !== undefined || /\/(withdraw|issue)\?/.test(path);
    const answer = await get(path, {
      method: isWrite ? 'POST' : 'GET',
      headers: { accept: 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as T & { code?: string; message?: string } };
  }
  const define = (who: string, report: object) => ask(who, '/reports', report);

  beforeAll(async () => {
    const store = await db();
    for (const id of [CLOSED, OPEN]) await storeValley(store, id);
    const ground = { type: 'Polygon', coordinates: [box(30, 40, 31, 41)] };
    const area = { type: 'Feature', properties: { party: 'aland' }, geometry: ground };
    await firstMap(store, IMPORTED, '2024-05-01' as IsoDate, [area]);
    for (const id of [CLOSED, IMPORTED])
      await stateAccess(store, id, { access: 'members', why: 'the front', by: 'the tests' });
    const give = async (holder: string, role: 'reader' | 'publisher') => {
      for (const series of [CLOSED, IMPORTED]) await giveRole(store, series, { holder, role, by: 'the tests' });
    };
    const token = async (name: string, scopes: readonly Scope[]) => {
      const given = { name: slug(name), scopes, expiresAt: null, by: 'the tests' };
      credentials.set(name, { authorization: `Bearer ${(await createToken(store, given)).token}` });
      return `token:${slug(name)}`;
    };
    const person = async (name: string) => {
      const { cookie } = await openBrowserSession(store, { person: slug(name) });
      credentials.set(name, { cookie: `salient_session=${cookie}`, 'sec-fetch-site': 'same-origin' });
      return `person:${slug(name)}`;
    };
    await token('writer', ['read', 'write']);
    await give(await token('reader who may write elsewhere', ['read', 'write', 'review']), 'reader');
    await give(await person('reader without a scope'), 'reader');
    await give(await token('publisher', ['read']), 'publisher');
    await give(await person('publisher without a scope'), 'publisher');
    await give(await token('publisher who may write', ['write']), 'publisher');
    const ofBoth = await token('publisher of both', ['read']);
    await give(ofBoth, 'publisher');
    await giveRole(store, OPEN, { holder: ofBoth, role: 'publisher', by: 'the tests' });
    await define('publisher', reportOn('rights-kept', CLOSED));
    await ask('publisher', '/alerts', ruleOn('rights-kept', CLOSED));
  });
  afterAll(async () => {
    const store = await db();
    await store.query(
      `update token set revoked_at = now(), revoked_by = 'the tests' where revoked_at is null and name like 'rights-%'`,
    );
    for (const id of [CLOSED, IMPORTED])
      await stateAccess(store, id, { access: 'open', why: 'the tests are over', by: 'the tests' });
  });

  it('is defined, taken over, withdrawn and issued by nobody who only reads there, whatever the scopes', async () => {
    const who = 'reader who may write elsewhere';
    for (const attempt of [
      () => define(who, reportOn('rights-new', CLOSED)),
      () => define(who, reportOn('rights-new', [OPEN, CLOSED])),
      // Another version, in a series in which the scope counts, would take over what is there.
      () => define(who, reportOn('rights-kept', OPEN)),
      () => ask(who, '/reports/rights-kept/issue?period=2021-02'),
      () => ask(who, '/reports/rights-kept/withdraw?why=so'),
      () => ask(who, '/alerts', ruleOn('rights-new', CLOSED)),
      () => ask(who, '/alerts', ruleOn('rights-kept', OPEN)),
      () => ask(who, '/alerts/rights-kept/withdraw?why=so'),
    ]) {
      const { status, body } = await attempt();
      expect([attempt.toString(), status, body.code]).toEqual([attempt.toString(), 403, 'not_allowed']);
      expect(body.message).toContain(`the role publisher in series ${CLOSED}`);
    }
    expect((await define(who, reportOn('rights-of-scope', OPEN))).status).toBe(200);
    expect((await ask('publisher', '/reports/rights-kept')).body).toMatchObject({ version: 1, withdrawn: false });
  });

  it.each(['reports', 'alerts'])('is left by who gets its e-mail, without a credential: %s', async (kind) => {
    const token = await subscription(await db(), `${kind}/rights-kept`, EMAIL, randomBytes(24).toString('base64url'));
    const left = `/unsubscribe?token=${token}`;
    expect((await get(left)).status).toBe(200);
    expect((await get(left, { method: 'POST' })).status).toBe(200);
    expect(await subscriptionOf(await db(), String(token))).toMatchObject({ gone: true });
    // The page that says so leads back, by the same link; a reader of mail that leaves by itself (RFC 8058) does not come back.
    const back = /action="([^"]+)"><button>Subscribe again</.exec(await (await get(left)).text())?.[1] ?? '';
    expect((await get(`/unsubscribe${back.replaceAll('&amp;', '&')}`, { method: 'POST' })).status).toBe(200);
    expect(await subscriptionOf(await db(), String(token))).toMatchObject({ gone: false });
    const oneClick = { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) };
    expect((await get(left, oneClick)).status).toBe(200);
    expect(await subscriptionOf(await db(), String(token))).toMatchObject({ gone: true });
  });

  it.each(['publisher', 'publisher without a scope'])('is the business of a %s of it', async (who) => {
    const id = slug(who);
    expect(await define(who, reportOn(id, CLOSED))).toMatchObject({ status: 200, body: { result: 'created' } });
    expect(await define(who, reportOn(id, CLOSED, 'Another title'))).toMatchObject({ body: { result: 'changed' } });
    expect(await ask(who, `/reports/${id}/issue?period=2021-02`)).toMatchObject({ status: 200, body: { edition: 1 } });
    expect(await ask(who, `/reports/${id}/withdraw?why=so`)).toMatchObject({ status: 200 });
    expect(await ask(who, '/alerts', ruleOn(id, CLOSED))).toMatchObject({ status: 200 });
    expect(await ask(who, `/alerts/${id}/withdraw?why=so`)).toMatchObject({ status: 200 });
    // In a series in which they have no role it is as for anybody.
    for (const refused of [
      await define(who, reportOn(`${id}-2`, OPEN)),
      await define(who, reportOn(`${id}-2`, [CLOSED, OPEN])),
      await define(who, reportOn(`${OPEN}-r`, CLOSED)),
      await ask(who, `/reports/${OPEN}-r/issue?period=2021-02`),
      await ask(who, '/reports/rights-nothing/withdraw?why=so'),
      await ask(who, '/alerts', ruleOn(`${OPEN}-r`, CLOSED)),
    ])
      expect(refused).toMatchObject({ status: 403, body: { code: 'not_allowed' } });
  });

  it('that names an open series too takes the right in each of them', async () => {
    for (const who of ['publisher of both', 'publisher who may write']) {
      const id = `${slug(who)}-two`;
      expect(await define(who, reportOn(id, [OPEN, CLOSED]))).toMatchObject({ status: 200 });
      expect(await ask('writer', `/reports/${id}`)).toMatchObject({ status: 404 });
      expect(await ask('writer', `/reports/${id}/withdraw?why=so`)).toMatchObject({ status: 404 });
      expect(await ask('publisher', `/reports/${id}/withdraw?why=so`)).toMatchObject({ status: 403 });
      expect(await ask(who, `/reports/${id}/withdraw?why=so`)).toMatchObject({ status: 200 });
    }
  });

  it('stays its members’ when it is defined anew about an open one: what was made of it is there', async () => {
    const who = 'publisher of both';
    const id = 'rights-moved';
    await define(who, reportOn(id, CLOSED));
    expect(await ask(who, `/reports/${id}/issue?period=2021-02`)).toMatchObject({ body: { edition: 1 } });
    expect(await define(who, reportOn(id, OPEN))).toMatchObject({ status: 200, body: { result: 'changed' } });
    for (const address of [`/reports/${id}`, `/reports/${id}/2021-02.json`, `/reports/${id}/feed.json`])
      for (const [reader, status] of [
        ['nobody', 404],
        ['writer', 404],
        ['reader without a scope', 200],
      ] as const)
        expect([address, reader, (await ask(reader, address)).status]).toEqual([address, reader, status]);
    const list = (await ask<{ id: string }[]>('nobody', '/reports')).body as unknown as { id: string }[];
    expect(list.map((report) => report.id)).not.toContain(id);
  });

  it('shows to whom it goes to its publishers, masked to its readers, by role as by scope', async () => {
    const shown = async (who: string) => {
      const [report, rule] = await Promise.all(
        ['reports', 'alerts'].map((kind) => ask<{ definition: { recipients?: object } }>(who, `/${kind}/rights-kept`)),
      );
      return [report, rule].map((answer) => answer?.body.definition.recipients);
    };
    const masked = { webhooks: ['https://hooks.example.org/***'], emails: ['i***@desk.example.org'] };
    for (const who of ['publisher', 'publisher without a scope', 'publisher of both'])
      expect([who, await shown(who)]).toEqual([who, [RECIPIENTS, RECIPIENTS]]);
    for (const who of ['reader who may write elsewhere', 'reader without a scope'])
      expect([who, await shown(who)]).toEqual([who, [masked, masked]]);
    await ask('publisher', '/reports/rights-kept/issue?period=2021-02');
    interface Log {
      deliveries: { target: string; key?: string }[];
    }
    for (const [who, { webhooks, emails }] of [
      ['publisher', RECIPIENTS],
      ['reader who may write elsewhere', masked],
      ['reader without a scope', masked],
    ] as const) {
      const log = await ask<Log>(who, '/reports/rights-kept/log');
      expect([who, log.status]).toEqual([who, 200]);
      const targets = new Set(log.body.deliveries.map(({ target }) => target));
      expect([who, [...targets].sort()]).toEqual([who, [...webhooks, ...emails].sort()]);
      expect((await ask<Log>(who, '/alerts/rights-kept/log')).status).toBe(200);
    }
    for (const who of ['nobody', 'writer']) {
      const [hidden, absent] = [await ask(who, '/reports/rights-kept/log'), await ask(who, '/reports/rights-lack/log')];
      expect(JSON.stringify(hidden).replaceAll('rights-kept', 'rights-lack')).toBe(JSON.stringify(absent));
    }
  });

  it('has readers who see of a pulled file the host alone, and publishers who see its address', async () => {
    const address = 'https://files.example.org/key-of-the-desk/front.geojson';
    const stated = { address, publisher: 'A paper', every_minutes: 1440, mode: 'hold' };
    const { status, body } = await ask<{ id: number }>('publisher', `/series/${IMPORTED}/subscriptions`, stated);
    expect([status, body]).toEqual([200, expect.objectContaining({ address })]);
    for (const [who, shown] of [
      ['publisher', address],
      ['publisher without a scope', address],
      ['publisher who may write', address],
      ['reader who may write elsewhere', 'https://files.example.org/***'],
      ['reader without a scope', 'https://files.example.org/***'],
    ] as const) {
      const list = await ask<{ subscriptions: object[] }>(who, `/series/${IMPORTED}/subscriptions`);
      const one = await ask(who, `/series/${IMPORTED}/subscriptions/${body.id}`);
      expect([who, list.body.subscriptions]).toMatchObject([who, [{ address: shown }]]);
      expect([who, one.body]).toMatchObject([who, { address: shown }]);
    }
    await ask('publisher', `/series/${IMPORTED}/subscriptions/${body.id}/remove?why=so`, {});
  });

  it('is shown to its readers alone where this version cannot read it, in the list, by itself and as a feed; its mail can be left', async () => {
    const rule = 'rights-unread';
    await insertRule(await db(), rule, { ...ruleOn(rule, OPEN), when: { kind: 'weather' } }, null);
    const listed = async (who: string) => (await ask<{ id: string }[]>(who, '/alerts')).body as unknown as object[];
    expect(await listed('writer')).toContainEqual(
      expect.objectContaining({ id: rule, title: rule, series: OPEN, when: null }),
    );
    expect(await listed('nobody')).not.toContainEqual(expect.objectContaining({ id: rule }));
    const shown = await ask('writer', `/alerts/${rule}`);
    expect(shown).toMatchObject({ status: 200, body: { id: rule, definition: { when: { kind: 'weather' } } } });
    expect(await ask('writer', `/alerts/${rule}/feed.json`)).toMatchObject({ status: 200, body: { title: rule } });
    for (const address of [`/alerts/${rule}`, `/alerts/${rule}/feed.json`])
      expect(await ask('nobody', address)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    const token = await subscription(await db(), `alerts/${rule}`, EMAIL, randomBytes(24).toString('base64url'));
    expect((await get(`/unsubscribe?token=${token}`, { method: 'POST' })).status).toBe(200);
    expect(await subscriptionOf(await db(), String(token))).toMatchObject({ gone: true });
    expect(await ask('publisher who may write', `/alerts/${rule}/withdraw?why=so`)).toMatchObject({ status: 200 });
  });

  it('keeps its id: who may not know of it is told of that id alone that it is not free', async () => {
    const taken = await define('writer', reportOn('rights-kept', OPEN));
    expect(taken).toMatchObject({ status: 403, body: { message: 'rights-kept: this id is not free' } });
    expect(await ask('writer', '/alerts', ruleOn('rights-kept', OPEN))).toMatchObject({ status: 403 });
    expect((await define('nobody', reportOn('rights-kept', OPEN))).body).toEqual(
      (await define('nobody', reportOn('rights-free', OPEN))).body,
    );
  });
});
