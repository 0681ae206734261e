import {
  FormatRegistry,
  Kind,
  type Static,
  type StringOptions,
  type TSchema,
  type TUnsafe,
  Type,
  TypeRegistry,
} from '@sinclair/typebox';
import { Value, type ValueError, ValueErrorType } from '@sinclair/typebox/value';
import { type ProblemList, pointer, quote } from './problem-list.js';

/** What a text must be, beside its JSON Schema, in the words of an error message. */
const FORMATS = new Map<string, string>();
/** Formats that JSON Schema defines: a validator that is not ours knows them. The others leave a published schema. */
const STANDARD = new Set(['date', 'date-time', 'uri']);

/** Names a test of texts, so that schemas can require it as `format`. `words` complete "… , not X". */
export function defineFormat(name: string, words: string, holds: (text: string) => boolean): string {
  FORMATS.set(name, words);
  FormatRegistry.Set(name, holds);
  return name;
}

TypeRegistry.Set<{ enum: readonly unknown[] }>('Choice', (schema, value) => schema.enum.includes(value));

/** One of some texts, as JSON Schema's `enum`. */
export function choice<const V extends string>(values: readonly V[], options: StringOptions = {}): TUnsafe<V> {
  return Type.Unsafe<V>({ ...options, [Kind]: 'Choice', type: 'string', enum: [...values] });
}

/** 1 to `longest` characters on one line. */
export const line = (longest = 200, options: StringOptions = {}) =>
  Type.String({ ...options, minLength: 1, maxLength: longest, format: LINE });
const LINE = defineFormat('line', 'text on one line', (text) => text.trim() !== '' && !/[\p{Cc}\p{Cs}]/u.test(text));

/** An object with these members and no others. */
export const closed: typeof Type.Object = (properties, options) =>
  Type.Object(properties, { ...options, additionalProperties: false });

/**
 * Reads a value by a schema: defaults are filled in, every problem is added with its JSON pointer (below `at`).
 * Null when there is any. The value given is not changed.
 */
export function readBy<T extends TSchema>(schema: T, value: unknown, problems: ProblemList, at = ''): Static<T> | null {
  const before = problems.all.length;
  const read = filled(schema, value);
  for (const problem of faults(Value.Errors(schema, read))) {
    problems.add(problem.code, `${at}${problem.at}`, problem.message);
    if (problems.full) break;
  }
  const reported = new Set(problems.all.slice(before).map((problem) => problem.at));
  for (const [path, text] of textsBeyondStore(read, at)) {
    if (reported.has(path)) continue;
    const held = text.includes('\0') ? 'a NUL' : 'half of a character (a surrogate without the other)';
    problems.add('character', path, `${quote(text)} holds ${held}, which no text of the store can hold`);
    if (problems.full) break;
  }
  return problems.all.length > before ? null : (read as Static<T>);
}

/** What JSON can write with an escape and no text of PostgreSQL can hold: a NUL, and a surrogate without the other half. */
const BEYOND_STORE = /[\0\p{Cs}]/gu;

/** Texts of a JSON value that no store can hold, names of members among them, each with its pointer. */
function* textsBeyondStore(value: unknown, at: string): Generator<[string, string]> {
  if (typeof value === 'string' && value.search(BEYOND_STORE) !== -1) yield [at, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const inside = pointer(at, name);
    if (name.search(BEYOND_STORE) !== -1) yield [inside, name];
    yield* textsBeyondStore(member, inside);
  }
}

/** A JSON value with U+FFFD for whatever no text of the store can hold: an older version of the service may have stored it. */
export function withoutBrokenTexts<T>(value: T): T {
  if (typeof value === 'string') return value.replace(BEYOND_STORE, '\ufffd') as T;
  if (Array.isArray(value)) return value.map(withoutBrokenTexts) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [withoutBrokenTexts(name), withoutBrokenTexts(member)]),
  ) as T;
}

/** A value with the defaults of the schema where members were left out; a union takes those of the variant that then fits. */
function filled(schema: TSchema, value: unknown): unknown {
  if (value === undefined) return structuredClone(schema.default);
  if (Array.isArray(schema.anyOf)) {
    for (const variant of schema.anyOf as TSchema[]) {
      const read = filled(variant, value);
      if (Value.Check(variant, read)) return read;
    }
    return value;
  }
  if (schema.type === 'array' && Array.isArray(value)) return value.map((one) => filled(schema.items, one));
  if (schema.type !== 'object' || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const read: Record<string, unknown> = { ...value };
  for (const [name, member] of Object.entries((schema.properties ?? {}) as Record<string, TSchema>)) {
    const inside = filled(member, Object.hasOwn(read, name) ? read[name] : undefined);
    if (inside !== undefined) read[name] = inside;
  }
  return read;
}

/** A schema as others may read it, JSON Schema 2020-12: a member with a default may be left out. */
export function published(schema: TSchema): Record<string, unknown> {
  const plain = withoutOwnFormats(JSON.parse(JSON.stringify(schema))) as Record<string, unknown>;
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...plain };
}

function withoutOwnFormats(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutOwnFormats);
  if (typeof node !== 'object' || node === null) return node;
  const { format, required, default: fallback, ...rest } = node as Record<string, unknown>;
  const members = Object.entries(rest).map(([name, value]) => [
    name,
    // Members that are called `format` or `required` are no keywords.
    name === 'properties' ? mapValues(value as object, withoutOwnFormats) : withoutOwnFormats(value),
  ]);
  const properties = (rest.properties ?? {}) as Record<string, object>;
  const needed = Array.isArray(required) ? required.filter((name) => !('default' in (properties[name] ?? {}))) : [];
  return {
    ...Object.fromEntries(members),
    ...(typeof format === 'string' && STANDARD.has(format) && { format }),
    ...(needed.length > 0 && { required: needed }),
    ...(fallback !== undefined && { default: fallback }),
  };
}

const mapValues = (of: object, change: (value: unknown) => unknown) =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value)]));

interface Fault {
  code: string;
  at: string;
  message: string;
}

/** Each place once: what is missing is also of the wrong type. */
function* faults(errors: Iterable<ValueError>): Generator<Fault> {
  const seen = new Set<string>();
  for (const error of errors) {
    if (hasDefault(error)) continue;
    for (const fault of error.type === ValueErrorType.Union ? closest(error) : [asFault(error)]) {
      if (seen.has(fault.at)) continue;
      seen.add(fault.at);
      yield fault;
    }
  }
}

/** What was left out of a variant that did not fit. */
const hasDefault = ({ value, schema }: ValueError) => value === undefined && 'default' in schema;

const KINDS = new Set([
  ValueErrorType.Array,
  ValueErrorType.Boolean,
  ValueErrorType.Integer,
  ValueErrorType.Literal,
  ValueErrorType.Null,
  ValueErrorType.Number,
  ValueErrorType.Object,
  ValueErrorType.String,
]);

/** What is wrong with the variant of a union that was most likely meant: that of the right type and with the right tag. */
function closest({ path, schema, value, errors }: ValueError): Fault[] {
  const variants = errors.map((iterator) => [...iterator].filter((error) => !hasDefault(error)));
  const isRoot = (error: ValueError) => error.path === path && KINDS.has(error.type);
  const isTag = (error: ValueError) =>
    (error.type === ValueErrorType.Literal || error.type === ValueErrorType.Kind) &&
    error.path.lastIndexOf('/') === path.length;
  const weight = (variant: ValueError[]) =>
    variant.reduce((sum, error) => sum + (isRoot(error) ? 10_000 : isTag(error) ? 100 : 1), 0);
  const [best = []] = [...variants].sort((a, b) => weight(a) - weight(b));
  if (best.some(isRoot)) {
    const wanted = (schema.anyOf as TSchema[]).map(wordsOf);
    return [{ code: 'type', at: path, message: insteadOf([...new Set(wanted)].join(', or '), value) }];
  }
  return [...faults(best)].map((fault) => {
    const same = variants.flat().filter((error) => isTag(error) && error.path === fault.at);
    const tags = [...new Set(same.flatMap((error) => (error.schema.enum ?? [error.schema.const]) as unknown[]))];
    const [first] = same;
    return first && best.some((error) => isTag(error) && error.path === fault.at)
      ? { ...fault, code: 'choice', message: `one of ${tags.join(', ')}, not ${quote(first.value)}` }
      : fault;
  });
}

function asFault({ type, schema, path: at, value }: ValueError): Fault {
  switch (type) {
    case ValueErrorType.ObjectAdditionalProperties:
      return {
        code: 'unknown_field',
        at,
        message: `there is no such field; there are ${Object.keys(schema.properties).join(', ')}`,
      };
    case ValueErrorType.ObjectRequiredProperty:
      return { code: 'missing', at, message: `${wordsOf(schema)} is needed here` };
    case ValueErrorType.ArrayUniqueItems:
      return { code: 'repeated', at: pointer(at, secondOf(value as unknown[])), message: 'each once' };
    case ValueErrorType.Kind:
    case ValueErrorType.Literal:
      return { code: 'choice', at, message: insteadOf(wordsOf(schema), value) };
    case ValueErrorType.StringFormat:
      return { code: String(schema.format), at, message: insteadOf(wordsOf(schema), value) };
    default:
      return { code: KINDS.has(type) ? 'type' : 'range', at, message: insteadOf(wordsOf(schema), value) };
  }
}

/** What is required and not what came. Words that end in an insertion (`…, such as "0 6 * * 1",`) have its comma already. */
const insteadOf = (words: string, value: unknown) => `${words.replace(/,$/, '')}, not ${quote(value)}`;

/** Where a list repeats an entry. */
function secondOf(list: readonly unknown[]): number {
  const seen = new Set<string>();
  return list.findIndex((one) => seen.size === seen.add(JSON.stringify(one)).size);
}

/** What a schema requires, in words: "a whole number from 1 to 3660". */
function wordsOf(schema: TSchema): string {
  if (Array.isArray(schema.enum)) return `one of ${schema.enum.join(', ')}`;
  if ('const' in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.anyOf)) return [...new Set((schema.anyOf as TSchema[]).map(wordsOf))].join(', or ');
  const { minLength, maxLength, minItems, maxItems, pattern, format } = schema;
  switch (schema.type) {
    case 'string': {
      const words = FORMATS.get(String(format)) ?? (pattern ? `text of the form ${pattern}` : 'text');
      return `${words}${range(minLength, maxLength, ' characters')}`;
    }
    case 'integer':
    case 'number': {
      const over = schema.exclusiveMinimum === undefined ? '' : ` above ${schema.exclusiveMinimum}`;
      const number = schema.type === 'integer' ? 'a whole number' : 'a number';
      return `${number}${over}${range(schema.minimum, schema.maximum, '')}`;
    }
    case 'array':
      return `a list${range(minItems, maxItems, ' entries')}`;
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    default:
      return 'an object';
  }
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  if (least === undefined && most === undefined) return '';
  if (most === undefined) return ` from ${least}${unit}`;
  return least === undefined ? ` up to ${most}${unit}` : ` of ${least} to ${most}${unit}`;
}
