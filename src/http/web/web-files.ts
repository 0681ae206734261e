import { createHash } from 'node:crypto';
import type { Response, Router } from 'express';
import { may } from '../../store/principal.js';
import { principalOf } from '../access/principals.js';
import { baseOf, searchOf } from '../base.js';
import { codingPreferred } from '../codings.js';
import { dayMaps } from '../day-map.js';
import { newRouter } from '../new-router.js';
import { date, optional, readParameters, series, text } from '../parameters.js';
import type { Service } from '../service.js';
import { isBasemapFile, ownBasemap } from '../tiles/basemap.js';
import { untilGone } from '../until-gone.js';
import { dayParts } from './page-day.js';
import { pageHistory } from './page-history.js';
import { deskShell, pageShell } from './page-shell.js';
import { webBundle } from './web-bundle.js';

const FOREVER = 'public, max-age=31536000, immutable';
const TYPES: Readonly<Record<string, string>> = {
  mjs: 'text/javascript; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
  woff2: 'font/woff2',
};

/** What the page requests of its own service in one go; not part of the API: both ends ship together. */
const DAY = {
  series,
  date: date(),
  tiles: optional(text('tiles in view, z/x/y separated by commas')),
};

/** The page at `/`, its hashed files under `/web`, and what it requests in one go (`/web/day`, `/web/history`). */
export function webFiles(service: Service): Router {
  const router = newRouter();
  router.get('/', async (request, response) => {
    const { shell, manifest } = await webBundle();
    const editorial = may(principalOf(response), 'read');
    const page = await pageShell(service, request, shell, manifest, editorial);
    response.set({
      'content-security-policy': policy(searchOf(request), service.config),
      'content-language': page.language,
      vary: 'accept-language',
      etag: `W/"${createHash('sha256').update(page.html).digest('base64url').slice(0, 24)}"`,
      link: page.preloads.join(', '),
    });
    if (page.status !== 200) response.set('cache-control', 'no-store').removeHeader('etag');
    response.status(page.status).type('html').send(page.html);
  });
  router.get('/desk', async (request, response) => {
    const { desk, manifest } = await webBundle();
    const page = deskShell(request, service.config, desk, manifest);
    const { frameAncestors } = service.config;
    // Who is signed in acts on it: in a frame of anybody's, a click meant for something else would decide.
    const frames = frameAncestors === '*' ? "'self'" : frameAncestors;
    response.set({
      'content-security-policy': policy(new URLSearchParams(), { ...service.config, frameAncestors: frames }),
      'content-language': page.language,
      vary: 'accept-language',
    });
    response.type('html').send(page.html);
  });
  router.use(dayMaps(service));
  router.get('/favicon.ico', (_request, response) => {
    response.set('cache-control', 'public, max-age=86400').type('image/svg+xml').send(ICON);
  });
  router.get('/robots.txt', (_request, response) => {
    response.set('cache-control', 'public, max-age=86400').type('text/plain').send(ROBOTS);
  });
  router.get('/web/day', async (request, response) => {
    const requested = readParameters(DAY, searchOf(request));
    await untilGone(response, () => dayParts(service, baseOf(request, service.config), requested, streamTo(response)));
    response.end();
  });
  router.get('/web/history', async (request, response) => {
    const { series: id } = readParameters({ series }, searchOf(request));
    response.json(await untilGone(response, () => pageHistory(service.db, id)));
  });
  router.use(ownBasemap(service.config));
  router.get('/web/:file', async (request, response, next) => {
    const name = String(request.params.file);
    const file = (await webBundle()).files.get(name);
    if (!file) return next();
    const brotli =
      file.brotli !== null && codingPreferred(request.headers['accept-encoding'], ['br', 'identity']) === 'br';
    response.set({ 'cache-control': FOREVER, vary: 'accept-encoding', 'access-control-allow-origin': '*' });
    // A worker is bound by the policy of its own file, not by that of the page: the map's loads the basemap and letters.
    response.set('content-security-policy', policy(new URLSearchParams(), service.config));
    // Named, so that it is not packed a second time; without a body it is as it lies.
    response.set('content-encoding', brotli ? 'br' : 'identity');
    response.set('content-type', TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream');
    response.send(brotli ? file.brotli : file.bytes);
  });
  return router;
}

/** Crawlers read pages; questions that cost a computation each, and every tile of every day, are left to people. */
const ROBOTS = [
  'User-agent: *',
  'Allow: /',
  ...['/ogc/', '/tiles/', '/change', '/front', '/posts/'].map((path) => `Disallow: ${path}`),
  '',
].join('\n');

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M0 4h5c3 0 2 8 6 8s3-8 5-8v12H0z" fill="#1c2226"/></svg>`;

/** One line of JSON a part, sent as soon as it is there; the first one says that the day exists at all. */
function streamTo(response: Response): (line: object) => void {
  return (line) => {
    if (!response.headersSent) response.set({ 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    response.write(`${JSON.stringify(line)}\n`);
    // The packer would keep it back until there is more.
    (response as Response & { flush?: () => void }).flush?.();
  };
}

/**
 * Everything comes from here, and no script or style stands in the page itself. But for the web server of an archive
 * (`?archive=https://…`) where the operator lets archives of that host be shown (SALIENT_ARCHIVE_HOSTS: else anybody's map could be
 * shown under the name of this service), and for the operator's own basemap (SALIENT_BASEMAP).
 */
function policy(given: URLSearchParams, { basemap, archiveHosts, frameAncestors }: Service['config']): string {
  const requested = given.get('archive') ?? '';
  const archive = URL.canParse(requested) && archiveHosts.includes(new URL(requested).host) ? requested : '';
  const others = [archive, basemap].flatMap((address) => {
    const other = URL.canParse(address) ? new URL(address) : null;
    return other && ['http:', 'https:'].includes(other.protocol) ? [other.origin] : [];
  });
  // A style of the operator names servers of its own for tiles, letters and pictures.
  const drawn = basemap === '' || isBasemapFile(basemap) ? '' : ' https:';
  const from = ["'self'", ...new Set(others)].join(' ') + drawn;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: blob:${drawn}`,
    "font-src 'self'",
    `connect-src ${from}`,
    "worker-src 'self' blob:",
    "media-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${frameAncestors}`,
  ].join('; ');
}
