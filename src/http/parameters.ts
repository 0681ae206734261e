import { type ErrorCode, SalientError } from '../errors.js';
import { parseDate, parseInstant } from '../model/dates.js';
import { quote } from '../model/problem-list.js';

/** No distance of a question is longer. */
const FARTHEST_M = 1_000_000;
/** A refusal lists no more faulty parameters than these. */
const MOST_FAULTS = 20;

/** A query or path parameter: how its text becomes a value, and its description in OpenAPI. */
export interface Parameter<T> {
  read(text: string, name: string): T;
  required: boolean;
  schema: Record<string, unknown>;
  description: string;
}

const parameter = <T>(
  read: Parameter<T>['read'],
  schema: Record<string, unknown>,
  description: string,
): Parameter<T> => ({ read, required: true, schema, description });

/** The same parameter, absent as null. */
export function optional<T>(of: Parameter<T>): Parameter<T | null> {
  return { ...of, required: false };
}

export const date = (description = 'day on the ground, YYYY-MM-DD') =>
  parameter(parseDate, { type: 'string', format: 'date' }, description);

export const instant = (description: string) =>
  // A `+` that was not escaped reads as a blank.
  parameter(
    (value, name) => parseInstant(value.replace(/ (?=\d\d:\d\d$)/, '+'), name),
    { type: 'string', format: 'date-time' },
    description,
  );

export const knownAt = optional(instant('our recording time: answer as known at that instant'));

export const text = (description: string) =>
  parameter(
    (value, name) => {
      // A control character is never meant, and PostgreSQL has no text with a NUL in it.
      if (value === '' || value.length > 200 || /[\p{Cc}\p{Cs}]/u.test(value))
        throw new SalientError(
          'invalid_parameter',
          `${name}: 1 to 200 characters, none of them a control character, not ${quote(value)}`,
        );
      return value;
    },
    { type: 'string' },
    description,
  );

export const series = text('id of the series');

export const flag = (description: string) =>
  optional(
    parameter(
      (value, name) => {
        if (value !== 'true' && value !== 'false')
          throw new SalientError('invalid_parameter', `${name}: true or false`);
        return value === 'true';
      },
      { type: 'boolean' },
      description,
    ),
  );

export const oneOf = <const Value extends string>(values: readonly Value[], description: string) =>
  parameter(
    (value, name) => {
      const found = values.find((known) => known === value);
      if (found === undefined)
        throw new SalientError(
          'invalid_parameter',
          `${name}: ${JSON.stringify(value)} is none of ${values.join(', ')}`,
        );
      return found;
    },
    { type: 'string', enum: values },
    description,
  );

export const wholeNumber = (description: string, most = 1_000_000, least = 0) =>
  parameter(
    (value, name) => {
      if (!/^\d{1,9}$/.test(value) || Number(value) < least || Number(value) > most) {
        throw new SalientError(
          'invalid_parameter',
          `${name}: ${JSON.stringify(value)} is not a whole number ${least > 0 ? `from ${least} ` : ''}up to ${most}`,
        );
      }
      return Number(value);
    },
    { type: 'integer', minimum: least, maximum: most },
    description,
  );

/** A distance from 0 on, or `positive`. */
export const metres = (description: string, { most = FARTHEST_M, positive = false } = {}) =>
  parameter(
    (value, name) => {
      const number = Number(value);
      if (value.trim() === '' || !Number.isFinite(number) || number < 0 || (positive && number === 0) || number > most)
        throw new SalientError(
          'invalid_parameter',
          `${name}: metres, ${positive ? `more than 0 and up to ${most}` : `from 0 to ${most}`}`,
        );
      return number;
    },
    { type: 'number', minimum: 0, ...(positive && { exclusiveMinimum: true }), maximum: most },
    description,
  );

export type Parameters = Record<string, Parameter<unknown>>;
export type Values<P extends Parameters> = { [Name in keyof P]: P[Name] extends Parameter<infer T> ? T : never };

/**
 * Reads all parameters of a route at once.
 * @throws SalientError for unknown, missing, repeated and unreadable ones: one error that lists all of them
 */
export function readParameters<P extends Parameters>(parameters: P, given: URLSearchParams): Values<P> {
  const names = Object.keys(parameters);
  const faults = new Map<string, SalientError>();
  const fault = (code: ErrorCode, name: string, message: string) =>
    faults.set(name, new SalientError(code, `${name}: ${message}`));
  for (const name of new Set(given.keys())) {
    if (!names.includes(name))
      fault('unknown_parameter', name, `this route takes ${names.length > 0 ? names.join(', ') : 'no parameters'}`);
    else if (given.getAll(name).length > 1) fault('invalid_parameter', name, 'given more than once');
  }
  const values: Record<string, unknown> = {};
  for (const name of names.filter((one) => !faults.has(one))) {
    const { read, required } = parameters[name] as Parameter<unknown>;
    const value = given.get(name);
    if (value === null && required) fault('missing_parameter', name, 'this route needs it');
    try {
      values[name] = value === null ? null : read(value, name);
    } catch (error) {
      if (!(error instanceof SalientError)) throw error;
      faults.set(name, error);
    }
  }
  if (faults.size > 0) throw refusal(faults);
  return values as Values<P>;
}

/** One fault as it is; several under the code of the first, each by itself among the problems. */
function refusal(faults: ReadonlyMap<string, SalientError>): SalientError {
  const listed = [...faults].slice(0, MOST_FAULTS);
  const [first] = listed.map(([, error]) => error) as [SalientError];
  if (faults.size === 1) return first;
  const more = faults.size > listed.length ? [`and ${faults.size - listed.length} more`] : [];
  return new SalientError(
    first.code,
    [...listed.map(([, { message }]) => message), ...more].join('; '),
    listed.map(([at, { code, message }]) => ({ code, at, message })),
  );
}

/** Path parameters read from the matched texts. */
export function readPath(inPath: Parameters, given: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(inPath).map(([name, { read }]) => [name, read(given[name] ?? '', name)]));
}
