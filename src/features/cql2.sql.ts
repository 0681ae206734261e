import { SalientError } from '../errors.js';
import { isObject } from '../geometry/geojson-geometry.js';
import { isIsoDate, parseInstant } from '../model/dates.js';
import { clippedDay } from '../model/period.js';
import {
  ARITHMETIC,
  ARRAY_FUNCTIONS,
  DEEPEST_FILTER,
  type Expression,
  type Operation,
  SPATIAL_FUNCTIONS,
} from './cql2.js';
import { TEMPORAL_RELATIONS } from './cql2-temporal.js';

/** Types that can be compared. `instant` is a timestamp; a day is the instant at which it begins, in UTC. */
export type ScalarType = 'string' | 'number' | 'boolean' | 'date' | 'instant';

/** What a filter may name: SQL of the value, its type, and for an open end what stands for its absence. */
export interface Queryable {
  sql: string;
  type: ScalarType | 'geometry';
  /** The beginning or the end of what a feature holds for: absent means that it is open there. */
  openStart?: boolean;
  openEnd?: boolean;
  /** A text that lists several, separated by semicolons: array functions take it apart. */
  list?: boolean;
}

export interface FilterContext {
  queryables: ReadonlyMap<string, Queryable>;
  /** Adds a parameter to the statement and returns its `$n`. */
  bind(value: unknown): string;
  /** SQL of a geometry literal that has been checked (`features/filter-geometries.sql.ts`), in EPSG:4326. */
  geometry(literal: object): string;
}

interface Value {
  sql: string;
  type: ScalarType | 'geometry';
  /** A literal text may stand for a day or an instant. */
  literal?: string;
  openStart?: boolean;
  openEnd?: boolean;
  list?: boolean;
}

const COMPARISONS = ['=', '<>', '<', '>', '<=', '>='];
const CAST: Record<ScalarType, string> = {
  string: 'text',
  number: 'float8',
  boolean: 'boolean',
  date: 'date',
  instant: 'timestamptz',
};

function fault(message: string): SalientError {
  return new SalientError('invalid_filter', `filter: ${message}`);
}

/**
 * A CQL2 JSON filter as a SQL condition, every literal a parameter. What is not a predicate is refused, whole.
 * @throws SalientError `invalid_filter` naming the operator or property that does not fit
 */
export function filterSql(filter: unknown, context: FilterContext): string {
  const literals: unknown[] = [];
  const sql = condition(filter, { ...context, bind: (value) => `⟦${literals.push(value) - 1}⟧` }, 0);
  // Bound only now: of an interval one end may be enough, and PostgreSQL refuses a parameter that nothing uses.
  const bound = new Map<string, string>();
  return sql.replace(/⟦(\d+)⟧/g, (_, index: string) => {
    const parameter = bound.get(index) ?? context.bind(literals[Number(index)]);
    bound.set(index, parameter);
    return parameter;
  });
}

function condition(filter: unknown, context: FilterContext, depth: number): string {
  if (depth > DEEPEST_FILTER) throw fault(`nested deeper than ${DEEPEST_FILTER}`);
  if (typeof filter === 'boolean') return String(filter);
  if (!isOperation(filter)) throw fault('a predicate is expected: a comparison, or AND, OR, NOT of some');
  const { op, args } = filter;
  const inner = (arg: Expression) => condition(arg, context, depth + 1);
  if (op === 'and' || op === 'or') {
    if (args.length < 1) throw fault(`${op} needs arguments`);
    return `(${args.map(inner).join(` ${op} `)})`;
  }
  if (op === 'not') return `(not ${inner(one(op, args, 1)[0] as Expression)})`;
  if (COMPARISONS.includes(op)) {
    const [left, right] = alike(
      one(op, args, 2).map((arg) => scalar(arg, context)),
      context,
    );
    return `(${left} ${op} ${right})`;
  }
  if (op === 'isNull') return `(${scalar(one(op, args, 1)[0] as Expression, context).sql} is null)`;
  if (op === 'like') return like(args, context);
  if (op === 'between') {
    const [value, least, most] = alike(
      one(op, args, 3).map((arg) => scalar(arg, context)),
      context,
    );
    // In brackets: the grammar of BETWEEN takes no COLLATE.
    return `(${value} between (${least}) and (${most}))`;
  }
  if (op === 'in') {
    const [value, list] = one(op, args, 2) as [Expression, Expression];
    if (!Array.isArray(list) || list.length === 0) throw fault('IN needs a list of values');
    const [first, ...rest] = alike(
      [value, ...list].map((arg) => scalar(arg, context)),
      context,
    );
    return `(${first} in (${rest.join(', ')}))`;
  }
  const spatial = SPATIAL_FUNCTIONS.find((name) => name === op);
  if (spatial) {
    if (!['s_intersects', 's_disjoint'].includes(spatial) && args.some(isCollection)) {
      throw fault(`${spatial} takes no GEOMETRYCOLLECTION; S_INTERSECTS does`);
    }
    const [a, b] = one(op, args, 2).map((arg) => geometry(arg, context));
    return `(st_${spatial.slice(2)}(${a}, ${b}))`;
  }
  const arrays = ARRAY_FUNCTIONS.find((name) => name.toLowerCase() === op.toLowerCase());
  if (arrays) return arrayCondition(arrays, one(op, args, 2), context);
  const relation = TEMPORAL_RELATIONS.get(op.toLowerCase());
  if (relation) {
    const [a, b] = one(op, args, 2).map((arg) => interval(arg, context)) as [[string, string], [string, string]];
    return `(${relation(a, b)})`;
  }
  throw fault(`there is no operator ${JSON.stringify(op)}`);
}

const isCollection = (arg: Expression) => isObject(arg) && 'type' in arg && arg.type === 'GeometryCollection';

function isOperation(value: unknown): value is Operation {
  return isObject(value) && typeof value.op === 'string' && Array.isArray(value.args);
}

function one(op: string, args: readonly Expression[], count: number): readonly Expression[] {
  if (args.length !== count) throw fault(`${op} takes ${count} arguments, not ${args.length}`);
  return args;
}

function scalar(value: Expression | undefined, context: FilterContext, depth = 0): Value {
  if (typeof value === 'string')
    return { sql: `${context.bind(checkedText(value))}::text`, type: 'string', literal: value };
  if (typeof value === 'number') return { sql: `${context.bind(finite(value))}::float8`, type: 'number' };
  if (typeof value === 'boolean') return { sql: String(value), type: 'boolean' };
  if (!isObject(value)) throw fault('a property or a value is expected');
  if (isOperation(value)) {
    if (ARITHMETIC.some((sign) => sign === value.op.toLowerCase())) return arithmetic(value, context, depth);
    if (value.op.toLowerCase() !== 'casei') throw fault(`there is no function ${JSON.stringify(value.op)}`);
    const of = scalar(one('casei', value.args, 1)[0], context);
    if (of.type !== 'string') throw fault('CASEI takes a text');
    return { sql: `lower(${of.sql})`, type: 'string' };
  }
  if ('property' in value) return property(value.property, context);
  if ('date' in value) return { sql: `${context.bind(day(value.date))}::date`, type: 'date' };
  if ('timestamp' in value) return { sql: `${context.bind(instant(value.timestamp))}::timestamptz`, type: 'instant' };
  if ('type' in value || 'bbox' in value) return { sql: context.geometry(value), type: 'geometry' };
  throw fault('a property or a value is expected');
}

/** Division by nothing has no result, and what has none is not equal to anything. */
function arithmetic({ op, args }: Operation, context: FilterContext, depth: number): Value {
  if (depth > DEEPEST_FILTER) throw fault(`nested deeper than ${DEEPEST_FILTER}`);
  const [a, b] = one(op, args, 2).map((arg) => {
    const { sql, type } = scalar(arg, context, depth + 1);
    if (type !== 'number') throw fault(`${op} takes numbers, not a ${type}`);
    return `(${sql})::float8`;
  }) as [string, string];
  const sql = {
    '+': `(${a} + ${b})`,
    '-': `(${a} - ${b})`,
    '*': `(${a} * ${b})`,
    '/': `(${a} / nullif(${b}, 0))`,
    '%': `(${a} - trunc(${a} / nullif(${b}, 0)) * ${b})`,
    div: `trunc(${a} / nullif(${b}, 0))`,
    '^': `(case when ${a} > 0 or ${a} = 0 and ${b} >= 0 or ${b} = trunc(${b}) and ${a} <> 0 then power(${a}, ${b}) end)`,
  }[op.toLowerCase()] as string;
  return { sql, type: 'number' };
}

/** Lists are compared as sets of texts; a text that lists several is such a list. */
function arrayCondition(
  name: (typeof ARRAY_FUNCTIONS)[number],
  args: readonly Expression[],
  context: FilterContext,
): string {
  const [a, b] = args.map((arg) => listSql(arg, context)) as [string, string];
  const operators = { a_contains: '@>', a_containedBy: '<@', a_overlaps: '&&' } as const;
  return name === 'a_equals' ? `(${a} @> ${b} and ${a} <@ ${b})` : `(${a} ${operators[name]} ${b})`;
}

function listSql(value: Expression, context: FilterContext): string {
  if (Array.isArray(value)) {
    const texts = value.map((one) => (typeof one === 'string' || typeof one === 'number' ? String(one) : null));
    if (texts.includes(null)) throw fault('a list holds texts or numbers');
    return `${context.bind(texts.map((text) => checkedText(text as string)))}::text[]`;
  }
  const { sql, list } = scalar(value, context);
  if (!list) throw fault('an array function takes lists: literals in parentheses, or a property that lists several');
  return `string_to_array(${sql}, '; ')`;
}

function property(name: unknown, { queryables }: FilterContext): Value {
  const found = typeof name === 'string' ? queryables.get(name) : undefined;
  if (found) return { ...found };
  throw fault(`there is no property ${JSON.stringify(name)}; there are ${[...queryables.keys()].join(', ')}`);
}

function checkedText(text: string): string {
  if (text.includes('\0')) throw fault('a text contains a NUL character');
  return text;
}

function finite(number: number): number {
  if (!Number.isFinite(number)) throw fault('a number is too large');
  return number;
}

function day(text: unknown): string {
  if (typeof text === 'string' && isIsoDate(text)) return text;
  throw fault(`DATE(${JSON.stringify(text)}) is not a calendar day YYYY-MM-DD`);
}

function instant(text: unknown): string {
  try {
    return parseInstant(String(text));
  } catch {
    throw fault(`TIMESTAMP(${JSON.stringify(text)}) is not an instant such as 2020-01-28T12:00:00Z`);
  }
}

/** The SQL of values that are compared with one another, brought to one type. */
function alike(values: readonly Value[], context: FilterContext): string[] {
  const kinds = [...new Set(values.filter(({ literal }) => literal === undefined).map(({ type }) => type))];
  if (kinds.includes('geometry')) throw fault('geometries are compared with S_INTERSECTS and its kin');
  if (kinds.length === 0) return values.map(({ sql }) => sql);
  const temporal = kinds.every((kind) => kind === 'date' || kind === 'instant');
  const [kind] = kinds as ScalarType[];
  if (kinds.length > 1 && !temporal) throw fault(`${kinds.join(' and ')} cannot be compared`);
  if (!temporal) {
    if (kind !== 'string' && values.some(({ literal }) => literal !== undefined))
      throw fault(`a ${kind} is compared with a text`);
    // Texts by code point, as the standard's own examples count; not by the language of the database.
    return values.map(({ sql }) => (kind === 'string' ? `${sql} collate "C"` : `${sql}::${CAST[kind as ScalarType]}`));
  }
  const days =
    kinds.length === 1 && kind === 'date' && values.every(({ literal }) => literal === undefined || isIsoDate(literal));
  return values.map((value) => {
    const { sql, type } = value.literal === undefined ? value : fromText(value.literal, context);
    return days || type === 'instant' ? sql : dayStart(sql);
  });
}

const dayStart = (sql: string) => `(${sql}::timestamp at time zone 'UTC')`;

function fromText(text: string, context: FilterContext): Value {
  if (isIsoDate(text)) return { sql: `${context.bind(text)}::date`, type: 'date' };
  const bare = clippedDay(text);
  if (bare !== null) return { sql: `${context.bind(bare)}::date`, type: 'date' };
  return { sql: `${context.bind(instant(text))}::timestamptz`, type: 'instant' };
}

function like(args: readonly Expression[], context: FilterContext): string {
  const [value, pattern] = one('like', args, 2).map((arg) => scalar(arg, context)) as [Value, Value];
  if (value.type !== 'string' || pattern.type !== 'string') throw fault('LIKE compares texts');
  const literals = args.flatMap((arg) => (typeof arg === 'string' ? arg : isOperation(arg) ? arg.args : []));
  if (literals.some((text) => typeof text === 'string' && /(^|[^\\])(\\\\)*\\$/.test(text))) {
    throw fault('a LIKE pattern ends with a lone backslash');
  }
  return `(${value.sql} collate "C" like ${pattern.sql} escape '\\')`;
}

function geometry(value: Expression, context: FilterContext): string {
  const { sql, type } = scalar(value, context);
  if (type !== 'geometry') throw fault('a spatial function compares geometries');
  return sql;
}

/** Start and end of something temporal, as instants; an instant is both. */
function interval(value: Expression, context: FilterContext): [string, string] {
  if (isObject(value) && 'interval' in value) {
    const ends = value.interval;
    if (!Array.isArray(ends) || ends.length !== 2) throw fault('INTERVAL takes two ends');
    const [from, to] = ends as [Expression, Expression];
    return [moment(from, context, '-infinity'), moment(to, context, 'infinity')];
  }
  const at = moment(value, context, null);
  return [at, at];
}

function moment(value: Expression, context: FilterContext, open: '-infinity' | 'infinity' | null): string {
  if (value === '..' && open !== null) return `'${open}'::timestamptz`;
  const given = typeof value === 'string' ? fromText(value, context) : scalar(value, context);
  if (given.type !== 'date' && given.type !== 'instant')
    throw fault('a temporal function compares days, instants and intervals');
  const sql = given.type === 'date' ? dayStart(given.sql) : given.sql;
  const isOpen = open === 'infinity' ? given.openEnd : open === '-infinity' && given.openStart;
  return isOpen ? `coalesce(${sql}, '${open}')` : sql;
}
