import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeDocumentSite } from '../../src/http/document-site.js';
import { documentSite } from '../../src/http/documents.js';
import { renderDocument } from '../../src/http/pages/document.js';
import { onEachDatabase } from '../setup/databases.js';
import { plainServer } from '../setup/plain-server.js';
import { serviceOn } from '../setup/service.js';
import { temporaryFolder } from '../setup/spawned.js';

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

describe('the documents as files', () => {
  const folder = temporaryFolder();
  const server = plainServer(folder, '/of/others/manual/');
  beforeAll(() => writeDocumentSite(folder, null), 60_000);

  it('are whole on a plain web server, under a path: every link of every page and style is answered there, and nothing is loaded from elsewhere', async () => {
    const start = `${server.base}index.html`;
    const found = new Map<string, string>();
    const waiting: [string, string][] = [[start, 'the start']];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [address, from] = next;
      if (found.has(address)) continue;
      const response = await fetch(address);
      const text = await response.text();
      found.set(address, text);
      expect(response.status, `${address}, named by ${from}`).toBe(200);
      const type = response.headers.get('content-type') ?? '';
      const named = type.includes('html')
        ? [...text.matchAll(/<(\w+)[^>]*? (?:href|src|data-openapi)="([^"]*)"/g)].map(([, tag, name]) => [tag, name])
        : type.includes('css')
          ? [...text.matchAll(/url\(\s*["']?([^"')]+)/g)].map(([, name]) => ['css', name])
          : [];
      for (const [tag, name = ''] of named) {
        if (/^(data|mailto):/.test(name)) continue;
        const target = new URL(name.replaceAll('&amp;', '&'), address);
        const { hash } = target;
        target.hash = '';
        if (target.href.startsWith(server.base)) waiting.push([target.href, address]);
        // Readers may be led elsewhere; a page loads nothing from there, and nothing beside the folder of the site.
        else
          expect([tag, target.origin], `${address}: ${name}`).toEqual([
            'a',
            expect.not.stringContaining(new URL(start).origin),
          ]);
        if (hash && target.href === address) expect(text, `${address}: ${name}`).toContain(`id="${hash.slice(1)}"`);
      }
    }
    const pages = [...(await documentSite())]
      .filter(([name]) => name.endsWith('.html'))
      .map(([name]) => server.base + name);
    expect([...found.keys()]).toEqual(expect.arrayContaining([...pages, `${server.base}openapi.json`]));
    const { servers, paths } = JSON.parse(found.get(`${server.base}openapi.json`) ?? '') as {
      servers: { url: string }[];
      paths: Record<string, object>;
    };
    expect([servers, Object.keys(paths)]).toEqual([
      [{ url: 'http://127.0.0.1:8080' }],
      expect.arrayContaining(['/control', '/tiles/{series}.json']),
    ]);
  });

  it('lead to the map of the service that they are written for', async () => {
    const other = temporaryFolder();
    await writeDocumentSite(other, 'https://maps.example.org/');
    const read = (name: string) => readFileSync(join(other, name), 'utf8');
    expect(linksOf(read('index.html'))).toContain('https://maps.example.org/');
    expect(JSON.parse(read('openapi.json')).servers).toEqual([{ url: 'https://maps.example.org' }]);
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
