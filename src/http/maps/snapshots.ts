import type { Request, Response, Router } from 'express';
import { SalientError } from '../../errors.js';
import { looksOf } from '../../features/collection-looks.js';
import { collectionId } from '../../features/collections.js';
import { seriesBounds } from '../../features/extent.sql.js';
import { endingOf, WRITTEN_FORMATS, type WrittenFormat } from '../../formats/registry.js';
import { uncrossed } from '../../geometry/bounds.js';
import { type SnapshotHead, snapshotAreas, snapshotOn } from '../../maps/export.js';
import { SNAPSHOT_COLUMNS } from '../../maps/snapshot-columns.js';
import { type Instant, isIsoDate } from '../../model/dates.js';
import { resolveSeries } from '../../series/as-of.js';
import { askSeries } from '../../series/list.js';
import { partiesShown, snapshotDates } from '../../series/series.sql.js';
import { baseOf, queryOf, searchOf } from '../base.js';
import { newRouter } from '../new-router.js';
import { formOf, HTML, JSON_TYPE } from '../ogc/negotiate.js';
import { seriesPage, snapshotsPage } from '../pages/snapshot-pages.js';
import { date, readParameters, series } from '../parameters.js';
import type { Service } from '../service.js';
import { type SpooledFiles, spooledFiles } from '../spooled-files.js';
import { sendPieces } from '../stream.js';
import { FILE, LIST, MAPS, SNAPSHOT_FORMS } from './snapshot-routes.js';

/** What is written changes its meaning with this number: it is a part of every ETag. */
const WRITING = 2;

/** Dated files of every stored map, at addresses that stay. */
export function snapshotRouter(service: Service): Router {
  const router = newRouter();
  const spool = spooledFiles();
  router.get('/snapshots', async (request, response) => {
    const { f } = readParameters(LIST, searchOf(request));
    const all = await askSeries(service.db);
    const base = baseOf(request, service.config);
    const json = {
      series: all.map(({ id, title, publisher, licence }) => ({
        id,
        title,
        publisher,
        licence,
        href: `${base}/snapshots/${id}`,
      })),
    };
    answer(request, response, f, json, () => seriesPage(base, json.series));
  });
  router.get('/snapshots/:series', async (request, response) => {
    const { f, 'known-at': instant } = readParameters(MAPS, searchOf(request));
    const id = series.read(String(request.params.series), 'series');
    const { statement } = await resolveSeries(service.db, id, instant);
    const base = baseOf(request, service.config);
    const dates = await snapshotDates(service.db, id, instant);
    const files = (day: string) =>
      Object.fromEntries(Object.keys(SNAPSHOT_FORMS).map((name) => [name, `${base}/snapshots/${id}/${day}.${name}`]));
    const { title, publisher, licence, complete_until } = statement;
    const json = {
      series: id,
      title,
      publisher,
      licence,
      complete_until,
      snapshots: dates.map((day) => ({ date: day, files: files(day) })),
    };
    answer(request, response, f, json, () => snapshotsPage(base, json));
  });
  for (const format of WRITTEN_FORMATS.values()) {
    router.get(`/snapshots/:series/:date.${endingOf(format)}`, (request, response) =>
      sendFile(service, spool, format, request, response),
    );
  }
  router.get('/snapshots/:series/:date', (request, response, next) => {
    if (!isIsoDate(request.params.date)) return next();
    // Without an ending the client's Accept decides the form; the first of the registry is for those that want any.
    const wanted = request.accepts([...WRITTEN_FORMATS.values()].map(({ mediaTypes: [type = ''] }) => type));
    const format = [...WRITTEN_FORMATS.values()].find(({ mediaTypes: [type] }) => type === wanted);
    const ending = format ? endingOf(format) : 'geojson';
    response.set({ vary: 'accept', 'access-control-allow-origin': '*' });
    response.redirect(
      302,
      `${baseOf(request, service.config)}${request.path}.${ending}${queryOf(request.originalUrl)}`,
    );
  });
  router.get('/snapshots/:series/:file', (request) => {
    const forms = Object.keys(SNAPSHOT_FORMS).join(', ');
    throw new SalientError(
      'not_found',
      `${request.path}: the files of a map are {date}.{form} with a form of ${forms}`,
    );
  });
  return router;
}

function answer(
  request: Request,
  response: Response,
  f: 'json' | 'html' | null,
  json: object,
  page: () => { markup: string },
): void {
  response.set({ vary: 'accept', 'access-control-allow-origin': '*' });
  if (formOf(request, f, JSON_TYPE) === 'json') response.json(json);
  else response.type(HTML).send(page().markup);
}

async function sendFile(
  service: Service,
  spool: SpooledFiles,
  format: WrittenFormat,
  request: Request,
  response: Response,
): Promise<void> {
  const name = endingOf(format);
  const { 'known-at': instant } = readParameters(FILE, searchOf(request));
  const id = series.read(String(request.params.series), 'series');
  const day = date().read(String(request.params.date), 'date');
  const head = await snapshotOn(service.db, { series: id, date: day, knownAt: instant });
  const base = baseOf(request, service.config);
  response.set('access-control-allow-origin', '*');
  if (head.date !== day) {
    // One address for one map: the day on which it came into force.
    response.redirect(302, `${base}/snapshots/${id}/${head.date}.${name}${queryOf(request.originalUrl)}`);
    return;
  }
  const etag = `"r${head.revision}.e${head.asOf.edition}.s${head.asOf.statement.id}.${head.valid_to ?? 'open'}.${WRITING}.${name}"`;
  response.set({ etag, 'cache-control': 'public, no-cache', 'accept-ranges': 'bytes' });
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  response.setHeader('content-type', format.mediaTypes[0] as string);
  if (name !== 'geojson') response.set('content-disposition', `attachment; filename="${id}-${day}.${name}"`);
  const here = `${base}/snapshots/${id}/${day}`;
  if (request.method === 'HEAD' || request.headers.range !== undefined) {
    // Links in it name the requested host.
    const path = await spool.path(`${here} ${etag}`, () => written(service, format, head, instant, here));
    await sent(response, path);
    return;
  }
  await sendPieces(response, await written(service, format, head, instant, here));
}

/** Sends a file or the requested ranges of it; a client that goes away is no error. */
function sent(response: Response, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    response.sendFile(path, { cacheControl: false, lastModified: false }, (error?: Error & { status?: number }) => {
      if (error?.status === 416) response.status(416).end();
      else if (error && !response.headersSent) return reject(error);
      resolve();
    });
  });
}

async function written(
  { db }: Service,
  format: WrittenFormat,
  head: SnapshotHead,
  instant: Instant | null,
  here: string,
): Promise<AsyncIterable<string | Uint8Array>> {
  const { asOf, ...stated } = head;
  const others = Object.entries(SNAPSHOT_FORMS).filter(([other]) => other !== endingOf(format));
  const links = [
    { href: `${here}.${endingOf(format)}`, rel: 'self', type: format.mediaTypes[0] },
    ...others.map(([other, type]) => ({ href: `${here}.${other}`, rel: 'alternate', type })),
  ];
  const parties = await partiesShown(db, head.series, asOf, instant);
  const layer = {
    name: collectionId(head.series, 'control'),
    title: `${head.title}, ${head.date}`,
    description: `${head.publisher}, ${head.licence}; ${head.method}`,
    licence: head.licence,
    bounds: uncrossed(await seriesBounds(db, head.series, asOf.edition)),
    columns: SNAPSHOT_COLUMNS,
    count: head.areas,
    // The same map is the same file at every request.
    changed: `${head.valid_from}T00:00:00.000Z`,
    geometryType: 'MultiPolygon' as const,
    looks: looksOf('control', parties),
    ordered: true,
    members: { ...stated, links },
  };
  return format.writer.write(layer, snapshotAreas(db, head, format.writer.geometry));
}
