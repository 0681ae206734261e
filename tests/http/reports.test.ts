import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import type { Db } from '../../src/store/pool.js';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';
import { strips } from '../setup/strips.js';
import { valley } from '../setup/valley.js';

const ID = 'valley-reported';

async function withValley(db: Db): Promise<Db> {
  await loadBundle(db, parseBundle(valley(ID)), () => {});
  await deriveSeries(db, ID, {}, () => {});
  return db;
}

const DEFINITION = { id: ID, title: 'The valley, month by month', series: ID, period: { every: 'month' } };

onEachDatabase('reports over HTTP', (open) => {
  let made: Promise<Db> | undefined;
  const service = serviceOn(
    () => {
      made ??= open().then(withValley);
      return made;
    },
    { frameAncestors: "'none'" },
  );
  const status = async (path: string, headers = {}) => (await service.get(path, { headers })).status;

  it('are defined, made for a period on demand, and listed with what happened', async () => {
    const defined = await service.post('/reports', DEFINITION);
    expect(defined).toMatchObject({ status: 200, body: { report: ID, version: 1, result: 'created' } });
    expect((await service.post('/reports', DEFINITION)).body).toMatchObject({ version: 1, result: 'unchanged' });
    const issued = await service.post(`/reports/${ID}/issue?period=2021-03`, '');
    expect(issued).toMatchObject({ status: 200, body: { outcome: 'made', edition: 1, period: '2021-03' } });
    const all = await service.json<{ id: string; newest: { period: string; headline: string } }[]>('/reports');
    expect(all.find(({ id }) => id === ID)?.newest).toMatchObject({
      period: '2021-03',
      headline: expect.stringContaining('South'),
    });
    expect(await service.json(`/reports/${ID}/log`, CREDENTIAL)).toMatchObject({
      runs: [{ outcome: 'made', period: '2021-03' }],
    });
  });

  it('are pages for a browser and JSON for a program, at the same address', async () => {
    const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    for (const path of ['/reports', `/reports/${ID}`]) {
      const page = await service.get(path, { headers: browser });
      expect([page.headers.get('content-type'), page.headers.get('content-security-policy')]).toEqual([
        expect.stringContaining('text/html'),
        expect.stringContaining("default-src 'none'"),
      ]);
      expect(await page.text()).toContain('The valley, month by month');
      expect((await service.get(path)).headers.get('content-type')).toContain('application/json');
      expect((await service.get(`${path}?f=html`)).headers.get('content-type')).toContain('text/html');
      expect((await service.get(`${path}?f=json`, { headers: browser })).headers.get('content-type')).toContain('json');
    }
  });

  it('are served in every form, an edition for ever and the newest only for now', async () => {
    const types = {
      '': 'text/html',
      '.html': 'text/html',
      '.md': 'text/markdown',
      '.json': 'application/json',
      '.csv': 'text/csv',
      '.geojson': 'application/geo+json',
      '.map.svg': 'image/svg+xml',
      '.chart.svg': 'image/svg+xml',
      '.map.png': 'image/png',
      '.chart.png': 'image/png',
    };
    for (const [ending, type] of Object.entries(types)) {
      const newest = await service.get(`/reports/${ID}/2021-03${ending}`);
      expect([newest.status, newest.headers.get('content-type')], ending).toEqual([200, expect.stringContaining(type)]);
      expect(newest.headers.get('cache-control')).toBe('no-cache');
      const policy = newest.headers.get('content-security-policy') ?? '';
      expect([ending, policy]).toEqual([ending, expect.not.stringContaining('unsafe')]);
      expect([ending, policy]).toEqual([ending, expect.stringContaining("frame-ancestors 'none'")]);
      for (const [, style = ''] of type === 'text/html'
        ? (await newest.clone().text()).matchAll(/<style>([\s\S]*?)<\/style>/g)
        : []) {
        expect(policy).toContain(createHash('sha256').update(style).digest('base64'));
      }
      const first = await service.get(`/reports/${ID}/2021-03${ending}?edition=1`);
      // A page leads on to the period after it, which is made later.
      const isPage = type === 'text/html';
      expect(first.headers.get('cache-control')).toContain(isPage ? 'no-cache' : 'immutable');
      expect(Buffer.from(await first.arrayBuffer())).toEqual(Buffer.from(await newest.arrayBuffer()));
    }
  });

  it('as pages lead on: to the list, the feed, the map of the day, every file, the period before and after', async () => {
    expect((await service.post(`/reports/${ID}/issue?period=2021-04`, '')).status).toBe(200);
    const page = await (await service.get(`/reports/${ID}/2021-03`)).text();
    expect(page).toContain(`<link rel="next" href="/reports/${ID}/2021-04">`);
    expect(page).not.toContain('rel="prev"');
    expect(page).toContain(`<link rel="alternate" type="application/atom+xml" href="/reports/${ID}/feed.atom">`);
    expect(page).toMatch(/<meta property="og:title" content="[^"]*South/);
    const links = [...page.matchAll(/<nav class="ways">.*<\/nav>/gs)].join('').matchAll(/href="([^"]+)"/g);
    const paths = [...links].map(([, href]) => String(href).replaceAll('&amp;', '&'));
    expect(paths.length).toBeGreaterThan(9);
    for (const path of paths) expect((await service.get(path)).status, path).toBe(200);
    expect(await (await service.get(`/reports/${ID}/2021-04`)).text()).toContain('rel="prev"');
    expect(await status('/reports/schema.json')).toBe(200);
    expect(await service.post('/reports', { ...DEFINITION, id: 'schema.json' })).toMatchObject({
      status: 422,
      body: { problems: [{ at: '/id' }] },
    });
  });

  it('have feeds with absolute links that lead to the editions', async () => {
    const atom = await service.get(`/reports/${ID}/feed.atom`);
    expect(atom.headers.get('content-type')).toContain('application/atom+xml');
    const link = /<link rel="alternate" type="text\/html" href="([^"]+edition=1)"/.exec(await atom.text())?.[1] ?? '';
    expect(link).toBe(`${service.base}/reports/${ID}/2021-04?edition=1`);
    expect((await fetch(link)).status).toBe(200);
    const feed = await service.json<{ items: { title: string }[] }>(`/reports/${ID}/feed.json`);
    expect(feed.items).toHaveLength(2);
    expect(feed.items[1]?.title).toContain('South');
  });

  it('and alerts have feeds that a reader in a browser may read from any site', async () => {
    const alert = { id: `alert-${ID}`, title: 'Places', series: ID, when: { kind: 'place' } };
    expect((await service.post('/alerts', alert)).status).toBe(200);
    for (const feed of [`/reports/${ID}/feed`, `/alerts/alert-${ID}/feed`]) {
      for (const form of ['atom', 'json']) {
        const { status, headers } = await service.get(`${feed}.${form}`);
        expect([feed, status, headers.get('access-control-allow-origin')]).toEqual([feed, 200, '*']);
      }
    }
  });

  it('stand on the page without scripts where they tell of the series on show: the one of the latest period', async () => {
    const valleyOfMarch = { ...DEFINITION, id: `a-${ID}`, title: 'The valley again' };
    expect((await service.post('/reports', valleyOfMarch)).status).toBe(200);
    expect((await service.post(`/reports/a-${ID}/issue?period=2021-03`, '')).status).toBe(200);
    const create = 'create=true&title=Strips&publisher=Test&licence=CC0-1.0&accuracy=60&accept=test';
    const map = strips([36.5], ['west', 'east']);
    expect((await service.post(`/series/unreported/snapshots?date=2021-01-01&${create}`, map)).status).toBe(201);
    const withoutScripts = async (query: string) => {
      const page = await (await service.get(`/${query}`)).text();
      return /<noscript>(.*?)<\/noscript>/s.exec(page)?.[1] ?? '';
    };
    expect(await withoutScripts(`?series=${ID}`)).toContain(`href="reports/${ID}/2021-04"`);
    for (const query of ['?series=unreported', '?series=no-such']) {
      const text = await withoutScripts(query);
      expect([query, text]).toEqual([query, expect.stringContaining('The map needs scripts')]);
      expect([query, text]).toEqual([query, expect.not.stringMatching(/href="reports\//)]);
    }
  });

  it('that are not there, and questions nobody can answer, are each refused in their own way', async () => {
    expect(await status('/reports/nothing')).toBe(404);
    expect(await status('/reports/nothing/feed.atom')).toBe(404);
    expect(await status(`/reports/${ID}/2021-07`)).toBe(404);
    expect(await status(`/reports/${ID}/2021-03?edition=2`)).toBe(404);
    expect(await status(`/reports/${ID}/2021-03.pdf`)).toBe(404);
    expect(await status(`/reports/${ID}/2021-03?colour=red`)).toBe(400);
    expect(await status(`/reports?colour=red`)).toBe(400);
    expect(await service.post('/reports', { id: 'X Y', series: ID })).toMatchObject({
      status: 422,
      body: { code: 'invalid_report', problems: [{ at: '/title' }, { at: '/id' }] },
    });
    expect(await service.post('/reports', '{')).toMatchObject({ status: 400, body: { code: 'invalid_body' } });
    expect(await service.post(`/reports/${ID}/issue?period=May`, '')).toMatchObject({ status: 400 });
    expect(await service.post('/reports', DEFINITION, { authorization: '' })).toMatchObject({ status: 401 });
  });

  it('are withdrawn with a reason and taken up again by defining them', async () => {
    expect((await service.post(`/reports/${ID}/withdraw?why=nobody%20reads%20it`, '')).status).toBe(200);
    expect((await service.post(`/reports/${ID}/issue?period=2021-04`, '')).status).toBe(410);
    expect(await status(`/reports/${ID}/2021-03`)).toBe(200);
    expect((await service.post('/reports', DEFINITION)).body).toMatchObject({ version: 3, result: 'changed' });
  });
});
