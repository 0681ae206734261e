import { SalientError } from '../../errors.js';
import { type CollectionKind, KIND_NAMES, type KindName, kindNamed } from '../../features/collection-kinds.js';
import { jsonType, parseCollectionId, queryablesOf } from '../../features/collections.js';
import type { PropertyType } from '../../formats/property-type.js';
import { date, flag, knownAt, oneOf, optional, type Parameter, type Parameters } from '../parameters.js';
import { datetime, IN_TIME } from './in-time.js';

export const DEFAULT_LIMIT = 1000;
/** A page for people shows fewer: it has a map and a table. */
export const PAGE_LIMIT = { usual: 100, most: 500 };
/** A larger limit is cut to this many: clients follow `next`. */
const MOST_FEATURES = 10_000;
const FILTER_LANGUAGES = ['cql2-text', 'cql2-json', 'cql-text', 'cql-json'] as const;

/** A number as JSON, CSV and people write it: JavaScript would take `0x10` and nothing at all as well. */
const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

const parameter = <T>(
  read: Parameter<T>['read'],
  schema: Record<string, unknown>,
  description: string,
): Parameter<T | null> => optional({ read, required: false, schema, description });

const limit = parameter(
  (text, name) => {
    if (!/^\d+$/.test(text) || Number(text) < 1)
      throw new SalientError('invalid_parameter', `${name}: a whole number from 1`);
    return Math.min(Number(text), MOST_FEATURES);
  },
  { type: 'integer', minimum: 1, maximum: MOST_FEATURES, default: DEFAULT_LIMIT },
  `how many features at most; more than ${MOST_FEATURES} is answered with as many`,
);

const bbox = parameter(
  (text, name) => {
    const numbers = text.split(',').map((part) => (DECIMAL.test(part.trim()) ? Number(part) : Number.NaN));
    if ((numbers.length !== 4 && numbers.length !== 6) || !numbers.every(Number.isFinite)) {
      throw new SalientError(
        'invalid_parameter',
        `${name}: four numbers (or six) separated by commas, the lower corner first`,
      );
    }
    return numbers;
  },
  { type: 'array', items: { type: 'number' }, minItems: 4, maxItems: 6 },
  'only features that meet this box: west, south, east, north in the system of bbox-crs; west may lie beyond the antimeridian',
);

const anyText = (description: string) =>
  parameter(
    (text, name) => {
      // PostgreSQL has no text with a NUL in it.
      if (text.includes('\0')) throw new SalientError('invalid_parameter', `${name}: a NUL character`);
      return text;
    },
    { type: 'string' },
    description,
  );

/** What every items resource takes besides `f`. */
export const ITEMS: Parameters = {
  limit,
  bbox,
  datetime,
  ...IN_TIME,
  resultType: optional(oneOf(['results', 'hits'], 'hits: only how many there are')),
  crs: anyText('URI of the system of the answer; CRS84 when absent'),
  'bbox-crs': anyText('URI of the system of bbox; CRS84 when absent'),
  filter: anyText('a predicate in CQL2'),
  'filter-lang': optional(
    oneOf(FILTER_LANGUAGES, 'language of the filter; cql2-text when absent (cql-text is another name of it)'),
  ),
  'filter-crs': anyText('URI of the system of geometries in the filter; CRS84 when absent'),
  sortby: anyText(
    'properties to sort by, separated by commas; one after a minus sign from the largest down; nulls last',
  ),
  properties: anyText('names of the properties that features are to have, separated by commas; all when absent'),
  'exclude-properties': anyText('names of the properties that features are not to have'),
  skipGeometry: flag('true: features without their geometry'),
  q: anyText('texts separated by commas, of which one is to be found in the id or a property, whatever its capitals'),
  after: anyText(
    'where the page before ended, as links to the next page have it: the id of its last feature and, after a tilde, what it is sorted by',
  ),
};

/** The two days of a change; the interval of `datetime` states the same. */
const CHANGE: Parameters = { from: optional(date('first day')), to: optional(date('second day')) };

/** Every property that can be filtered by is a parameter too: `party=…` is the same as a filter of equality. */
function equalities(kind: CollectionKind): Parameters {
  return Object.fromEntries(
    queryablesOf(kind).map(([name, type, description]) => [
      name,
      parameter(READ[type], jsonType(type), `only features with this value: ${description}`),
    ]),
  );
}

const number = (text: string, name: string): number => {
  const value = Number(text);
  if (!DECIMAL.test(text) || !Number.isFinite(value))
    throw new SalientError('invalid_parameter', `${name}: ${JSON.stringify(text)} is not a number`);
  return value;
};

const integer = (text: string, name: string): number => {
  const value = number(text, name);
  if (!Number.isInteger(value))
    throw new SalientError('invalid_parameter', `${name}: ${JSON.stringify(text)} is not a whole number`);
  return value;
};

const READ: Record<PropertyType, (text: string, name: string) => unknown> = {
  string: (text) => text,
  integer,
  number,
  boolean: (text, name) => {
    if (text !== 'true' && text !== 'false') throw new SalientError('invalid_parameter', `${name}: true or false`);
    return text === 'true';
  },
  date: (text, name) => ({ date: date().read(text, name) }),
  'date-time': (text, name) => ({ timestamp: knownAt.read(text, name) }),
};

const EQUALITIES = Object.fromEntries(KIND_NAMES.map((name) => [name, equalities(kindNamed(name))])) as Readonly<
  Record<KindName, Parameters>
>;

/** Parameters that the definition writes as components: the standard wants some of them so, and a definition of many collections is long. */
export const SHARED: ReadonlyMap<Parameters[string], { component: string; name: string }> = new Map([
  ...Object.entries({ ...ITEMS, ...CHANGE }).map(([name, of]) => [of, { component: name, name }] as const),
  ...Object.entries(EQUALITIES).flatMap(([kind, each]) =>
    Object.entries(each).map(([name, of]) => [of, { component: `${kind}.${name}`, name }] as const),
  ),
]);

/**
 * What the items resource of a collection takes. Of one that does not exist it takes anything, and answers 404.
 * @throws SalientError `unknown_collection`
 */
export function itemsParameters(collection: string): Parameters {
  const { kind } = parseCollectionId(collection);
  return { ...EQUALITIES[kind], ...ITEMS, ...(kindNamed(kind).time === 'between' && CHANGE) };
}
