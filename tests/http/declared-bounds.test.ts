import { expect, it } from 'vitest';
import { CREDENTIAL } from '../setup/credential.js';
import { onEachDatabase } from '../setup/databases.js';
import { m5 } from '../setup/m5.js';
import { serviceOn } from '../setup/service.js';

/*
 * What a definition declares of a number is what the service takes: both ends of its range, and nothing beyond them. Asked of a
 * series that is there where it reads, and of one that is not where it writes, so that nothing is written.
 */

interface Parameter {
  $ref?: string;
  name: string;
  in: string;
  required?: boolean;
  example?: unknown;
  schema: { type?: string; minimum?: number; maximum?: number; exclusiveMinimum?: boolean };
}
interface Definition {
  paths: Record<string, Record<string, { parameters?: Parameter[] }>>;
  components: { parameters?: Record<string, Parameter> };
}

/** What a number is taken beside. */
const BESIDE: Readonly<Record<string, string>> = { within: 'near-route=M5' };
/** A number above the largest is answered with that many: the standard wants it clamped. */
const CLAMPED = ['limit'];
const OF_OTHERS = /^\/(metrics|session|backup|audit)/;

onEachDatabase('the declared range of a number', (db) => {
  const service = serviceOn(async () => m5(await db()));

  /** Whether the service takes the value: whatever else is wrong with the request. */
  async function takes(
    method: string,
    path: string,
    parameter: Parameter,
    others: readonly Parameter[],
    value: number,
  ) {
    const query = new URLSearchParams(BESIDE[parameter.name]);
    let address = path.replace('{series}', method === 'get' ? 'm5' : 'absent').replace('{form}', 'svg');
    for (const { name, in: where, required, example, schema } of others) {
      const given = name === parameter.name ? value : (example ?? (schema.type === 'integer' ? 1 : undefined));
      if (where === 'path')
        address = address.replace(`{${name}}`, method === 'get' || name !== 'id' ? String(given) : 'absent');
      else if (name === parameter.name || (required && given !== undefined)) query.set(name, String(given));
    }
    const init = method === 'get' ? {} : { method: method.toUpperCase(), headers: { ...CREDENTIAL } };
    const answer = await service.get(`${address}?${query}`, init);
    const text = answer.headers.get('content-type')?.includes('json') ? await answer.text() : '';
    await answer.body?.cancel().catch(() => {});
    const isNamed = new RegExp(`"message":"(?:[^"]*; )?${parameter.name}: `).test(text);
    expect(answer.status, `${method} ${address}?${query}: ${text.slice(0, 300)}`).toBeLessThan(500);
    return !(answer.status === 400 && isNamed);
  }

  it.each([
    ['/openapi.json', ''],
    ['/ogc/api?f=json', '/ogc'],
  ])('of %s is the one that is taken', { timeout: 120_000 }, async (definition, root) => {
    const { paths, components } = await service.json<Definition>(definition);
    const wrong: string[] = [];
    let checked = 0;
    for (const [path, methods] of Object.entries(paths))
      for (const [method, operation] of Object.entries(methods)) {
        if (OF_OTHERS.test(path) || (root && method !== 'get')) continue;
        const all = (operation.parameters ?? []).map(
          (one) => components.parameters?.[one.$ref?.split('/').at(-1) ?? ''] ?? one,
        );
        // Of the series that this test has.
        if (root && path.includes('/collections/') && !/m5_|\{series\}/.test(path)) continue;
        for (const parameter of all) {
          const { minimum, maximum, exclusiveMinimum = false } = parameter.schema ?? {};
          if (parameter.in !== 'query' || (minimum === undefined && maximum === undefined)) continue;
          const step = parameter.schema.type === 'integer' ? 1 : 0.5;
          const expected: [number | undefined, boolean][] = [
            [minimum === undefined ? undefined : minimum - step, false],
            [minimum, !exclusiveMinimum],
            [minimum === undefined ? undefined : minimum + step, true],
            [maximum, true],
            [maximum === undefined ? undefined : maximum + step, root !== '' && CLAMPED.includes(parameter.name)],
          ];
          for (const [value, taken] of expected) {
            if (value === undefined) continue;
            const is = await takes(method, root + path.replace('{series}', 'm5'), parameter, all, value);
            if (is !== taken)
              wrong.push(`${method} ${path}: ${parameter.name}=${value} is ${is ? 'taken' : 'refused'}`);
            checked++;
          }
        }
      }
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(10);
  });

  it('of a rule of review begins with one approval, and of a distance that may not be 0 above it', async () => {
    for (const [path, name] of [
      ['/series/absent/review-rule?approvals=0&why=test', 'approvals'],
      ['/series/absent/snapshots?date=2024-05-01&create=true&correlation=0', 'correlation'],
    ] as const) {
      const { status, body } = await service.post(path, '{}');
      expect([status, body.code, body.message]).toEqual([
        400,
        'invalid_parameter',
        expect.stringContaining(`${name}: `),
      ]);
    }
  });
});
