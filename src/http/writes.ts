import { timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { SalientError } from '../errors.js';
import { NO_PARTS } from '../maps/import-request.js';
import { deriveSeries } from '../series/derive.js';
import { withdrawSeries } from '../series/withdraw.js';
import { IMPORT_WRITES } from './import-writes.js';
import { readMapParts } from './map-body.js';
import { date, flag, optional, readParameters, readPath, text } from './parameters.js';
import { REPORT_WRITES } from './report-routes.js';
import { REVIEW_WRITES } from './review-writes.js';
import type { Service } from './service.js';
import { untilGone } from './until-gone.js';
import { type Write, write } from './write.js';

/** The table of writes, for HTTP, OpenAPI and the command line. */
export const WRITES: readonly Write[] = [
  ...IMPORT_WRITES,
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
    { why: optional(text('the reason')), restore: flag('true: restore the series') },
    false,
    (db, series, { why, restore }) => {
      if (restore && why !== null)
        throw new SalientError(
          'invalid_parameter',
          'restore=true takes the withdrawal back and keeps no reason: no why',
        );
      if (!restore && why === null)
        throw new SalientError('invalid_parameter', 'say why the series is withdrawn (why), or restore=true');
      return withdrawSeries(db, series, why);
    },
  ),
  ...REVIEW_WRITES,
  ...REPORT_WRITES,
];

/** One write over HTTP: may the client, then parameters, then the body. 201 when a map was stored, 202 when another waits. */
export function writeRoute(service: Service, { inPath, query, takesMap, write: perform }: Write): RequestHandler {
  return async (request, response) => {
    mayWrite(service, request);
    const values = readParameters(query, new URL(request.originalUrl, 'http://localhost').searchParams);
    const path = readPath(inPath, request.params as Record<string, string>);
    const body = takesMap ? await readMapParts(request, service.config.maxBodyBytes) : NO_PARTS;
    const write = () => perform(service.db, String(path.id), { ...values, ...path }, body, service.importer);
    const answer = (await untilGone(response, write)) as {
      snapshots?: { result: string }[];
    };
    const some = (...results: string[]) => answer.snapshots?.some(({ result }) => results.includes(result));
    response.status(some('held') ? 202 : some('stored', 'revised') ? 201 : 200).json(answer);
  };
}

const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

/** Writes come from loopback, and not through a proxy or another site's page; or they carry the token. */
export function mayWrite({ config }: Service, request: Request): void {
  const given = /^Bearer (.+)$/.exec(request.get('authorization') ?? '')?.[1];
  if (given !== undefined) {
    if (config.writeToken !== null && sameSecret(given, config.writeToken)) return;
    throw new SalientError('not_allowed', 'the token is not the one in SALIENT_WRITE_TOKEN');
  }
  const loopback = /^(127\.|::1$|::ffff:127\.)/.test(request.socket.remoteAddress ?? '');
  const proxied = PROXY_HEADERS.some((name) => request.get(name) !== undefined);
  const local = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(request.get('host') ?? '');
  const origin = request.get('origin');
  const foreignPage = origin !== undefined && origin !== `${request.protocol}://${request.get('host')}`;
  if (!loopback || proxied || !local || foreignPage) {
    throw new SalientError(
      'not_allowed',
      'writing needs loopback, or Authorization: Bearer with the token in SALIENT_WRITE_TOKEN',
    );
  }
}

function sameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
