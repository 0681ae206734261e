import { timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { SalientError } from '../errors.js';
import type { SeriesCreation } from '../jobs/create-series.js';
import { importSnapshots } from '../jobs/import-snapshots.js';
import { IMPORT_PARAMETERS } from './openapi.js';
import { readParameters, type Values } from './parameters.js';
import type { Service } from './service.js';

const TYPES = ['application/geo+json', 'application/json', 'application/octet-stream'];

/** POST /series/{id}/snapshots: the import over HTTP. */
export function importRoute(service: Service): RequestHandler {
  return async (request, response) => {
    mayWrite(service, request);
    const values = readParameters(IMPORT_PARAMETERS, new URL(request.originalUrl, 'http://localhost').searchParams);
    const type = (request.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    if (!TYPES.includes(type)) {
      throw new SalientError(
        'unsupported_media_type',
        `content-type ${JSON.stringify(type)}: send application/geo+json`,
      );
    }
    const body = await readBody(request, response, service.config.maxBodyBytes);
    const { text, theatre } = unwrapped(body, values.create ?? false);
    const imported = await importSnapshots(service.db, {
      series: String(request.params.id),
      text,
      options: {
        ...(values.date === null ? {} : { date: values.date }),
        ...(values['date-property'] === null ? {} : { dateProperty: values['date-property'] }),
        ...(values.party === null ? {} : { party: values.party }),
        ...(values['party-property'] === null ? {} : { partyProperty: values['party-property'] }),
      },
      source: values.source,
      create: values.create ? creationOf(values, theatre) : null,
      accept: values.accept,
    });
    const stored = imported.some((snapshot) => snapshot.result !== 'unchanged');
    response.status(stored ? 201 : 200).json({ series: request.params.id, snapshots: imported });
  };
}

/** Writes come from loopback, and not through a proxy or another site's page; or they carry the token. */
function mayWrite({ config }: Service, request: Request): void {
  const given = /^Bearer (.+)$/.exec(request.get('authorization') ?? '')?.[1];
  if (given !== undefined) {
    if (config.writeToken !== null && sameSecret(given, config.writeToken)) return;
    throw new SalientError('not_allowed', 'the token is not the one in SALIENT_WRITE_TOKEN');
  }
  const loopback = /^(127\.|::1$|::ffff:127\.)/.test(request.socket.remoteAddress ?? '');
  const proxied = request.get('x-forwarded-for') !== undefined || request.get('forwarded') !== undefined;
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

/** The whole body, or `too_large`: refused by its stated length, or as soon as it is exceeded. */
async function readBody(request: Request, response: Response, most: number): Promise<Uint8Array> {
  const tooLarge = () => {
    // The rest is not read: the answer goes out and the connection ends.
    response.set('connection', 'close');
    return new SalientError(
      'too_large',
      `the body is larger than ${most / 1e6} MB (SALIENT_MAX_BODY_MB): import it with the command line, or in parts`,
    );
  };
  if (Number(request.get('content-length') ?? 0) > most) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** With `create`, the body may be `{"theatre": <polygon>, "map": <GeoJSON>}` instead of the map alone. */
function unwrapped(
  body: Uint8Array,
  create: boolean,
): { text: string | Uint8Array; theatre: SeriesCreation['theatre'] } {
  if (!create || !/^\s*\{\s*"theatre"/.test(Buffer.from(body.subarray(0, 200)).toString('latin1')))
    return { text: body, theatre: null };
  try {
    const { theatre, map } = JSON.parse(Buffer.from(body).toString('utf8'));
    return { text: JSON.stringify(map), theatre: theatre.geometry ?? theatre };
  } catch (error) {
    throw new SalientError(
      'invalid_body',
      `not JSON of the form {"theatre": …, "map": …}: ${(error as Error).message}`,
    );
  }
}

function creationOf(values: Values<typeof IMPORT_PARAMETERS>, theatre: SeriesCreation['theatre']): SeriesCreation {
  const { title, publisher, licence, accuracy } = values;
  return { title, publisher, licence, accuracyM: accuracy, theatre: theatre ?? values.theatre };
}
