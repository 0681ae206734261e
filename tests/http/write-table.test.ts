import { afterAll, beforeAll, expect, it } from 'vitest';
import { giveRole, stateAccess } from '../../src/desk/membership.js';
import { includes, ROLES, type Role } from '../../src/desk/role.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { openBrowserSession } from '../../src/store/browser-sessions.sql.js';
import { SCOPES, type Scope } from '../../src/store/principal.js';
import { createToken } from '../../src/store/tokens.sql.js';
import { onEachDatabase } from '../setup/databases.js';
import { firstMap } from '../setup/desk-histories.js';
import { box } from '../setup/good-input.js';
import { serviceOn } from '../setup/service.js';
import { valley } from '../setup/valley.js';

/*
 * Who may write what: every route of the two definitions of the API that is not for reading, asked by nobody, with a wrong token,
 * with each scope, in each role (as a token, and as a person who signed in), of a series of each kind. A route that is in a
 * definition and not here fails.
 */

/** The scope that permits it in every open series, and the lowest role that permits it in its own; null: no role does. */
const PERMITTED: Readonly<Record<string, [Scope, Role | null] | 'anybody'>> = {
  'POST /series/{id}/snapshots': ['write', 'publisher'],
  'POST /series/{id}/mapping': ['write', 'publisher'],
  'POST /series/{id}/theatre': ['review', 'publisher'],
  'POST /series/{id}/parties': ['write', 'publisher'],
  'POST /series/{id}/places': ['write', 'publisher'],
  'POST /series/{id}/places/gazetteer': ['write', 'publisher'],
  'POST /series/{id}/routes': ['write', 'publisher'],
  'POST /series/{id}/posts': ['write', 'publisher'],
  'POST /series/{id}/derive': ['write', 'publisher'],
  'POST /series/{id}/withdraw': ['review', 'publisher'],
  'POST /series/{id}/steps/{date}': ['review', 'publisher'],
  'POST /series/{id}/held/{held}/accept': ['review', 'reviewer'],
  'POST /series/{id}/held/{held}/refuse': ['review', 'reviewer'],
  'POST /series/{id}/snapshots/{date}/withdraw': ['review', 'publisher'],
  'POST /series/{id}/snapshots/{date}/purge': ['admin', null],
  'POST /series/{id}/purge': ['admin', null],
  'POST /series/{id}/proposals': ['write', 'contributor'],
  'POST /series/{id}/proposals/map': ['write', 'contributor'],
  'POST /series/{id}/proposals/parties': ['write', 'contributor'],
  'POST /series/{id}/proposals/places': ['write', 'contributor'],
  'POST /series/{id}/proposals/posts': ['write', 'contributor'],
  'POST /series/{id}/proposals/routes': ['write', 'contributor'],
  'POST /series/{id}/proposals/claims': ['write', 'contributor'],
  'POST /series/{id}/proposals/events': ['write', 'contributor'],
  'POST /series/{id}/proposals/{proposal}/comment': ['write', 'contributor'],
  'POST /series/{id}/proposals/{proposal}/approve': ['review', 'reviewer'],
  'POST /series/{id}/proposals/{proposal}/reject': ['review', 'reviewer'],
  'POST /series/{id}/proposals/{proposal}/retract': ['write', 'contributor'],
  'POST /series/{id}/proposals/{proposal}/release': ['review', 'publisher'],
  'POST /series/{id}/proposals/{proposal}/stop': ['review', 'reviewer'],
  'POST /series/{id}/proposals/{proposal}/copy': ['write', 'contributor'],
  'POST /series/{id}/publishers/reliability': ['admin', 'keeper'],
  'POST /series/{id}/sources/copies': ['write', 'publisher'],
  'POST /series/{id}/sources/{source}/copy': ['write', 'publisher'],
  'POST /series/{id}/review-rule': ['admin', 'keeper'],
  'POST /series/{id}/access': ['admin', 'keeper'],
  'POST /series/{id}/roles/{holder}': ['admin', 'keeper'],
  'POST /series/{id}/subscriptions': ['write', 'publisher'],
  'POST /series/{id}/subscriptions/{subscription}/pull': ['write', 'publisher'],
  'POST /series/{id}/subscriptions/{subscription}/pause': ['write', 'publisher'],
  'POST /series/{id}/subscriptions/{subscription}/resume': ['write', 'publisher'],
  'POST /series/{id}/subscriptions/{subscription}/remove': ['write', 'publisher'],
  'POST /ogc/collections/{collectionId}/items': ['write', 'contributor'],
  'PUT /ogc/collections/{collectionId}/items/{featureId}': ['write', 'contributor'],
  'PATCH /ogc/collections/{collectionId}/items/{featureId}': ['write', 'contributor'],
  'DELETE /ogc/collections/{collectionId}/items/{featureId}': ['write', 'contributor'],
  'POST /reports': ['write', 'publisher'],
  'POST /reports/{id}/withdraw': ['write', 'publisher'],
  'POST /reports/{id}/issue': ['write', 'publisher'],
  'POST /alerts': ['write', 'publisher'],
  'POST /alerts/{id}/withdraw': ['write', 'publisher'],
  'POST /tokens/{id}': ['admin', null],
  'POST /tokens/{id}/revoke': ['admin', null],
  'POST /backup': ['admin', null],
  'POST /session': 'anybody',
  'DELETE /session': 'anybody',
};

const KINDS = { derived: 'table-derived', imported: 'table-imported', members: 'table-members' } as const;
const ABSENT = 'table-absent-';
const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };

onEachDatabase('who may write what', (db) => {
  const { raw, json } = serviceOn(db);
  const credentials = new Map<string, Record<string, string>>();

  beforeAll(async () => {
    const store = await db();
    await loadBundle(store, parseBundle(valley(KINDS.derived)), () => {});
    const features = ['aland', 'borland'].map((party, n) => ({
      type: 'Feature',
      properties: { party },
      geometry: { type: 'Polygon', coordinates: [box(30 + n, 40, 31 + n, 41)] },
    }));
    for (const id of [KINDS.imported, KINDS.members]) await firstMap(store, id, '2024-05-01' as never, features);
    await stateAccess(store, KINDS.members, { access: 'members', why: 'the front', by: 'the tests' });
    const token = async (name: string, scopes: readonly Scope[]) => {
      const given = { name: `table-${name}`, scopes, expiresAt: null, by: 'the tests' };
      credentials.set(name, { authorization: `Bearer ${(await createToken(store, given)).token}` });
    };
    for (const scope of SCOPES) await token(`scope ${scope}`.replace(' ', '-'), [scope]);
    for (const role of ROLES) {
      await token(`role-${role}`, ['read']);
      const { cookie } = await openBrowserSession(store, { person: `table-${role}` });
      credentials.set(`person-${role}`, { cookie: `salient_session=${cookie}`, ...OWN_PAGE });
      for (const series of Object.values(KINDS)) {
        for (const holder of [`token:table-role-${role}`, `person:table-${role}`])
          await giveRole(store, series, { holder, role, by: 'the tests' });
      }
    }
  });
  afterAll(async () => {
    const store = await db();
    await store.query(
      `update token set revoked_at = now(), revoked_by = 'the tests' where revoked_at is null and name like 'table-%'`,
    );
    await stateAccess(store, KINDS.members, { access: 'open', why: 'the tests are over', by: 'the tests' });
  });

  /** Without a parameter that any route takes: who may is told so (400), and nothing is stored. */
  async function statusOf(operation: string, series: string, headers: Record<string, string>): Promise<number> {
    const [method = '', path = ''] = operation.split(' ');
    const values: Record<string, string> = {
      collectionId: `${series}_control`,
      featureId: '2024-05-01.1',
      date: '2024-05-01',
    };
    const address = path.replace(/\{(\w+)\}/g, (_, name: string) =>
      name === 'id' && path.startsWith('/series/') ? series : (values[name] ?? '1'),
    );
    const typed = { 'content-type': path.startsWith('/ogc') ? 'application/geo+json' : 'text/plain', ...headers };
    return (await raw(`${address}?nothing=1`, typed, method, method === 'DELETE' ? undefined : '{}')).status;
  }

  it('is stated here for every route that the definitions list', async () => {
    const listed: string[] = [];
    for (const address of ['/openapi.json', '/ogc/api?f=json']) {
      const { paths } = await json<{ paths: Record<string, Record<string, unknown>> }>(address);
      for (const [path, methods] of Object.entries(paths)) {
        const of = address.startsWith('/ogc') && !path.startsWith('/ogc') ? `/ogc${path}` : path;
        for (const method of Object.keys(methods))
          if (!['get', 'head', 'options', 'parameters'].includes(method)) listed.push(`${method.toUpperCase()} ${of}`);
      }
    }
    // The concrete collections that the definition of the OGC API names, and the filter in a body, which only reads.
    const general = listed
      .map((one) => one.replace(/collections\/[^/]+_control/, 'collections/{collectionId}'))
      .filter((one) => !/\/collections\/(?!\{collectionId\})[^/]+\/|\/at\//.test(one));
    expect([...new Set(general)].sort()).toEqual(Object.keys(PERMITTED).sort());
  });

  it.each(Object.entries(PERMITTED))('%s', async (operation, permitted) => {
    const refused = { nobody: 401, wrong: 401 };
    const wrong = { authorization: 'Bearer nonsense' };
    const inSeries = /\{id\}|\{collectionId\}/.test(operation) && /\/series\/|\/ogc\//.test(operation);
    for (const [kind, series] of Object.entries(inSeries ? { ...KINDS, absent: ABSENT } : { any: KINDS.derived })) {
      const seen = (who: string, headers: Record<string, string>) =>
        statusOf(operation, series, headers).then((status) => [kind, who, status] as const);
      const may = expect.not.toBeOneOf([401, 403, 500, 503]);
      if (permitted === 'anybody') {
        expect(await seen('nobody', {})).toEqual([kind, 'nobody', 400]);
        continue;
      }
      const [scope, role] = permitted;
      expect(await seen('nobody', {})).toEqual([kind, 'nobody', refused.nobody]);
      // The limit of wrong tokens (429) is no permission either.
      expect(await seen('wrong', wrong)).toEqual([kind, 'wrong', expect.toBeOneOf([refused.wrong, 429])]);
      for (const one of SCOPES) {
        const holds = one === scope || one === 'admin' || scope === 'read';
        const answer = await seen(one, credentials.get(`scope-${one}`) ?? {});
        expect(answer).toEqual([kind, one, holds ? may : 403]);
        // Of a series for members a scope alone knows nothing.
        if (kind === 'members' && one !== 'admin')
          expect(answer[2]).toBe(await statusOf(operation, ABSENT, credentials.get(`scope-${one}`) ?? {}));
      }
      for (const own of ROLES) {
        const holds = kind !== 'absent' && role !== null && includes(own, role);
        for (const as of ['role', 'person'])
          expect(await seen(`${as} ${own}`, credentials.get(`${as}-${own}`) ?? {})).toEqual([
            kind,
            `${as} ${own}`,
            holds ? may : 403,
          ]);
      }
    }
  });
});
