import type { RequestHandler, Router } from 'express';
import { SalientError } from '../errors.js';
import { type LogLevel, log } from '../log.js';
import { ANONYMOUS } from '../store/principal.js';
import type { WorkClass } from './access/admission.js';
import { clientOf } from './access/client-limits.js';
import { principalOf } from './access/principals.js';
import { searchOf } from './base.js';
import { newRouter } from './new-router.js';
import { readParameters } from './parameters.js';
import { openRequestLines } from './request-lines.js';
import type { Service } from './service.js';

/** The endpoints of an operator, as the definition of the API and docs/http.md list them. */
export const OPERATION_ROUTES = [
  {
    path: '/live',
    summary: 'Whether the process runs: 200 as long as it does',
    types: ['application/json'],
    inPath: {},
  },
  {
    path: '/ready',
    summary: 'Whether questions can be answered: 200, else 503 with why; within a second',
    types: ['application/json'],
    inPath: {},
  },
  {
    path: '/metrics',
    summary: 'Figures for Prometheus; with the scope read, but on the embedded engine while there is no token',
    types: ['text/plain'],
    inPath: {},
  },
] as const;

export function operationRouter({ probe, metrics, guard, membership }: Service): Router {
  const router = newRouter();
  const noQuery: RequestHandler = (request, response, next) => {
    readParameters({}, searchOf(request));
    response.set('cache-control', 'no-store');
    next();
  };
  router.get('/live', noQuery, (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/ready', noQuery, async (_request, response) => {
    const { ready, reason, busy } = await probe.look();
    if (!ready) response.set('retry-after', '5');
    response
      .status(ready ? 200 : 503)
      .json({ status: ready ? 'ok' : 'unavailable', ...(busy && { busy }), ...(reason && { reason }) });
  });
  router.get('/health', noQuery, async (_request, response) => {
    const { ready, reason } = await probe.look();
    if (!ready) throw new SalientError('unavailable', reason ?? 'the database does not answer');
    response.json({ status: 'ok' });
  });
  router.get('/metrics', noQuery, async (_request, response) => {
    const principal = principalOf(response);
    await guard.demandFigures(principal);
    if (!membership.isFresh()) await membership.refresh();
    const labels = [...membership.hiddenFrom(principal)].map((id) => `series="${id}"`);
    const lines = (await metrics.text()).split('\n');
    const shown = lines.filter((line) => !labels.some((label) => line.includes(label)));
    response.type(metrics.contentType).send(shown.join('\n'));
  });
  return router;
}

/** A request that took so long is a line of the log, milliseconds. */
const SLOW_MS = 2000;

/**
 * Counts every request, and writes a line about those that failed, were slow, or were to write; about all of them at `debug`. Of very
 * many of strangers that failed alike it writes how many.
 */
export function requestLog({ metrics, config }: Service): RequestHandler {
  const line = (level: Exclude<LogLevel, 'silent'>, fields: object, message: string) => log[level](fields, message);
  const lineOfMany = openRequestLines(line);
  return (request, response, next) => {
    const began = performance.now();
    const { method, path } = request;
    response.once('close', () => {
      const ms = Math.round(performance.now() - began);
      const { statusCode, writableFinished } = response;
      // Who has gone before the answer has none: nginx's number for it.
      const status = writableFinished ? statusCode : 499;
      metrics.answered((response.locals.work as WorkClass | null | undefined) ?? null, status, ms / 1000);
      // Why a write was refused stands in the one line about it.
      const refused = response.locals.refused as { code: string; why: string } | undefined;
      const isWorthIt = isWrite(request) || ms > SLOW_MS;
      const level = status >= 500 ? 'error' : refused ? 'warn' : isWorthIt ? 'info' : 'debug';
      if (!log.isLevelEnabled(level)) return;
      const principal = principalOf(response);
      const fields = {
        from: clientOf(request, config.proxies) ?? request.socket.remoteAddress,
        method,
        path,
        status,
        ms,
        principal: principal.name,
        id: response.locals.id,
        ...refused,
      };
      const isOfMany = principal === ANONYMOUS && status >= 400;
      (isOfMany ? lineOfMany : line)(level, fields, refused ? 'refused' : 'request');
    });
    next();
  };
}

/** Whether a request would change something, by its method. */
export const isWrite = ({ method }: Pick<Request, 'method'>) => !['GET', 'HEAD', 'OPTIONS'].includes(method);
