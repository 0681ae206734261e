import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

/** The plain pages and the errors; those of a report are looked at in reports.test.ts. */
const PAGES = [
  ...[
    '/',
    '/desk',
    '/docs/',
    '/reports',
    '/reports/m5-weekly',

    '/snapshots',
    '/snapshots/m5',
    '/nothing',
  ],
  ...['/ogc', '/ogc/conformance', '/ogc/collections', '/ogc/collections/m5_control', '/ogc/tileMatrixSets', '/ogc/api'],
  ...[
    '/ogc/collections/m5_control/items?limit=3',
    '/ogc/collections/m5_control/items/nothing',
    '/unsubscribe?token=wrong',
  ],
];

onEachDatabase('the policy of a page', (db) => {
  const OURS = "'self' https://news.example";
  const { get } = serviceOn(async () => m5(await db()), { frameAncestors: OURS });
  const forAll = serviceOn(async () => m5(await db()));

  it('permits the style that the page brings, by its digest, and no inline code beside it', {
    timeout: 120_000,
  }, async () => {
    for (const path of PAGES) {
      const answer = await get(path, { headers: { accept: 'text/html' } });
      const page = await answer.text();
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect([path, answer.headers.get('content-type')]).toEqual([path, expect.stringContaining('text/html')]);
      expect([path, policy]).toEqual([path, expect.not.stringContaining('unsafe')]);
      expect([path, policy]).toEqual([path, expect.stringContaining("default-src 'none'")]);
      for (const [, style = ''] of page.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)) {
        const digest = createHash('sha256').update(style).digest('base64');
        expect([path, policy]).toEqual([path, expect.stringContaining(`'sha256-${digest}'`)]);
      }
      expect([
        path,
        page.match(/<[^>]+\s(style|on\w+)="[^>]*>|<script(?![^>]*\ssrc=)(?![^>]*application\/(ld\+)?json)[^>]*>/),
      ]).toEqual([path, null]);
      expect([path, policy.match(/frame-ancestors [^;]*/g)]).toEqual([path, [`frame-ancestors ${OURS}`]]);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('referrer-policy')).toBeTruthy();
    }
  });

  it('lets everybody show a page in a frame unless told otherwise, but not the desk, where a click decides', async () => {
    for (const [path, frames] of [
      ['/', '*'],
      ['/ogc', '*'],
      ['/reports', '*'],
      ['/nothing', '*'],
      ['/desk', "'self'"],
    ]) {
      const answer = await forAll.get(`${path}`, { headers: { accept: 'text/html' } });
      const policy = answer.headers.get('content-security-policy');
      expect([path, policy?.match(/frame-ancestors (.*)/)?.[1]]).toEqual([path, frames]);
    }
  });

  it('keeps crawlers to the pages: no page is closed to them, and no tile or computed answer is open', async () => {
    const answer = await get('/robots.txt');
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    const closed = (await answer.text()).split('\n').flatMap((line) => line.match(/^Disallow: (.+)/)?.[1] ?? []);
    const open = (path: string) => !closed.some((prefix) => path.startsWith(prefix));
    expect(PAGES.filter((path) => !path.startsWith('/ogc/') && !open(path))).toEqual([]);
    expect(['/tiles/m5/8/153/100.mvt', '/change?series=m5', '/ogc/collections'].filter(open)).toEqual([]);
  });
});
