import { ERROR_CODES, type ErrorCode, SalientError } from '../errors.js';

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
  too_large: 413,
  unsupported_media_type: 415,
  series_exists: 409,
  withdrawn: 410,
  held: 409,
  invalid_backup: 422,
  not_empty: 409,
  unknown_held: 404,
  decided: 409,
  not_allowed: 403,
  database_unfit: 503,
  database_ahead: 503,
  migration_changed: 503,
  folder_locked: 503,
  unavailable: 503,
  beyond_embedded: 503,
  imbalance: 500,
  // Nobody reads it: the client has gone (the number is nginx's).
  cancelled: 499,
  internal: 500,
};

export interface ErrorAnswer {
  status: number;
  body: { code: ErrorCode; message: string; problems: SalientError['problems'] };
}

/** Any thrown thing as an answer. What is not a SalientError is a defect: logged, and told without its insides. */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof SalientError) {
    const { code, message, problems } = error;
    return { status: STATUS[code], body: { code, message, problems } };
  }
  const { status, type } = error as { status?: number; type?: string };
  if (type === 'entity.too.large') {
    return { status: 413, body: { code: 'too_large', message: ERROR_CODES.too_large, problems: [] } };
  }
  if (status === 400) {
    return { status, body: { code: 'invalid_parameter', message: (error as Error).message, problems: [] } };
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return { status: 500, body: { code: 'internal', message: ERROR_CODES.internal, problems: [] } };
}
