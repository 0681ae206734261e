import type { ServerResponse } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import { SalientError } from '../../errors.js';
import { atWork, type Work } from '../../store/cancellation.js';
import { ANONYMOUS } from '../../store/principal.js';
import { isFilter } from '../ogc/filter-body.js';
import { asksForFile } from '../ogc/negotiate.js';
import type { Service } from '../service.js';
import { type WorkClass, workClassOf } from './admission.js';
import type { Arrival } from './arrivals.js';
import { openClientLimit } from './client-limits.js';
import { openHeldRefusals } from './held-refusals.js';
import { principalOf } from './principals.js';

/**
 * Lets a request in when its class has a place, and works for its client for as long as it waits and its class allows: when
 * either is over, the running statement is cancelled and nothing further begins. The place is free again when the answer is made,
 * not when it has been read.
 */
export function admitted({ admission, config }: Service): RequestHandler {
  const limit = openClientLimit(config);
  const refusals = openHeldRefusals();
  return async (request, response, next) => {
    const work = classOf(request, response);
    response.locals.work = work;
    if (work === null) return next();
    const enter: Entry = async (into) => {
      const stop = new AbortController();
      response.once('close', () => response.writableFinished || stop.abort());
      const entering = limit(request, work).then(() => admission.enter(into, stop.signal));
      const leave = await refusals.enter(entering, stop.signal);
      const { workMs, lane } = admission.limitsOf(into);
      const deadline = setTimeout(() => {
        const message = `this took longer than the ${workMs / 1000} s that work of the class ${into} may take: ask for less`;
        stop.abort(new SalientError('timed_out', message, [], { retryAfterS: 30 }));
      }, workMs).unref();
      const made = () => {
        clearTimeout(deadline);
        leave();
      };
      onceMade(response, made);
      // A slow reader is still being sent what was made (`stream.ts`).
      response.locals.made = made;
      return { signal: stop.signal, lane };
    };
    response.locals.enter = enter;
    // While a body arrives it is a look-up whether its sender may write: the few places of writes are for what has arrived.
    const first = work === 'write' && sendsBody(request) ? 'look-up' : work;
    await atWork(await enter(first), async () => next());
  };
}

/** Takes a place among those at work of a class. */
type Entry = (work: WorkClass) => Promise<Work>;

/**
 * Receives a body without a place at work, and writes as soon as one is free: who sends slowly holds up nobody.
 * @param receive reads the body, and accounts for its bytes
 */
export async function asReceived<Body, T>(
  { arrivals }: Service,
  response: Response,
  receive: (arrival: Arrival) => Promise<Body>,
  write: (body: Body) => Promise<T>,
): Promise<T> {
  const { made, enter } = response.locals as { made: () => void; enter: Entry };
  const arrival = arrivals.begin(principalOf(response).name);
  try {
    made();
    const body = await receive(arrival);
    return await atWork(await enter('write'), () => write(body));
  } finally {
    arrival.end();
  }
}

export const sendsBody = ({ headers }: Request) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/**
 * The class of a request. A filter sent as a body is read, not written; and who has no credential is refused in a moment, and
 * waits for that among the look-ups: the few places of writes are for who may write.
 */
function classOf(request: Request, response: Response): WorkClass | null {
  const method = isFilter(request) ? 'GET' : request.method;
  const work = workClassOf(method, request.path, () => asksForFile(request));
  const isRefusedSoon = !['GET', 'HEAD'].includes(method) && principalOf(response) === ANONYMOUS;
  return isRefusedSoon && work !== null ? 'look-up' : work;
}

/** Calls back when the whole answer has been handed over, or its client has gone. */
function onceMade(response: Response, made: () => void): void {
  const end = response.end.bind(response) as (...given: unknown[]) => Response;
  response.end = ((...given: unknown[]) => {
    made();
    return end(...given);
  }) as Response['end'];
  response.once('close', made);
}

/** Draws a tile in its class: shared by all requests for it, so that none of them owns it. */
export async function asTile<T>({ admission }: Service, response: ServerResponse, draw: () => Promise<T>): Promise<T> {
  const gone = new AbortController();
  // An answer that was made is closed too; and an error with a stack, for every tile, is what its end need not cost.
  response.once('close', () => response.writableFinished || gone.abort());
  const leave = await admission.enter('tile', gone.signal);
  try {
    return await atWork({ lane: admission.limitsOf('tile').lane }, draw);
  } finally {
    leave();
  }
}
