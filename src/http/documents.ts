import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Router } from 'express';
import { PROJECT_ROOT } from '../config.js';
import { SalientError } from '../errors.js';
import { type Html, html } from '../reports/render/html.js';
import { newRouter } from './new-router.js';
import { type Chapter, type Document, documentPage, renderDocument, slugOf, titleOf } from './pages/document.js';
import { text } from './parameters.js';
import { webBundle } from './web/web-bundle.js';

/** Their description in OpenAPI and in the tables of docs/. */
export const DOCUMENT_ROUTES = [
  { path: '/docs/', summary: 'The documents, as pages' },
  { path: '/docs/api', summary: 'The API reference: every route, which can be tried where it stands' },
  {
    path: '/docs/{page}',
    summary: 'A document, or a picture or file that belongs to it',
    inPath: { page: text('name') },
  },
] as const;

/** A finished file of the site. */
export interface SiteFile {
  type: string;
  bytes: Buffer;
}

const FILE_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.geojson': 'application/geo+json',
  '.yml': 'text/plain; charset=utf-8',
  '.conf': 'text/plain; charset=utf-8',
  '.service': 'text/plain; charset=utf-8',
  '.sql': 'text/plain; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.woff2': 'font/woff2',
};
const HTML = 'text/html; charset=utf-8';

const read = (file: string) => readFileSync(join(PROJECT_ROOT, file), 'utf8');

/** The contents: as `docs/contents.json` orders them, then every other page of `docs/`. Only files that are there. */
function chaptersOf(): Chapter[] {
  const ordered = JSON.parse(read('docs/contents.json')) as { title: string; pages: string[] }[];
  const listed = new Set(ordered.flatMap(({ pages }) => pages));
  const others = readdirSync(join(PROJECT_ROOT, 'docs'))
    .filter((name) => name.endsWith('.md') && !listed.has(`docs/${name}`))
    .map((name) => `docs/${name}`);
  const described = (file: string): Document => ({ file, slug: slugOf(file), title: titleOf(read(file), file) });
  return [...ordered, ...(others.length > 0 ? [{ title: 'More', pages: others }] : [])].map(({ title, pages }) => ({
    title,
    documents: pages.filter((file) => existsSync(join(PROJECT_ROOT, file))).map(described),
  }));
}

/** What the pages name outside of themselves: the OpenAPI document of the reference, and the map; null where there is none. */
export interface Surroundings {
  openapi: string;
  map: string | null;
}
/** Below `/docs/` of the service. */
const SERVED: Surroundings = { openapi: '../openapi.json', map: '../' };

/** Every file of the site by its name: pages, their pictures, style and letters. Addresses between them are relative. */
export async function documentSite({ openapi, map }: Surroundings = SERVED): Promise<Map<string, SiteFile>> {
  const bundle = await webBundle();
  const { documents: style, reference } = bundle.manifest;
  const site = new Map<string, SiteFile>();
  const page = (slug: string, markup: string) => site.set(`${slug}.html`, { type: HTML, bytes: Buffer.from(markup) });
  const chapters = chaptersOf();
  const documents = chapters.flatMap((chapter) => chapter.documents);
  for (const { file, slug, title } of documents) {
    const rendered = renderDocument(read(file), file, documents);
    page(slug, documentPage({ slug, title, ...rendered }, chapters, { style: `assets/${style}`, map }));
  }
  const head: Html = html`<link rel="stylesheet" href="assets/${reference.style}"><script type="module" src="assets/${reference.script}"></script>`;
  const body: Html = html`<section aria-labelledby="title"><h1 id="title">API reference</h1></section><noscript><p>Without scripts: <a href="${openapi}">the OpenAPI document</a>, and <a href="http.html">the list of routes</a>.</p></noscript><div id="reference" data-openapi="${openapi}"></div>`;
  page(
    'api',
    documentPage({ slug: 'api', title: 'API reference', body, sections: [] }, chapters, {
      style: `assets/${style}`,
      map,
      head,
    }),
  );
  const letters = [...bundle.files.keys()].filter((name) => name.endsWith('.woff2'));
  for (const name of [style, reference.style, reference.script, ...letters]) {
    const file = bundle.files.get(name);
    if (file) site.set(`assets/${name}`, { type: FILE_TYPES[extname(name)] ?? HTML, bytes: file.bytes });
  }
  for (const name of readdirSync(join(PROJECT_ROOT, 'docs'), { recursive: true }) as string[]) {
    const type = FILE_TYPES[extname(name)];
    if (type && name !== 'contents.json')
      site.set(name, { type, bytes: readFileSync(join(PROJECT_ROOT, 'docs', name)) });
  }
  return site;
}

/** The documents under `/docs/`: made on the first request, and again after a failure. */
export function documents(frameAncestors: string): Router {
  const router = newRouter();
  let site: Promise<Map<string, SiteFile>> | null = null;
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${frameAncestors}`,
  ].join('; ');
  router.get(/^\/docs(\/.*)?$/, async (request, response) => {
    if (request.path === '/docs') return response.redirect(301, 'docs/');
    site ??= documentSite().catch((error) => {
      site = null;
      throw error;
    });
    const files = await site;
    const name = request.path.slice('/docs/'.length) || 'index.html';
    const file = files.get(name) ?? files.get(`${name}.html`);
    if (!file) throw new SalientError('not_found', `${request.path}: there is no such document; /docs/ lists them`);
    response.set('content-security-policy', policy);
    if (name.startsWith('assets/')) response.set('cache-control', 'public, max-age=31536000, immutable');
    response.set('content-type', file.type);
    response.send(file.bytes);
  });
  return router;
}
