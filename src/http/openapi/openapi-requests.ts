import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../config.js';

/** A request that stands in the reference as an example: its address, and what is sent. */
export interface ExampleRequest {
  request: string;
  type?: string;
  body?: unknown;
}

/** A parameter as OpenAPI has it, as far as an example needs it. */
interface Described {
  name: string;
  in: string;
  schema: Record<string, unknown>;
  example?: unknown;
}
/** An operation of a path, as far as it is completed once all are there. */
export interface Operation {
  tags?: string[];
  parameters?: Described[];
  requestBody?: { content: Record<string, object> };
}

const read = (name: string) =>
  JSON.parse(readFileSync(join(PROJECT_ROOT, 'openapi', name), 'utf8')) as Record<string, ExampleRequest>;
let requests: Readonly<Record<string, ExampleRequest>> | null = null;

/** By `METHOD /path/{name}`: of reading routes the request of their example answer, of the others one of the bundled series or one called `example`. */
export function exampleRequests(): Readonly<Record<string, ExampleRequest>> {
  requests ??= { ...read('requests.json'), ...answered(read('examples.json')) };
  return requests;
}
const answered = (examples: Record<string, ExampleRequest>) =>
  Object.fromEntries(Object.entries(examples).map(([name, { request }]) => [name, { request }]));

/** Puts the values of its example request to the parameters and the body of an operation: what a reader tries as it stands. */
export function addExample(method: string, path: string, operation: Operation): void {
  const example = exampleRequests()[`${method.toUpperCase()} ${path}`];
  if (!example) return;
  const values = valuesOf(path, example.request);
  for (const parameter of operation.parameters ?? []) {
    const value = values[parameter.in === 'path' ? 'path' : 'query'].get(parameter.name);
    if (value !== undefined) parameter.example = typed(value, parameter.schema);
  }
  const { requestBody } = operation;
  if (!requestBody || example.type === undefined) return;
  const { [example.type]: known, ...others } = requestBody.content;
  // The first one is the one that a reader is shown.
  requestBody.content = {
    [example.type]: { ...(known ?? { schema: {} }), example: example.body },
    ...others,
  };
}

/** The values of the parameters of a path in an address that fits it. */
function valuesOf(path: string, request: string): { path: Map<string, string>; query: Map<string, string> } {
  const { pathname, searchParams } = new URL(request, 'http://localhost');
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const pattern = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '([^/]+)');
  const found = new RegExp(`^${pattern}$`).exec(pathname);
  if (!found) throw new Error(`${request} is no address of ${path}`);
  return {
    path: new Map(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')])),
    query: new Map(searchParams),
  };
}

function typed(value: string, { type }: Record<string, unknown>): unknown {
  if (type === 'boolean') return value === 'true';
  return type === 'integer' || type === 'number' ? Number(value) : value;
}
