import type { Request, Response, Router } from 'express';
import { SalientError } from '../../errors.js';
import { askEdition, askFeed, askNeighbours, askReport, askReports } from '../../reports/ask.js';
import type { AnyReport } from '../../reports/content/content.js';
import { parseReportDefinition, REPORT_FORMATS } from '../../reports/definition.js';
import type { Difference } from '../../reports/differences.js';
import { atomFeed, type Feed, feedId, jsonFeed } from '../../reports/render/feeds.js';
import { REPORT_FORMS, renderReport } from '../../reports/render/render.js';
import { reportPage, reportsPage } from '../../reports/render/report-pages.js';
import { textsOf } from '../../reports/render/texts/texts-of.js';
import { openMemo } from '../../store/memo.js';
import { principalOf } from '../access/principals.js';
import { baseOf, searchOf } from '../base.js';
import { newRouter } from '../new-router.js';
import { oneOf, optional, readParameters, text, wholeNumber } from '../parameters.js';
import type { Service } from '../service.js';
import { ALERT_PAGES, alertPages } from './alert-pages.js';

const id = text('id of the report');
const EDITION = { edition: optional(wholeNumber('number of the edition; the newest when absent')) };

/** Their description in OpenAPI and in the documents. */
export const REPORT_PAGES = [
  {
    path: '/reports/{id}/{period}',
    summary:
      'The report of a period as a page; as a file with `.md`, `.json`, `.csv`, `.geojson`, `.map.svg`, `.chart.png` …',
    inPath: { id, period: text('key of the period, such as 2020-W06, and the ending of a form') },
    query: EDITION,
    types: ['text/html', 'application/json', 'text/markdown', 'text/csv', 'image/svg+xml', 'image/png'],
  },
  {
    path: '/reports/{id}/feed.atom',
    summary: 'The newest editions as an Atom feed',
    inPath: { id },
    query: {},
    types: ['application/atom+xml'],
  },
  {
    path: '/reports/{id}/feed.json',
    summary: 'The newest editions as a JSON Feed',
    inPath: { id },
    query: {},
    types: ['application/feed+json'],
  },
  ...ALERT_PAGES,
];

/** Memory for pictures of reports, bytes. */
const PICTURES = 32 << 20;
const FORM = { f: optional(oneOf(['html', 'json'], 'form of the answer')) };
// A report is one file: what it shows is inside it.
const policyOf = (service: Service) =>
  `default-src 'none'; style-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors ${service.config.frameAncestors}`;

/** Reports as people read them: pages, files and feeds. The JSON of the same addresses is in `report-routes.ts`. */
export function reportPages(service: Service): Router {
  const router = newRouter();
  const policy = policyOf(service);
  const pictures = openMemo<Uint8Array>({ maxBytes: PICTURES, bytesOf: ({ length }) => length });
  router.use(alertPages(service));
  router.get('/reports', async (request, response, next) => {
    if (!wantsPage(request)) return next();
    const reports = await askReports(service.db);
    sendPage(response, policy, reportsPage(reports.map((report) => forReader(service, response, report))));
  });
  router.get('/reports/:id/feed.:form', async (request, response, next) => {
    const { id, form } = request.params;
    if (form !== 'atom' && form !== 'json') return next();
    readParameters({}, searchOf(request));
    const feed = await feedOf(service, request, text('id').read(String(id), 'id'));
    response.set('access-control-allow-origin', '*');
    const type = form === 'atom' ? 'application/atom+xml' : 'application/feed+json';
    response.type(`${type}; charset=utf-8`).send(form === 'atom' ? atomFeed(feed) : jsonFeed(feed));
  });
  router.get('/reports/:id', async (request, response, next) => {
    if (request.params.id === 'schema.json' || !wantsPage(request)) return next();
    const report = await askReport(service.db, text('id').read(String(request.params.id), 'id'));
    const { title, formats } = parseReportDefinition(report.definition);
    sendPage(response, policy, reportPage(forReader(service, response, report), title, formats));
  });
  router.get('/reports/:id/:file', async (request, response, next) => {
    if (request.params.file === 'log') return next();
    const { edition } = readParameters(EDITION, searchOf(request));
    const { period, format } = fileOf(String(request.params.file));
    const found = await askEdition(
      service.db,
      id.read(String(request.params.id), 'id'),
      id.read(period, 'period'),
      edition,
      (about) => service.guard.permits(principalOf(response), 'read', about),
    );
    // An edition never changes; which one is the newest does, what a page leads on to, and whether its series still stands.
    const forever = edition !== null && format !== 'html' && found.withdrawn.length === 0;
    response.set('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
    response.set({ 'access-control-allow-origin': '*', 'content-security-policy': policy });
    const around =
      format === 'html' || format === 'md'
        ? {
            base: service.config.publicUrl,
            edition: {
              number: found.edition,
              newest: found.newest,
              made_at: found.made_at,
              changed: found.changed as Difference[],
              ...(await askNeighbours(service.db, found)),
            },
          }
        : undefined;
    response.links(versionLinks(found, String(request.params.file)));
    const stored = JSON.parse(found.content) as AnyReport;
    const content = found.withdrawn.length > 0 ? { ...stored, withdrawn: found.withdrawn } : stored;
    const render = async () => Buffer.from(await renderReport(content, format, around));
    // A picture takes a second of drawing; what it shows never changes.
    const isPicture = REPORT_FORMS[format].type === 'image/png';
    const written = await (isPicture
      ? pictures.once(`${found.no} ${format} ${JSON.stringify(found.withdrawn)}`, render)
      : render());
    response.type(REPORT_FORMS[format].type).send(Buffer.from(written));
  });
  return router;
}

/**
 * The editions beside one (RFC 5829), relative to it: a file that is kept for ever says in its header alone that a newer one stands.
 */
function versionLinks({ edition, newest }: { edition: number; newest: number }, file: string): Record<string, string> {
  const of = (number: number) => `${encodeURIComponent(file)}?edition=${number}`;
  return {
    'latest-version': of(newest),
    ...(edition > 1 && { 'predecessor-version': of(edition - 1) }),
    ...(edition < newest && { 'successor-version': of(edition + 1) }),
  };
}

/** That a report was withdrawn is public; why is not. */
function forReader<T extends { withdrawn_why: string | null; about: readonly string[] }>(
  { guard }: Service,
  response: Response,
  report: T,
): T {
  if (report.withdrawn_why === null || guard.permits(principalOf(response), 'read', report.about)) return report;
  return { ...report, withdrawn_why: 'the reason is not public' };
}

/** `2020-W06.map.svg`: the period and the form; a page when no form is named. */
function fileOf(file: string): { period: string; format: (typeof REPORT_FORMATS)[number] } {
  const format = REPORT_FORMATS.find((known) => file.endsWith(`.${known}`));
  if (format) return { period: file.slice(0, -format.length - 1), format };
  if (!file.includes('.')) return { period: file, format: 'html' };
  throw new SalientError('not_found', `${file}: reports are written as ${REPORT_FORMATS.join(', ')}`);
}

/** A browser wants the page, a program the JSON; `f` states it outright. */
function wantsPage(request: Request): boolean {
  const { f } = readParameters(FORM, searchOf(request));
  // Read by the JSON route too, which knows no `f`.
  if (f === 'json') request.url = request.originalUrl = request.path;
  return f === null ? request.accepts(['json', 'html']) === 'html' : f === 'html';
}

function sendPage(response: Response, policy: string, page: string): void {
  response.set({ 'content-security-policy': policy, vary: 'accept' }).type('html').send(page);
}

async function feedOf({ db, config }: Service, request: Request, report: string): Promise<Feed> {
  const { title, language, publisher, defined_at, updated, withdrawn, editions } = await askFeed(db, report);
  const { corrected } = textsOf(language).page;
  return {
    id: feedId(`reports/${report}`, defined_at),
    language,
    address: `${config.publicUrl || baseOf(request, config)}/reports/${report}`,
    title,
    publisher,
    updated,
    withdrawn,
    entries: editions.map(({ headline, summary, period, edition, made_at }) => ({
      title: edition > 1 && withdrawn.length === 0 ? corrected(headline) : headline,
      summary,
      name: `${period}/${edition}`,
      path: `/${period}?edition=${edition}`,
      published: made_at,
    })),
  };
}
