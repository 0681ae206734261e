import compression from 'compression';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { SalientError } from '../errors.js';
import { asPrincipal, may } from '../store/principal.js';
import { admitted } from './access/admitted.js';
import { identifyPrincipal, limitSight, principalOf } from './access/principals.js';
import { SESSION_OPERATIONS, SESSION_PATH, sessionRouter } from './access/session-routes.js';
import { BACKUP, backupRoute } from './backup.js';
import { baseOf, searchOf } from './base.js';
import { commonHeaders, OPEN_JSON, tagOfBody } from './common-headers.js';
import { readConditions, tagByCoding } from './conditions.js';
import { DAY_MAPS } from './day-map.js';
import { DOCUMENT_ROUTES, documents } from './documents.js';
import { errorAnswer } from './errors.js';
import { sendJson } from './json-answer.js';
import { hangUpSoon } from './maps/map-body.js';
import { SNAPSHOT_ROUTES } from './maps/snapshot-routes.js';
import { snapshotRouter } from './maps/snapshots.js';
import { readFilter } from './ogc/filter-body.js';
import { ITEM_METHODS, methodsOffered, typesTaken } from './ogc/item-methods.js';
import { pathsOf } from './ogc/route.js';
import { OGC_ROUTES, ogcRouter } from './ogc/router.js';
import { openApi } from './openapi/openapi.js';
import { SIGN_IN_ROUTES } from './openid/sign-in-routes.js';
import { isWrite, OPERATION_ROUTES, operationRouter, requestLog } from './operation.js';
import { errorPage } from './pages/error-page.js';
import { readParameters, readPath, series } from './parameters.js';
import { REPORT_PAGES, reportPages } from './reports/report-pages.js';
import { cachedResponses } from './response-cache.js';
import { type Asking, scopeNeeded } from './route.js';
import { ROUTES } from './routes.js';
import type { Service } from './service.js';
import { GLYPH_ROUTES, glyphRouter } from './tiles/glyphs.js';
import { dayHeaders } from './tiles/tile-answer.js';
import { TILE_JSONS, TILE_ROUTES, tilesetList } from './tiles/tile-routes.js';
import { LIVE_UPDATES } from './web/live-updates.js';
import { permitOwnStyles } from './web/page-policy.js';
import { webFiles } from './web/web-files.js';
import { WRITES, writeRoute } from './writes.js';

/** Everything but the tiles themselves: parse, compute, answer. */
export function createApp(service: Service): Express {
  const app = express();
  app.disable('x-powered-by');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', false);
  app.set('etag', tagOfBody);
  const common = commonHeaders(service.config);
  readConditions(app);
  app.use((_request, response, next) => {
    response.set(common);
    next();
  });
  app.use(permitOwnStyles);
  app.use(requestLog(service));
  app.use(identifyPrincipal(service.guard));
  app.use(operationRouter(service));
  app.use(preflight);
  app.use(limitSight(service.membership, service.members));
  app.use(service.updates.router);
  app.use(tagByCoding);
  // Text only; tiles have their packed forms already, and the files of a GeoPackage or FlatGeobuf stay as they are.
  app.use(
    compression({
      filter: (request, response) =>
        response.statusCode !== 206 && (isLines(response) || compression.filter(request, response)),
    }),
  );
  app.use(cachedResponses(service));
  app.use(readFilter());
  app.use(admitted(service));
  app.use(sessionRouter(service));
  app.use(webFiles(service));
  app.use(documents(service.config.frameAncestors));
  app.use(glyphRouter(service));
  app.use(ogcRouter(service));
  app.use(reportPages(service));
  app.use(snapshotRouter(service));

  for (const route of ROUTES) {
    app.get(expressPath(route.path), async (request, response) => {
      const query = readParameters(route.query, searchOf(request));
      const values = { ...query, ...readPath(route.inPath, request.params as Record<string, string>) };
      const principal = principalOf(response);
      const scope = scopeNeeded(route.needs, values);
      if (scope !== null) {
        const ofPath = route.path.startsWith('/series/{id}') ? [String(values.id)] : [];
        const series = route.concerns ? await route.concerns(service.db, values) : ofPath;
        await service.guard.demandInEach(principal, series, scope);
      }
      const permits: Asking['permits'] = (of, series) => service.guard.permits(principal, of, series);
      const answer = () => route.answer({ db: service.db, principal, permits }, values);
      await send(request, response, await asPrincipal(principal, answer));
    });
  }
  for (const { path, describe } of TILE_JSONS) {
    app.get(expressPath(path), async (request, response) => {
      const id = series.read(String(request.params.series), 'series');
      const base = baseOf(request, service.config);
      const { answer, days } = await describe(service.tiles, id, searchOf(request), base);
      await send(request, response, answer, days);
    });
  }
  app.get('/tiles', async (request, response) => {
    readParameters({}, searchOf(request));
    await send(request, response, await tilesetList(service, baseOf(request, service.config)));
  });
  app.get('/openapi.json', (request, response) => {
    readParameters({}, searchOf(request));
    response.set('access-control-allow-origin', '*').vary('Accept-Encoding');
    // Set by hand and sent as bytes: Express would write the type in another way, and clients compare it as text.
    response.setHeader('content-type', 'application/vnd.oai.openapi+json;version=3.0');
    response.send(Buffer.from(JSON.stringify(openApi(service.tiles.tilesets, baseOf(request, service.config)))));
  });
  app.post(BACKUP.path, backupRoute(service));
  for (const write of WRITES) app.post(expressPath(write.path), writeRoute(service, write));

  app.use((request: Request) => {
    const allowed = methodsOf(request.path);
    if (allowed.length > 0) {
      throw new SalientError('method_not_allowed', `${request.method} ${request.path}: it takes ${allowed.join(', ')}`);
    }
    throw new SalientError('not_found', `${request.path}: no such page; /openapi.json lists them`);
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    // A client that went away in the middle of its answer is no defect.
    const { code = '' } = error as { code?: string };
    if (['ERR_STREAM_PREMATURE_CLOSE', 'ECONNABORTED'].includes(code) && response.destroyed) return;
    const principal = principalOf(response);
    const { status, headers, body } = errorAnswer(error, may(principal, 'read'));
    if (isWrite(request)) {
      response.locals.refused = { code: body.code, why: body.message };
      service.metrics.refused(body.code);
    }
    // A body that nobody reads any more: else the client, still sending, would not see the answer.
    if (!request.complete) hangUpSoon(request);
    // What has begun can only be broken off, so that nobody takes it for whole.
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // What was set of the answer that it would have been.
    for (const name of ['etag', 'content-encoding', 'content-disposition', 'content-length'])
      response.removeHeader(name);
    response.set({ 'cache-control': 'no-store', 'access-control-allow-origin': '*', ...headers });
    if (body.code === 'method_not_allowed') response.set('allow', methodsOf(request.path).join(', '));
    response.vary('accept').status(status);
    // A person who mistyped an address reads a page; a program gets what it can parse.
    if (request.method === 'GET' && request.accepts(['json', 'html']) === 'html') {
      response.type('html').send(errorPage(status, body));
    } else response.json(body);
  });
  return app;
}

/** A page of another site may read whatever can be read: a browser's preflight gets that answer. It may not write. */
function preflight(request: Request, response: Response, next: NextFunction): void {
  const readable = METHODS.some(([path, methods]) => path.test(request.path) && methods[0] === 'GET');
  if (request.method !== 'OPTIONS' || !readable) {
    next();
    return;
  }
  response.set({
    allow: methodsOffered(request.path, methodsOf(request.path)).join(', '),
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, HEAD',
    // The star covers every header but that of a token, which is the page's own: no browser adds it by itself.
    'access-control-allow-headers': 'authorization, *',
    'access-control-max-age': '86400',
  });
  // Part 4 of OGC API - Features wants 200 of what can be saved.
  const taken = typesTaken(request.path);
  response.set(taken);
  if (Object.keys(taken).length > 0) response.status(200).send('');
  else response.status(204).end();
}

/** Every path there is, and what it takes: to distinguish a wrong method from a wrong path. */
const METHODS = [
  ...[
    ...ROUTES,
    ...TILE_ROUTES,
    ...TILE_JSONS,
    ...REPORT_PAGES,
    ...DAY_MAPS,
    ...OPERATION_ROUTES,
    LIVE_UPDATES,
    ...DOCUMENT_ROUTES,
    ...GLYPH_ROUTES,
    { path: '/openapi.json' },
    { path: '/' },
    ...OGC_ROUTES.flatMap((route) => pathsOf(route).map((path) => ({ path }))),
    ...SNAPSHOT_ROUTES,
  ].map(({ path }) => [pattern(path), ['GET', 'HEAD']] as const),
  ...SIGN_IN_ROUTES.map(({ path }) => [pattern(path), ['GET', 'HEAD']] as const),
  [pattern(SESSION_PATH), ['HEAD', ...SESSION_OPERATIONS.map(({ method }) => method)]] as const,
  ...ITEM_METHODS,
  ...[BACKUP, ...WRITES].map(({ path }) => [pattern(path), ['POST']] as const),
];

const methodsOf = (path: string): string[] =>
  METHODS.flatMap(([pattern, methods]) => (pattern.test(path) ? methods : []));

function pattern(path: string): RegExp {
  const whole = path.replaceAll('.', '\\.').replace('\\.mvt', '\\.(?:mvt|pbf)');
  return new RegExp(`^${whole.replace(/\{[^}]+\}/g, '[^/]+')}$`);
}

const expressPath = (path: string) => path.replace(/\{(\w+)\}/g, ':$1');

type OfDays = Partial<Parameters<typeof dayHeaders>[0]>;

/** @param days what the head states of the days of the answer: what the answer itself does, where it has a place for it */
async function send(
  request: Request,
  response: Response,
  answer: unknown,
  days: OfDays = answer as OfDays,
): Promise<void> {
  const { type } = answer as { type?: string };
  response.set(dayHeaders({ stale: days.stale ?? false, unknown: days.unknown ?? null }));
  response.set(OPEN_JSON);
  response.type(type === 'FeatureCollection' ? 'application/geo+json' : 'application/json');
  await sendJson(request, response, answer);
}

/** JSON by lines is text, which the list of types that are compressed does not know. */
const isLines = (response: Response) => /^application\/x-ndjson/.test(String(response.getHeader('content-type')));
