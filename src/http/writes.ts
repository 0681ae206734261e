import { timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { SalientError } from '../errors.js';
import type { MapSource } from '../formats/byte-source.js';
import type { SeriesCreation } from '../jobs/create-series.js';
import { deriveSeries } from '../jobs/derive-series.js';
import { importSnapshots } from '../jobs/import-snapshots.js';
import { withdrawSeries } from '../jobs/withdraw-series.js';
import { isObject } from '../model/geojson-geometry.js';
import { parseJson } from '../model/json-limits.js';
import { STEP_KINDS } from '../model/step-kinds.js';
import { date, flag, metres, oneOf, optional, readParameters, readPath, text, type Values } from './parameters.js';
import { REPORT_WRITES } from './report-routes.js';
import { REVIEW_WRITES } from './review-writes.js';
import type { Service } from './service.js';
import { untilGone } from './until-gone.js';
import { type Write, write } from './write.js';

/** How an import says what the file means; the command line has the same words. */
const IMPORT = {
  date: optional(date('day of the map, when the file does not say')),
  'date-property': optional(text('property of each feature that holds its day (default: date)')),
  party: optional(text('party of every area, when the file does not say')),
  'party-property': optional(text('property of each feature that holds its party (default: party)')),
  source: optional(text('where the map comes from: a URL, or words; default: the publisher of the series')),
  accept: optional(text('why a change out of all proportion is right; kept with the map')),
  kind: optional(oneOf(STEP_KINDS, 'what the step to the map is, `accept` being the reason; movement when absent')),
  by: optional(text('who sends it, in words; kept with a map that is held')),
  create: flag('true: create the series'),
  title: optional(text('of a created series: title')),
  publisher: optional(text('of a created series: publisher')),
  licence: optional(text('of a created series: licence')),
  accuracy: optional(metres('of a created series: how far a line may be off, metres')),
  correlation: optional(metres('of a created series: over how many metres the error of a line stays the same')),
  theatre: optional(text('of a created series: id of an existing theatre; else the extent of the first map')),
} as const;

/** The table of writes, for HTTP, OpenAPI and the command line. */
export const WRITES: readonly Write[] = [
  write('/series/{id}/snapshots', 'Import dated GeoJSON', {}, IMPORT, true, async (db, series, values, body) => {
    const { map, theatre } = unwrapped(body, values.create ?? false);
    const snapshots = await importSnapshots(db, {
      series,
      map,
      options: {
        date: values.date ?? undefined,
        dateProperty: values['date-property'] ?? undefined,
        party: values.party ?? undefined,
        partyProperty: values['party-property'] ?? undefined,
      },
      source: values.source,
      create: values.create ? creationOf(values, theatre) : null,
      accept: values.accept,
      kind: values.kind,
      by: values.by,
    });
    return { series, snapshots };
  }),
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
      if (restore ? why !== null : why === null) {
        throw new SalientError('invalid_parameter', 'say why the series is withdrawn (why), or restore=true');
      }
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
    const body = takesMap ? await readMap(request, service.config.maxBodyBytes) : new Uint8Array();
    const write = () => perform(service.db, String(path.id), { ...values, ...path }, body);
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

const MAP_TYPES = ['application/geo+json', 'application/json', 'application/octet-stream'];

/** The whole body, or `too_large`: refused by its stated length, or as soon as it is exceeded. */
async function readMap(request: Request, most: number): Promise<Uint8Array> {
  const type = (request.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!MAP_TYPES.includes(type)) {
    throw new SalientError('unsupported_media_type', `content-type ${JSON.stringify(type)}: send application/geo+json`);
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const refuse = () => {
      chunks.length = 0;
      hangUpSoon(request);
      const limit = `${most / 1e6} MB (SALIENT_MAX_BODY_MB)`;
      reject(
        new SalientError('too_large', `the body is larger than ${limit}: import it with the command line, or in parts`),
      );
    };
    request.on('error', () => reject(new SalientError('invalid_body', 'the body ended before it was whole')));
    if (Number(request.get('content-length') ?? 0) > most) return refuse();
    request.on('data', (chunk: Buffer) => {
      if (size > most) return;
      size += chunk.length;
      if (size > most) refuse();
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
  });
}

const LINGER_MS = 3_000;

/**
 * Throws away what still comes, for a moment: cut off at once, the client would see a broken connection and not the
 * answer. Then the connection ends, however much is left.
 */
function hangUpSoon(request: Request): void {
  const { socket } = request;
  const cut = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  for (const over of ['end', 'error'] as const) request.once(over, () => clearTimeout(cut));
  request.resume();
}

/** With `create`, the body may be `{"theatre": <boundary>, "map": <GeoJSON>}` instead of the map alone. */
function unwrapped(body: Uint8Array, create: boolean): { map: string | MapSource; theatre: SeriesCreation['theatre'] } {
  const start = Buffer.from(body.subarray(0, 200)).toString('latin1');
  if (!create || !/^\s*\{\s*"(theatre|map)"/.test(start)) return { map: body, theatre: null };
  const { theatre, map } = parseJson(body) as Record<string, unknown>;
  if (!isObject(theatre) || !isObject(map)) {
    throw new SalientError('invalid_body', 'not of the form {"theatre": <boundary>, "map": <GeoJSON>}');
  }
  return { map: JSON.stringify(map), theatre };
}

function creationOf(values: Values<typeof IMPORT>, theatre: SeriesCreation['theatre']): SeriesCreation {
  const { title, publisher, licence, accuracy, correlation } = values;
  return {
    title,
    publisher,
    licence,
    accuracyM: accuracy,
    correlationM: correlation,
    theatre: theatre ?? values.theatre,
  };
}
