import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/config.js';
import { ROUTES } from '../../src/http/routes.js';
import { type AnswerSchemas, answerSchemas } from '../setup/answer-schemas.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

const SCHEMAS = join(PROJECT_ROOT, 'openapi', 'answers.json');
const EXAMPLES = join(PROJECT_ROOT, 'openapi', 'examples.json');
const UPDATE = process.env.UPDATE_GOLDEN === '1';
const kept = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

/** Questions of every route, the first of each the one whose answer is the example. */
const QUESTIONS: Readonly<Record<string, readonly string[]>> = {
  '/health': ['/health'],
  '/series': ['/series'],
  '/series/{id}/dates': ['/series/m5/dates'],
  '/control': ['/control?series=m5&date=2020-01-28', '/control?series=m5&date=2020-01-28&cells=true'],
  '/places': ['/places?series=m5&date=2020-01-28'],
  '/claims': ['/claims?place=morek&series=m5', '/claims?series=m5'],
  '/events': ['/events?from=2020-02-01&to=2020-03-01', '/events'],
  '/change': [
    '/change?series=m5&from=2019-08-01&to=2020-02-15',
    '/change?series=m5&from=2019-08-01&to=2020-02-15&f=geojson',
    '/change?series=m5&from=2019-08-01&to=2020-02-15&filter=true',
  ],
  '/compare': [
    '/compare?series=m5&with=m5&date=2020-01-28',
    '/compare?series=m5&with=m5&date=2020-01-28&f=geojson',
    '/compare?series=m5&with=m5&from=2020-01-28&to=2020-02-05',
  ],
  '/encirclement': ['/encirclement?series=m5&date=2019-08-24', '/encirclement?series=m5&date=2020-03-06'],
  '/posts/{number}/encirclement': ['/posts/9/encirclement?series=m5'],
  '/posts/{number}/evidence': ['/posts/9/evidence?series=m5&date=2019-08-24'],
  '/timeline': ['/timeline?series=m5'],
  '/front': ['/front?series=m5&date=2020-01-28'],
  '/front/movement': ['/front/movement?series=m5&from=2019-12-16&to=2020-02-15'],
  '/front/salients': ['/front/salients?series=m5&date=2020-01-28&party=government'],
  '/routes/{id}': ['/routes/M5?series=m5&date=2020-02-11'],
  '/routes/{id}/history': ['/routes/M5/history?series=m5'],
  '/report': ['/report?series=m5&from=2020-02-03&to=2020-02-10'],
  '/report/schema.json': ['/report/schema.json'],
  '/reports': ['/reports'],
  '/reports/schema.json': ['/reports/schema.json'],
  '/mapping.schema.json': ['/mapping.schema.json'],
  '/series/{id}/snapshots': ['/series/m5/snapshots'],
  '/proposal.schema.json': ['/proposal.schema.json'],
  '/subscription.schema.json': ['/subscription.schema.json'],
};
/** Their answers need something that the bundled series has not: a map under review, a mapping, an issued report, a token. */
const ELSEWHERE = [
  '/series/{id}/mapping',
  '/series/{id}/held',
  '/series/{id}/held/{held}',
  '/reports/{id}',
  '/reports/{id}/log',
  '/alerts',
  '/alerts/schema.json',
  '/alerts/{id}',
  '/alerts/{id}/log',
  '/audit',
  '/audit/verify',
  '/series/{id}/proposals',
  '/series/{id}/roles',
  '/series/{id}/subscriptions',
  '/series/{id}/publishers',
  '/series/{id}/sources',
  '/series/{id}/sources/{source}/copies/{sha256}',
  '/series/{id}/proposals/{proposal}/copies/{sha256}',
  '/series/{id}/subscriptions/{subscription}',
  '/series/{id}/proposals/{proposal}',
  '/tokens',
];

/** So that a reader sees the shape: of long lists the first two, of rings a triangle. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) {
    if (typeof value[0] === 'number') return value.slice(0, 4);
    const isRing = Array.isArray(value[0]) && typeof value[0][0] === 'number' && value.length > 3;
    return isRing ? [...value.slice(0, 3), value[0]] : value.slice(0, 2).map(shortened);
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shortened(inner)]));
}

const heading = (answer: object) =>
  Object.fromEntries(Object.entries(answer).filter(([, value]) => typeof value === 'string'));

function validator({ answers, types }: AnswerSchemas) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
  ajv.addSchema({ $id: 'api', components: { schemas: types } });
  const referring = (schema: unknown) =>
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"api#/components')) as object;
  const checks = Object.fromEntries(
    Object.entries(answers).map(([name, schema]) => [name, ajv.compile(referring(schema))]),
  );
  return (name: string, answer: unknown): string => {
    const check = checks[name];
    if (!check) return `${name}: no schema`;
    return check(answer) ? '' : `${name}: ${ajv.errorsText(check.errors)}`;
  };
}

describe('the schemas of answers', () => {
  it('are those of the types of the code (UPDATE_GOLDEN=1 writes them anew)', () => {
    const made = `${JSON.stringify(answerSchemas(), null, 1)}\n`;
    if (UPDATE || !existsSync(SCHEMAS)) writeFileSync(SCHEMAS, made);
    expect(JSON.parse(made)).toEqual(kept(SCHEMAS));
  }, 180_000);

  it('are there for every route, each asked here or named as asked elsewhere', () => {
    const { answers } = kept<AnswerSchemas>(SCHEMAS);
    for (const { path } of ROUTES) expect(answers, path).toHaveProperty([`GET ${path}`]);
    expect([...Object.keys(QUESTIONS), ...ELSEWHERE].sort()).toEqual(ROUTES.map(({ path }) => path).sort());
  });

  it('hold for the examples', () => {
    const fault = validator(kept(SCHEMAS));
    const examples = kept<Record<string, { answer: unknown }>>(EXAMPLES);
    expect(Object.keys(examples).sort()).toEqual(
      Object.keys(QUESTIONS)
        .map((path) => `GET ${path}`)
        .sort(),
    );
    for (const [name, { answer }] of Object.entries(examples)) expect(fault(name, answer)).toBe('');
  });
});

onEachDatabase('answers', (db) => {
  const { json } = serviceOn(async () => m5(await db()));

  it('of every route are as its schema says', async () => {
    const fault = validator(kept(SCHEMAS));
    const examples: Record<string, unknown> = {};
    for (const [path, questions] of Object.entries(QUESTIONS)) {
      for (const request of questions) {
        const answer = await json<unknown>(request);
        expect(fault(`GET ${path}`, answer), request).toBe('');
        // Of a schema its heading: its references lead nowhere inside another document.
        const shown = path.endsWith('schema.json') ? heading(answer as object) : shortened(answer);
        examples[`GET ${path}`] ??= { request, answer: shown };
      }
    }
    if (UPDATE) writeFileSync(EXAMPLES, `${JSON.stringify(examples, null, 1)}\n`);
  }, 300_000);
});
