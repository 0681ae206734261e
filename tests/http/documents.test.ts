import { describe, expect, it } from 'vitest';
import { documentSite } from '../../src/http/documents.js';
import { renderDocument } from '../../src/http/pages/document.js';
import { onEachDatabase } from '../setup/databases.js';
import { serviceOn } from '../setup/service.js';

const linksOf = (markup: string) => [...markup.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, address]) => address ?? '');

describe('the documents', async () => {
  const site = await documentSite();
  const pages = [...site].filter(([name]) => name.endsWith('.html'));
  const markup = new Map(pages.map(([name, { bytes }]) => [name, bytes.toString()]));

  it.each(pages.map(([name]) => name))('%s has no link that leads nowhere', (name) => {
    const text = markup.get(name) ?? '';
    expect(text).toMatch(/<h1 id=|<h1>/);
    for (const address of linksOf(text)) {
      if (/^(https?:|mailto:|\.\.\/)/.test(address)) continue;
      const [file = '', anchor] = address.split('#');
      const target = file === '' ? name : file;
      expect(site.has(target), `${name}: ${address}`).toBe(true);
      if (anchor) expect(markup.get(target), `${name}: ${address}`).toContain(`id="${anchor}"`);
    }
  });

  it('are every page of docs/, those that no chapter lists too', () => {
    expect(pages.map(([name]) => name)).toEqual(
      expect.arrayContaining(['index.html', 'http.html', 'ogc.html', 'geodata.html', 'api.html']),
    );
  });

  it('names headings as GitHub does, twins by number, and drops links to what the site does not have', () => {
    const documents = [{ file: 'docs/b.md', slug: 'b', title: 'B' }];
    const { body, sections } = renderDocument(
      '# A\n\n## It `is` so!\n\n## It is so\n\n[b](b.md#x) [code](../src/main.ts) [picture](a.png) [out](https://example.org)',
      'docs/a.md',
      documents,
    );
    expect(sections).toEqual([
      { id: 'it-is-so', title: 'It is so!' },
      { id: 'it-is-so-1', title: 'It is so' },
    ]);
    expect(linksOf(body.markup)).toEqual(['b.html#x', 'a.png', 'https://example.org']);
    expect(body.markup).toContain('code');
  });
});

onEachDatabase('the documents over HTTP', (db) => {
  const service = serviceOn(db);

  it('are pages under /docs/, with a policy that allows nothing from elsewhere', async () => {
    for (const [path, says] of [
      ['/docs/', 'Two commands'],
      ['/docs/http', 'route'],
      ['/docs/http.html', 'route'],
      ['/docs/api', 'data-openapi="../openapi.json"'],
    ] as const) {
      const response = await fetch(service.base + path);
      expect(response.status, path).toBe(200);
      expect(response.headers.get('content-type')).toContain('text/html');
      expect(response.headers.get('content-security-policy')).not.toContain('unsafe');
      expect(await response.text()).toContain(says);
    }
    expect((await fetch(`${service.base}/docs`)).url).toBe(`${service.base}/docs/`);
    expect((await fetch(`${service.base}/docs/page.png`)).headers.get('content-type')).toBe('image/png');
    for (const nowhere of ['/docs/none', '/docs/../package.json', '/docs/%2e%2e%2fpackage.json', '/docs/contents.json'])
      expect((await fetch(service.base + nowhere)).status, nowhere).toBe(404);
  });
});
