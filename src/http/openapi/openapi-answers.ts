import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../config.js';

type Schema = Record<string, unknown>;

/** What routes answer, read out of the types of the code (tests/setup/answer-schemas.ts), and one answer of each as it came. */
interface Answers {
  answers: Record<string, Schema>;
  types: Record<string, Schema>;
}
type Examples = Record<string, { request: string; answer: unknown }>;

const read = <T>(name: string): T => JSON.parse(readFileSync(join(PROJECT_ROOT, 'openapi', name), 'utf8')) as T;
let files: { answers: Answers; examples: Examples } | null = null;
const loaded = () => {
  files ??= { answers: read<Answers>('answers.json'), examples: read<Examples>('examples.json') };
  return files;
};

/** The `content` of a route's answer, by media type, each with its schema and an example; JSON of any kind where none is known. */
export function answerContent(method: 'GET' | 'POST', path: string): Record<string, object> {
  const { answers, examples } = loaded();
  const schema = answers.answers[`${method} ${path}`] ?? {};
  const example = examples[`${method} ${path}`]?.answer;
  const variants = Array.isArray(schema.anyOf) ? (schema.anyOf as Schema[]) : [schema];
  const content: Record<string, object> = {};
  for (const type of ['application/json', 'application/geo+json']) {
    const own = variants.filter((variant) => isGeoJson(variant) === (type === 'application/geo+json'));
    if (own.length === 0) continue;
    const fits = example !== undefined && isFeatureCollection(example) === (type === 'application/geo+json');
    content[type] = {
      schema: inOpenApi(own.length === 1 ? own[0] : { anyOf: own }),
      ...(fits && { example }),
    };
  }
  return content;
}

/** The types that answers share, for `components.schemas`. */
export const answerTypes = (): Record<string, unknown> =>
  Object.fromEntries(Object.entries(loaded().answers.types).map(([name, schema]) => [name, inOpenApi(schema)]));

function isGeoJson(schema: Schema): boolean {
  const { type } = (schema.properties ?? {}) as Record<string, Schema>;
  return type?.const === 'FeatureCollection';
}

const isFeatureCollection = (answer: unknown) => (answer as { type?: unknown } | null)?.type === 'FeatureCollection';

/** What is null and nothing else, as OpenAPI 3.0 has it. */
const NULL: Schema = { type: 'object', nullable: true, enum: [null] };

/** JSON Schema as OpenAPI 3.0 has it: a constant is a list of one, what may be null is `nullable`. */
function inOpenApi(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(inOpenApi);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { const: constant, anyOf, properties, $schema: _, ...rest } = schema as Schema;
  const plain: Schema = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, inOpenApi(value)]));
  if (constant !== undefined) plain.enum = [constant];
  // Members may be called as keywords are.
  if (properties) {
    plain.properties = Object.fromEntries(
      Object.entries(properties as Schema).map(([name, value]) => [name, inOpenApi(value)]),
    );
  }
  if (plain.type === 'null') return { ...plain, ...NULL };
  if (!Array.isArray(anyOf)) return plain;
  const others = (anyOf as Schema[]).filter(({ type }) => type !== 'null').map(inOpenApi) as Schema[];
  const isNullable = others.length < anyOf.length;
  const [only] = others;
  if (others.length !== 1 || !only) return { ...plain, anyOf: isNullable ? [...others, NULL] : others };
  if (!isNullable) return '$ref' in only ? { ...plain, allOf: [only] } : { ...only, ...plain };
  // `nullable` counts beside a `type` only, and an `enum` beside it has to list the null.
  if (!('type' in only)) return { ...plain, anyOf: [only, NULL] };
  const values = Array.isArray(only.enum) ? { enum: [...only.enum, null] } : {};
  return { ...only, ...plain, ...values, nullable: true };
}
