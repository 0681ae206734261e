import { expect, it } from 'vitest';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { READ_PATHS } from '../setup/every-route.js';
import { serviceOn } from '../setup/service.js';

/*
 * A client chooses how it writes a path. Whatever reaches a handler is admitted, and charged to its client, as the path of the
 * definition is.
 */

/** Other ways to write a path. */
const SPELLINGS: Readonly<Record<string, (path: string) => string>> = {
  'in capitals': (path) => path.toUpperCase(),
  'with one capital': (path) => path.replace(/[a-z]/, (letter) => letter.toUpperCase()),
  'with a capital at its end': (path) => path.replace(/[a-z](?=[^a-z]*$)/, (letter) => letter.toUpperCase()),
  'with a slash at its end': (path) => `${path}/`,
  'with two slashes at its end': (path) => `${path}//`,
  'with two slashes at its beginning': (path) => `/${path}`,
  'with two slashes inside': (path) => path.replace(/(?<=.)\//, '//'),
  'with an encoded letter': (path) => path.replace(/[a-z]/, encoded),
  'with every letter encoded': (path) => path.replace(/\w/g, encoded),
  'with an encoded slash': (path) => path.replace(/(?<=.)\//, '%2f'),
  'with a parameter behind it': (path) => `${path};a=b`,
  'with a parameter inside': (path) => path.replace(/(?<=.)\//, ';a=b/'),
  'with a dot inside': (path) => path.replace(/(?<=.)\//, '/./'),
  'with a backslash': (path) => path.replace(/(?<=.)\//, '\\'),
  'with a fragment': (path) => `${path}#a`,
};
const encoded = (letter: string) => `%${letter.charCodeAt(0).toString(16)}`;

/** Values of parameters inside paths; every other one is of something that does not exist. */
const VALUES: Readonly<Record<string, string>> = {
  ...{ z: '7', x: '67', y: '43', tileMatrix: '7', tileRow: '43', tileCol: '67', tileMatrixSetId: 'WebMercatorQuad' },
  ...{ at: '2021-02-05', date: '2021-02-05', form: 'png', collectionId: 'absent_control' },
};
const ITEMS = '/ogc/collections/absent_control/items';

onEachDatabase('a path in another spelling', (db) => {
  const { json, raw } = serviceOn(db);

  /** Requests counted so far, by class. */
  async function counts(): Promise<Map<string, number>> {
    const { body } = await raw('/metrics', CREDENTIAL);
    const by = new Map<string, number>();
    for (const [, work = '', count] of body
      .toString()
      .matchAll(/^salient_http_requests_total\{class="(.*?)".*\} (\d+)$/gm))
      if (work !== 'none') by.set(work, (by.get(work) ?? 0) + Number(count));
    return by;
  }

  let before: Map<string, number> | null = null;
  /** The class that a request was counted in; null: no route took it. */
  async function classOf(method: string, address: string, headers: Record<string, string> = {}) {
    before ??= await counts();
    const answer = await raw(address, { ...CREDENTIAL, ...headers }, method, method === 'GET' ? undefined : '');
    const after = await counts();
    const [counted] = [...after].find(([work, count]) => count !== (before?.get(work) ?? 0)) ?? ['none'];
    before = after;
    return /"code":"(not_found|method_not_allowed)"/.test(answer.body.toString('latin1')) ? null : counted;
  }

  it('has the class of the path in the definition, or no route, on every route', async () => {
    const operations: [string, string][] = [...READ_PATHS.keys()].map((path) => ['GET', path]);
    for (const definition of ['/openapi.json', '/ogc/api?f=json']) {
      const { paths } = await json<{ paths: Record<string, object> }>(definition);
      const root = definition.startsWith('/ogc') ? '/ogc' : '';
      for (const [path, methods] of Object.entries(paths))
        for (const method of Object.keys(methods))
          if (/^(get|post|put|patch|delete)$/.test(method)) operations.push([method.toUpperCase(), root + path]);
    }
    operations.push(
      ...['/', '/desk', '/docs/', '/live', '/ready', '/backup'].map((path): [string, string] => ['GET', path]),
    );
    const addresses = new Map<string, [string, string]>();
    for (const [method, path] of operations) {
      const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => VALUES[name] ?? 'absent');
      addresses.set(`${method} ${filled}`, [method, filled]);
    }
    expect(addresses.size).toBeGreaterThan(100);
    const differing: string[] = [];
    const reached = new Set<string>();
    for (const [method, path] of addresses.values()) {
      // A parameter that no route takes: who reaches a handler is told so, and nothing is stored.
      const asked = (spelt: string) => classOf(method, spelt.replace(/(?=#|$)/, '?nothing=1'));
      const expected = await asked(path);
      if (expected === null) continue;
      for (const [how, spell] of Object.entries(SPELLINGS)) {
        const spelt = spell(path);
        const found = spelt === path ? null : await asked(spelt);
        if (found !== null) reached.add(how);
        if (found !== null && found !== expected)
          differing.push(`${method} ${spelt} (${how}): ${found}, not ${expected}`);
      }
    }
    expect(differing).toEqual([]);
    // The spellings that a client may take are answered, so that their classes were compared at all.
    expect([...reached]).toEqual(expect.arrayContaining(['with a slash at its end', 'with every letter encoded']));
    // The first letter of every path belongs to its name, not to a value.
    expect([...reached]).not.toEqual(expect.arrayContaining([expect.stringMatching(/in capitals|one capital/)]));
  }, 300_000);

  it.each([
    ['f=csv', {}],
    ['f=%63sv', {}],
    ['%66=csv', {}],
    ['limit=1&f=g%70kg', {}],
    ['f=csv&f=json', {}],
    ['f=json&f=csv', {}],
    ['', { accept: 'text/csv' }],
    ['limit=1', { accept: 'application/vnd.google-earth.kml+xml;q=0.9, text/html;q=0.1' }],
  ])('is an export where features are asked for as a file by ?%s %o', async (query, headers) => {
    for (const path of [
      ITEMS,
      `${ITEMS}/`,
      ITEMS.replace('items', '%69tems'),
      ITEMS.replace('/collections', '/at/2021-02-05/collections'),
    ])
      expect([path, await classOf('GET', `${path}?${query}`, headers)]).toEqual([path, 'export']);
    const filter = { 'content-type': 'text/plain', ...headers };
    expect(await classOf('POST', `${ITEMS}?${query}`, filter)).toBe('export');
    expect(await classOf('POST', `${ITEMS}/?${query}`, filter)).toBe('export');
  });

  it.each([
    ['f=json', { accept: 'text/csv' }],
    ['f=html', {}],
    ['', { accept: 'text/html, text/csv;q=0.5' }],
    ['', {}],
  ])('is an answer where they are asked for as a page by ?%s %o', async (query, headers) => {
    expect(await classOf('GET', `${ITEMS}?${query}`, headers)).toBe('answer');
  });
});
