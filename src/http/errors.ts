import { ERROR_CODES, type ErrorCode, SalientError } from '../errors.js';
import { log } from '../log.js';
import { faultOf } from '../store/faults.js';

/** The one table from a domain error to an HTTP status. */
export const STATUS: Record<ErrorCode, number> = {
  invalid_date: 400,
  invalid_instant: 400,
  invalid_parameter: 400,
  unknown_parameter: 400,
  missing_parameter: 400,
  invalid_filter: 400,
  invalid_tile: 400,
  unknown_layer: 404,
  unknown_series: 404,
  unknown_place: 404,
  unknown_post: 404,
  unknown_route: 404,
  unknown_collection: 404,
  unknown_feature: 404,
  unknown_report: 404,
  unknown_edition: 404,
  unknown_state: 404,
  not_found: 404,
  method_not_allowed: 405,
  not_yet_known: 404,
  before_first_snapshot: 404,
  no_data: 404,
  invalid_body: 400,
  invalid_snapshot: 422,
  invalid_geodata: 422,
  invalid_mapping: 422,
  invalid_report: 422,
  invalid_alert: 422,
  unknown_alert: 404,
  too_large: 413,
  precondition_failed: 412,
  unsupported_media_type: 415,
  series_exists: 409,
  withdrawn: 410,
  purged: 410,
  not_withdrawn: 409,
  held: 409,
  invalid_backup: 422,
  not_empty: 409,
  unknown_held: 404,
  decided: 409,
  invalid_proposal: 422,
  unknown_proposal: 404,
  own_proposal: 403,
  proposal_conflict: 409,
  invalid_subscription: 422,
  unknown_source: 404,
  unknown_subscription: 404,
  not_pulled: 502,
  partisan_source: 409,
  unauthenticated: 401,
  sign_in_failed: 403,
  provider_unavailable: 503,
  not_allowed: 403,
  rate_limited: 429,
  token_exists: 409,
  unknown_token: 404,
  database_unfit: 503,
  database_ahead: 503,
  migration_changed: 503,
  folder_locked: 503,
  unavailable: 503,
  overloaded: 503,
  timed_out: 504,
  storage_full: 507,
  invalid_input: 422,
  beyond_embedded: 503,
  imbalance: 500,
  // Nobody reads it: the client has gone (the number is nginx's).
  cancelled: 499,
  internal: 500,
};

export interface ErrorAnswer {
  status: number;
  headers: Record<string, string>;
  body: { code: ErrorCode; message: string; problems: SalientError['problems'] };
}

/**
 * Any thrown thing as an answer. What is no known fault is a defect: logged, and reported without its internals.
 * @param editorial whether the reader may know the reasons that are kept from the public
 */
export function errorAnswer(error: unknown, editorial = false): ErrorAnswer {
  const known = error instanceof SalientError ? error : (faultOf(error) ?? httpFault(error));
  if (known) {
    // What has to be known of a machine (hosts, roles, paths) is its operator's: no answer has it, whoever asks.
    const isFault = STATUS[known.code] >= 500;
    if (isFault && (known.cause ?? known.editorial) !== undefined)
      log.error({ err: known.cause, why: known.editorial, code: known.code }, 'fault');
    const message = editorial && !isFault ? known.whole : known.message;
    return {
      status: STATUS[known.code],
      headers: headersOf(known),
      body: { code: known.code, message, problems: known.problems },
    };
  }
  log.error({ err: error }, 'defect');
  return { status: 500, headers: {}, body: { code: 'internal', message: ERROR_CODES.internal, problems: [] } };
}

/** Errors of Node about files of the service: of its data folder, or where bodies wait. */
const FILE_FAULTS = ['EACCES', 'EIO', 'EMFILE', 'ENFILE', 'ENOENT', 'ENOMEM', 'EPERM', 'EROFS', 'ESTALE'];

/** What Express itself refuses (a path that is not percent-encoded UTF-8, a body that is too long or coded oddly), and what its files do. */
function httpFault(error: unknown): SalientError | null {
  const {
    status,
    type,
    message,
    code = '',
  } = error as {
    status?: number;
    type?: string;
    message?: string;
    code?: string;
  };
  if (FILE_FAULTS.includes(code)) {
    const words = 'the service cannot read or write its files: its log says which';
    return new SalientError('unavailable', words, [], { cause: error, retryAfterS: 60 });
  }
  if (type === 'entity.too.large') return new SalientError('too_large', ERROR_CODES.too_large);
  if (status === 415) {
    const codings = type === 'encoding.unsupported' ? { codings: 'gzip, deflate, br' } : {};
    return new SalientError('unsupported_media_type', String(message), [], codings);
  }
  return status === 400 ? new SalientError('invalid_parameter', String(message)) : null;
}

/** Seconds after which an answer of these statuses may be another. */
const RETRY_AFTER: Readonly<Record<number, number>> = { 429: 60, 503: 5, 504: 30 };

function headersOf({ code, retryAfterS, scope, codings }: SalientError): Record<string, string> {
  const retry = retryAfterS ?? RETRY_AFTER[STATUS[code]];
  return {
    ...(retry !== undefined && { 'retry-after': String(retry) }),
    ...(codings !== undefined && { 'accept-encoding': codings }),
    ...(code === 'unauthenticated' && { 'www-authenticate': 'Bearer realm="salient"' }),
    ...(scope !== undefined && {
      'www-authenticate': `Bearer realm="salient", error="insufficient_scope", scope="${scope}"`,
    }),
  };
}
