import { type TSchema, Type } from '@sinclair/typebox';
import type { Problem } from '../../errors.js';
import { choice, defineFormat, line, readBy } from '../../model/contract.js';
import { isIsoDate } from '../../model/dates.js';
import { ID_RULE, isId } from '../../model/id.js';
import { ProblemList } from '../../model/problem-list.js';

/* The JSON files of a bundle as schemas: what geodata/README.md states about theatre.json, series.json and the GeoJSON properties. */

const dayFormat = defineFormat('bundle_day', 'a calendar day YYYY-MM-DD', isIsoDate);
const slugFormat = defineFormat('bundle_id', `${ID_RULE},`, isId);
const zoneFormat = defineFormat('bundle_zone', 'an IANA time zone such as Asia/Damascus', isZone);

function isZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}

const planeFormat = defineFormat('bundle_plane', 'a PROJ string that begins with +proj=', (plane) =>
  plane.startsWith('+proj='),
);

const slug = Type.String({ format: slugFormat });
const day = Type.String({ format: dayFormat });
const positive = Type.Number({ exclusiveMinimum: 0 });
const notNegative = Type.Number({ minimum: 0 });
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const orNull = <T extends TSchema>(schema: T) => Type.Optional(nullable(schema));

const THEATRE = Type.Object({
  id: slug,
  title: line(),
  projection: Type.String({ format: planeFormat }),
  time_zone: Type.String({ format: zoneFormat }),
});

const SERIES = Type.Array(
  Type.Object({
    id: slug,
    title: line(),
    publisher: line(),
    licence: line(),
    kind: choice(['derived', 'imported']),
    method: line(500),
    accuracy_m: notNegative,
    accuracy_note: orNull(Type.String()),
    first_date: nullable(day),
    complete_until: nullable(day),
    parties: Type.Array(slug, { minItems: 1 }),
    r_max_m: nullable(positive),
    spacing_m: nullable(notNegative),
    correlation_m: orNull(positive),
    max_age_days: orNull(Type.Integer({ minimum: 0 })),
    date_means: orNull(choice(['start', 'end'])),
    parameters: Type.Object({ perimeter_m: positive, reach_m: positive, narrow_m: positive }),
  }),
  { minItems: 1 },
);

const TERRITORY = Type.Object({
  role: Type.Literal('territory'),
  id: slug,
  kind: choice(['state', 'sea']),
  name: line(),
});
const ROUTE = Type.Object({
  id: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$' }),
  name: line(),
  error_m: notNegative,
  source: Type.String({ minLength: 1 }),
});

const BUNDLE_SCHEMAS = { theatre: THEATRE, series: SERIES, territory: TERRITORY, route: ROUTE };

/** Members of a JSON object that its schema does not know: nothing reads them. */
export function unknownMembers(name: 'theatre' | 'series', value: unknown): string[] {
  const schema = name === 'theatre' ? THEATRE : SERIES.items;
  return typeof value === 'object' && value !== null
    ? Object.keys(value).filter((member) => !Object.hasOwn(schema.properties, member))
    : [];
}

/** What is wrong with a JSON value of a bundle, each at `file:pointer`. */
export function schemaProblems(name: keyof typeof BUNDLE_SCHEMAS, value: unknown, at: string): Problem[] {
  const problems = new ProblemList();
  readBy(BUNDLE_SCHEMAS[name], value, problems);
  return problems.all.map(({ at: inside, message }) => ({ code: 'invalid_geodata', at: `${at}${inside}`, message }));
}
