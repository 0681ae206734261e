import type { RequestHandler } from 'express';
import { restoreSeries } from '../desk/restore-series.js';
import { type MapParts, NO_PARTS } from '../maps/import-request.js';
import { deriveSeries } from '../series/derivation/derive.js';
import { withdrawSeries } from '../series/withdraw.js';
import { type Principal, principalName, type Scope } from '../store/principal.js';
import { asReceived, sendsBody } from './access/admitted.js';
import type { Arrival } from './access/arrivals.js';
import { principalOf } from './access/principals.js';
import { TOKEN_WRITES } from './access/token-routes.js';
import { searchOf } from './base.js';
import { IMPORT_WRITES } from './maps/import-writes.js';
import { readMapParts } from './maps/map-body.js';
import { noReason, REVIEW_WRITES } from './maps/review-writes.js';
import { date, flag, optional, readParameters, readPath, text } from './parameters.js';
import { REFERENCE_WRITES } from './reference-writes.js';
import { REPORT_WRITES } from './reports/report-routes.js';
import { ROLE_FOR } from './route.js';
import { DESK_WRITES } from './routes/desk.js';
import { ROLE_WRITES, SIGHT_WRITES } from './routes/roles.js';
import { SOURCE_WRITES } from './routes/sources.js';
import { SUBSCRIPTION_WRITES } from './routes/subscriptions.js';
import type { Service } from './service.js';
import { carryOut, type Write, write } from './write.js';

/** The table of writes, for HTTP, OpenAPI and the command line. */
export const WRITES: readonly Write[] = [
  ...IMPORT_WRITES,
  ...REFERENCE_WRITES,
  write(
    '/series/{id}/derive',
    'Derive the maps of a series from its claims again',
    {},
    { 'reported-by': optional(date('use only claims published by that day')) },
    false,
    (db, series, values) => deriveSeries(db, series, { reportedBy: values['reported-by'] ?? undefined }, () => {}),
  ),
  write(
    '/series/{id}/withdraw',
    'Withdraw a series with a reason; restore=true takes that back. Nothing is deleted',
    {},
    { why: optional(text('the reason; kept')), restore: flag('true: take the withdrawal back') },
    false,
    (db, series, { why, restore }) => {
      if (restore) return restoreSeries(db, series, { why, by: principalName() });
      if (why === null) throw noReason('series');
      return withdrawSeries(db, series, why);
    },
    'review',
    () => null,
    'publisher',
  ),
  ...REVIEW_WRITES,
  ...DESK_WRITES,
  ...ROLE_WRITES,
  ...SUBSCRIPTION_WRITES,
  ...SOURCE_WRITES,
  ...REPORT_WRITES,
  ...TOKEN_WRITES,
];

/** One write over HTTP: may the client, then parameters, then the body. 201 when a map was stored, 202 when another waits. */
export function writeRoute(service: Service, entry: Write): RequestHandler {
  const { inPath, query, takesMap, needs, needsToo, role, concerns } = entry;
  const { guard } = service;
  const inSeries = entry.path.startsWith('/series/{id}/');
  const demand = (principal: Principal, id: string, scope: Scope) => {
    if (inSeries && role !== 'none') return guard.demandIn(principal, id, scope, role ?? ROLE_FOR[scope]);
    return concerns ? guard.demandSomewhere(principal, scope) : guard.demand(principal, scope);
  };
  return async (request, response) => {
    const principal = principalOf(response);
    await demand(principal, String(request.params.id), needs);
    const values = readParameters(query, searchOf(request));
    const path = readPath(inPath, request.params as Record<string, string>);
    const further = needsToo(values);
    if (further) await demand(principal, String(path.id), further);
    const sent = takesMap === 'optional' ? request.get('content-type') !== undefined : takesMap;
    if (!sent && !sendsBody(request)) return answerWith(NO_PARTS);
    const { maxBodyBytes } = service.config;
    const receive = async (arrival: Arrival) => (sent ? readMapParts(request, maxBodyBytes, arrival) : NO_PARTS);
    return asReceived(service, response, receive, answerWith);

    async function answerWith(body: MapParts): Promise<void> {
      if (concerns) await guard.demandInEach(principal, await concerns(service.db, String(path.id), body), needs);
      const call = { principal, subject: request.path, values: { ...values, ...path }, body };
      const answer = (await carryOut(service.db, entry, call, service).finally(() => {
        if (entry.path.startsWith('/tokens/')) guard.forget();
        if (entry.path.startsWith('/tokens/') || SIGHT_WRITES.has(entry.path)) service.membership.forget();
      })) as { snapshots?: { result: string }[] };
      const some = (...results: string[]) => answer.snapshots?.some(({ result }) => results.includes(result));
      response.status(some('held') ? 202 : some('stored', 'revised') ? 201 : 200).json(answer);
      for (const { result } of answer.snapshots ?? []) service.metrics.imported(result);
    }
  };
}
