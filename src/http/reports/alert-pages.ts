import type { Request, Response, Router } from 'express';
import { SalientError } from '../../errors.js';
import { alertRule } from '../../reports/alerts/alerts.sql.js';
import { askAlertFeed, ruleHead } from '../../reports/alerts/ask.js';
import { reportHead } from '../../reports/ask.js';
import type { ReportLanguage } from '../../reports/definition.js';
import { reportDefinition } from '../../reports/definitions.sql.js';
import { subscribeAgain, subscriptionOf, unsubscribe } from '../../reports/mail/recipients.sql.js';
import { atomFeed, type Feed, feedId, jsonFeed } from '../../reports/render/feeds.js';
import { html } from '../../reports/render/html.js';
import { textsOf } from '../../reports/render/texts/texts-of.js';
import { wordingOf } from '../../reports/render/texts/wording.js';
import type { Db } from '../../store/pool.js';
import { unaware } from '../../store/sight.js';
import { principalOf } from '../access/principals.js';
import { baseOf, searchOf } from '../base.js';
import { newRouter } from '../new-router.js';
import { flag, readParameters, text } from '../parameters.js';
import type { Asking } from '../route.js';
import type { Service } from '../service.js';
import { demandSight } from './alert-rights.js';

const id = text('id of the alert rule');
const TOKEN = {
  token: text('from the link in the message'),
  again: flag('subscribe again, of a POST'),
};

/** Their description in OpenAPI and in the documents. */
export const ALERT_PAGES = [
  {
    path: '/alerts/{id}/feed.atom',
    summary: 'The newest alerts as an Atom feed',
    inPath: { id },
    query: {},
    types: ['application/atom+xml'],
  },
  {
    path: '/alerts/{id}/feed.json',
    summary: 'The newest alerts as a JSON Feed',
    inPath: { id },
    query: {},
    types: ['application/feed+json'],
  },
  {
    path: '/unsubscribe',
    summary:
      'The page by which a recipient of e-mail leaves, and comes back; a POST to it leaves at once (RFC 8058), with `again=true` takes that back',
    inPath: {},
    query: TOKEN,
    types: ['text/html'],
  },
];

const CSP = "default-src 'none'; style-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** Feeds of alerts, and the way out of e-mail: whoever has the token of a message may leave, and nothing else. */
export function alertPages(service: Service): Router {
  const router = newRouter();
  router.get('/alerts/:id/feed.:form', async (request, response, next) => {
    const { id: rule, form } = request.params;
    if (form !== 'atom' && form !== 'json') return next();
    readParameters({}, searchOf(request));
    const permits: Asking['permits'] = (scope, series) => service.guard.permits(principalOf(response), scope, series);
    const feed = await feedOf(service, request, permits, id.read(String(rule), 'id'));
    response.set('access-control-allow-origin', '*');
    const type = form === 'atom' ? 'application/atom+xml' : 'application/feed+json';
    response.type(`${type}; charset=utf-8`).send(form === 'atom' ? atomFeed(feed) : jsonFeed(feed));
  });
  router.get('/unsubscribe', async (request, response) => {
    const { token, title, language, gone } = await leaving(service.db, request);
    const { mail } = textsOf(language);
    const question = html`<h1>${mail.unsubscribeQuestion(title)}</h1><form method="post" action="?token=${token}"><button>${mail.unsubscribe}</button></form>`;
    send(response, language, mail.unsubscribe, gone ? wayBack(language, title, token) : question);
  });
  router.post('/unsubscribe', async (request, response) => {
    const { token, again, title, language } = await leaving(service.db, request);
    await (again ? subscribeAgain : unsubscribe)(service.db, token);
    const { mail } = textsOf(language);
    const body = again ? html`<h1>${mail.subscribedAgain(title)}</h1>` : wayBack(language, title, token);
    send(response, language, again ? mail.subscribeAgain : mail.unsubscribe, body);
  });
  return router;
}

/** What is said to who has left: that they have, and how they come back. */
function wayBack(language: ReportLanguage, title: string, token: string) {
  const { mail } = textsOf(language);
  return html`<h1>${mail.unsubscribed(title)}</h1><form method="post" action="?token=${token}&again=true"><button>${mail.subscribeAgain}</button></form>`;
}

/** What a token leaves, also of a series for members only: who gets e-mail may stop it. @throws SalientError `not_found` */
async function leaving(db: Db, request: Request) {
  const { token, again } = readParameters(TOKEN, searchOf(request));
  const found = await subscriptionOf(db, token);
  const [kind, ...rest] = found?.scope.split('/') ?? [];
  const headOf = async (id: string) => {
    if (kind !== 'alerts') {
      const row = await reportDefinition(db, id);
      return row && reportHead(row);
    }
    const row = await alertRule(db, id);
    return row && ruleHead(row);
  };
  const head = await unaware(new Set(), () => headOf(rest.join('/')));
  if (!found || !head) throw new SalientError('not_found', 'token: nobody gets e-mail by this token');
  return { token, again, title: head.title, language: head.language, gone: found.gone };
}

function send(response: Response, language: ReportLanguage, title: string, body: { markup: string }): void {
  const style = { markup: 'body{font:17px/1.5 system-ui,sans-serif;margin:3rem auto;max-width:36rem;padding:0 1rem}' };
  const page = html`<html lang="${language}" dir="${wordingOf(language).direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${title}</title><style>${style}</style></head><body><main>${body}</main></body></html>`;
  response.set({ 'content-security-policy': CSP, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  response.type('html').send(`<!doctype html>\n${page.markup}\n`);
}

async function feedOf(
  { db, config }: Service,
  request: Request,
  permits: Asking['permits'],
  rule: string,
): Promise<Feed> {
  const { head, alerts, defined_at, withdrawn, publisher } = await askAlertFeed(db, rule);
  demandSight(permits, head);
  const { title, language } = head;
  return {
    id: feedId(`alerts/${rule}`, defined_at),
    language,
    address: `${config.publicUrl || baseOf(request, config)}/alerts/${rule}`,
    title,
    publisher,
    withdrawn,
    entries: alerts.slice(0, 50).map(({ no, headline, source, certainty, fired_at, purged }) => ({
      title: headline,
      summary: purged ? '' : `${source}. ${certainty}`,
      name: String(no),
      path: '',
      published: fired_at,
    })),
  };
}
